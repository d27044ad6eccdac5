/** BambooHR: who is employed, and whose time off was approved. */
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { defineAdapter, type PullRequest, stream, type UpstreamRecord } from '../contract.ts';
import { pagesOf } from '../table-pages.ts';
import { type BambooClient, connect, type Fields, fieldsOf } from './client.ts';
import { toEngagement, toLeave, toStaffMember } from './map.ts';
import { BambooHrSettings } from './settings.ts';
import { BambooEmployee, BambooTimeOff, DETAIL_FIELDS, DIRECTORY_FIELDS } from './wire.ts';

const pick = (fields: Fields, names: readonly string[]): Fields => Object.fromEntries(names.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])));

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const refOf = ({ id }: Fields): string | null => (typeof id === 'number' || textOf(id) !== '' ? String(id) : null);

/** Everybody in the directory, with their details where these are wanted: each costs a request. */
async function* employees(client: BambooClient, withDetails: boolean): AsyncIterable<UpstreamRecord> {
  const { settings, vocabulary } = client;
  const { company, payroll = null } = settings;
  for (const value of (await client.directory()).employees) {
    const sent = fieldsOf(value);
    const ref = refOf(sent);
    const details = withDetails && ref !== null ? await client.details(ref) : {};
    const jobTitle = textOf(sent.jobTitle);
    const kind = vocabulary.kindOfTitle(jobTitle);
    const organisationCode = [sent.location, sent.division, sent.department]
      .map((place) => client.organisationOf(textOf(place)))
      .find((code) => code !== undefined);
    const joined = {
      company,
      payroll,
      organisationCode: organisationCode ?? settings.organisationCode,
      role: vocabulary.role({ jobRole: jobTitle, position: '', occupationCode: '' }),
      kind: kind === undefined ? settings.defaultKind : kind,
    };
    yield { ref, where: `employee ${ref ?? 'without an id'}`, raw: { ...pick(sent, DIRECTORY_FIELDS), ...pick(details, DETAIL_FIELDS), joined } };
  }
}

const staffMembers = stream({
  name: 'staffMembers',
  entity: 'staffMember',
  removals: 'absence',
  wire: BambooEmployee,
  pages: (client: BambooClient) => pagesOf(employees(client, client.settings.payroll !== undefined), client.now),
  map: toStaffMember,
});

const engagements = stream({
  name: 'engagements',
  entity: 'engagement',
  removals: 'absence',
  wire: BambooEmployee,
  pages: (client: BambooClient) => pagesOf(employees(client, true), client.now),
  map: toEngagement,
});

/** The longest leave that is looked for: a year of parental leave. */
const MARGIN_MS = 366 * 24 * 60 * 60 * 1000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/**
 * Whether the filter takes what straddles its edges is not said: a wider period is asked for, and `map` cuts. The type
 * is looked up on reading and goes no further: it may be health data.
 */
async function* timeOffRequests(client: BambooClient, { from, to }: PullRequest): AsyncIterable<UpstreamRecord> {
  const common = { company: client.settings.company, from: from.toISOString(), to: to.toISOString() };
  for (const value of await client.timeOff(dayOf(from.getTime() - MARGIN_MS), dayOf(to.getTime() + MARGIN_MS))) {
    const sent = fieldsOf(value);
    const ref = refOf(sent);
    const joined = { ...common, kind: client.vocabulary.absenceType(textOf(fieldsOf(sent.type).name)) };
    const raw = { ...pick(sent, ['id', 'employeeId', 'start', 'end']), status: fieldsOf(sent.status).status, joined };
    yield { ref, where: `time off request ${ref ?? 'without an id'}`, raw };
  }
}

const timeOff = stream({
  name: 'timeOff',
  entity: 'leave',
  removals: 'absence',
  wire: BambooTimeOff,
  pages: (client: BambooClient, request) => pagesOf(timeOffRequests(client, request), client.now),
  map: toLeave,
});

/** Without these nobody can be read. */
const NEEDED = ['firstName', 'lastName', 'jobTitle'];

async function check(client: BambooClient): Promise<void> {
  const { shown } = await client.directory();
  const missing = NEEDED.filter((field) => !shown.includes(field));
  if (missing.length === 0) return;
  throw new UpstreamRejectedError(`BambooHR: expected the directory to show ${missing.join(', ')}. Add to its fields in BambooHR's settings.`);
}

export default defineAdapter<BambooHrSettings, BambooClient>({
  id: 'bamboohr',
  title: 'BambooHR',
  kind: 'HR',
  docs: 'https://documentation.bamboohr.com/reference',
  partial: 'Training records and sign-in by OAuth are not read; a part of a day off counts as the whole day.',
  settings: BambooHrSettings,
  connect,
  check,
  pull: [staffMembers, engagements, timeOff],
});
