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
  /** By which it is told how long a sleep took. Default the system's monotonic clock. */
  readonly clockMs?: () => number;
}

/** A turn that was missed is asked for again, but not for ever: on a machine that is always late the upstream would never be asked. */
const MISSED_TURNS = 2;
/** No timer is more exact on a busy machine. */
const MAX_LATE_MS = 25;

export function createRateLimiter({ sql, sleep = pause, clockMs = () => performance.now() }: RateLimiterOptions): RateLimiter {
  /** Waits for a turn in all of `limits`, and moves the turn that was given in `before` to that moment. */
  async function pass(limits: readonly RateLimit[], before: RateLimit | null): Promise<void> {
    for (let missed = 0; missed <= MISSED_TURNS; missed += 1) {
      const asked = clockMs();
      const waitMs = Math.max(0, ...(await Promise.all(limits.map((limit) => takeTurn(sql, limit)))));
      if (waitMs === 0) return;
      await Promise.all([sleep(waitMs), before && goLater(sql, before, waitMs)]);
      const lateMs = clockMs() - asked - waitMs;
      // A process that was held up would send all that it missed at one moment.
      if (limits.every(({ perSecond }) => lateMs < MAX_LATE_MS || lateMs * perSecond < 1_000)) return;
    }
  }
  return {
    /** The narrowest limit comes first, so that nobody who waits for a team holds a turn of the whole application. */
    async turn(limits) {
      const [narrowest, ...others] = [...limits].sort((a, b) => a.perSecond - b.perSecond);
      if (!narrowest) return;
      await pass([narrowest], null);
      if (others.length > 0) await pass(others, narrowest);
    },
  };
}

/** No queue at an upstream is longer: what is given away further ahead was given by a clock that has been put right since. */
const LONGEST_QUEUE_S = 600;

/** Milliseconds until the turn that is given. */
async function takeTurn(sql: Sql, { key, perSecond, burst }: RateLimit): Promise<number> {
  const [row] = await sql.query<{ wait_ms: number }>(
    `INSERT INTO platform.rate_limit AS r (key, given_until) VALUES ($1, clock_timestamp() + make_interval(secs => 1.0 / $2::float8))
     ON CONFLICT (key) DO UPDATE SET given_until = make_interval(secs => 1.0 / $2::float8)
       + least(greatest(r.given_until, clock_timestamp()), clock_timestamp() + make_interval(secs => $3::float8 / $2::float8 + ${LONGEST_QUEUE_S}))
     RETURNING (extract(epoch FROM r.given_until - clock_timestamp()) * 1000 - 1000.0 * $3::float8 / $2::float8)::float8 AS wait_ms`,
    [key, perSecond, burst],
  );
  return Math.max(0, row?.wait_ms ?? 0);
}

/** A turn that was given for now is used only after `waitMs`: the next must not follow it too closely. */
async function goLater(sql: Sql, { key, perSecond }: RateLimit, waitMs: number): Promise<void> {
  await sql.query(
    `UPDATE platform.rate_limit SET given_until = greatest(given_until, clock_timestamp() + make_interval(secs => $2::float8 / 1000 + 1.0 / $3::float8)) WHERE key = $1`,
    [key, waitMs, perSecond],
  );
}
