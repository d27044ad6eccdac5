/** HR reports of the Electronic Staff Record, or of a system that speaks its words. */
import { foldName, parseDay } from '../../platform/table/cells.ts';
import { openTable, type Table } from '../../platform/table/table.ts';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import { defineAdapter, type PullRequest, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { createVocabulary, type Vocabulary } from '../nhs-words.ts';
import { type ColumnNames, type FoundColumns, findColumns, type OwnNames, pagesOf, withOwnNames } from '../table-pages.ts';
import { foldWords } from '../words.ts';
import { toBankMembership, toCredential, toEngagement, toLeave, toStaffMember } from './map.ts';
import { EsrCsvSettings } from './settings.ts';
import {
  ABSENCE_COLUMNS,
  ABSENCE_NEEDED,
  type AbsenceField,
  AbsenceRow,
  COMPETENCE_COLUMNS,
  type CompetenceField,
  CompetenceRow,
  STAFF_COLUMNS,
  STAFF_NEEDED,
  type StaffField,
  StaffRow,
} from './wire.ts';

interface Report<Field extends string> {
  readonly table: Table;
  readonly found: FoundColumns<Field>;
}

interface Client {
  readonly settings: EsrCsvSettings;
  readonly vocabulary: Vocabulary;
  staff(): Promise<Report<StaffField>>;
  /** Null when the settings leave the report out. */
  competences(): Promise<Report<CompetenceField> | null>;
  absences(): Promise<Report<AbsenceField> | null>;
}

function connect(settings: EsrCsvSettings, { resolvePath }: Tools): Client {
  const open = async <Field extends string>(
    file: string,
    title: string,
    presets: ColumnNames<Field>,
    needed: readonly Field[],
    own: OwnNames<Field>,
  ): Promise<Report<Field>> => {
    const table = await openTable(resolvePath(file), { headerRow: settings.headerRow, delimiter: 'auto' });
    const optional = (Object.keys(presets) as Field[]).filter((field) => !needed.includes(field) && own[field] === undefined);
    return { table, found: findColumns(table, withOwnNames(presets, own), optional, title) };
  };
  const { staffFile, competencesFile, absencesFile } = settings;
  return {
    settings,
    vocabulary: createVocabulary(settings),
    staff: () => open(staffFile, 'staff report', STAFF_COLUMNS, STAFF_NEEDED, settings.staffColumns),
    competences: async () =>
      competencesFile === undefined
        ? null
        : open(competencesFile, 'competence report', COMPETENCE_COLUMNS, Object.keys(COMPETENCE_COLUMNS) as CompetenceField[], settings.competenceColumns),
    absences: async () => (absencesFile === undefined ? null : open(absencesFile, 'absence report', ABSENCE_COLUMNS, ABSENCE_NEEDED, settings.absenceColumns)),
  };
}

type Sighting = 'first' | 'repeat' | 'conflict';

/** Whether a record was seen before, with the same content or with another. */
function createSightings(): (ref: string, content: string) => Sighting {
  const seen = new Map<string, string>();
  return (ref, content) => {
    const before = seen.get(ref);
    if (before === undefined) seen.set(ref, content);
    return before === undefined ? 'first' : before === content ? 'repeat' : 'conflict';
  };
}

/** A record under its id; one that repeats an earlier row has none, and one that contradicts it is a bad row of it. */
function record(ref: string, sighting: Sighting, where: string, raw: object, problems: readonly RecordProblem[]): UpstreamRecord {
  if (sighting !== 'conflict') return { ref: sighting === 'repeat' ? null : ref || null, where, raw, problems };
  return {
    ref,
    where,
    raw,
    problems: [...problems, { path: '', expected: 'one row for each record', got: 'another row of the same record that says otherwise' }],
  };
}

/** What makes up an engagement. */
const TERMS = [
  ...['jobRole', 'position', 'occupationCode', 'fte', 'contractedHours', 'assignmentCategory', 'organisation'],
  ...['startDate', 'latestStartDate', 'endDate'],
] as readonly StaffField[];

/** Rows of the staff report with their words looked up: each gives the record that `idField` names, told by `contentFields`. */
async function* staffPages({ settings, vocabulary, staff }: Client, idField: StaffField, contentFields: readonly StaffField[]) {
  const { table, found } = await staff();
  const registrations = await registrationsByEmployee(table, found, vocabulary);
  const sight = createSightings();
  async function* records(): AsyncIterable<UpstreamRecord> {
    for await (const row of table.rows) {
      const cells = found.cellsOf(row);
      const ref = cells[idField];
      const sighting = ref === '' ? 'first' : sight(ref, JSON.stringify(contentFields.map((field) => cells[field])));
      const raw = {
        ...commonOf(settings, sighting),
        cells,
        columns: found.names,
        role: vocabulary.role(cells),
        kind: vocabulary.assignmentCategory(cells.assignmentCategory),
        organisationCode: vocabulary.organisation(cells.organisation),
        registrations: registrations.get(cells.employeeNumber) ?? [],
      };
      yield record(ref, sighting, `row ${row.number} of the staff report`, raw, row.problems);
    }
  }
  yield* pagesOf(records(), () => table.modifiedAt);
}

const commonOf = ({ namespace, dateOrder }: EsrCsvSettings, sighting: Sighting) => ({ namespace, dateOrder, repeat: sighting === 'repeat' });

type Registrations = { readonly regulator: ReturnType<Vocabulary['registrationBody']>; readonly number: string }[];

/** A person with two registrations has a row for each. */
async function registrationsByEmployee(
  table: Table,
  { cellsOf }: FoundColumns<StaffField>,
  { registrationBody }: Vocabulary,
): Promise<Map<string, Registrations>> {
  const byEmployee = new Map<string, Registrations>();
  for await (const row of table.rows) {
    const { employeeNumber, registrationBody: body, registrationNumber: number } = cellsOf(row);
    if (number === '' || row.problems.length > 0) continue;
    byEmployee.set(employeeNumber, [...(byEmployee.get(employeeNumber) ?? []), { regulator: registrationBody(body), number }]);
  }
  return byEmployee;
}

const staffMembers = stream({
  name: 'staffMembers',
  entity: 'staffMember',
  removals: 'absence',
  wire: StaffRow,
  // Rows of one person that differ are assignments or registrations: a person is known by the first.
  pages: (client: Client) => staffPages(client, 'employeeNumber', []),
  map: toStaffMember,
});

const engagements = stream({
  name: 'engagements',
  entity: 'engagement',
  removals: 'absence',
  wire: StaffRow,
  pages: (client: Client) => staffPages(client, 'assignmentNumber', TERMS),
  map: toEngagement,
});

const bankMemberships = stream({
  name: 'bankMemberships',
  entity: 'bankMembership',
  removals: 'absence',
  wire: StaffRow,
  pages: (client: Client) => staffPages(client, 'assignmentNumber', TERMS),
  map: toBankMembership,
});

const credentials = stream({
  name: 'credentials',
  entity: 'credential',
  removals: 'absence',
  offered: ({ settings }: Client) => settings.competencesFile !== undefined,
  wire: CompetenceRow,
  async *pages({ settings, vocabulary, competences }: Client) {
    const report = await competences();
    if (report === null) return;
    const { table, found } = report;
    const sight = createSightings();
    async function* records(): AsyncIterable<UpstreamRecord> {
      for await (const row of table.rows) {
        const cells = found.cellsOf(row);
        const ref = [cells.employeeNumber, foldWords(cells.competence), dayOrText(cells.expiryDate, settings)].join('/');
        const sighting = sight(ref, '');
        const raw = { ...commonOf(settings, sighting), cells, columns: found.names, kind: vocabulary.competence(cells.competence) };
        yield record(ref, sighting, `row ${row.number} of the competence report`, raw, row.problems);
      }
    }
    yield* pagesOf(records(), () => table.modifiedAt);
  },
  map: toCredential,
});

const leave = stream({
  name: 'leave',
  entity: 'leave',
  removals: 'absence',
  offered: ({ settings }: Client) => settings.absencesFile !== undefined,
  wire: AbsenceRow,
  async *pages({ settings, vocabulary, absences }: Client, { from, to }: PullRequest) {
    const report = await absences();
    if (report === null) return;
    const { table, found } = report;
    const sight = createSightings();
    async function* records(): AsyncIterable<UpstreamRecord> {
      for await (const row of table.rows) {
        const { absenceType, ...cells } = found.cellsOf(row);
        const { absenceType: _, ...columns } = found.names;
        const ref = [cells.employeeNumber, dayOrText(cells.startDate, settings), cells.startTime].filter((part) => part !== '').join('/');
        const kind = vocabulary.absenceType(absenceType);
        const sighting = sight(ref, [kind, cells.endDate, cells.endTime].join('/'));
        const raw = { ...commonOf(settings, sighting), cells, columns, kind, from: from.toISOString(), to: to.toISOString() };
        yield record(ref, sighting, `row ${row.number} of the absence report`, raw, row.problems);
      }
    }
    yield* pagesOf(records(), () => table.modifiedAt);
  },
  map: toLeave,
});

/** So that an id does not change when the report writes its dates in another way. */
const dayOrText = (text: string, { dateOrder }: EsrCsvSettings) => parseDay(text, dateOrder) ?? foldName(text);

export default defineAdapter<EsrCsvSettings, Client>({
  id: 'esr-csv',
  title: 'ESR staff reports',
  kind: 'HR',
  docs: 'https://my.esr.nhs.uk/',
  partial: 'ESR has no standard report: the headings of the preset were not checked against an employer’s own, and the settings map them.',
  settings: EsrCsvSettings,
  connect,
  async check({ staff, competences, absences }) {
    await staff();
    await competences();
    await absences();
  },
  pull: [staffMembers, engagements, bankMemberships, credentials, leave],
});
