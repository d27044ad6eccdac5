/** Deputy v1: who works when and where, open shifts, who is away, and the people. */
import type { z } from 'zod';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { londonDay } from '../../schema/domain/time.ts';
import type { LeaveKind } from '../../schema/domain/values.ts';
import { defineAdapter, kindOf, stream } from '../contract.ts';
import { type Fields, fieldsOf, onlyFields, type Place, placesFrom, type Role, rolesFrom } from '../places-and-roles.ts';
import { foldWords } from '../words.ts';
import { connect, type DeputyClient } from './client.ts';
import { toLeave, toShift, toStaffMember } from './map.ts';
import { DeputySettings } from './settings.ts';
import { DeputyArea, DeputyCompany, DeputyEmployee, DeputyLeave, DeputyRoster, EMPLOYEE_FIELDS, LEAVE_FIELDS, ROSTER_FIELDS } from './wire.ts';

/** POST /resource/Employee/QUERY, with the contact that has the e-mail address */
const staffMembers = stream({
  name: 'staffMembers',
  entity: 'staffMember',
  removals: 'absence',
  wire: DeputyEmployee,
  async *pages(client: DeputyClient, request) {
    const { account } = client.settings;
    for await (const page of client.pages({ resource: 'Employee', join: ['ContactObject'] }, request)) {
      yield {
        ...page,
        records: page.values.map((value) => {
          const { Email1: email = null } = fieldsOf(fieldsOf(value).ContactObject);
          return recordOf('employee', { ...onlyFields(value, EMPLOYEE_FIELDS), email, joined: { account } });
        }),
      };
    }
  },
  map: toStaffMember,
});

/** POST /resource/Roster/QUERY. `GET /supervise/roster` has the next 36 hours only. */
const shifts = stream({
  name: 'shifts',
  entity: 'shift',
  removals: 'absence',
  wire: DeputyRoster,
  async *pages(client: DeputyClient, request) {
    const { account } = client.settings;
    const meaningOf = await areas(client);
    const window = { from: request.from, to: request.to };
    const clauses = [
      { field: 'EndTime', type: 'gt', data: Math.floor(window.from.getTime() / 1000) },
      { field: 'StartTime', type: 'lt', data: Math.ceil(window.to.getTime() / 1000) },
    ] as const;
    for await (const page of client.pages({ resource: 'Roster', clauses }, request)) {
      yield {
        ...page,
        records: page.values.map((value) => {
          const sent = onlyFields(value, ROSTER_FIELDS);
          return recordOf('shift', { ...sent, joined: { account, window, ...meaningOf(sent.OperationalUnit) } });
        }),
      };
    }
  },
  map: toShift,
});

/** POST /resource/Leave/QUERY */
const leave = stream({
  name: 'leave',
  entity: 'leave',
  removals: 'absence',
  wire: DeputyLeave,
  async *pages(client: DeputyClient, request) {
    const { account, leaveRules } = client.settings;
    const window = { from: request.from, to: request.to };
    const clauses = [
      { field: 'DateEnd', type: 'ge', data: londonDay(window.from) },
      { field: 'DateStart', type: 'le', data: londonDay(window.to) },
    ] as const;
    for await (const page of client.pages({ resource: 'Leave', clauses }, request)) {
      yield {
        ...page,
        records: page.values.map((value) => {
          const { LeaveRule, ...sent } = onlyFields(value, LEAVE_FIELDS);
          const kind: LeaveKind = leaveRules[String(LeaveRule)] ?? 'AWAY';
          return recordOf('leave', { ...sent, joined: { account, window, kind } });
        }),
      };
    }
  },
  map: toLeave,
});

function recordOf(what: string, raw: Fields) {
  const { Id } = raw;
  const isId = typeof Id === 'number' && Number.isInteger(Id);
  return { ref: isId ? String(Id) : null, where: `${what} ${isId ? Id : 'without an id'}`, raw };
}

/** Reads a list of which every record matters. @throws UpstreamRejectedError when one is not what the reference says. */
async function listOf<Wire extends z.ZodType>(client: DeputyClient, resource: string, wire: Wire): Promise<readonly z.output<Wire>[]> {
  return (await client.all(resource)).map((value) => {
    const parsed = wire.safeParse(value);
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.');
    throw new UpstreamRejectedError(`Deputy, ${resource}: expected ${field || 'an object'} in each record, got ${kindOf(value)} without it.`);
  });
}

interface AreaMeaning {
  readonly place: Place | null;
  readonly role: Role | null;
  /** The id of its location, to be named where the settings do not know it. */
  readonly location: number | null;
}

const NO_MEANING: AreaMeaning = { place: null, role: null, location: null };

/** Id of an area → where it is and what is done there. An area belongs to one location, and its name is a role there. */
async function areas(client: DeputyClient): Promise<(area: unknown) => AreaMeaning> {
  const placeOf = placesFrom(client.settings.locations);
  const roleOf = rolesFrom(client.settings.areas);
  const companies = new Map((await listOf(client, 'Company', DeputyCompany)).map(({ Id, CompanyName }) => [Id, placeOf(CompanyName)]));
  const meanings = new Map(
    (await listOf(client, 'OperationalUnit', DeputyArea)).map(({ Id, Company, OperationalUnitName }) => {
      return [Id, { place: companies.get(Company) ?? null, role: roleOf(OperationalUnitName), location: Company }] as const;
    }),
  );
  return (area) => meanings.get(area as number) ?? NO_MEANING;
}

/** The locations: a setting that names one which is not there is a mistake that would read nothing. */
async function check(client: DeputyClient): Promise<void> {
  const names = new Set((await listOf(client, 'Company', DeputyCompany)).map(({ CompanyName }) => foldWords(CompanyName)));
  const missing = Object.keys(client.settings.locations).filter((name) => !names.has(foldWords(name)));
  if (missing.length > 0) throw new UpstreamRejectedError(`Deputy has no location called "${missing.join('", "')}". Check the setting locations.`);
}

export default defineAdapter<DeputySettings, DeputyClient>({
  id: 'deputy',
  title: 'Deputy',
  kind: 'ROTA',
  docs: 'https://developer.deputy.com/deputy-docs/docs/roster',
  partial: 'It holds no terms of employment, so it gives no engagements. Permanent tokens only.',
  settings: DeputySettings,
  connect,
  check,
  pull: [staffMembers, shifts, leave],
});
