/** The Data API of RotaMaster: a token that holds for minutes, and lists that come whole. */
import { json } from '../../platform/http.ts';
import { UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { Tools } from '../contract.ts';
import { type Fields, fieldsOf } from './fields.ts';
import type { RotaMasterSettings } from './settings.ts';

export interface RotaMasterClient {
  readonly settings: RotaMasterSettings;
  readonly now: () => Date;
  /** The records of a list; null for one that is no record. */
  list(path: string, query?: Readonly<Record<string, string>>): Promise<readonly (Fields | null)[]>;
}

const UPSTREAM = 'RotaMaster';

/** A token holds for five minutes. It is renewed before, so that it does not end on the way. */
const TOKEN_MS = 4 * 60_000;

/** Three parts of base64url, in quotation marks or alone. The reference shows the token between braces, which is no JSON: so it is looked for. */
const JWT = /"([\w-]{4,}\.[\w-]{4,}\.[\w-]+)"|^\s*([\w-]{4,}\.[\w-]{4,}\.[\w-]+)\s*$/;

export function connect(settings: RotaMasterSettings, tools: Tools): RotaMasterClient {
  const base = `${settings.baseUrl.replace(/\/$/, '')}/api/`;
  let held: Promise<{ readonly token: string; readonly renewAt: number }> | null = null;

  /** POST /api/Authentication. https://help.rotamaster.co.uk/knowledge/integration-api-people */
  async function signIn() {
    const { apiKey, accessKey, entId } = settings;
    const askedAt = tools.now().getTime();
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    // To sign in twice gives two tokens, and changes nothing.
    const request = { method: 'POST', headers, body: JSON.stringify({ apiKey, accessKey, entId }), readsOnly: true };
    const response = await tools.fetch(`${base}Authentication`, request).catch((error: unknown) => {
      if (!(error instanceof UpstreamAuthError)) throw error;
      throw new UpstreamAuthError(`No access token: ${error.message} Check apiKey, accessKey and entId.`, { cause: error });
    });
    const text = await response.text();
    if (text.trim() === '') throw new UpstreamUnavailableError(`${UPSTREAM}: expected a token, got nothing.`);
    const [, quoted, alone] = JWT.exec(text) ?? [];
    const token = quoted ?? alone;
    if (token === undefined) throw new UpstreamRejectedError(`${UPSTREAM}: expected a token, got an answer without a whole one. Is baseUrl right?`);
    return { token, renewAt: askedAt + TOKEN_MS };
  }

  async function current(): Promise<string> {
    if (held && (await held).renewAt <= tools.now().getTime()) held = null;
    held ??= signIn();
    const asked = held;
    try {
      return (await asked).token;
    } catch (error) {
      if (held === asked) held = null;
      throw error;
    }
  }

  async function read(url: string): Promise<unknown> {
    const send = async () => json(await tools.fetch(url, { headers: { accept: 'application/json', authorization: `Bearer ${await current()}` } }), UPSTREAM);
    const hadToken = held !== null;
    return send().catch((error: unknown) => {
      // A token may end before its time. A fresh one settles whether that was all.
      if (!(error instanceof UpstreamAuthError) || !hadToken) throw error;
      held = null;
      return send();
    });
  }

  return {
    settings,
    now: tools.now,
    async list(path, query = {}) {
      const answer = await read(`${base}${path}${Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : ''}`);
      const list = Array.isArray(answer) ? answer : fieldsOf(answer)?.data;
      if (!Array.isArray(list)) throw new UpstreamRejectedError(`${UPSTREAM}, ${path}: expected a list, got something else.`);
      return list.map(fieldsOf);
    },
  };
}
