/** RotaCloud's lists: by limit and offset, counted by `X-Total-Count`, and no way to lose or repeat a part of one unnoticed. */
import { createHash } from 'node:crypto';
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { Cursor, PullRequest, Tools } from '../contract.ts';
import type { RotaCloudSettings } from './settings.ts';

export interface RotaCloudClient {
  readonly settings: RotaCloudSettings;
  /** A list in pages, from where `request.since` left off. A pass over another window, or over a list of another length, begins at the start. */
  pages(path: string, query: Query, request: PullRequest): AsyncIterable<ListPage>;
  /** A short list as a whole. */
  all(path: string): Promise<readonly unknown[]>;
}

export type Query = Readonly<Record<string, string>>;

export interface ListPage {
  readonly values: readonly unknown[];
  readonly cursor: Cursor | null;
  readonly asOf: Date;
}

interface Slice {
  readonly values: readonly unknown[];
  /** How many the list has in all. */
  readonly total: number;
}

const UPSTREAM = 'RotaCloud';

/** How often a page that should hold something is asked for. */
const MAX_TRIES = 3;

export function connect(settings: RotaCloudSettings, tools: Tools): RotaCloudClient {
  const { apiKey, pageSize } = settings;
  const baseUrl = settings.baseUrl.replace(/\/$/, '');
  const headers = { accept: 'application/json', authorization: `Bearer ${apiKey}` };

  async function readOnce(path: string, query: Query, offset: number): Promise<Slice> {
    const search = new URLSearchParams({ ...query, limit: String(pageSize), offset: String(offset) });
    const response = await tools.fetch(`${baseUrl}/${path}?${search}`, { headers });
    const count = response.headers.get('x-total-count') ?? '';
    const values = await json(response, UPSTREAM);
    if (!Array.isArray(values)) throw new UpstreamRejectedError(`${UPSTREAM}, ${path}: expected a list, got something else.`);
    if (!/^\d+$/.test(count)) {
      throw new UpstreamRejectedError(`${UPSTREAM}, ${path}: expected X-Total-Count with the list, got none, so its end cannot be told. Does a proxy drop it?`);
    }
    return { values, total: Number(count) };
  }

  /** A page is empty after the end only: one before it is asked for again. */
  async function read(path: string, query: Query, offset: number): Promise<Slice> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const slice = await readOnce(path, query, offset);
      if (slice.values.length > 0 || offset >= slice.total) return slice;
    }
    throw new UpstreamUnavailableError(`${UPSTREAM}, ${path}: expected records from ${offset} on, got an empty page ${MAX_TRIES} times.`);
  }

  async function* walk(path: string, query: Query, from: { readonly offset: number; readonly total: number | null }): AsyncIterable<Slice & { end: number }> {
    const seen = new Set<string>();
    for (let { offset, total } = from; total === null || offset < total; ) {
      const slice = await read(path, query, offset);
      if (total !== null && slice.total !== total) {
        throw new UpstreamRejectedError(`${UPSTREAM}, ${path}: expected ${total} records all along, got ${slice.total}: the list changed while it was read.`);
      }
      if (slice.values.length > 0 && isKnown(seen, JSON.stringify(slice.values))) {
        throw new UpstreamRejectedError(`${UPSTREAM}, ${path}: expected a new page, got one that was there before: its paging goes in a circle.`);
      }
      total = slice.total;
      offset += slice.values.length;
      yield { ...slice, end: offset };
    }
  }

  /** Where the stored place is one in the list as it is now; else the start. */
  async function placeIn(path: string, query: Query, cursor: Cursor | null): Promise<{ offset: number; total: number | null }> {
    const start = { offset: 0, total: null };
    if (cursor === null || cursor.query !== keyOf(query)) return start;
    const offset = Number(cursor.offset);
    const { total } = await readOnce(path, query, offset);
    return total === cursor.total && offset < total ? { offset, total } : start;
  }

  return {
    settings,
    async *pages(path, query, { since }) {
      for await (const { values, total, end } of walk(path, query, await placeIn(path, query, since))) {
        yield { values, cursor: end < total ? { offset: end, total, query: keyOf(query) } : null, asOf: tools.now() };
      }
    },
    async all(path) {
      const values: unknown[] = [];
      for await (const slice of walk(path, {}, { offset: 0, total: null })) values.push(...slice.values);
      return values;
    },
  };
}

const keyOf = (query: Query) => new URLSearchParams(query).toString();

/** Whether it was there before; from now on it was. */
function isKnown(seen: Set<string>, text: string): boolean {
  const key = createHash('sha256').update(text).digest('base64');
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}
