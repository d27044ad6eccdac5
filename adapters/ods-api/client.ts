/** Both services as far as they are needed: lists in pages that do not go in circles, and a limit that is kept. */
import type { z } from 'zod';
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { Tools } from '../contract.ts';
import type { OdsApiSettings } from './settings.ts';
import { FhirBundle, OrdList } from './wire.ts';

/** A page of a list, and the address of the next. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface OrdEntry {
  readonly code: string;
  readonly link: string;
}

export interface OdsClient {
  readonly settings: OdsApiSettings;
  readonly now: Tools['now'];
  /** The resources of a FHIR search, from its first page or from the address of a later one. */
  search(query: string, from?: string | null): AsyncIterable<ListPage<unknown>>;
  /** How many a FHIR search finds. */
  count(query: string): Promise<void>;
  /** The organisations that an ORD search names. */
  list(query: string, from?: string | null): AsyncIterable<ListPage<OrdEntry>>;
  /** An ORD organisation by its link; null when there is none. */
  organisation(link: string): Promise<unknown>;
}

const FHIR = 'Organisation Data Terminology API';
const ORD = 'ORD';

/** All organisations of England in pages of 1,000 are some 300. */
const MAX_PAGES = 2_000;

/** 5,000 requests in 300 s are allowed to an application; the rest is left to its other uses. */
const WINDOW_MS = 300_000;
export const MAX_REQUESTS = 4_500;

export function connect(settings: OdsApiSettings, tools: Tools): OdsClient {
  const fhirUrl = settings.baseUrl.replace(/\/$/, '');
  const ordUrl = settings.ordUrl.replace(/\/$/, '');
  const sent: number[] = [];

  /** Throws instead of waiting: the engine waits as long as it is told and goes on where the pass stopped. */
  function keepLimit(): void {
    const now = tools.now().getTime();
    while (sent[0] !== undefined && sent[0] <= now - WINDOW_MS) sent.shift();
    const [oldest] = sent;
    if (oldest !== undefined && sent.length >= MAX_REQUESTS) {
      throw new UpstreamUnavailableError(`${FHIR}: ${MAX_REQUESTS} requests were made within 300 s, of 5,000 that are allowed. The rest follows.`, {
        retryAfterMs: oldest + WINDOW_MS - now,
      });
    }
    sent.push(now);
  }

  async function readFhir(url: string): Promise<z.output<typeof FhirBundle>> {
    keepLimit();
    const headers = { accept: 'application/fhir+json', ...(settings.apiKey && { apikey: settings.apiKey }) };
    const parsed = FhirBundle.safeParse(await json(await tools.fetch(url, { headers }), FHIR));
    if (parsed.success) return parsed.data;
    throw new UpstreamRejectedError(`${FHIR}: expected a Bundle, got something else.`);
  }

  async function readOrd(url: string): Promise<{ readonly body: unknown; readonly next: string | null }> {
    const response = await tools.fetch(url, { headers: { accept: 'application/json' } });
    const next = response.headers.get('next-page');
    return { body: await json(response, ORD), next };
  }

  async function* walk<Item>(upstream: string, first: string, home: string, read: (url: string) => Promise<ListPage<Item>>): AsyncIterable<ListPage<Item>> {
    const seen = new Set<string>();
    let before = '';
    for (let url: string | null = first; url !== null; ) {
      if (seen.size >= MAX_PAGES) throw new UpstreamRejectedError(`${upstream}: expected the list to end, got more than ${MAX_PAGES} pages.`);
      const page: ListPage<Item> = await read(url);
      const content = JSON.stringify(page.items);
      if (seen.has(url) || (page.items.length > 0 && content === before)) {
        throw new UpstreamRejectedError(`${upstream}: expected a new page, got one that was there before: its paging goes in a circle. Nothing of it is kept.`);
      }
      seen.add(url);
      before = content;
      const next: string | null = page.next && sameOrigin(upstream, page.next, home);
      yield { items: page.items, next };
      url = next;
    }
  }

  return {
    settings,
    now: tools.now,
    search: (query, from) =>
      walk(FHIR, from ?? `${fhirUrl}/${query}`, fhirUrl, async (url) => {
        const { entry, link } = await readFhir(url);
        return { items: entry.map(({ resource }) => resource), next: link.find(({ relation }) => relation === 'next')?.url ?? null };
      }),
    async count(query) {
      const { total } = await readFhir(`${fhirUrl}/${query}&_summary=count`);
      if (total === undefined) throw new UpstreamRejectedError(`${FHIR}: expected a count, got a Bundle without a total.`);
    },
    list: (query, from) =>
      walk(ORD, from ?? `${ordUrl}/${query}`, ordUrl, async (url) => {
        const { body, next } = await readOrd(url);
        const parsed = OrdList.safeParse(body);
        if (!parsed.success) throw new UpstreamRejectedError(`${ORD}: expected a list of organisations, got something else. Does it still answer?`);
        return { items: parsed.data.Organisations.map(({ OrgId, OrgLink }) => ({ code: OrgId, link: OrgLink })), next };
      }),
    async organisation(link) {
      try {
        return (await readOrd(sameOrigin(ORD, link, ordUrl))).body;
      } catch (error) {
        // Its body differs from server to server; the status does not.
        if (error instanceof UpstreamRejectedError && error.status === 404) return null;
        throw error;
      }
    },
  };
}

/** Our key goes to the service alone, whatever a link says. */
function sameOrigin(upstream: string, link: string, home: string): string {
  const { origin } = new URL(home);
  if (URL.canParse(link) && new URL(link).origin === origin) return link;
  const elsewhere = URL.canParse(link) ? new URL(link).origin : 'no address';
  throw new UpstreamRejectedError(`${upstream}: expected the next page at ${origin}, got a link to ${elsewhere}. It is not followed.`);
}
