/** From the rows of a table to pages of records: what the adapters that read files have in common. */
import { z } from 'zod';
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

export interface FoundColumns<Name extends string = string> {
  /** Our name → the column's own, for messages. A column that is not there keeps the first of its names. */
  readonly names: Readonly<Record<Name, string>>;
  /** A row's cells; '' for a column that is not there. */
  cellsOf(row: TableRow): Cells<Name>;
}

/**
 * Finds each column under one of its names; white space and case do not matter.
 *
 * @throws UpstreamRejectedError that names every column that is missing, unless it is `optional`, and those that there are.
 */
export function findColumns<Name extends string>(table: Table, wanted: ColumnNames<Name>, optional: readonly Name[], where: string): FoundColumns<Name> {
  const there = new Map(table.columns.map((column) => [foldName(column), column]));
  const found = (Object.entries(wanted) as [Name, readonly string[]][]).map(([name, candidates]) => {
    const column = candidates.map((candidate) => there.get(foldName(candidate))).find((candidate) => candidate !== undefined);
    return { name, candidates, column };
  });
  const missing = found.filter(({ name, column }) => column === undefined && !optional.includes(name));
  if (missing.length > 0) {
    const each = missing.map(({ candidates }) => candidates.map((candidate) => `"${candidate}"`).join(' or ')).join(', ');
    // A row that has none of them is no header: it may hold a person, and what it holds is not told.
    if (found.every(({ column }) => column === undefined)) {
      throw new UpstreamRejectedError(`${where}: expected the columns ${each}; the header row has none of them. Say which row holds the header.`);
    }
    throw new UpstreamRejectedError(`${where}: expected the columns ${each}; the header has ${table.columns.map((column) => `"${column}"`).join(', ')}.`);
  }
  return {
    names: Object.fromEntries(found.map(({ name, column, candidates }) => [name, column ?? candidates[0] ?? ''])) as Record<Name, string>,
    cellsOf({ cells }) {
      const byName = {} as Record<Name, string>;
      for (const { name, column } of found) byName[name] = (column !== undefined && cells[column]) || '';
      return byName;
    },
  };
}

/** The setting by which a user says what a file calls its columns. An unknown field is refused. */
export function columnSetting<Name extends string>(columns: ColumnNames<Name>, file: string): z.ZodType<OwnNames<Name>> {
  const names = Object.keys(columns) as Name[];
  const shape = Object.fromEntries(names.map((name) => [name, z.string().min(1).optional()]));
  const presets = names.map((name) => `${name} ("${columns[name][0]}")`).join(', ');
  return z.strictObject(shape).default({}).describe(`What the ${file} calls its columns, where it differs: ${presets}.`) as unknown as z.ZodType<
    OwnNames<Name>
  >;
}

export type OwnNames<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** A column that the user named goes by that name alone. */
export function withOwnNames<Name extends string>(columns: ColumnNames<Name>, own: OwnNames<Name>): ColumnNames<Name> {
  const entries = (Object.entries(columns) as [Name, readonly string[]][]).map(([name, presets]) => [name, own[name] === undefined ? presets : [own[name]]]);
  return Object.fromEntries(entries) as ColumnNames<Name>;
}
