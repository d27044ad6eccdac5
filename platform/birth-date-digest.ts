/**
 * Birth dates as evidence of who somebody is, without the dates.
 *
 * What an attacker who reads the database wants: somebody's birth date. There are so few days that a plain hash of each
 * could be tried in a blink. What we rely on: the digest is keyed with a secret that is not in the database, so two
 * digests can be compared and none can be turned back or tried.
 */
import { createHmac } from 'node:crypto';
import type { Day } from '../schema/domain/time.ts';

/** 32 hexadecimal digits, the same for the same day and secret. */
export function birthDateDigest(day: Day, secret: string): string {
  return createHmac('sha256', secret).update(`rotagraph birth date ${day}`).digest('hex').slice(0, 32);
}

/** Tells one secret from another, and as little of it as a digest does. Null without one. */
export function birthDateMark(secret: string | null): string | null {
  return secret === null ? null : createHmac('sha256', secret).update('rotagraph birth date secret').digest('hex').slice(0, 32);
}
