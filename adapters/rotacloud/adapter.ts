/** RotaCloud v1: who works when and where, open shifts, who is away, and the people with their terms. */
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { londonDay } from '../../schema/domain/time.ts';
import type { EngagementKind, LeaveKind } from '../../schema/domain/values.ts';
import { defineAdapter, kindOf, type PullRequest, stream } from '../contract.ts';
import { type Fields, onlyFields, type Place, placesFrom, type Role, rolesFrom } from '../places-and-roles.ts';
import { foldWords, wordList } from '../words.ts';
import { connect, type RotaCloudClient } from './client.ts';
import { toEngagement, toLeave, toShift, toStaffMember } from './map.ts';
import { RotaCloudSettings } from './settings.ts';
import {
  CONTRACT_FIELDS,
  LEAVE_FIELDS,
  PERSON_FIELDS,
  RotaCloudContract,
  RotaCloudLeave,
  RotaCloudNamed,
  RotaCloudShift,
  RotaCloudUser,
  SHIFT_FIELDS,
} from './wire.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** No shift is longer, so none that touches the window begins or ends further away. */
const SHIFT_MARGIN_MS = DAY_MS;

/** Leave may last: a year of parental leave is the longest that is looked for. */
const LEAVE_MARGIN_MS = 366 * DAY_MS;

/**
 * Whether a list by `start` and `end` has what only reaches into that period is not documented: so a wider one is asked
 * for, and `map` cuts.
 */
function around({ from, to }: PullRequest, marginMs: number): { readonly earliest: Date; readonly latest: Date } {
  return { earliest: new Date(from.getTime() - marginMs), latest: new Date(to.getTime() + marginMs) };
}

const unixSeconds = (at: Date) => String(Math.floor(at.getTime() / 1000));

/** GET /v1/users */
const staffMembers = stream({
  name: 'staffMembers',
  entity: 'staffMember',
  removals: 'absence',
  mayShift: true,
  wire: RotaCloudUser,
  async *pages(client: RotaCloudClient, request) {
    const { account, payrollNamespace = null } = client.settings;
    for await (const page of client.pages('users', {}, request)) {
      yield { ...page, records: page.values.map((value) => recordOf('user', { ...onlyFields(value, PERSON_FIELDS), joined: { account, payrollNamespace } })) };
    }
  },
  map: toStaffMember,
});

/** GET /v1/users, once for each organisation at whose locations the person works: `<user>@<organisation>`. */
const engagements = stream({
  name: 'engagements',
  entity: 'engagement',
  removals: 'absence',
  mayShift: true,
  wire: RotaCloudContract,
  offered: ({ settings }) => Object.keys(settings.engagementKinds).length > 0,
  async *pages(client: RotaCloudClient, request) {
    const { account } = client.settings;
    const placeOf = await places(client);
    const roleOf = await roles(client);
    const kindOfGroup = await engagementKinds(client);
    for await (const page of client.pages('users', {}, request)) {
      yield {
        ...page,
        records: page.values.flatMap((value) => {
          const sent = onlyFields(value, CONTRACT_FIELDS);
          const workplaces = workplacesOf(sent, placeOf);
          const isOnlyOrganisation = workplaces.filter(({ place }) => !place?.leftOut).length === 1;
          return workplaces.map(({ name, place }) => {
            const joined = { account, place, isOnlyOrganisation, role: roleOf(mainRole(sent)), kind: kindOfGroup(sent.group) };
            const record = recordOf('user', { ...sent, joined }, `@${name}`);
            // A location that is not known may be one of a known organisation under a new name.
            return place === null ? { ...record, ref: null } : record;
          });
        }),
      };
    }
  },
  map: toEngagement,
});

/** Each organisation once; each location that is left out or not known by itself. One without any where there is none. */
function workplacesOf({ locations }: Fields, placeOf: (location: unknown) => Place | null): readonly { name: string; place: Place | null }[] {
  const ids: readonly unknown[] = Array.isArray(locations) && locations.length > 0 ? locations : [null];
  const workplaces = ids.map((id) => {
    const place = placeOf(id);
    return { name: place && !place.leftOut ? place.organisationCode : `location-${id}`, place };
  });
  return [...new Map(workplaces.map((workplace) => [workplace.name, workplace])).values()];
}

/** A person may do several roles. Without a default one, only an only one tells which is meant. */
function mainRole({ default_role, roles: all }: Fields): unknown {
  return default_role ?? (Array.isArray(all) && all.length === 1 ? all[0] : null);
}

