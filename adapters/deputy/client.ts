/** Deputy's Resource API: queries by POST, gone through by id, so that a record which is deleted meanwhile shifts no page. */
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, PullRequest, Tools } from '../contract.ts';
import { fieldsOf } from '../places-and-roles.ts';
import type { DeputySettings } from './settings.ts';

export interface DeputyClient {
  readonly settings: DeputySettings;
  /** The records that meet all clauses, in pages, from where `request.since` left off. A pass with other clauses begins at the start. */
  pages(query: DeputyQuery, request: PullRequest): AsyncIterable<ListPage>;
  /** A short list as a whole. */
  all(resource: string): Promise<readonly unknown[]>;
}

export interface DeputyQuery {
  readonly resource: string;
  readonly clauses?: readonly Clause[];
  /** Objects that come within each record. */
  readonly join?: readonly string[];
}

interface Clause {
  readonly field: string;
  readonly type: 'gt' | 'ge' | 'lt' | 'le';
  readonly data: number | string;
}

export interface ListPage {
  readonly values: readonly unknown[];
  readonly cursor: Cursor | null;
  readonly asOf: Date;
}

interface Slice {
  readonly values: readonly unknown[];
  /** The last id of a full page; null where nothing follows. */
  readonly last: number | null;
}

const UPSTREAM = 'Deputy';

export function connect(settings: DeputySettings, tools: Tools): DeputyClient {
  const { token, pageSize } = settings;
  const baseUrl = `${settings.address.replace(/\/$/, '')}/api/v1`;
  const headers = { accept: 'application/json', authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  /** POST /resource/{Object}/QUERY https://developer.deputy.com/deputy-docs/docs/getting-data-resources-api */
  async function ask({ resource, clauses = [], join = [] }: DeputyQuery, after: number): Promise<readonly unknown[]> {
    const all = [{ field: 'Id', type: 'gt', data: after }, ...clauses];
    const search = Object.fromEntries(all.map((clause, at) => [`s${at + 1}`, clause]));
    const body = JSON.stringify({ search, sort: { Id: 'asc' }, join, start: 0, max: pageSize });
    const response = await tools.fetch(`${baseUrl}/resource/${resource}/QUERY`, { method: 'POST', headers, body, readsOnly: true });
    const values = await json(response, UPSTREAM);
    if (!Array.isArray(values)) throw new UpstreamRejectedError(`${UPSTREAM}, ${resource}: expected a list, got something else.`);
    return values;
  }

  /** There is no count: a page that is not full is the last, and an empty one is believed when it comes twice. */
  async function* walk(query: DeputyQuery, start: number): AsyncIterable<Slice> {
    for (let after: number | null = start; after !== null; ) {
      const first: readonly unknown[] = await ask(query, after);
      const values: readonly unknown[] = first.length > 0 ? first : await ask(query, after);
      if (values.length === 0) return;
      const last = lastIdOf(values, after, query.resource);
      after = values.length < pageSize ? null : last;
      yield { values, last: after };
    }
  }

  return {
    settings,
    async *pages(query, { since }) {
      const key = JSON.stringify(query.clauses ?? []);
      const start = since !== null && since.query === key ? Number(since.after) : 0;
      for await (const { values, last } of walk(query, start)) {
        yield { values, cursor: last === null ? null : { after: last, query: key }, asOf: tools.now() };
      }
    },
    async all(resource) {
      const values: unknown[] = [];
      for await (const slice of walk({ resource }, 0)) values.push(...slice.values);
      return values;
    },
  };
}

/** @throws UpstreamRejectedError where the ids do not rise from `after` on: then what follows the last of them would leave some out. */
function lastIdOf(values: readonly unknown[], after: number, resource: string): number {
  let last = after;
  for (const value of values) {
    const { Id } = fieldsOf(value);
    if (typeof Id !== 'number') continue;
    if (Id <= last) {
      throw new UpstreamRejectedError(
        `${UPSTREAM}, ${resource}: expected ids that rise from ${after} on, got ${Id} after ${last}: its paging goes in a circle.`,
      );
    }
    last = Id;
  }
  if (last === after) throw new UpstreamRejectedError(`${UPSTREAM}, ${resource}: expected an Id in each record, got a page without any.`);
  return last;
}
