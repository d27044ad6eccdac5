/** Rotas that a practice or network keeps in a spreadsheet: one row for each shift or leave. */
import { fileRevision } from '../../platform/table/source.ts';
import { openTable, type Table } from '../../platform/table/table.ts';
import { type Cursor, defineAdapter, type Page, type PullRequest, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { type FoundColumns, findColumns, withOwnNames } from '../table-pages.ts';
import type { LookUp } from '../words.ts';
import { toLeave, toShift } from './map.ts';
import { rowNamer } from './refs.ts';
import { RotaSheetSettings } from './settings.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';
import { COLUMNS, FIELDS, type Field, NEEDED, type RotaSheet, RotaSheetRow } from './wire.ts';

const ROWS_PER_PAGE = 1000;

interface Rota {
  readonly table: Table;
  readonly found: FoundColumns<Field>;
}

interface Client {
  readonly settings: RotaSheetSettings;
  readonly vocabulary: Vocabulary;
  open(): Promise<Rota>;
  revision(): Promise<string | null>;
}

function connect(settings: RotaSheetSettings, { resolvePath, now }: Tools): Client {
  const { file, entry, sheet, headerRow, encoding, delimiter, columns } = settings;
  const isOptional = (field: Field) => !NEEDED.includes(field) && columns[field] === undefined;
  return {
    settings,
    vocabulary: createVocabulary(settings),
    revision: () => fileRevision(resolvePath(file), now()),
    async open() {
      const table = await openTable(resolvePath(file), { entry, sheet, headerRow, encoding, delimiter });
      return { table, found: findColumns(table, withOwnNames(COLUMNS, columns), FIELDS.filter(isOptional), 'rota') };
    },
  };
}

/**
 * Every row of the sheet is a record of both streams; each skips what is the other's.
 *
 * A pull goes on after the row of its cursor, if the file and the period are still the same: if not, it begins anew.
 * The rows before it are read all the same, because what a row is called depends on those above it.
 */
async function* pages(client: Client, request: PullRequest): AsyncIterable<Page> {
  const rota = await client.open();
  const position = { file: rota.table.fingerprint, from: request.from.toISOString(), to: request.to.toISOString() };
  const last = resumeAfter(request.since, position);
  let page: UpstreamRecord[] = [];
  let row = 0;
  for await (const { number, record } of records(client, rota, request)) {
    if (number <= last) continue;
    if (page.length === ROWS_PER_PAGE) {
      yield { records: page, cursor: { ...position, row }, asOf: rota.table.modifiedAt };
      page = [];
    }
    page.push(record);
    row = number;
  }
  yield { records: page, cursor: null, asOf: rota.table.modifiedAt };
}

type Position = { readonly file: string; readonly from: string; readonly to: string };

function resumeAfter(since: Cursor | null, { file, from, to }: Position): number {
  const isSame = since !== null && since.file === file && since.from === from && since.to === to;
  return isSame && typeof since.row === 'number' ? since.row : 0;
}

async function* records({ settings, vocabulary }: Client, { table, found }: Rota, { from, to }: PullRequest): AsyncIterable<NumberedRecord> {
  const { dateOrder, staff, identicalOpenRows } = settings;
  const nameRow = rowNamer(dateOrder, identicalOpenRows);
  const sheet: RotaSheet = { columns: found.names, dateOrder, payrollNamespace: staff.by === 'payroll' ? staff.namespace : null, from, to };
  const ours = new Set<string>(['', ...Object.values(found.names)]);
  for await (const row of table.rows) {
    const cells = found.cellsOf(row);
    const person = isNobody(cells.staff, vocabulary) ? '' : cells.staff;
    const { ref, repeats } = nameRow(row.number, cells, person);
    yield {
      number: row.number,
      record: {
        // A repeat keeps the reference that it shares: its first row stands, and nothing else in the file is doubted for it.
        ref,
        where: `row ${row.number} of the rota`,
        raw: readRow(cells, person, repeats, sheet, settings, vocabulary),
        // A cell that Excel could not work out matters where we read it.
        problems: row.problems.length === 0 ? row.problems : row.problems.filter(({ path }) => ours.has(path)),
      },
    };
  }
}

interface NumberedRecord {
  readonly number: number;
  readonly record: UpstreamRecord;
}

type RotaCells = Readonly<Record<Field, string>>;

/** A dash or a question mark where a person would stand means nobody, as some words do. */
function isNobody(staff: string, { nobody }: Vocabulary): boolean {
  return staff === '' || /^[\s?.–—-]+$/.test(staff) || nobody(staff) === true;
}

/**
 * Looks up the words of the closed lists. One that is not known is told. The text of those columns goes no further, for
 * one of them may be why a person is away.
 */
function readRow(cells: RotaCells, staff: string, repeats: number | null, sheet: RotaSheet, settings: RotaSheetSettings, vocabulary: Vocabulary): RotaSheetRow {
  const { date, start, end, endDate, clock, breakMinutes, role, skills } = cells;
  const unknown: Field[] = [];
  const read = <Value, Default>(field: Field, lookUp: LookUp<Value>, otherwise: Default): Value | Default => {
    if (cells[field] === '') return otherwise;
    const value = lookUp(cells[field]);
    if (value === undefined) unknown.push(field);
    return value ?? otherwise;
  };
  const leave = vocabulary.leave(cells.status) ?? vocabulary.leave(role) ?? null;
  const isNoRole = role === '';
  if (isNoRole) unknown.push('role');
  return {
    cells: { date, start, end, endDate, clock, breakMinutes, role: leave === null && vocabulary.role(role) !== undefined ? role : '', skills, staff },
    sheet,
    leave,
    isNoRole,
    organisationCode: read('organisation', vocabulary.organisation, settings.organisationCode),
    siteCode: read('site', vocabulary.site, settings.defaultSite),
    role: read('role', vocabulary.role, null),
    deliveryMode: read('deliveryMode', vocabulary.deliveryMode, settings.defaultDeliveryMode),
    status: read('status', vocabulary.status, null),
    cover: read('cover', vocabulary.cover, null),
    unknown,
    repeats,
  };
}

const revision = (client: Client) => client.revision();
const shifts = stream({ name: 'shifts', entity: 'shift', removals: 'absence', wire: RotaSheetRow, revision, pages, map: toShift });
const leave = stream({ name: 'leave', entity: 'leave', removals: 'absence', wire: RotaSheetRow, revision, pages, map: toLeave });

export default defineAdapter<RotaSheetSettings, Client>({
  id: 'rota-sheet',
  title: 'Rota spreadsheets',
  kind: 'ROTA',
  docs: 'https://www.rfc-editor.org/rfc/rfc4180',
  settings: RotaSheetSettings,
  connect,
  async check({ open }) {
    await open();
  },
  pull: [shifts, leave],
});
