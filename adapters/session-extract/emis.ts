/**
 * EMIS Web bulk extract, 5.0 to 5.4: sessions, who holds them, users in role, organisations, locations.
 *
 * Columns as read on 2026-11-23 in the public source of a consumer of the extract (endeavourhealth/Transforms, Apache
 * 2.0). Appointment_Slot, which names patients, is never opened.
 */
import { keepable } from '../../platform/table/cells.ts';
import type { PullRequest, UpstreamRecord } from '../contract.ts';
import type { SessionExtractSettings } from './settings.ts';
import { type Extract, latestPositions, lookUpTable, tableSpec } from './tables.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { EngagementRecord, PersonRecord, ShiftRecord } from './wire.ts';

export const SESSION = tableSpec('Appointment_Session', [
  ...(['AppointmentSessionGuid', 'Description', 'LocationGuid', 'SessionTypeDescription', 'SessionCategoryDisplayName'] as const),
  ...(['StartDate', 'StartTime', 'EndDate', 'EndTime', 'OrganisationGuid', 'Deleted'] as const),
]);
export const SESSION_USER = tableSpec('Appointment_SessionUser', ['SessionGuid', 'UserInRoleGuid', 'Deleted']);
export const USER_IN_ROLE = tableSpec('Admin_UserInRole', [
  ...(['UserInRoleGuid', 'OrganisationGuid', 'GivenName', 'Surname', 'JobCategoryName', 'ContractStartDate', 'ContractEndDate'] as const),
]);
export const ORGANISATION = tableSpec('Admin_Organisation', ['OrganisationGuid', 'OrganisationName', 'ODSCode']);
export const LOCATION = tableSpec('Admin_Location', ['LocationGuid', 'LocationName']);

export const EMIS_TABLES = [SESSION, SESSION_USER, USER_IN_ROLE, ORGANISATION, LOCATION] as const;

export interface EmisSource {
  readonly extract: Extract;
  readonly vocabulary: Vocabulary;
  readonly settings: SessionExtractSettings;
}

/** Users in role have no column that says that they were deleted. */
const NEVER_REMOVED = { text: '', column: 'Deleted' };
const NONE = { text: '', column: '' };

const keyOf = ({ namespace }: SessionExtractSettings, guid: string) => `ref:${namespace}:emis-${guid}`.toLowerCase();

/** A user in role is a person in one post: the extract does not say which two of them are one person. */
export async function* emisPeople({ extract, vocabulary, settings }: EmisSource): AsyncIterable<UpstreamRecord> {
  const latest = await latestPositions(extract, USER_IN_ROLE, ({ UserInRoleGuid }) => UserInRoleGuid);
  for await (const { cells, where, problems, position } of extract.rows(USER_IN_ROLE)) {
    const guid = cells.UserInRoleGuid;
    const known = vocabulary.person(guid);
    const raw: PersonRecord = {
      superseded: isSuperseded(latest, guid, position),
      removed: NEVER_REMOVED,
      role: vocabulary.role(cells.JobCategoryName),
      roleAsSent: { text: cells.JobCategoryName, column: 'JobCategoryName' },
      keys: [keyOf(settings, guid), ...(known === undefined ? [] : [known])],
      givenName: { text: cells.GivenName, column: 'GivenName' },
      familyName: { text: cells.Surname, column: 'Surname' },
      fullName: NONE,
      registration: null,
    };
    yield { ref: guid || null, where, raw, problems };
  }
}

export async function* emisEngagements({ extract, vocabulary, settings }: EmisSource): AsyncIterable<UpstreamRecord> {
  const latest = await latestPositions(extract, USER_IN_ROLE, ({ UserInRoleGuid }) => UserInRoleGuid);
  const organisations = await organisationCodes(extract, vocabulary);
  for await (const { cells, where, problems, position } of extract.rows(USER_IN_ROLE)) {
    const raw: EngagementRecord = {
      superseded: isSuperseded(latest, cells.UserInRoleGuid, position),
      removed: NEVER_REMOVED,
      role: vocabulary.role(cells.JobCategoryName),
      roleAsSent: { text: cells.JobCategoryName, column: 'JobCategoryName' },
      staffKey: keyOf(settings, cells.UserInRoleGuid),
      person: { text: cells.UserInRoleGuid, column: 'UserInRoleGuid' },
      organisationCode: organisations.get(cells.OrganisationGuid),
      organisation: { text: cells.OrganisationGuid, column: 'OrganisationGuid' },
      kind: vocabulary.engagementKind(cells.JobCategoryName),
      obsolete: false,
      start: { text: cells.ContractStartDate, column: 'ContractStartDate' },
      end: { text: cells.ContractEndDate, column: 'ContractEndDate' },
    };
    yield { ref: cells.UserInRoleGuid || null, where, raw, problems };
  }
}

/** A row of Appointment_SessionUser. */
interface Holder {
  readonly user: string;
  readonly deleted: string;
  readonly where: string;
}

/**
 * A record for each session and each who holds it: two at one session are two shifts. A session is deleted for all who
 * held it.
 */
