/** The PublicAPI of Rotamap (XML): a token for a name and password, and the rota of all people over a span of days. */
import { SaxesParser } from 'saxes';
import { UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { Day } from '../../schema/domain/time.ts';
import type { Tools } from '../contract.ts';
import type { Report, Row } from './client.ts';
import type { RotamapSettings } from './settings.ts';

const UPSTREAM = 'Rotamap PublicAPI';

/** Elements of an item that are read. `title` and `speciality` are not: the first names people, the second patients' care. */
const ITEM_FIELDS = ['person', 'location', 'location_type', 'date', 'start_time', 'session'];

/** GET {siteUrl}/publicapi/{token}/person_rota/?from_date=…&to_date=…: the service limits requests, so a token is used again. */
export function personRota(settings: RotamapSettings, tools: Tools) {
  const base = `${settings.siteUrl.replace(/\/$/, '')}/publicapi/`;
  let token: Promise<string> | null = null;

  async function signIn(): Promise<string> {
    const body = new URLSearchParams({ username: String(settings.username), password: String(settings.password) });
    // To sign in twice gives two tokens, and changes nothing.
    const response = await tools.fetch(settings.loginUrl ?? `${base}login`, { method: 'POST', body, readsOnly: true });
    const [given] = textsOf(await xml(response), 'token', null);
    if (!given?.token) throw new UpstreamAuthError(`${UPSTREAM}: expected a token, got an answer without. Check username and password.`);
    return given.token;
  }

  async function current(): Promise<string> {
    token ??= signIn();
    const asked = token;
    try {
      return await asked;
    } catch (error) {
      if (token === asked) token = null;
      throw error;
    }
  }

  return async (first: Day, last: Day): Promise<Report> => {
    const query = new URLSearchParams({ from_date: first, to_date: last });
    const ask = async () => xml(await tools.fetch(`${base}${encodeURIComponent(await current())}/person_rota/?${query}`));
    const hadToken = token !== null;
    const text = await ask().catch((error: unknown) => {
      // A token ends at a time that nobody tells. A fresh one settles whether that was all.
      if (!(error instanceof UpstreamAuthError) || !hadToken) throw error;
      token = null;
      return ask();
    });
    return { rows: textsOf(text, 'person_rota_item', ITEM_FIELDS), asOf: tools.now() };
  };
}

async function xml(response: Response): Promise<string> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() || 'no content type';
  if (!/^(?:text|application)\/xml$/.test(type)) {
    throw new UpstreamRejectedError(`${UPSTREAM}: expected XML, got ${type}. Is the address right, or does a proxy answer in its place?`);
  }
  return response.text();
}

/**
 * The texts within each element of this name: by the names of its children, or, for one that holds its own text, by its own.
 *
 * @throws UpstreamUnavailableError when the document breaks off or is malformed.
 */
function textsOf(document: string, element: string, children: readonly string[] | null): readonly Row[] {
  const found: Record<string, string>[] = [];
  let item: Record<string, string> | null = null;
  let field: string | null = null;
  const parser = new SaxesParser();
  parser.on('error', () => {
    throw new UpstreamUnavailableError(`${UPSTREAM}: expected a whole XML document, got one that breaks off or is malformed.`);
  });
  let isRoot = true;
  parser.on('opentag', ({ name }) => {
    if (isRoot && name.toLowerCase() === 'html') throw new UpstreamRejectedError(`${UPSTREAM}: expected XML of a rota, got a web page.`);
    isRoot = false;
    if (name === element) item = children ? Object.fromEntries(children.map((child) => [child, ''])) : { [element]: '' };
    field = item && Object.hasOwn(item, name) ? name : null;
  });
  parser.on('text', (text) => {
    if (item && field) item[field] = `${item[field]}${text}`;
  });
  parser.on('closetag', ({ name }) => {
    field = null;
    if (name !== element || !item) return;
    found.push(Object.fromEntries(Object.entries(item).map(([key, text]) => [key, text.trim()])));
    item = null;
  });
  parser.write(document).close();
  return found;
}
