/** `fetch` with manners, for every vendor that is spoken to over HTTP. */
import { setTimeout as pause } from 'node:timers/promises';
import { RotagraphError, UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../schema/domain/errors.ts';
import type { Day } from '../schema/domain/time.ts';
import { birthDateDigest } from './birth-date-digest.ts';
import { cleanedWords, secretsOf } from './http-words.ts';

/** A request. `readsOnly` says of a POST that it changes nothing, so that it may be repeated as a GET is: some vendors are asked in that way. */
export type FetchInit = RequestInit & { readonly readsOnly?: boolean };

export interface HttpTools {
  /**
   * Resolves only for 2xx, with the whole body read, so that a body which breaks off is tried again as well; and for
   * 304 where the request asked `If-None-Match` or `If-Modified-Since`.
   *
   * Tried again, with growing and random pauses: no answer, a broken answer, 408, 429 and 5xx. A request that may not be
   * repeated (POST, PATCH, unless it only reads) is tried again only after 429 and 503, which say that nothing was done. `Retry-After` is
   * obeyed up to `MAX_PAUSE_MS`. Refused credentials (401, 403) are tried once more. Redirects are not followed: they would carry our credentials elsewhere.
   *
   * @throws UpstreamUnavailableError when the last attempt fails, or at once when asked to wait longer than that.
   * @throws UpstreamAuthError on 401 and 403, twice.
   * @throws UpstreamRejectedError on any other answer, with the upstream's own words where it gave any.
   */
  readonly fetch: (url: string | URL, init?: FetchInit) => Promise<Response>;
  readonly now: () => Date;
  readonly resolvePath: (path: string) => string;
  /** Null where no secret is set: then birth dates are dropped and compared by nobody. */
  readonly digestBirthDate: (day: Day) => string | null;
}

export interface ToolsOptions {
  readonly now: () => Date;
  readonly resolvePath: (path: string) => string;
  /** Keys the digests of birth dates. Default none. */
  readonly birthDateSecret?: string | null;
  /** Waits between attempts. Default a timer. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Default 4. */
  readonly maxAttempts?: number;
  /** For one attempt, its body included. Default 30 s. */
  readonly timeoutMs?: number;
  /** Default the global one. */
  readonly fetch?: (url: URL, init: RequestInit) => Promise<Response>;
  /** Awaited before each attempt: where an upstream's limits are kept. Default none. */
  readonly turn?: (url: URL, method: string) => Promise<void>;
}

/** The longest pause within one request. A longer `Retry-After` is for the engine to keep. */
export const MAX_PAUSE_MS = 30_000;
const FIRST_PAUSE_MS = 500;

/** A page of a vendor's API is far smaller. What passes this is not what was asked for, and would fill the memory. */
export const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

export function createTools({
  now,
  resolvePath,
  birthDateSecret = null,
  sleep = pause,
  maxAttempts = 4,
  timeoutMs = 30_000,
  fetch: send = fetchGlobally,
  turn,
}: ToolsOptions): HttpTools {
  const attempting: Attempting = { send, timeoutMs, now };
  async function fetchWithManners(address: string | URL, { readsOnly = false, ...init }: FetchInit = {}): Promise<Response> {
    const url = new URL(address);
    let refusals = 0;
    // A refusal stops the upstream until a person comes, so one that passes is told from one that stands.
    const onceMore = (error: unknown): Attempt => {
      refusals += 1;
      if (!(error instanceof UpstreamAuthError) || refusals > 1) throw error;
      return { failure: error, repeatable: true };
    };
    for (let attempt = 1; ; attempt += 1) {
      await turn?.(url, init.method ?? 'GET');
      const { response, failure, repeatable } = await attemptOnce(url, init, readsOnly || isRepeatable(init), attempting).catch(onceMore);
      if (response) return response;
      const pauseMs = (failure instanceof UpstreamUnavailableError ? failure.retryAfterMs : null) ?? backoffMs(attempt);
      if (!repeatable || attempt >= maxAttempts || pauseMs > MAX_PAUSE_MS) throw failure;
      await sleep(pauseMs);
      init.signal?.throwIfAborted();
    }
  }
  const digestBirthDate = (day: Day) => (birthDateSecret === null ? null : birthDateDigest(day, birthDateSecret));
  return { fetch: fetchWithManners, now, resolvePath, digestBirthDate };
}

/** Doubles with each attempt, and is spread at random, so that many clients do not come back at the same moment. */
function backoffMs(attempt: number): number {
  const full = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), MAX_PAUSE_MS);
  return full / 2 + Math.random() * (full / 2);
}

type Attempt =
  | { readonly response: Response; readonly failure?: undefined; readonly repeatable?: undefined }
  | { readonly response?: undefined; readonly failure: UpstreamUnavailableError | UpstreamAuthError; readonly repeatable: boolean };

