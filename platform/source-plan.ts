/** What is planned for an upstream, as people see it: its next turn, or why there is none. For those who plan it, and those who ask for it. */

import type { StopReason } from '../schema/domain/source.ts';
import type { Database, Sql } from './db.ts';
import { openJobs } from './jobs.ts';

/** The kind of work that reading an upstream is, for the job queue. */
export const SYNC_JOBS = 'sync';

export interface SyncJob {
  /** How many turns in a row have failed. */
  readonly failures: number;
}

export async function noteNextRun(sql: Sql, upstream: string, at: Date): Promise<void> {
  await sql.query('UPDATE platform.upstream SET next_run_at = $2, stopped_because = NULL WHERE id = $1', [upstream, at]);
}

export async function noteStopped(sql: Sql, upstream: string, because: StopReason): Promise<void> {
  await sql.query('UPDATE platform.upstream SET next_run_at = NULL, stopped_because = $2 WHERE id = $1', [upstream, because]);
}

/** Until when an upstream asked not to be read. */
export async function noteLeftAlone(sql: Sql, upstream: string, until: Date): Promise<void> {
  await sql.query('UPDATE platform.upstream SET not_before = $2 WHERE id = $1', [upstream, until]);
}

export interface Planned {
  /** Null where nothing is planned. */
  readonly nextRunAt: Date | null;
  /** Null where it is planned, or never was. */
  readonly stoppedBecause: StopReason | null;
  /** Until when it asked to be left alone; null when it never did. */
  readonly notBefore: Date | null;
}

/** What is planned for an upstream; null for one that was never registered. */
export async function plannedFor(sql: Sql, upstream: string): Promise<Planned | null> {
  const [row] = await sql.query<Planned>(
    'SELECT next_run_at AS "nextRunAt", stopped_because AS "stoppedBecause", not_before AS "notBefore" FROM platform.upstream WHERE id = $1',
    [upstream],
  );
  return row ?? null;
}

/** How long an upstream must be left alone from now on, in milliseconds. */
export const leftAloneMs = (planned: Planned | null, now: Date): number => Math.max(0, (planned?.notBefore?.getTime() ?? 0) - now.getTime());

/** Upstreams that nobody can read now stay, with what came from them: those of which the settings are `refused`, and those that they no longer name. */
export async function notConfiguredNow(sql: Sql, configured: readonly string[], refused: readonly string[]): Promise<void> {
  const [wrong, gone]: readonly StopReason[] = ['SETTINGS_REFUSED', 'NOT_CONFIGURED'];
  await sql.query(
    `UPDATE platform.upstream SET next_run_at = NULL, stopped_because = CASE WHEN id = ANY($2::text[]) THEN $3 ELSE $4 END WHERE id <> ALL($1::text[])`,
    [configured, refused, wrong, gone],
  );
}

/** Has an upstream read as soon as a process is free and the upstream lets us, whatever was planned for it. Gives back when. */
export async function requestSyncOf(database: Database, upstream: string, now: Date): Promise<Date> {
  const waitMs = leftAloneMs(await plannedFor(database, upstream), now);
  const at = new Date(now.getTime() + waitMs);
  const jobs = await openJobs<SyncJob>({ database, name: SYNC_JOBS, onlyPlans: true });
  try {
    await jobs.plan(upstream, { failures: 0 }, waitMs);
    await noteNextRun(database, upstream, at);
    return at;
  } finally {
    await jobs.stop();
  }
}
