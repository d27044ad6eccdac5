/** Serves calendar links over HTTP: `GET` and `HEAD /feeds/<token>.ics`. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import express, { type Request, type Response, type Router } from 'express';
import type { Sql } from '../platform/db.ts';
import { renderFeed } from './feed.ts';
import { readContents } from './read.ts';
import { findFeed, recordFetch } from './tokens.ts';

const gzipped = promisify(gzip);

export interface CalendarTools {
  readonly database: Sql;
  readonly now: () => Date;
  readonly log: { error(details: object, message: string): void };
}

/** What every answer says. Nothing may keep a feed but the calendar itself, and nothing may list or sniff it. */
const ALWAYS = {
  'Cache-Control': 'private, no-cache',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex, nofollow',
  'Referrer-Policy': 'no-referrer',
} as const;

/** While we are ill, calendars keep what they have and come again. */
const RETRY_AFTER_SECONDS = '300';

export function createCalendarRouter({ database, now, log }: CalendarTools): Router {
  const router = express.Router();
  // Not a route with a parameter: Express would decode it, and an error in that would tell the token to the log.
  router.use('/feeds', async (request, response) => {
    try {
      response.set(ALWAYS);
      await answer(request, response, database, now());
    } catch (error) {
      log.error({ err: error }, 'A calendar feed could not be made.');
      refuse(response.set('Retry-After', RETRY_AFTER_SECONDS), 503, 'The calendar cannot be read at the moment. Please come again.');
    }
  });
  return router;
}

async function answer(request: Request, response: Response, database: Sql, now: Date): Promise<void> {
  if (request.method === 'OPTIONS') return void response.set('Allow', ALLOWED).status(204).end();
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response.set('Allow', ALLOWED), 405, `Expected ${ALLOWED}.`);
  const feed = await findFeed(database, tokenIn(request.path));
  if (!feed) return refuse(response, 404, 'There is no such calendar.');
  // Known and stopped: Thunderbird then stops asking for good, where after a 404 it would go on showing old shifts.
  if (feed.isRevoked) return refuse(response, 410, 'This calendar link was stopped. Make a new one to subscribe again.');
  const text = renderFeed(await readContents(database, feed.staffId, now));
  await recordFetch(database, feed.feedId, now, request.get('User-Agent') ?? null);
  await send(request, response, Buffer.from(text));
}

const ALLOWED = 'GET, HEAD';

/** What stands in the place of the token, or an empty text. */
function tokenIn(path: string): string {
  return /^\/([^/]+)\.ics$/.exec(path)?.[1] ?? '';
}

async function send(request: Request, response: Response, identity: Buffer): Promise<void> {
  const hash = createHash('sha256').update(identity).digest('base64url');
  const inGzip = request.acceptsEncodings(['gzip', 'identity']) === 'gzip';
  // A strong validator names bytes, so the compressed ones have one of their own.
  response.set({ ETag: inGzip ? `"${hash}-gzip"` : `"${hash}"`, Vary: 'Accept-Encoding' });
  if (isKnown(request.get('If-None-Match'), hash)) return void response.status(304).end();
  const body = inGzip ? await gzipped(identity) : identity;
  if (inGzip) response.set('Content-Encoding', 'gzip');
  response.set({
    'Content-Type': 'text/calendar; charset=utf-8',
    'Content-Disposition': 'inline; filename="shifts.ics"',
    'Content-Length': String(body.length),
  });
  response.status(200).end(request.method === 'HEAD' ? undefined : body);
}

/** Whether the caller has these contents, compressed or not. Compared weakly, as RFC 9110 (13.1.2) asks. */
function isKnown(ifNoneMatch: string | undefined, hash: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/"([^"]*)"/g)].some(([, tag]) => tag === hash || tag === `${hash}-gzip`);
}

function refuse(response: Response, status: number, words: string): void {
  response.status(status).set('Content-Type', 'text/plain; charset=utf-8').end(`${words}\n`);
}
