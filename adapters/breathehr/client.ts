/** The Breathe API: a key in a header, and lists in numbered pages whose total is watched. */
import { createHash } from 'node:crypto';
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, PullRequest, Tools } from '../contract.ts';
import { createVocabulary, type Vocabulary } from '../nhs-words.ts';
import { wordList } from '../words.ts';
import type { BreatheHrSettings } from './settings.ts';

/** Lists that are read. The answer's one key has the same name. */
export type Resource = 'employees' | 'absences' | 'sicknesses' | 'employee_training_courses';

export interface BreatheClient {
  readonly settings: BreatheHrSettings;
  readonly vocabulary: Vocabulary;
  /** The organisation that a place's name is set to mean. A short name is no code here: departments have such names. */
  organisationOf(place: string): string | undefined;
  /** The first record of a list, to see that the key is good. */
  probe(resource: Resource): Promise<void>;
  /** A list in pages, from where `request.since` left off. A pass over another window begins at the start. */
  pages(resource: Resource, parameters: Readonly<Record<string, string>>, request: PullRequest): AsyncIterable<ListPage>;
}

export interface ListPage {
  readonly values: readonly unknown[];
  readonly cursor: Cursor | null;
  readonly asOf: Date;
}

interface Answer {
  readonly values: readonly unknown[];
  /** The number of the next page; null after the last. */
  readonly next: number | null;
  /** How many records the whole list has; null where the answer does not say. */
  readonly total: number | null;
}

const UPSTREAM = 'Breathe';
/** The most that Breathe gives. */
const PER_PAGE = 100;
/** Half a million records: a list that goes on beyond is going in a circle. */
const MAX_PAGES = 5_000;

export function connect(settings: BreatheHrSettings, tools: Tools): BreatheClient {
  const baseUrl = settings.baseUrl.replace(/\/$/, '');

  async function read(resource: Resource, parameters: Readonly<Record<string, string>>): Promise<Response> {
    const url = `${baseUrl}/${resource}?${new URLSearchParams(parameters)}`;
    return tools.fetch(url, { headers: { accept: 'application/json', 'X-API-KEY': settings.apiKey } });
  }

  async function readPage(resource: Resource, parameters: Readonly<Record<string, string>>, page: number): Promise<Answer> {
    const response = await read(resource, { ...parameters, page: String(page), per_page: String(PER_PAGE) });
    const values = valuesOf(await json(response, UPSTREAM), resource);
    const total = numberOf(response.headers.get('total'));
    return { values, total, next: nextPage(response.headers, page, values.length, total) };
  }

  return {
    settings,
    vocabulary: createVocabulary({ ...settings, competences: settings.courses, absenceTypes: settings.leaveReasons }),
    organisationOf: wordList(settings.organisations),
    async probe(resource) {
      valuesOf(await json(await read(resource, { page: '1', per_page: '1' }), UPSTREAM), resource);
    },
    async *pages(resource, parameters, { since, from, to }) {
      const window = { from: from.toISOString(), to: to.toISOString() };
      const isOfThisPass = since?.from === window.from && since.to === window.to;
      let page = isOfThisPass ? Number(since.page) : 1;
      let given = isOfThisPass ? Number(since.given) : 0;
      let answer = await readPage(resource, parameters, page);
      let { total } = answer;
      if (isOfThisPass && total !== since.total) {
        // Pages are counted off: where the list has grown or shrunk, the next page is no longer the next one.
        page = 1;
        given = 0;
        answer = await readPage(resource, parameters, page);
        ({ total } = answer);
      }
      const seen = new Set<string>();
      for (let pages = 1; ; pages += 1) {
        if (pages > MAX_PAGES) throw new UpstreamRejectedError(`${UPSTREAM}, ${resource}: expected the list to end, got more than ${MAX_PAGES} pages.`);
        if (answer.total !== total) throw changedMeanwhile(resource);
        if (answer.values.length > 0 && isKnown(seen, JSON.stringify(answer.values))) {
          throw new UpstreamRejectedError(`${UPSTREAM}, ${resource}: expected a new page, got one that was there before. Nothing of it is kept.`);
        }
        given += answer.values.length;
        const { next } = answer;
        if (next === null && total !== null && given !== total) throw changedMeanwhile(resource);
        yield { values: answer.values, cursor: next === null ? null : { page: next, given, total, ...window }, asOf: tools.now() };
        if (next === null) return;
        page = next;
        answer = await readPage(resource, parameters, page);
      }
    },
  };
}

function valuesOf(body: unknown, resource: Resource): readonly unknown[] {
  const values = body !== null && typeof body === 'object' ? (body as Partial<Record<string, unknown>>)[resource] : undefined;
  if (Array.isArray(values)) return values;
  throw new UpstreamRejectedError(`${UPSTREAM}: expected a list with "${resource}", got something else. Is the address right?`);
}

/** Of the link only the page's number is taken: the address is ours, so that the key goes nowhere else. */
function nextPage(headers: Headers, page: number, length: number, total: number | null): number | null {
  const link = headers.get('link');
  if (link !== null) {
    const target = link
      .split(/,\s*(?=<)/)
      .map((part) => /^<([^>]*)>\s*;.*\brel="?next"?/.exec(part.trim())?.[1])
      .find((found) => found !== undefined);
    if (target === undefined) return null;
    const next = URL.canParse(target) ? numberOf(new URL(target).searchParams.get('page')) : null;
    if (next === null || next <= page) throw new UpstreamRejectedError(`${UPSTREAM}: expected a link to a page after ${page}, got another.`);
    return next;
  }
  const perPage = numberOf(headers.get('per-page')) ?? PER_PAGE;
  const hasMore = total === null ? length >= perPage : page * perPage < total;
  return hasMore ? page + 1 : null;
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : null;
}

/**
 * Of numbered pages one record falls between two when another is deleted: it would count as gone. A refusal, so that the
 * next sync begins at the first page: what was counted off so far is wrong.
 */
function changedMeanwhile(resource: Resource): UpstreamRejectedError {
  return new UpstreamRejectedError(`${UPSTREAM}, ${resource}: the list was changed while it was read. It is read anew at the next sync.`);
}

/** Whether it was there before; from now on it was. */
function isKnown(seen: Set<string>, text: string): boolean {
  const key = createHash('sha256').update(text).digest('base64');
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}
