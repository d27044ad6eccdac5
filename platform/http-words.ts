/**
 * What an upstream says of an error, made safe for a log.
 *
 * An upstream may echo what we sent: a token, a key in the query, an account's address. So everything that we sent is
 * taken out of its words, and so is everything that looks like a token or an e-mail address. What is left is short.
 */

const MAX_WORDS = 200;
/** Shorter texts are ordinary words: taking them out would garble the message and hide nothing. */
const MIN_SECRET = 6;
const HARMLESS_HEADERS = ['accept', 'accept-language', 'content-type', 'prefer', 'user-agent'];
/** A token of the JWT kind, or any unbroken run of 32 or more that has a digit in it. GUIDs pass, being shorter pieces. */
const LOOKS_SECRET = /\beyJ[\w-]+(?:\.[\w-]*)*|\bbearer\s+\S+|(?=[A-Za-z_~+/=]*\d)[\w~+/=]{32,}|\S+@\S+\.\S+/gi;

/** The sentence of a JSON error body, in any of the shapes that vendors use; `''` where there is none. */
export function cleanedWords(body: string, secrets: readonly string[]): string {
  const words = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), sentenceOf(body));
  const line = words
    .replace(LOOKS_SECRET, '…')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line.replace(/\.$/, '');
}

function sentenceOf(body: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return '';
  }
  const { error, error_description, message, detail, title } = fieldsOf(parsed);
  const inner = fieldsOf(error);
  const candidates = [inner.message, error_description, message, detail, error, title, inner.code];
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate.trim() !== '') ?? '';
}

/** Where vendors put the sentence: Graph and Deputy within `error`, OAuth in `error_description`, RFC 9457 in `detail`. */
type ErrorFields = Partial<Record<'error' | 'error_description' | 'message' | 'detail' | 'title' | 'code', unknown>>;

function fieldsOf(value: unknown): ErrorFields {
  return value && typeof value === 'object' ? value : {};
}

/** Every text of a request that may be a secret, longest first, so that none leaves a piece of a longer one. */
export function secretsOf(url: URL, init: RequestInit): readonly string[] {
  const headers = [...new Headers(init.headers)].filter(([name]) => !HARMLESS_HEADERS.includes(name)).flatMap(([, value]) => [value, ...value.split(/\s+/)]);
  const path = url.pathname.split('/').filter((segment) => segment.length >= 16);
  return [url.username, url.password, ...url.searchParams.values(), ...path, ...headers, ...textsOfBody(init.body)]
    .filter((text) => text.length >= MIN_SECRET)
    .sort((a, b) => b.length - a.length);
}

function textsOfBody(body: RequestInit['body']): readonly string[] {
  if (body instanceof URLSearchParams) return [...body.values()];
  if (typeof body !== 'string') return [];
  try {
    const texts: string[] = [];
    JSON.parse(body, (_key, value) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    return texts;
  } catch {
    return [...new URLSearchParams(body).values()];
  }
}
