/**
 * The secret in a calendar link.
 *
 * What an attacker wants: to read somebody's rota by guessing a link, or from a copy of the database. What we rely on: a
 * token holds 256 random bits, so it cannot be guessed; only its SHA-256 is kept, which cannot be turned back. A slow or
 * salted hash would add nothing to a secret of that size, and a look-up by hash takes the same time for every wrong one.
 */
import { createHash, randomBytes } from 'node:crypto';

/** Lets people and secret scanners tell what a leaked token is. The digit is the version of the form. */
const PREFIX = 'rgfeed1_';
const TOKEN_BYTES = 32;
const FORM = /^rgfeed1_[A-Za-z0-9_-]{43}$/;

export interface FeedToken {
  /** Shown once, to its owner. Never stored, never logged. */
  readonly token: string;
  /** What is stored. */
  readonly hash: string;
}

export function createFeedToken(): FeedToken {
  const token = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, hash: feedTokenHash(token) };
}

/** SHA-256 in hex. */
export function feedTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether text has the form of a token. One of the right form may still be unknown. */
export function isFeedToken(text: string): boolean {
  return FORM.test(text);
}

/** The path of a feed, below the address where calendars reach us. */
export function feedPath(token: string): string {
  return `/feeds/${token}.ics`;
}
