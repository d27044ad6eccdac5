/**
 * Turns at an upstream that allows so many requests a second, shared by every process through the database.
 *
 * Requests are spread evenly, after a first burst: the generic cell rate algorithm (ITU-T I.371). Each turn is given away
 * in one statement, by the clock of the database, so processes need not agree on the time.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from './db.ts';

/** What an upstream allows. */
export interface RateLimit {
  /** Who shares it: an application at a vendor, a tenant, a team. No secret and no name. */
  readonly key: string;
  readonly perSecond: number;
  /** How many may go at once after a rest. */
  readonly burst: number;
}

export interface RateLimiter {
  /** Resolves when a request may go that counts towards all of these limits. */
  turn(limits: readonly RateLimit[]): Promise<void>;
}

export interface RateLimiterOptions {
  readonly sql: Sql;
  /** Default a timer. */
  readonly sleep?: (ms: number) => Promise<void>;
}

export function createRateLimiter({ sql, sleep = pause }: RateLimiterOptions): RateLimiter {
  return {
    async turn(limits) {
      const waits = await Promise.all(limits.map((limit) => takeTurn(sql, limit)));
      const longest = Math.max(0, ...waits);
      if (longest > 0) await sleep(longest);
    },
  };
}

/** Milliseconds until the turn that is given. */
async function takeTurn(sql: Sql, { key, perSecond, burst }: RateLimit): Promise<number> {
  const [row] = await sql.query<{ wait_ms: number }>(
    `INSERT INTO platform.rate_limit AS r (key, given_until) VALUES ($1, clock_timestamp() + make_interval(secs => 1.0 / $2::float8))
     ON CONFLICT (key) DO UPDATE SET given_until = greatest(r.given_until, clock_timestamp()) + make_interval(secs => 1.0 / $2::float8)
     RETURNING (extract(epoch FROM r.given_until - clock_timestamp()) * 1000 - 1000.0 * $3::float8 / $2::float8)::float8 AS wait_ms`,
    [key, perSecond, burst],
  );
  return Math.max(0, row?.wait_ms ?? 0);
}
