/** Opens the reference files, knows their columns in every year seen, and makes pages of their rows. */
import { extname } from 'node:path';
import { openTable, type Table, type TableOptions, type TableRow } from '../../platform/table/table.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { type Day, londonDay, startOfLondonDay } from '../../schema/domain/time.ts';
import type { Page, UpstreamRecord } from '../contract.ts';
import { type Cells, type ColumnNames, findColumns, pagesOf } from '../table-pages.ts';
import { odsDay } from './map.ts';
import { CORE_PARTNER_COLUMNS, EBRANCHS_COLUMNS, EPRACCUR_COLUMNS } from './wire.ts';

/** One of the files, and where its columns are. */
export interface Layout {
  /** For messages and `where`. */
  readonly title: string;
  readonly options: TableOptions;
  readonly columns: ColumnNames;
  readonly optional: readonly string[];
  /** Column of a day that every row repeats, or null where the file does not say of what day it is. */
  readonly dayColumn: string | null;
}

export interface Reading {
  readonly layout: Layout;
  readonly path: string;
  /** The day of which a file is that does not say so itself. Null: when it was last changed. */
  readonly takenOn: Day | null;
  /** What else the meaning of a row hangs on. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The upstream's own id of what a row gives; undefined or empty when the row has none. */
  refOf(cells: Cells): string | undefined;
  /** Whether several rows give the same record: all but the first are then marked `repeat`. */
  readonly repeats?: boolean;
}

export async function* readPages({ layout, path, takenOn, context, refOf, repeats = false }: Reading): AsyncIterable<Page> {
  const { table, cellsOf } = await openLayout(layout, path);
  let day = takenOn ?? londonDay(table.modifiedAt);
  const seen = new Set<string>();
  async function* records(): AsyncIterable<UpstreamRecord> {
    let isFirst = true;
    for await (const row of table.rows) {
      const cells = cellsOf(row);
      if (isFirst) {
        if (typeof layout.options.header === 'object') refuseOtherWidths(layout, row);
        day = (layout.dayColumn && odsDay(cells[layout.dayColumn] ?? '')) || day;
        isFirst = false;
      }
      const ref = refOf(cells) || null;
      const repeat = repeats && ref !== null && seen.has(ref);
      if (repeats && ref !== null) seen.add(ref);
      yield {
        ref: repeat ? null : ref,
        where: `row ${row.number} of the ${layout.title}`,
        raw: { ...context, ...cells, repeat, takenOn: day },
        problems: row.problems,
      };
    }
  }
  yield* pagesOf(records(), () => (layout.dayColumn || takenOn ? startOfLondonDay(day) : table.modifiedAt));
}

/**
 * Opens a file and looks at its header and its first row.
 *
 * @throws UpstreamRejectedError when its columns are not those of the layout.
 */
export async function checkLayout(layout: Layout, path: string): Promise<void> {
  const { table } = await openLayout(layout, path);
  if (typeof layout.options.header !== 'object') return;
  for await (const row of table.rows) {
    refuseOtherWidths(layout, row);
    return;
  }
}

async function openLayout(layout: Layout, path: string): Promise<{ readonly table: Table; readonly cellsOf: (row: TableRow) => Cells }> {
  const table = await openTable(path, layout.options);
  return { table, cellsOf: findColumns(table, layout.columns, layout.optional, layout.title).cellsOf };
}

/** A file without a header is known by its width alone, so one of another width, or with a header, is another file. */
function refuseOtherWidths({ title, options }: Layout, { cells, problems }: TableRow): void {
  const width = options.header?.length;
  const [problem] = problems;
  if (problem) throw new UpstreamRejectedError(`${title}: expected ${width} columns without a header, got ${problem.got} in the first row.`);
  const first = Object.values(cells)[0] ?? '';
  if (/^[A-Z0-9]+$/.test(first)) return;
  throw new UpstreamRejectedError(`${title}: expected ${width} columns without a header and an ODS code in the first, got something else in the first row.`);
}