const REPEATABLE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];
const isRepeatable = ({ method = 'GET' }: RequestInit) => REPEATABLE_METHODS.includes(method.toUpperCase());

/** How an attempt is made. */
type Attempting = Required<Pick<ToolsOptions, 'timeoutMs' | 'now'>> & { readonly send: NonNullable<ToolsOptions['fetch']> };

/** Looked up with each request: tests put a stand-in in its place. */
const fetchGlobally: NonNullable<ToolsOptions['fetch']> = (url, init) => fetch(url, init);

/** One attempt. What is not worth another is thrown. */
async function attemptOnce(url: URL, init: RequestInit, mayRepeat: boolean, { send, timeoutMs, now }: Attempting): Promise<Attempt> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const signal = init.signal ? AbortSignal.any([init.signal, timeout.signal]) : timeout.signal;
    const response = await send(url, { redirect: 'manual', ...init, headers: withUserAgent(init.headers), signal });
    const body = await readLimited(response, url.host);
    if (response.ok || isUnchanged(response, init)) return { response: new Response(hasBody(response) ? body : null, response) };
    const failure = failureOf(response, body, url, init, now);
    if (!(failure instanceof UpstreamUnavailableError)) throw failure;
    return { failure, repeatable: mayRepeat || response.status === 429 || response.status === 503 };
  } catch (error) {
    if (error instanceof RotagraphError) throw error;
    init.signal?.throwIfAborted();
    const words = timeout.signal.aborted ? `did not answer within ${timeoutMs / 1000} s` : `cannot be reached, or breaks off (${networkCode(error)})`;
    return { failure: new UpstreamUnavailableError(`${url.host} ${words}.`), repeatable: mayRepeat };
  } finally {
    clearTimeout(timer);
  }
}

/** Some content networks refuse the default one. */
function withUserAgent(given: RequestInit['headers']): Headers {
  const headers = new Headers(given);
  if (!headers.has('user-agent')) headers.set('user-agent', 'Rotagraph');
  return headers;
}

const hasBody = ({ status }: Response) => status !== 204 && status !== 205 && status !== 304;

/** The answer to a request that asked for what is newer than its copy. To any other it would say nothing. */
function isUnchanged({ status }: Response, { headers }: RequestInit): boolean {
  const sent = new Headers(headers);
  return status === 304 && (sent.has('if-none-match') || sent.has('if-modified-since'));
}

async function readLimited(response: Response, host: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) {
      throw new UpstreamRejectedError(`${host} answers with more than ${MAX_RESPONSE_BYTES / 1024 / 1024} MB in one page. Ask for a shorter period.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function failureOf(response: Response, body: Uint8Array, url: URL, init: RequestInit, now: () => Date): RotagraphError {
  const { status, statusText } = response;
  const said = cleanedWords(Buffer.from(body).toString('utf8'), secretsOf(url, init));
  const answer = `${status}${statusText ? ` ${statusText}` : ''}${said ? `: ${said}` : ''}`;
  if (status === 401 || status === 403) return new UpstreamAuthError(`${url.host} refuses our credentials (${answer}).`);
  if (status === 429 || status === 408 || status >= 500) {
    const retryAfterMs = retryAfter(response.headers.get('retry-after'), now());
    return new UpstreamUnavailableError(`${url.host} ${status === 429 ? 'asks us to slow down' : 'cannot answer now'} (${answer}).`, { retryAfterMs });
  }
  if (status >= 300 && status < 400) {
    return new UpstreamRejectedError(`${url.host} sends us to another address (${answer}). Set the address that it moved to.`);
  }
  return new UpstreamRejectedError(`${url.host} refuses the request (${answer}).`, { status });
}

/** Milliseconds to wait: `Retry-After` is seconds or an HTTP date. Null when it is neither. */
function retryAfter(header: string | null, now: Date): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? null : Math.max(0, until - now.getTime());
}

/** Why a connection failed, as a code such as `ECONNREFUSED`: codes hold no address. */
function networkCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return 'network error';
}

/**
 * The JSON of an answer.
 *
 * @throws UpstreamUnavailableError when it says it is JSON and breaks off: another try may bring the whole.
 * @throws UpstreamRejectedError when it is something else, for instance the page of a proxy.
 */
export async function json(response: Response, upstream: string): Promise<unknown> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() || 'no content type';
  const text = await response.text();
  if (!/^application\/([\w.-]+\+)?json$/.test(type)) {
    throw new UpstreamRejectedError(`${upstream}: expected JSON, got ${type}. Is the address right, or does a proxy answer in its place?`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UpstreamUnavailableError(`${upstream}: expected a whole JSON document, got ${text === '' ? 'nothing' : 'one that breaks off or is malformed'}.`);
  }
}