export async function* emisShifts(source: EmisSource, { from, to }: PullRequest): AsyncIterable<UpstreamRecord> {
  const { extract, vocabulary, settings } = source;
  const latest = await latestPositions(extract, SESSION, ({ AppointmentSessionGuid }) => AppointmentSessionGuid);
  const holders = new Map<string, Map<string, Holder>>();
  for await (const { cells, where, problems } of extract.rows(SESSION_USER)) {
    if (problems.length > 0) yield { ref: null, where, raw: null, problems };
    else addHolder(holders, cells.SessionGuid, { user: keepable(cells.UserInRoleGuid), deleted: keepable(cells.Deleted), where });
  }
  const organisations = await organisationCodes(extract, vocabulary);
  const locations = await lookUpTable(
    extract,
    LOCATION,
    ({ LocationGuid }) => LocationGuid,
    ({ LocationName }) => vocabulary.site(LocationName) ?? null,
  );
  const users = await lookUpTable(
    extract,
    USER_IN_ROLE,
    ({ UserInRoleGuid }) => UserInRoleGuid,
    ({ JobCategoryName }) => keepable(JobCategoryName),
  );
  const met = new Set<string>();
  for await (const { cells, where, problems, position } of extract.rows(SESSION)) {
    const guid = cells.AppointmentSessionGuid;
    if (problems.length > 0) yield { ref: null, where, raw: null, problems };
    else {
      const superseded = isSuperseded(latest, guid, position);
      const hasEarlier = met.has(guid);
      if (superseded) met.add(keepable(guid));
      const held = superseded ? [] : [...(holders.get(guid)?.values() ?? [])];
      for (const holder of held.length > 0 ? held : [null]) {
        const job = holder === null ? undefined : users.get(holder.user);
        const raw: ShiftRecord = {
          superseded,
          hasEarlier,
          removed: { text: [cells.Deleted, holder?.deleted ?? ''].find((text) => !isNo(text)) ?? '', column: 'Deleted' },
          isHeld: holder !== null,
          role: job === undefined ? undefined : vocabulary.role(job),
          roleAsSent: { text: job ?? '', column: 'JobCategoryName' },
          staffKey: job === undefined || holder === null ? null : keyOf(settings, holder.user),
          holder: { text: holder?.user ?? '', column: 'UserInRoleGuid' },
          organisationCode: organisations.get(cells.OrganisationGuid),
          organisation: { text: cells.OrganisationGuid, column: 'OrganisationGuid' },
          siteCode: locations.get(cells.LocationGuid) ?? null,
          isSiteFound: cells.LocationGuid === '' || locations.has(cells.LocationGuid),
          site: { text: cells.LocationGuid, column: 'LocationGuid' },
          deliveryMode: vocabulary.deliveryMode(cells.SessionTypeDescription, cells.SessionCategoryDisplayName, cells.Description),
          start: { text: `${cells.StartDate} ${cells.StartTime}`, column: cells.StartTime === '' ? 'StartTime' : 'StartDate' },
          end: { text: `${cells.EndDate} ${cells.EndTime}`, column: cells.EndTime === '' ? 'EndTime' : 'EndDate' },
          from: from.toISOString(),
          to: to.toISOString(),
        };
        const ref = holder === null ? guid || null : `${guid}/${holder.user}`;
        yield { ref, where: holder === null ? where : `${where} with ${holder.where}`, raw };
      }
    }
  }
  yield* holdersWithoutSession(holders, latest);
}

function addHolder(holders: Map<string, Map<string, Holder>>, session: string, holder: Holder): void {
  const ofSession = holders.get(session);
  if (ofSession) ofSession.set(holder.user, holder);
  else holders.set(keepable(session), new Map([[holder.user, holder]]));
}

/** What no session has a row for: one that was deleted is gone all the same. */
function* holdersWithoutSession(holders: Map<string, Map<string, Holder>>, sessions: Map<string, number>): Iterable<UpstreamRecord> {
  for (const [session, ofSession] of holders) {
    if (sessions.has(session)) continue;
    for (const { user, deleted, where } of ofSession.values()) {
      const problems = isYes(deleted) ? [] : [{ path: 'SessionGuid', expected: 'a session that Appointment_Session has', got: 'another' }];
      yield { ref: `${session}/${user}`, where, raw: GONE_SHIFT, problems };
    }
  }
}

/** Enough of a record to say that the shift is gone. */
const GONE_SHIFT: ShiftRecord = {
  superseded: false,
  removed: { text: 'true', column: 'Deleted' },
  isHeld: true,
  roleAsSent: NONE,
  staffKey: null,
  holder: NONE,
  organisation: NONE,
  siteCode: null,
  isSiteFound: true,
  site: NONE,
  deliveryMode: null,
  start: null,
  end: null,
  from: new Date(0).toISOString(),
  to: new Date(0).toISOString(),
};

const isYes = (text: string) => text.toLowerCase() === 'true';
const isNo = (text: string) => text === '' || text.toLowerCase() === 'false';

function isSuperseded(latest: Map<string, number>, id: string, position: number): boolean {
  const last = latest.get(id);
  return last !== undefined && last > position;
}

function organisationCodes(extract: Extract, vocabulary: Vocabulary): Promise<Map<string, string | undefined>> {
  return lookUpTable(
    extract,
    ORGANISATION,
    ({ OrganisationGuid }) => OrganisationGuid,
    ({ OrganisationGuid, OrganisationName, ODSCode }) => vocabulary.organisation(ODSCode, OrganisationName, OrganisationGuid),
  );
}
