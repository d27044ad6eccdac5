/** Microsoft Graph as far as Shifts needs it: an access token, lists in pages, and no way to be led in circles. */
import { createHash } from 'node:crypto';
import { json } from '../../platform/http.ts';
import { UpstreamAuthError, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, PullRequest, Tools } from '../contract.ts';
import type { TeamsShiftsSettings } from './settings.ts';
import { EntraToken, GraphPage } from './wire.ts';

export interface TeamsClient {
  readonly settings: TeamsShiftsSettings;
  /** An answer about the team: `get('schedule')`. */
  get(path: string): Promise<unknown>;
  /** A change; null where the answer has no content. */
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** A list in pages, from where `request.since` left off. A pass over another window begins at the start. */
  pages(path: string, filter: string | null, request: PullRequest): AsyncIterable<ListPage>;
  /** A short list as a whole. */
  all(path: string): Promise<readonly unknown[]>;
}

export interface ListPage {
  readonly values: readonly unknown[];
  readonly cursor: Cursor | null;
  readonly asOf: Date;
}

const UPSTREAM = 'Microsoft Graph';

/** Shifts of 100 people over a year are some 300 pages. */
const MAX_PAGES = 5_000;

/** A token is renewed this long before it ends, so that it does not end on the way. */
const RENEW_BEFORE_MS = 60_000;

export function connect(settings: TeamsShiftsSettings, tools: Tools): TeamsClient {
  const { baseUrl, teamId, actsAsUserId } = settings;
  const tokens = tokenSource(settings, tools);
  const teamUrl = `${baseUrl.replace(/\/$/, '')}/teams/${encodeURIComponent(teamId)}/`;
  const origin = new URL(baseUrl).origin;

  async function ask(url: string, method = 'GET', body?: object): Promise<unknown> {
    const send = async () => {
      const headers = {
        ...(body ? { 'content-type': 'application/json' } : {}),
        accept: 'application/json',
        authorization: `Bearer ${await tokens.current()}`,
        ...(actsAsUserId ? { 'MS-APP-ACTS-AS': actsAsUserId } : {}),
      };
      const response = await tools.fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      return response.status === 204 ? null : json(response, UPSTREAM);
    };
    try {
      return await send();
    } catch (error) {
      // A token may be withdrawn before its time. A fresh one settles whether that was all.
      if (!(error instanceof UpstreamAuthError) || !tokens.drop()) throw error;
      return send();
    }
  }

  async function readPage(url: string): Promise<{ values: readonly unknown[]; next: string | null }> {
    const parsed = GraphPage.safeParse(await ask(url));
    if (!parsed.success) throw new UpstreamRejectedError(`${UPSTREAM}: expected a list with "value", got something else.`);
    const next = parsed.data['@odata.nextLink'] ?? null;
    return { values: parsed.data.value, next: next === null ? null : sameOrigin(next, origin) };
  }

  async function* walk(first: string): AsyncIterable<{ values: readonly unknown[]; next: string | null }> {
    const seen = new Set<string>();
    for (let url: string | null = first, pages = 1; url !== null; pages += 1) {
      if (pages > MAX_PAGES) throw new UpstreamRejectedError(`${UPSTREAM}: expected the list to end, got more than ${MAX_PAGES} pages. Pull a shorter period.`);
      const page = await readPage(url);
      const isRepeated = page.values.length > 0 && isKnown(seen, JSON.stringify(page.values));
      if (isKnown(seen, url) || isRepeated) {
        throw new UpstreamRejectedError(`${UPSTREAM}: expected a new page, got one that was there before: its paging goes in a circle. Nothing of it is kept.`);
      }
      yield page;
      url = page.next;
    }
  }

  /** From the stored link, or from the start when Graph no longer takes the link: links go stale. */
  async function* walkFrom(since: string | null, first: string) {
    if (since === null) return yield* walk(first);
    const pages = walk(since)[Symbol.asyncIterator]();
    const resumed = await pages.next().catch((error: unknown) => {
      if (error instanceof UpstreamRejectedError) return null;
      throw error;
    });
    if (resumed === null) return yield* walk(first);
    for (let page = resumed; !page.done; page = await pages.next()) yield page.value;
  }

  return {
    settings,
    get: (path) => ask(`${teamUrl}${path}`),
    send: (method, path, body) => ask(`${teamUrl}${path}`, method, body),
    async *pages(path, filter, { since, from, to }) {
      const window = { from: from.toISOString(), to: to.toISOString() };
      const first = `${teamUrl}${path}${filter === null ? '' : `?$filter=${encodeURIComponent(filter)}`}`;
      const isOfThisPass = since?.from === window.from && since.to === window.to && isAt(String(since.nextLink), origin);
      const link = isOfThisPass ? String(since.nextLink) : null;
      for await (const { values, next } of walkFrom(link, first)) {
        yield { values, cursor: next === null ? null : { nextLink: next, ...window }, asOf: tools.now() };
      }
    },
    async all(path) {
      const values: unknown[] = [];
      for await (const page of walk(`${teamUrl}${path}`)) values.push(...page.values);
      return values;
    },
  };
}

/** Our token goes to Graph alone, whatever a link says. */
function sameOrigin(link: string, origin: string): string {
  if (isAt(link, origin)) return link;
  const elsewhere = URL.canParse(link) ? new URL(link).origin : 'no address';
  throw new UpstreamRejectedError(`${UPSTREAM}: expected the next page at ${origin}, got a link to ${elsewhere}. It is not followed.`);
}

const isAt = (link: string, origin: string) => URL.canParse(link) && new URL(link).origin === origin;

/** Whether it was there before; from now on it was. */
function isKnown(seen: Set<string>, text: string): boolean {
  const key = createHash('sha256').update(text).digest('base64');
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

interface TokenSource {
  current(): Promise<string>;
  /** Forgets the token. False when there is none: then it was the token itself that was refused. */
  drop(): boolean;
}

/** OAuth 2.0 client credentials. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
function tokenSource({ tenantId, clientId, clientSecret, loginUrl, baseUrl }: TeamsShiftsSettings, tools: Tools): TokenSource {
  let held: Promise<{ readonly token: string; readonly renewAt: number }> | null = null;

  async function fetchToken() {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${new URL(baseUrl).origin}/.default`,
    });
    const askedAt = tools.now().getTime();
    const url = `${loginUrl.replace(/\/$/, '')}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
    const response = await tools.fetch(url, { method: 'POST', body, readsOnly: true }).catch((error: unknown) => {
      if (!(error instanceof UpstreamRejectedError) && !(error instanceof UpstreamAuthError)) throw error;
      throw new UpstreamAuthError(`No access token: ${error.message} Check tenantId, clientId and clientSecret.`, { cause: error });
    });
    const parsed = EntraToken.safeParse(await json(response, 'Microsoft Entra ID'));
    if (!parsed.success)
      throw new UpstreamAuthError('Microsoft Entra ID: expected an access token and how long it holds, got an answer without. Check loginUrl.');
    return { token: parsed.data.access_token, renewAt: askedAt + parsed.data.expires_in * 1000 - RENEW_BEFORE_MS };
  }

  return {
    async current() {
      if (held && (await held).renewAt <= tools.now().getTime()) held = null;
      held ??= fetchToken();
      const asked = held;
      try {
        return (await asked).token;
      } catch (error) {
        if (held === asked) held = null;
        throw error;
      }
    },
    drop() {
      const had = held !== null;
      held = null;
      return had;
    },
  };
}
