/** Opens the files that NHS bodies publish, by layouts that know their columns in every year seen, and makes pages of their rows. */

import { parseDay } from '../platform/table/cells.ts';
import { openTable, type Table, type TableOptions, type TableRow } from '../platform/table/table.ts';
import { UpstreamRejectedError } from '../schema/domain/errors.ts';
import { type Day, londonDay, startOfLondonDay } from '../schema/domain/time.ts';
import { invalid, kindOf, type Page, type UpstreamRecord } from './contract.ts';
import { type Cells, type ColumnNames, findColumns, pagesOf } from './table-pages.ts';

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
        day = (layout.dayColumn && publishedDay(cells[layout.dayColumn] ?? '')) || day;
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

/** Columns that go by the name that we use. */
export const byOwnName = (columns: readonly string[]): ColumnNames => Object.fromEntries(columns.map((column) => [column, [column]]));

const DATE_IN_WORDS = 'a date as YYYYMMDD, YYYY-MM-DD or 01Jul2026';

/** The day that a cell names, or null when it is empty. */
export function dayIn<Column extends string>(row: Readonly<Record<Column, unknown>>, column: Column): Day | null {
  const text = String(row[column]);
  if (text === '') return null;
  const day = publishedDay(text);
  if (day === null) throw invalid(column, DATE_IN_WORDS, kindOf(text));
  return day;
}

/** The day that a cell of any of the files names; null for anything else. */
export function publishedDay(text: string): Day | null {
  return parseDay(text.replace(/^(\d{2})([a-z]{3})(\d{4})$/i, '$1-$2-$3'), 'dmy');
}
