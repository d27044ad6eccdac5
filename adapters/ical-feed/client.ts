/** The text of a feed or file. A feed is asked whether it changed before it is read again. */
import { readFile, stat } from 'node:fs/promises';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { Tools } from '../contract.ts';
import type { IcalFeedSettings } from './settings.ts';
import { type Calendar, splitCalendar } from './split.ts';

export interface FeedClient {
  readonly settings: IcalFeedSettings;
  /** @throws UpstreamUnavailableError when it breaks off, UpstreamRejectedError when it is no calendar. */
  read(): Promise<{ readonly calendar: Calendar; readonly asOf: Date }>;
}

const UPSTREAM = 'Calendar feed';

/** Some 30,000 events. A calendar is held whole while it is read. */
const MAX_BYTES = 10 * 1024 * 1024;

export function connect(settings: IcalFeedSettings, tools: Tools): FeedClient {
  const { url, file } = settings;
  return { settings, read: url === undefined ? fileReader(tools.resolvePath(String(file))) : feedReader(url.replace(/^webcals?:/i, 'https:'), tools) };
}

/** Programs that publish calendars refuse agents that do not look like a browser: Exchange Online answers them 500. */
const HEADERS = { accept: 'text/calendar, text/plain;q=0.8, */*;q=0.5', 'user-agent': 'Mozilla/5.0 (compatible; Rotagraph)' };

function feedReader(url: string, { fetch, now }: Tools): FeedClient['read'] {
  let held: { readonly etag: string; readonly calendar: Calendar } | null = null;
  return async () => {
    const headers = held ? { ...HEADERS, 'if-none-match': held.etag } : HEADERS;
    const response = await fetch(url, { headers }).catch((error: unknown) => {
      if (!(error instanceof UpstreamRejectedError)) throw error;
      throw new UpstreamRejectedError(`${error.message} The link of a feed ends when it is made anew: is the setting url the newest?`, { cause: error });
    });
    if (response.status === 304 && held) return { calendar: held.calendar, asOf: now() };
    const text = await response.text();
    const type = response.headers.get('content-type')?.split(';')[0]?.trim() || 'no content type';
    refuseHuge(UPSTREAM, text.length);
    if (text.trim() === '') throw new UpstreamUnavailableError(`${UPSTREAM}: expected a calendar, got nothing.`);
    const calendar = splitCalendar(text);
    if (calendar === null) {
      throw new UpstreamRejectedError(`${UPSTREAM}: expected a calendar, got ${type}. Is the link right, or does a page to sign in answer in its place?`);
    }
    if (!calendar.isWhole) throw new UpstreamUnavailableError(`${UPSTREAM}: expected a whole calendar, got one that breaks off.`);
    const etag = response.headers.get('etag');
    held = etag === null ? null : { etag, calendar };
    return { calendar, asOf: now() };
  };
}

function fileReader(path: string): FeedClient['read'] {
  return async () => {
    const { mtimeMs, size } = await stat(path).catch(cannotBeRead);
    refuseHuge('Calendar file', size);
    const text = await readFile(path, 'utf8').catch(cannotBeRead);
    const calendar = splitCalendar(text);
    if (!calendar?.isWhole) {
      throw new UpstreamRejectedError(`Calendar file: expected a whole calendar, got ${calendar ? 'one that breaks off' : 'something else'}.`);
    }
    return { calendar, asOf: new Date(mtimeMs) };
  };
}

function cannotBeRead(error: NodeJS.ErrnoException): never {
  throw new UpstreamUnavailableError(`Calendar file: expected a file that can be read, got ${error.code ?? 'an error'}. Check the setting file.`);
}

function refuseHuge(what: string, bytes: number): void {
  if (bytes > MAX_BYTES) throw new UpstreamRejectedError(`${what}: expected at most ${MAX_BYTES / 1024 / 1024} MB, got more. Publish a shorter period.`);
}
