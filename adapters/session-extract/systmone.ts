/**
 * TPP SystmOne strategic extract, 87 to 93: rotas, staff members and their profiles, organisations, branches; of
 * appointments nothing but when they begin and end.
 *
 * Columns as read on 2026-11-23 in the public source of two consumers of the extract (endeavourhealth/Transforms, Apache
 * 2.0; CRATE). A rota has no end of its own: it lasts from its first appointment to the end of its last.
 */
import { keepable } from '../../platform/table/cells.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { addDays, londonDay } from '../../schema/domain/time.ts';
import type { PullRequest, UpstreamRecord } from '../contract.ts';
import { odsCodeFromWords } from '../words.ts';
import { localTimeIn } from './map.ts';
import type { SessionExtractSettings } from './settings.ts';
import { type Extract, latestPositions, lookUpTable, tableSpec } from './tables.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Cell, EngagementRecord, PersonRecord, ShiftRecord } from './wire.ts';

/** Older versions have neither of the optional columns. */
export const ROTA = tableSpec(
  'SRRota',
  ['RowIdentifier', 'IDOrganisationVisibleTo', 'Name', 'RotaType', 'IDProfileOwner', 'IDBranch', 'DateStart', 'RemovedData'],
  ['DateStart', 'RemovedData'],
);
/** Every other column of it may be about a patient. */
export const APPOINTMENT = tableSpec('SRAppointment', ['RowIdentifier', 'DateStart', 'DateEnd', 'IDRota', 'RemovedData'], ['RemovedData']);
export const STAFF_MEMBER = tableSpec(
  'SRStaffMember',
  ['RowIdentifier', 'StaffName', 'NationalIdType', 'IDNational', 'Obsolete', 'RemovedData'],
  ['RemovedData'],
);
export const PROFILE = tableSpec(
  'SRStaffMemberProfile',
  ['RowIdentifier', 'StaffRole', 'DateEmploymentStart', 'DateEmploymentEnd', 'IDStaffMember', 'IDOrganisation', 'RemovedData'],
  ['RemovedData'],
);
export const ORGANISATION = tableSpec('SROrganisation', ['RowIdentifier', 'Name', 'ID']);
export const BRANCH = tableSpec('SROrganisationBranch', ['RowIdentifier', 'ID', 'BranchName']);

export const SYSTMONE_TABLES = [ROTA, APPOINTMENT, STAFF_MEMBER, PROFILE, ORGANISATION] as const;

export interface SystmoneSource {
  readonly extract: Extract;
  readonly vocabulary: Vocabulary;
  readonly settings: SessionExtractSettings;
}

const NONE = { text: '', column: '' };
const removedIn = ({ RemovedData }: { readonly RemovedData: string }): Cell => ({ text: RemovedData, column: 'RemovedData' });
const rowOf = ({ RowIdentifier }: { readonly RowIdentifier: string }) => RowIdentifier;
const keyOf = ({ namespace }: SessionExtractSettings, id: string) => `ref:${namespace}:systmone-${id}`.toLowerCase();
/** Nothing, 0 and negative numbers name no row. */
const namesRow = (id: string) => id !== '' && !/^(?:0|-\d+)$/.test(id);

export async function* systmonePeople({ extract, vocabulary, settings }: SystmoneSource): AsyncIterable<UpstreamRecord> {
  const latest = await latestPositions(extract, STAFF_MEMBER, rowOf);
  for await (const { cells, where, problems, position } of extract.rows(STAFF_MEMBER)) {
    const id = cells.RowIdentifier;
    const known = vocabulary.person(id);
    const regulator = vocabulary.regulator(cells.NationalIdType);
    const raw: PersonRecord = {
      superseded: isSuperseded(latest, id, position),
      removed: removedIn(cells),
      // A person's role stands in the profiles.
      roleAsSent: NONE,
      keys: [keyOf(settings, id), ...(known === undefined ? [] : [known])],
      givenName: NONE,
      familyName: { text: '', column: 'StaffName' },
      fullName: { text: cells.StaffName, column: 'StaffName' },
      registration: regulator === undefined ? null : { regulator, number: { text: cells.IDNational, column: 'IDNational' } },
    };
    yield { ref: id || null, where, raw, problems };
  }
}

