/**
 * The tables of an extract: each is one CSV file, or several where later extracts lie beside the first.
 *
 * Only the columns that a table names here are read. What else stands in a row, patients above all, is dropped before
 * anything is made of it.
 */
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { keepable } from '../../platform/table/cells.ts';
import { openTable, type TableOptions } from '../../platform/table/table.ts';
import { type RecordProblem, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import { type Cells, findColumns } from '../table-pages.ts';

/** A table by the vendor's own name, with the columns that are read: each must be there, unless it is optional. */
export interface TableSpec<Column extends string> {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly optional?: readonly Column[];
}

export function tableSpec<Column extends string>(table: string, columns: readonly Column[], optional: readonly Column[] = []): TableSpec<Column> {
  return { table, columns, optional };
}

export interface ExtractRow<Column extends string = string> {
  readonly cells: Cells<Column>;
  /** "row 7 of Appointment_Session", or of the file where a table has several. */
  readonly where: string;
  readonly problems: readonly RecordProblem[];
  /** Counts the rows of a table over all its files. */
  readonly position: number;
}

export interface Extract {
  /** Rows of all files of a table, oldest file first. */
  rows<Column extends string>(spec: TableSpec<Column>): AsyncIterable<ExtractRow<Column>>;
  /** Whether there is a file of the table. */
  has(table: string): Promise<boolean>;
  /** Reads the headers. @throws as `rows` does. */
  check<Column extends string>(spec: TableSpec<Column>): Promise<void>;
  /** When the newest file that was read so far was written. */
  asOf(): Date;
}

/** @param folder as the settings name it, for messages; `path` is where it is. */
export function openExtract(folder: string, path: string, encoding: TableOptions['encoding']): Extract {
  let newest = new Date(0);
  const open = async <Column extends string>(spec: TableSpec<Column>, file: string) => {
    const table = await openTable(join(path, file), { encoding });
    if (table.modifiedAt > newest) newest = table.modifiedAt;
    const names = Object.fromEntries(spec.columns.map((column) => [column, [column]])) as unknown as Record<Column, readonly string[]>;
    return { table, found: findColumns(table, names, spec.optional ?? [], spec.table) };
  };
  const filesOf = async ({ table }: TableSpec<string>) => {
    const files = await filesFor(folder, path, table);
    if (files.length > 0) return files;
    throw new UpstreamUnavailableError(`${folder}: expected a file of the table ${table}, got none. Its name holds the name of the table and ends in .csv.`);
  };
  return {
    async *rows(spec) {
      const files = await filesOf(spec);
      let position = 0;
      for (const file of files) {
        const { table, found } = await open(spec, file);
        for await (const row of table.rows) {
          const ours = row.problems.filter(({ path: column }) => column === '' || (spec.columns as readonly string[]).includes(column));
          yield { cells: found.cellsOf(row), where: `row ${row.number} of ${files.length === 1 ? spec.table : file}`, problems: ours, position: position++ };
        }
      }
    },
    has: async (table) => (await filesFor(folder, path, table)).length > 0,
    async check(spec) {
      for (const file of await filesOf(spec)) await open(spec, file);
    },
    asOf: () => newest,
  };
}

/**
 * Files of a table, in folders within as well, by path: numbers count as numbers, so that 99 comes before 100 and one day
 * before the next.
 */
async function filesFor(folder: string, path: string, table: string): Promise<readonly string[]> {
  // SessionUser is no Session: the name stands between what is no letter.
  const named = new RegExp(`(?:^|[^a-z])${table}(?:[^a-z][^/]*)?\\.csv$`, 'i');
  const entries = await readdir(path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UpstreamUnavailableError(`${folder}: expected a folder with the files of an extract; it cannot be read (${error.code ?? 'no reason given'}).`);
  });
  const stem = (name: string) => name.replace(/\.csv$/i, '');
  return entries
    .map((name) => name.split(sep).join('/'))
    .filter((name) => named.test(name))
    .sort((a, b) => stem(a).localeCompare(stem(b), 'en', { numeric: true }));
}

/** Id → the position of the last row that has it: later extracts give a row again when it has changed. */
export async function latestPositions<Column extends string>(
  extract: Extract,
  spec: TableSpec<Column>,
  idOf: (cells: Cells<Column>) => string,
): Promise<Map<string, number>> {
  const latest = new Map<string, number>();
  for await (const { cells, problems, position } of extract.rows(spec)) {
    if (problems.length === 0) latest.set(keepable(idOf(cells)), position);
  }
  return latest;
}

/** Id → what `read` makes of the last row that has it. Rows that are not whole are passed over: who needs one finds none. */
export async function lookUpTable<Column extends string, Value>(
  extract: Extract,
  spec: TableSpec<Column>,
  idOf: (cells: Cells<Column>) => string,
  read: (cells: Cells<Column>) => Value,
): Promise<Map<string, Value>> {
  const found = new Map<string, Value>();
  for await (const { cells, problems } of extract.rows(spec)) {
    if (problems.length === 0) found.set(keepable(idOf(cells)), read(cells));
  }
  return found;
}