/** GET /v1/shifts */
const shifts = stream({
  name: 'shifts',
  entity: 'shift',
  removals: 'absence',
  mayShift: true,
  wire: RotaCloudShift,
  async *pages(client: RotaCloudClient, request) {
    const { account } = client.settings;
    const placeOf = await places(client);
    const roleOf = await roles(client);
    const { earliest, latest } = around(request, SHIFT_MARGIN_MS);
    for await (const page of client.pages('shifts', { start: unixSeconds(earliest), end: unixSeconds(latest) }, request)) {
      yield {
        ...page,
        records: page.values.map((value) => {
          const sent = onlyFields(value, SHIFT_FIELDS);
          const window = { from: request.from, to: request.to };
          return recordOf('shift', { ...sent, joined: { account, window, place: placeOf(sent.location), role: roleOf(sent.role) } });
        }),
      };
    }
  },
  map: toShift,
});

/** GET /v1/leave */
const leave = stream({
  name: 'leave',
  entity: 'leave',
  removals: 'absence',
  mayShift: true,
  wire: RotaCloudLeave,
  async *pages(client: RotaCloudClient, request) {
    const { account } = client.settings;
    const kindOfType = await leaveKinds(client);
    const { earliest, latest } = around(request, LEAVE_MARGIN_MS);
    for await (const page of client.pages('leave', { start: londonDay(earliest), end: londonDay(latest) }, request)) {
      yield {
        ...page,
        records: page.values.map((value) => {
          const { type, ...sent } = onlyFields(value, LEAVE_FIELDS);
          const window = { from: request.from, to: request.to };
          return recordOf('leave', { ...sent, joined: { account, window, kind: kindOfType(type) } });
        }),
      };
    }
  },
  map: toLeave,
});

function recordOf(what: string, raw: Fields, suffix = '') {
  const { id } = raw;
  const isId = typeof id === 'number' && Number.isInteger(id);
  return { ref: isId ? `${id}${suffix}` : null, where: `${what} ${isId ? `${id}${suffix}` : 'without an id'}`, raw };
}

/** Id → name, of a list of which every record matters. @throws UpstreamRejectedError when one is not what the SDK says. */
async function namesOf(client: RotaCloudClient, path: string): Promise<ReadonlyMap<number, string>> {
  const list = await client.all(path);
  return new Map(
    list.map((value) => {
      const parsed = RotaCloudNamed.safeParse(value);
      if (parsed.success) return [parsed.data.id, parsed.data.name] as const;
      throw new UpstreamRejectedError(`RotaCloud, ${path}: expected an id and a name in each record, got ${kindOf(value)} without one of them.`);
    }),
  );
}

function byId<Meaning>(names: ReadonlyMap<number, string>, meaningOf: (name: string) => Meaning): (id: unknown) => Meaning | null {
  const meanings = new Map([...names].map(([id, name]) => [id, meaningOf(name)]));
  return (id) => meanings.get(id as number) ?? null;
}

const places = async (client: RotaCloudClient): Promise<(id: unknown) => Place | null> =>
  byId(await namesOf(client, 'locations'), placesFrom(client.settings.locations));

const roles = async (client: RotaCloudClient): Promise<(id: unknown) => Role | null> => byId(await namesOf(client, 'roles'), rolesFrom(client.settings.roles));

async function engagementKinds(client: RotaCloudClient): Promise<(group: unknown) => EngagementKind | null | undefined> {
  const kindOf = wordList<EngagementKind | null>(client.settings.engagementKinds);
  const names = await namesOf(client, 'groups');
  return (group) => {
    const name = names.get(group as number);
    return name === undefined ? undefined : kindOf(name);
  };
}

async function leaveKinds(client: RotaCloudClient): Promise<(type: unknown) => LeaveKind> {
  const kindOfType = byId<LeaveKind>(await namesOf(client, 'leave_types'), (name) => wordList(client.settings.leaveTypes)(name) ?? 'AWAY');
  return (type) => kindOfType(type) ?? 'AWAY';
}

/** GET /v1/locations: a setting that names a location which is not there is a mistake that would read nothing. */
async function check(client: RotaCloudClient): Promise<void> {
  const names = new Set([...(await namesOf(client, 'locations')).values()].map(foldWords));
  const missing = Object.keys(client.settings.locations).filter((name) => !names.has(foldWords(name)));
  if (missing.length > 0) throw new UpstreamRejectedError(`RotaCloud has no location called "${missing.join('", "')}". Check the setting locations.`);
}

export default defineAdapter<RotaCloudSettings, RotaCloudClient>({
  id: 'rotacloud',
  title: 'RotaCloud',
  kind: 'ROTA',
  docs: 'https://github.com/rotacloud/rotacloud-node',
  partial: 'It holds no terms of employment: the kind of an engagement comes from the settings.',
  settings: RotaCloudSettings,
  connect,
  check,
  pull: [staffMembers, engagements, shifts, leave],
});
