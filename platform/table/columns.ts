/** From cells in order to cells by name. */
import { type RecordProblem, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { cleanName } from './cells.ts';
import type { TableRow } from './table.ts';

/** Far beyond any table here, and far below what makes a program slow. */
export const MAX_COLUMNS = 1_000;

export interface Columns {
  /** Names in order, without those that have none. */
  readonly names: readonly string[];
  /** How many columns the header has, named or not, up to the last that is named. */
  readonly width: number;
  /** Name of each column by its position, '' for one without a name. */
  readonly byPosition: readonly string[];
}

/** @throws UpstreamRejectedError when no column has a name, or there are more than are read. */
export function columnsOf(name: string, header: readonly string[]): Columns {
  if (header.length > MAX_COLUMNS) throw new UpstreamRejectedError(`${name}: expected at most ${MAX_COLUMNS} columns, got ${header.length}.`);
  const seen = new Map<string, number>();
  const byPosition = header.map(cleanName).map((column) => {
    const times = (seen.get(column) ?? 0) + 1;
    seen.set(column, times);
    return column === '' || times === 1 ? column : `${column} (${times})`;
  });
  const width = byPosition.findLastIndex((column) => column !== '') + 1;
  if (width === 0) throw new UpstreamRejectedError(`${name}: expected a header with column names, got an empty row.`);
  return { names: byPosition.filter((column) => column !== ''), width, byPosition: byPosition.slice(0, width) };
}

export function rowOf(columns: Columns, number: number, cells: readonly string[], problems: readonly RecordProblem[]): TableRow {
  const byName: Record<string, string> = {};
  for (let position = 0; position < columns.width; position += 1) {
    const column = columns.byPosition[position];
    if (column) byName[column] = cells[position]?.trim() ?? '';
  }
  return { number, cells: byName, problems };
}
