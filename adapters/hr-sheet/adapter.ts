/** Staff lists that a practice or network keeps itself, with whatever columns it likes. */
import { foldName, parseDay } from '../../platform/table/cells.ts';
import { openTable, type Table, type TableRow } from '../../platform/table/table.ts';
import type { Regulator } from '../../schema/domain/codes.ts';
import type { CredentialKind } from '../../schema/domain/staff.ts';
import { defineAdapter, type Page, type PullRequest, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { createSightings, personRef, sightedRecord } from '../sightings.ts';
import { saysNothing } from '../staff-cells.ts';
import { type FoundColumns, findColumns, pagesOf } from '../table-pages.ts';
import { toBankMembership, toCredential, toEngagement, toLeave, toStaffMember } from './map.ts';
import { type Headings, HrSheetSettings, offeredStreams, type StreamName } from './settings.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';
import { CELLS, CredentialRow, FIELD_NAMES, type Field, HrRow, LeaveRow } from './wire.ts';

interface Client {
  readonly settings: HrSheetSettings;
  readonly vocabulary: Vocabulary;
  open(): Promise<StaffList>;
}

interface StaffList {
  readonly table: Table;
  readonly found: FoundColumns<string>;
}

const registrationName = (regulator: string) => `registration ${regulator}`;
const credentialName = (kind: string) => `credential ${kind}`;

function connect(settings: HrSheetSettings, { resolvePath }: Tools): Client {
  const { file, entry, sheet, headerRow, encoding, delimiter } = settings;
  const wanted: Record<string, Headings> = {};
  const want = (names: Readonly<Partial<Record<string, Headings>>>, nameOf: (name: string) => string) => {
    for (const [name, headings] of Object.entries(names)) if (headings) wanted[nameOf(name)] = headings;
  };
  want(settings.columns, (field) => field);
  want(settings.registrationColumns, registrationName);
  want(settings.credentialColumns, credentialName);
  return {
    settings,
    vocabulary: createVocabulary(settings),
    async open() {
      const table = await openTable(resolvePath(file), { entry, sheet, headerRow, encoding, delimiter });
      return { table, found: findColumns(table, wanted, [], 'staff list') };
    },
  };
}

type Raw = Omit<HrRow, 'repeat'>;

/** A row with its words looked up, and what of its text the streams need before it is mapped. */
interface ReadRow {
  readonly where: string;
  readonly problems: TableRow['problems'];
  readonly raw: Raw;
  /** Tells people apart; '' when the row has nothing that does. */
  readonly person: string;
  cell(name: string): string;
}

async function* rowsOf({ settings, vocabulary }: Client, { table, found }: StaffList): AsyncIterable<ReadRow> {
  const { namespace, dateOrder, minutesPerSession } = settings;
  const columns = Object.fromEntries(FIELD_NAMES.map((field) => [field, found.names[field] ?? field])) as Record<Field, string>;
  const ours = new Set<string>(['', ...Object.values(found.names)]);
  for await (const row of table.rows) {
    const all = found.cellsOf(row);
    const cell = (name: string) => (saysNothing(all[name] ?? '') ? '' : (all[name] ?? ''));
    const organisation = cell('organisation');
    const organisationCode = organisation === '' ? settings.organisationCode : vocabulary.organisation(organisation);
    const registrations = registrationsIn(cell, settings, vocabulary, found.names);
    const terms = cell('engagementKind');
    yield {
      where: `row ${row.number} of the staff list`,
      // A cell that Excel could not work out matters where we read it.
      problems: row.problems.filter(({ path }) => ours.has(path)),
      raw: {
        namespace,
        dateOrder,
        minutesPerSession,
        cells: Object.fromEntries(CELLS.map((field) => [field, cell(field)])) as HrRow['cells'],
        columns,
        role: vocabulary.role(cell('role')),
        organisationCode,
        engagementKind: terms === '' ? settings.defaultEngagementKind : vocabulary.engagementKind(terms),
        bankCode: bankIn(cell('bank'), settings.bankCode ?? organisationCode, vocabulary),
        registrations,
      },
      person: personRef(cell('staffNumber'), cell('workEmail') || (registrations[0]?.number ?? '')),
      cell,
    };
  }
}

function registrationsIn(
  cell: (name: string) => string,
  { columns, registrationColumns }: HrSheetSettings,
  { registrationBody }: Vocabulary,
  names: Readonly<Record<string, string>>,
): HrRow['registrations'] {
  const body = cell('registrationBody');
  const isNamed = columns.registrationBody !== undefined && body !== '';
  const shared = {
    regulator: isNamed ? registrationBody(body) : undefined,
    isNamed,
    number: cell('registrationNumber'),
    column: names.registrationNumber ?? '',
  };
  const own = (Object.keys(registrationColumns) as Regulator[]).map((regulator) => {
    const name = registrationName(regulator);
    return { regulator, isNamed: true, number: cell(name), column: names[name] ?? '' };
  });
  return [shared, ...own].filter(({ number }) => number !== '');
}

/** Whose bank: null for nobody's, undefined for words that are not known. */
function bankIn(words: string, usual: string | undefined, { yesOrNo, organisation }: Vocabulary): string | null | undefined {
  if (words === '') return null;
  const answer = yesOrNo(words);
  if (answer === undefined) return organisation(words);
  return answer ? usual : null;
}

/** What a record of a row goes by, and by what its repeats are told from rows that contradict it. */
interface Identity {
  readonly parts: readonly string[];
  readonly content: readonly unknown[];
}

function pages(identify: (row: ReadRow) => Identity) {
  return async function* (client: Client): AsyncIterable<Page> {
    const list = await client.open();
    const sight = createSightings();
    async function* records(): AsyncIterable<UpstreamRecord> {
      for await (const row of rowsOf(client, list)) yield recordOf(row, row.where, row.raw, identify(row), sight);
    }
    yield* pagesOf(records(), () => list.table.modifiedAt);
  };
}

function recordOf(row: ReadRow, where: string, raw: object, { parts, content }: Identity, sight: ReturnType<typeof createSightings>): UpstreamRecord {
  const ref = row.person === '' ? null : [row.person, ...parts].filter((part) => part !== '').join('/');
  const sighting = ref === null || row.problems.length > 0 ? 'first' : sight(ref, JSON.stringify(content));
  return sightedRecord(ref, sighting, where, { ...raw, repeat: sighting === 'repeat' }, row.problems);
}

const offers = (name: StreamName) => (client: Client) => offeredStreams(client.settings).includes(name);
/** So that a name does not change when the list writes its dates in another way. */
const dayOrText = (text: string, { dateOrder }: Raw) => parseDay(text, dateOrder) ?? foldName(text);

const staffMembers = stream({
  name: 'staffMembers',
  entity: 'staffMember',
  removals: 'absence',
  offered: offers('staffMembers'),
  wire: HrRow,
  pages: pages(({ raw: { cells, registrations } }) => ({
    parts: [],
    content: [cells.givenName, cells.familyName, cells.fullName, cells.workEmail, registrations.map(({ number }) => number)],
  })),
  map: toStaffMember,
});

const engagements = stream({
  name: 'engagements',
  entity: 'engagement',
  removals: 'absence',
  offered: offers('engagements'),
  wire: HrRow,
  pages: pages(({ raw }) => ({ parts: termsOf(raw), content: [raw.cells.hoursPerWeek, raw.cells.fte, raw.cells.sessionsPerWeek, raw.cells.endDate] })),
  map: toEngagement,
});

/** An engagement is known by its number; without one by what it is and when it began. */
function termsOf(raw: Raw): readonly string[] {
  const { cells, organisationCode, engagementKind } = raw;
  if (cells.assignmentNumber !== '') return [foldName(cells.assignmentNumber)];
  return [
    organisationCode ?? foldName(cells.organisation),
    foldName(cells.role),
    engagementKind ?? foldName(cells.engagementKind),
    dayOrText(cells.startDate, raw),
  ];
}

const bankMemberships = stream({
  name: 'bankMemberships',
  entity: 'bankMembership',
  removals: 'absence',
  offered: offers('bankMemberships'),
  wire: HrRow,
  pages: pages(({ raw, where }) => {
    if (raw.bankCode) return { parts: [raw.bankCode], content: [] };
    return raw.engagementKind === 'BANK' ? { parts: termsOf(raw), content: [raw.cells.endDate] } : { parts: [where], content: [] };
  }),
  map: toBankMembership,
});

const leave = stream({
  name: 'leave',
  entity: 'leave',
  removals: 'absence',
  offered: offers('leave'),
  wire: LeaveRow,
  async *pages(client: Client, { from, to }: PullRequest) {
    const list = await client.open();
    const sight = createSightings();
    async function* records(): AsyncIterable<UpstreamRecord> {
      for await (const row of rowsOf(client, list)) {
        const { leaveStart, leaveStartTime, leaveEnd, leaveEndTime } = row.raw.cells;
        const leaveKind = client.vocabulary.leaveKind(row.cell('leaveKind'));
        const raw = { ...row.raw, leaveKind, from: from.toISOString(), to: to.toISOString() };
        const parts = leaveStart === '' ? [row.where] : [dayOrText(leaveStart, row.raw), leaveStartTime];
        const identity = { parts, content: [leaveKind, leaveEnd, leaveEndTime] };
        yield recordOf(row, row.where, raw, identity, sight);
      }
    }
    yield* pagesOf(records(), () => list.table.modifiedAt);
  },
  map: toLeave,
});

/** A record for each credential of a row: of a column each, or the one that the row names. An empty cell is none. */
const credentials = stream({
  name: 'credentials',
  entity: 'credential',
  removals: 'absence',
  offered: offers('credentials'),
  wire: CredentialRow,
  async *pages(client: Client) {
    const list = await client.open();
    const sight = createSightings();
    async function* records(): AsyncIterable<UpstreamRecord> {
      for await (const row of rowsOf(client, list)) {
        if (row.problems.length > 0) yield { ref: null, where: row.where, raw: null, problems: row.problems };
        else {
          for (const { credential, where } of credentialsIn(row, client, list.found.names)) {
            const identity = { parts: credential.kind ? [credential.kind, dayOrText(credential.expires, row.raw)] : [where], content: [] };
            yield recordOf(row, where, { ...row.raw, credential }, identity, sight);
          }
        }
      }
    }
    yield* pagesOf(records(), () => list.table.modifiedAt);
  },
  map: toCredential,
});

interface FoundCredential {
  readonly credential: CredentialRow['credential'];
  readonly where: string;
}

function credentialsIn({ cell, where }: ReadRow, { settings, vocabulary }: Client, names: Readonly<Record<string, string>>): readonly FoundCredential[] {
  const read = (kind: CredentialKind | null | undefined, text: string, column: string): CredentialRow['credential'] => {
    const held = vocabulary.held(text);
    return { kind, held: held ?? true, expires: held === undefined ? text : '', column };
  };
  const own = (Object.keys(settings.credentialColumns) as CredentialKind[]).flatMap((kind) => {
    const name = credentialName(kind);
    const column = names[name] ?? '';
    return cell(name) === '' ? [] : [{ credential: read(kind, cell(name), column), where: `${where}, ${column}` }];
  });
  const named = cell('credential');
  if (named === '') return own;
  return [...own, { credential: read(vocabulary.credential(named), cell('credentialExpires'), names.credentialExpires ?? ''), where }];
}

export default defineAdapter<HrSheetSettings, Client>({
  id: 'hr-sheet',
  title: 'Staff lists',
  kind: 'HR',
  docs: 'https://www.rfc-editor.org/rfc/rfc4180',
  settings: HrSheetSettings,
  connect,
  async check({ open }) {
    await open();
  },
  pull: [staffMembers, engagements, bankMemberships, credentials, leave],
});
