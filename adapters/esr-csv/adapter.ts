/** HR reports of the Electronic Staff Record, or of a system that speaks its words. */
import { foldName, parseDay } from '../../platform/table/cells.ts';
import { openTable, type Table } from '../../platform/table/table.ts';
import { defineAdapter, type PullRequest, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { type Cells, type ColumnNames, type FoundColumns, findColumns, type OwnNames, pagesOf, withOwnNames } from '../table-pages.ts';
import { foldWords } from '../words.ts';
import { toBankMembership, toCredential, toEngagement, toLeave, toStaffMember } from './map.ts';
import { EsrCsvSettings } from './settings.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';
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

/** Marks all but the first record of each id. */
function firstOf(): (ref: string) => boolean {
  const seen = new Set<string>();
  return (ref) => {
    const isFirst = !seen.has(ref);
    seen.add(ref);
    return isFirst;
  };
}

interface StaffRecord {
  readonly ref: string;
  readonly repeat: boolean;
}

/** Rows of the staff report with their words looked up. `identify` says which record of the stream a row gives. */
async function* staffPages({ settings, vocabulary, staff }: Client, identify: (cells: Cells<StaffField>) => StaffRecord) {
  const { table, found } = await staff();
  const registrations = await registrationsByEmployee(table, found, vocabulary);
  async function* records(): AsyncIterable<UpstreamRecord> {
    for await (const row of table.rows) {
      const cells = found.cellsOf(row);
      const { ref, repeat } = identify(cells);
      const raw = {
        ...commonOf(settings, repeat),
        cells,
        columns: found.names,
        role: vocabulary.role(cells),
        kind: vocabulary.assignmentCategory(cells.assignmentCategory),
        organisationCode: vocabulary.organisation(cells.organisation),
        registrations: registrations.get(cells.employeeNumber) ?? [],
      };
      yield { ref: repeat ? null : ref || null, where: `row ${row.number} of the staff report`, raw, problems: row.problems };
    }
  }
  yield* pagesOf(records(), () => table.modifiedAt);
}

const commonOf = ({ namespace, dateOrder }: EsrCsvSettings, repeat: boolean) => ({ namespace, dateOrder, repeat });

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
  pages(client: Client) {
    const isFirst = firstOf();
    return staffPages(client, ({ employeeNumber }) => ({ ref: employeeNumber, repeat: employeeNumber !== '' && !isFirst(employeeNumber) }));
  },
  map: toStaffMember,
});

const byAssignment = ({ assignmentNumber }: Cells<StaffField>): StaffRecord => ({ ref: assignmentNumber, repeat: false });

const engagements = stream({
  name: 'engagements',
  entity: 'engagement',
  removals: 'absence',
  wire: StaffRow,
  pages: (client: Client) => staffPages(client, byAssignment),
  map: toEngagement,
});

const bankMemberships = stream({
  name: 'bankMemberships',
  entity: 'bankMembership',
  removals: 'absence',
  wire: StaffRow,
  pages: (client: Client) => staffPages(client, byAssignment),
  map: toBankMembership,
});

const credentials = stream({
  name: 'credentials',
  entity: 'credential',
  removals: 'absence',
  wire: CompetenceRow,
  async *pages({ settings, vocabulary, competences }: Client) {
    const report = await competences();
    if (report === null) return;
    const { table, found } = report;
    const isFirst = firstOf();
    async function* records(): AsyncIterable<UpstreamRecord> {
      for await (const row of table.rows) {
        const cells = found.cellsOf(row);
        const ref = [cells.employeeNumber, foldWords(cells.competence), dayOrText(cells.expiryDate, settings)].join('/');
        const repeat = !isFirst(ref);
        const raw = { ...commonOf(settings, repeat), cells, columns: found.names, kind: vocabulary.competence(cells.competence) };
        yield { ref: repeat ? null : ref, where: `row ${row.number} of the competence report`, raw, problems: row.problems };
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
  wire: AbsenceRow,
  async *pages({ settings, vocabulary, absences }: Client, { from, to }: PullRequest) {
    const report = await absences();
    if (report === null) return;
    const { table, found } = report;
    const isFirst = firstOf();
    async function* records(): AsyncIterable<UpstreamRecord> {
      for await (const row of table.rows) {
        const { absenceType, ...cells } = found.cellsOf(row);
        const { absenceType: _, ...columns } = found.names;
        const ref = [cells.employeeNumber, dayOrText(cells.startDate, settings), cells.startTime].filter((part) => part !== '').join('/');
        const repeat = !isFirst([ref, cells.endDate, cells.endTime].join('/'));
        const kind = vocabulary.absenceType(absenceType);
        const raw = { ...commonOf(settings, repeat), cells, columns, kind, from: from.toISOString(), to: to.toISOString() };
        yield { ref: repeat ? null : ref, where: `row ${row.number} of the absence report`, raw, problems: row.problems };
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
  docs: 'https://my.esr.nhs.uk/',
  settings: EsrCsvSettings,
  connect,
  async check({ staff, competences, absences }) {
    await staff();
    await competences();
    await absences();
  },
  pull: [staffMembers, engagements, bankMemberships, credentials, leave],
});
