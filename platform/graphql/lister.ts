/**
 * Pages of lists, under one parent or under many.
 *
 * The same list asked for under fifty parents in one query is one statement, not fifty: requests that differ only in
 * their parent are gathered and run as one lateral join. A page gives ids; the records come from the loaders.
 */
import DataLoader from 'dataloader';
import { RequestError } from '../../schema/domain/errors.ts';
import { isUuid } from '../../schema/domain/id.ts';
import { isDay } from '../../schema/domain/time.ts';
import type { Sql } from '../db.ts';
import { type Connection, type PageArguments, type PagePosition, type PageRequest, parsePage, toConnection } from './page.ts';
import { Statement } from './statement.ts';

/** SQL of a list: what it reads, how its rows are named and ordered. All texts are ours, never a caller's. */
export interface ListShape {
  /** For instance `rota.shift s LEFT JOIN rota.booking b ON b.shift_id = s.id`. */
  readonly from: string;
  readonly id: ListColumn<'text' | 'uuid'>;
  readonly sort: ListColumn<'text' | 'timestamptz'>;
  readonly descending: boolean;
  /** The column that holds the parent's key, or null for a list without a parent. */
  readonly parent: ListColumn<'text' | 'uuid'> | null;
}

interface ListColumn<Type> {
  readonly column: string;
  readonly type: Type;
}

export interface ListRequest {
  readonly shape: ListShape;
  readonly page: PageArguments;
  /** What the condition depends on: requests with the same shape, page and filter are run together. */
  readonly filter: unknown;
  /** The condition on a row. */
  where(bind: Statement['bind']): string;
}

type Row = PagePosition & { readonly parent: string };

export interface Lister {
  /** @throws RequestError for a page that is too large or a cursor that is not ours. */
  page<Node>(request: ListRequest, parent: string | null, nodeOf: (id: string) => Node): Promise<Connection<Node>>;
}

const NO_PARENT = '';

export function createLister(sql: Sql): Lister {
  const pages = new Map<string, DataLoader<string, readonly Row[]>>();
  const counts = new Map<string, DataLoader<string, number>>();
  return {
    async page(request, parent, nodeOf) {
      const page = parsePage(request.page);
      refuseForeignCursor(request.shape, page.after);
      const filterKey = JSON.stringify([request.shape, request.filter]);
      const rows = await kept(pages, JSON.stringify([filterKey, page]), (parents) => readPages(sql, request, page, parents)).load(parent ?? NO_PARENT);
      const count = () => kept(counts, filterKey, (parents) => readCounts(sql, request, parents)).load(parent ?? NO_PARENT);
      return toConnection(rows, page, ({ id }) => nodeOf(id), count);
    },
  };
}

function kept<Value>(loaders: Map<string, DataLoader<string, Value>>, key: string, load: (parents: readonly string[]) => Promise<Value[]>) {
  const loader = loaders.get(key) ?? new DataLoader(load);
  loaders.set(key, loader);
  return loader;
}

async function readPages(sql: Sql, request: ListRequest, page: PageRequest, parents: readonly string[]): Promise<Row[][]> {
  const { shape } = request;
  const statement = new Statement();
  const parentKeys = statement.bind(parents);
  const conditions = [request.where(statement.bind), underParent(shape), afterPosition(shape, page.after, statement.bind)];
  const direction = shape.descending ? 'DESC' : 'ASC';
  const rows = await sql.query<Row>(
    `SELECT k.parent, x.id, x.sort FROM unnest(${parentKeys}::text[]) AS k(parent) CROSS JOIN LATERAL (
       SELECT ${shape.id.column}::text AS id, ${shape.sort.column}::text AS sort FROM ${shape.from}
       WHERE ${conditions.join(' AND ')}
       ORDER BY ${shape.sort.column} ${direction}, ${shape.id.column} ${direction} LIMIT ${statement.bind(page.limit)}::int
     ) x`,
    statement.parameters,
  );
  const byParent = Map.groupBy(rows, (row) => row.parent);
  return parents.map((parent) => byParent.get(parent) ?? []);
}

async function readCounts(sql: Sql, request: ListRequest, parents: readonly string[]): Promise<number[]> {
  const statement = new Statement();
  const parentKeys = statement.bind(parents);
  const rows = await sql.query<{ parent: string; count: number }>(
    `SELECT k.parent, (SELECT count(*) FROM ${request.shape.from} WHERE ${request.where(statement.bind)} AND ${underParent(request.shape)}) AS count
     FROM unnest(${parentKeys}::text[]) AS k(parent)`,
    statement.parameters,
  );
  const byParent = new Map(rows.map(({ parent, count }) => [parent, count]));
  return parents.map((parent) => byParent.get(parent) ?? 0);
}

/** A cursor of another list may hold what the database cannot compare with: that is the caller's mistake, not ours. */
function refuseForeignCursor({ sort, id }: ListShape, after: PagePosition | null): void {
  if (after === null || (holds(sort.type, after.sort) && holds(id.type, after.id))) return;
  throw new RequestError('BAD_USER_INPUT', 'after: expected a cursor from an earlier page of this list, got one of another list.');
}

function holds(type: ListColumn<'text' | 'uuid' | 'timestamptz'>['type'], text: string): boolean {
  if (type === 'uuid') return isUuid(text);
  return type === 'timestamptz' ? TIMESTAMP.test(text) && isDay(text.slice(0, 10)) : !text.includes('\0');
}

/** As PostgreSQL writes a point in time. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-4])(:[0-5]\d)?$/;

function underParent({ parent }: ListShape): string {
  return parent === null ? 'true' : `${parent.column} = k.parent::${parent.type}`;
}

function afterPosition({ sort, id, descending }: ListShape, after: PagePosition | null, bind: Statement['bind']): string {
  if (after === null) return 'true';
  return `(${sort.column}, ${id.column}) ${descending ? '<' : '>'} (${bind(after.sort)}::${sort.type}, ${bind(after.id)}::${id.type})`;
}
