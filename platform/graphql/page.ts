/** Relay connections over keyset pages: a page is asked for by the sort value and id of the one before it. */
import { RequestError } from '../../schema/domain/errors.ts';

export const MAX_PAGE_SIZE = 200;
export const DEFAULT_PAGE_SIZE = 50;

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** What a list query is given: how many rows to read, and after which. */
export interface PageRequest {
  /** One more than the page holds, so that the next page is known to exist. */
  readonly limit: number;
  readonly after: PagePosition | null;
}

/** Where a row stands in the order: the text of its sort value, and its id to break ties. */
export interface PagePosition {
  readonly sort: string;
  readonly id: string;
}

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Counted only when asked for. */
  readonly totalCount: () => Promise<number>;
}

/**
 * Checks the arguments of a page.
 *
 * @throws RequestError PAGE_TOO_LARGE above 200, BAD_USER_INPUT below 1 or for a cursor that is not ours.
 */
export function parsePage({ first, after }: PageArguments): PageRequest {
  const size = first ?? DEFAULT_PAGE_SIZE;
  if (size < 1) throw new RequestError('BAD_USER_INPUT', `first: expected a number from 1 to ${MAX_PAGE_SIZE}, got ${size}.`);
  if (size > MAX_PAGE_SIZE)
    throw new RequestError('PAGE_TOO_LARGE', `first: expected at most ${MAX_PAGE_SIZE}, got ${size}. Ask for the next page with "after".`);
  return { limit: size + 1, after: after ? parseCursor(after) : null };
}

/** Makes the connection of a page from rows in order, of which the one beyond the page only tells that there is more. */
export function toConnection<Row extends PagePosition, Node>(
  rows: readonly Row[],
  { limit, after }: PageRequest,
  nodeOf: (row: Row) => Node,
  totalCount: () => Promise<number>,
): Connection<Node> {
  const edges = rows.slice(0, limit - 1).map((row) => ({ cursor: toCursor(row), node: nodeOf(row) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rows.length >= limit,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

function toCursor({ sort, id }: PagePosition): string {
  return Buffer.from(JSON.stringify([sort, id])).toString('base64url');
}

function parseCursor(cursor: string): PagePosition {
  try {
    const [sort, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof sort === 'string' && typeof id === 'string') return { sort, id };
  } catch {
    // Falls through to the refusal.
  }
  throw new RequestError('BAD_USER_INPUT', 'after: expected a cursor from an earlier page, got something else.');
}