export async function* systmoneEngagements({ extract, vocabulary, settings }: SystmoneSource): AsyncIterable<UpstreamRecord> {
  const latest = await latestPositions(extract, PROFILE, rowOf);
  const organisations = await organisationCodes(extract, vocabulary);
  const isObsolete = await lookUpTable(extract, STAFF_MEMBER, rowOf, ({ Obsolete }) => /^(?:1|true)$/i.test(Obsolete));
  for await (const { cells, where, problems, position } of extract.rows(PROFILE)) {
    const raw: EngagementRecord = {
      superseded: isSuperseded(latest, cells.RowIdentifier, position),
      removed: removedIn(cells),
      role: vocabulary.role(cells.StaffRole),
      roleAsSent: { text: cells.StaffRole, column: 'StaffRole' },
      staffKey: isObsolete.has(cells.IDStaffMember) ? keyOf(settings, cells.IDStaffMember) : null,
      person: { text: cells.IDStaffMember, column: 'IDStaffMember' },
      organisationCode: organisations.get(cells.IDOrganisation),
      organisation: { text: cells.IDOrganisation, column: 'IDOrganisation' },
      kind: vocabulary.engagementKind(cells.StaffRole),
      obsolete: isObsolete.get(cells.IDStaffMember) ?? false,
      start: { text: cells.DateEmploymentStart, column: 'DateEmploymentStart' },
      end: { text: cells.DateEmploymentEnd, column: 'DateEmploymentEnd' },
    };
    yield { ref: cells.RowIdentifier || null, where, raw, problems };
  }
}

export async function* systmoneShifts({ extract, vocabulary, settings }: SystmoneSource, { from, to }: PullRequest): AsyncIterable<UpstreamRecord> {
  const latest = await latestPositions(extract, ROTA, rowOf);
  const organisations = await organisationCodes(extract, vocabulary);
  const branches = await branchSites(extract, vocabulary);
  const profiles = await lookUpTable(extract, PROFILE, rowOf, ({ StaffRole, IDStaffMember }) => ({
    role: keepable(StaffRole),
    person: keepable(IDStaffMember),
  }));
  const spans = await spansOf(extract, from, to);
  const met = new Set<string>();
  for await (const { cells, where, problems, position } of extract.rows(ROTA)) {
    const superseded = isSuperseded(latest, cells.RowIdentifier, position);
    const hasEarlier = met.has(cells.RowIdentifier);
    if (superseded) met.add(keepable(cells.RowIdentifier));
    const profile = profiles.get(cells.IDProfileOwner);
    const span = spans.get(cells.RowIdentifier);
    const hasBranch = namesRow(cells.IDBranch) && branches !== null;
    const raw: ShiftRecord = {
      superseded,
      hasEarlier,
      removed: removedIn(cells),
      isHeld: namesRow(cells.IDProfileOwner),
      role: profile && vocabulary.role(profile.role),
      roleAsSent: { text: profile?.role ?? '', column: 'StaffRole' },
      staffKey: profile ? keyOf(settings, profile.person) : null,
      holder: { text: cells.IDProfileOwner, column: 'IDProfileOwner' },
      organisationCode: organisations.get(cells.IDOrganisationVisibleTo),
      organisation: { text: cells.IDOrganisationVisibleTo, column: 'IDOrganisationVisibleTo' },
      siteCode: hasBranch ? (branches.get(cells.IDBranch) ?? null) : null,
      isSiteFound: !hasBranch || branches.has(cells.IDBranch),
      site: { text: cells.IDBranch, column: 'IDBranch' },
      deliveryMode: vocabulary.deliveryMode(cells.RotaType, cells.Name),
      start: span ? startOf(cells.DateStart, span) : null,
      end: span ? { text: span.last.replace('T', ' '), column: 'DateEnd' } : null,
      from: from.toISOString(),
      to: to.toISOString(),
    };
    yield { ref: cells.RowIdentifier || null, where, raw, problems: [...problems, ...(span?.isDoubtful ? [DOUBTFUL] : [])] };
  }
}