const byOwnName = (columns: readonly string[]): ColumnNames => Object.fromEntries(columns.map((column) => [column, [column]]));

export const EPRACCUR: Layout = {
  title: 'practice list (epraccur)',
  options: { format: 'csv', header: EPRACCUR_COLUMNS },
  columns: byOwnName([
    ...['Organisation Code', 'Name', 'National Grouping', 'High Level Health Geography', 'Open Date', 'Close Date', 'Status Code', 'Commissioner'],
    ...['Prescribing Setting', 'Address Line 1', 'Address Line 2', 'Address Line 3', 'Address Line 4', 'Address Line 5', 'Postcode'],
  ]),
  optional: [],
  dayColumn: null,
};

export const EBRANCHS: Layout = {
  title: 'branch list (ebranchs)',
  options: { format: 'csv', header: EBRANCHS_COLUMNS },
  columns: byOwnName([
    ...['Organisation Code', 'Name', 'National Grouping', 'Close Date', 'Parent Practice', 'Left Provider/Purchaser Date'],
    ...['Address Line 1', 'Address Line 2', 'Address Line 3', 'Address Line 4', 'Address Line 5', 'Postcode'],
  ]),
  optional: [],
  dayColumn: null,
};

const isWorkbook = (path: string) => ['.xlsx', '.xlsm'].includes(extname(path).toLowerCase());

/** Networks: a sheet of the workbook, or the networks that the core partner list names. */
export function pcnLayout(path: string): Layout {
  const columns = byOwnName(['PCN Code', 'PCN Name', 'Open Date', 'Close Date']);
  if (isWorkbook(path)) return { title: 'network sheet (ePCN)', options: { sheet: 'PCNDetails' }, columns, optional: [], dayColumn: null };
  return { ...corePartnerLayout(path), columns, optional: ['Open Date', 'Close Date'] };
}

/** Memberships: a sheet of the workbook, or the core partner list, which has no header. */
export function corePartnerLayout(path: string): Layout {
  const options: TableOptions = isWorkbook(path) ? { sheet: 'PCN Core Partner Details' } : { format: 'csv', header: CORE_PARTNER_COLUMNS };
  return {
    title: isWorkbook(path) ? 'membership sheet (ePCN)' : 'core partner list (epcncorepartnerdetails)',
    options,
    columns: byOwnName(['Partner Organisation Code', 'PCN Code', 'Practice to PCN Relationship Start Date', 'Practice to PCN Relationship End Date']),
    optional: [],
    dayColumn: null,
  };
}

/** Until July 2022 sub-ICB locations were clinical commissioning groups, and ICBs were partnerships (STP). */
export const PRACTICE_MAP: Layout = {
  title: 'practice map',
  options: {},
  columns: {
    ...byOwnName(['EXTRACT_DATE', 'PRACTICE_CODE', 'PRACTICE_NAME', 'PRACTICE_POSTCODE', 'PCN_CODE', 'PCN_NAME', 'SUPPLIER_NAME']),
    SUB_ICB_LOCATION_CODE: ['SUB_ICB_LOCATION_CODE', 'CCG_CODE'],
    SUB_ICB_LOCATION_NAME: ['SUB_ICB_LOCATION_NAME', 'CCG_NAME'],
    ICB_CODE: ['ICB_CODE', 'STP_CODE'],
    ICB_NAME: ['ICB_NAME', 'STP_NAME'],
  },
  optional: ['SUPPLIER_NAME'],
  dayColumn: 'EXTRACT_DATE',
};

/** By five-year age band, by single year of age, or totals alone: one layout, other names. */
export const LIST_SIZES: Layout = {
  title: 'list sizes',
  options: {},
  columns: {
    ...byOwnName(['EXTRACT_DATE', 'SEX', 'NUMBER_OF_PATIENTS']),
    ORG_TYPE: ['ORG_TYPE', 'TYPE'],
    ORG_CODE: ['ORG_CODE', 'CODE'],
    AGE: ['AGE_GROUP_5', 'AGE'],
  },
  optional: [],
  dayColumn: 'EXTRACT_DATE',
};
