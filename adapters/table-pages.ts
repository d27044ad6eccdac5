/** From the rows of a table to pages of records: what the adapters that read files have in common. */
import { foldName } from '../platform/table/cells.ts';
import type { Table, TableRow } from '../platform/table/table.ts';
import { UpstreamRejectedError } from '../schema/domain/errors.ts';
import type { Page, UpstreamRecord } from './contract.ts';

const RECORDS_PER_PAGE = 1000;

/** A row's cells by our own name of each column. */
export type Cells<Name extends string = string> = Readonly<Record<Name, string>>;

/**
 * Pages of a thousand records. `asOf` is asked once a page's records were read, so that it may have learnt from them.
 *
 * A table without rows is one empty page: that it is empty is news. The cursor is null throughout, because a file is
 * read whole each time.
 */
export async function* pagesOf(records: AsyncIterable<UpstreamRecord>, asOf: () => Date): AsyncIterable<Page> {
  let page: UpstreamRecord[] = [];
  let given = false;
  for await (const record of records) {
    page.push(record);
    if (page.length < RECORDS_PER_PAGE) continue;
    yield { records: page, cursor: null, asOf: asOf() };
    page = [];
    given = true;
  }
  if (page.length > 0 || !given) yield { records: page, cursor: null, asOf: asOf() };
}

/** Our name of a column → the names that it goes by in files, newest first. */
export type ColumnNames<Name extends string = string> = Readonly<Record<Name, readonly string[]>>;

/**
 * Finds each column under one of its names; white space and case do not matter.
 *
 * @throws UpstreamRejectedError that names every column that is missing, unless it is `optional`, and those that there are.
 */
export function findColumns<Name extends string>(
  table: Table,
  names: ColumnNames<Name>,
  optional: readonly Name[],
  where: string,
): (row: TableRow) => Cells<Name> {
  const there = new Map(table.columns.map((column) => [foldName(column), column]));
  const found = (Object.entries(names) as [Name, readonly string[]][]).map(([name, candidates]) => {
    const column = candidates.map((candidate) => there.get(foldName(candidate))).find((candidate) => candidate !== undefined);
    return { name, candidates, column };
  });
  const missing = found.filter(({ name, column }) => column === undefined && !optional.includes(name));
  if (missing.length > 0) {
    const each = missing.map(({ candidates }) => candidates.map((candidate) => `"${candidate}"`).join(' or ')).join(', ');
    throw new UpstreamRejectedError(`${where}: expected the columns ${each}; the header has ${table.columns.map((column) => `"${column}"`).join(', ')}.`);
  }
  return ({ cells }) => Object.fromEntries(found.map(({ name, column }) => [name, (column && cells[column]) ?? ''])) as Cells<Name>;
}