/** From the first appointment of a rota to the end of the last, London wall-clock time as `YYYY-MM-DDTHH:MM:SS`. */
interface Span {
  readonly first: string;
  readonly last: string;
  /** One of its appointments says no time. */
  readonly isDoubtful: boolean;
}

const DOUBTFUL = { path: 'IDRota', expected: 'appointments that begin and end at a time as 02 Mar 2026 08:30:00', got: 'one that does not' };

/** A rota that began before its first appointment, on the same day, began then. A bare day says nothing of that. */
function startOf(dateStart: string, { first }: Span): Cell {
  const own = localTimeIn(dateStart);
  const isEarlier = own !== null && !own.endsWith('T00:00:00') && own.slice(0, 10) === first.slice(0, 10) && own < first;
  return { text: (isEarlier ? own : first).replace('T', ' '), column: 'DateStart' };
}

interface Appointment {
  readonly rota: string;
  readonly start: string | null;
  readonly end: string | null;
}

/** A rota over midnight has appointments on two days. */
const DAYS_AROUND = 2;

/**
 * Rota → its span, of the appointments around the window.
 *
 * @throws UpstreamRejectedError when a row is not whole: of which rota it is cannot be told, and that one would seem
 *   shorter than it is.
 */
async function spansOf(extract: Extract, from: Date, to: Date): Promise<Map<string, Span>> {
  const firstDay = addDays(londonDay(from), -DAYS_AROUND);
  const lastDay = addDays(londonDay(to), DAYS_AROUND);
  const appointments = new Map<string, Appointment>();
  for await (const { cells, where, problems } of extract.rows(APPOINTMENT)) {
    const [problem] = problems;
    if (problem) throw new UpstreamRejectedError(`${where}: expected ${problem.expected}, got ${problem.got}. No rota is read until it is mended.`);
    const start = localTimeIn(cells.DateStart);
    const isNear = start === null || (start.slice(0, 10) >= firstDay && start.slice(0, 10) <= lastDay);
    if (/^(?:1|true)$/i.test(cells.RemovedData) || !namesRow(cells.IDRota) || !isNear) appointments.delete(cells.RowIdentifier);
    else appointments.set(keepable(cells.RowIdentifier), { rota: keepable(cells.IDRota), start, end: localTimeIn(cells.DateEnd) });
  }
  const spans = new Map<string, Span>();
  for (const { rota, start, end } of appointments.values()) spans.set(rota, widened(spans.get(rota), start, end));
  return spans;
}

function widened(span: Span | undefined, start: string | null, end: string | null): Span {
  const isDoubtful = (span?.isDoubtful ?? false) || start === null || end === null;
  const [first = '', last = ''] = [start ?? end ?? '', end ?? start ?? ''];
  if (span === undefined) return { first, last, isDoubtful };
  // Times as text sort as they follow each other.
  return { first: [span.first, first].sort()[0] ?? '', last: [span.last, last].sort()[1] ?? '', isDoubtful };
}

function isSuperseded(latest: Map<string, number>, id: string, position: number): boolean {
  const last = latest.get(id);
  return last !== undefined && last > position;
}

/** By ODS code, by which other tables name an organisation, and by row, should a version do that. */
async function organisationCodes(extract: Extract, vocabulary: Vocabulary): Promise<Map<string, string | undefined>> {
  const codes = new Map<string, string | undefined>();
  for await (const { cells, problems } of extract.rows(ORGANISATION)) {
    if (problems.length > 0) continue;
    const code = vocabulary.organisation(cells.ID, cells.Name, cells.RowIdentifier);
    for (const name of [cells.RowIdentifier, cells.ID]) if (name !== '') codes.set(keepable(name), code);
  }
  return codes;
}

/** Row of a branch → code of the site: by its name in the settings, else its own ODS code. Null when there is no such file. */
async function branchSites(extract: Extract, vocabulary: Vocabulary): Promise<Map<string, string | null> | null> {
  if (!(await extract.has(BRANCH.table))) return null;
  return lookUpTable(extract, BRANCH, rowOf, ({ ID, BranchName }) => vocabulary.site(BranchName) ?? odsCodeFromWords(ID) ?? null);
}
