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

/** When an upstream is read next, or null where nothing is planned; null for one that was never registered. */
export async function plannedFor(sql: Sql, upstream: string): Promise<{ readonly nextRunAt: Date | null } | null> {
  const [row] = await sql.query<{ nextRunAt: Date | null }>('SELECT next_run_at AS "nextRunAt" FROM platform.upstream WHERE id = $1', [upstream]);
  return row ?? null;
}

/** Upstreams that the settings no longer name stay, with what came from them, and are not read any more. */
export async function notConfiguredNow(sql: Sql, configured: readonly string[]): Promise<void> {
  const because: StopReason = 'NOT_CONFIGURED';
  await sql.query('UPDATE platform.upstream SET next_run_at = NULL, stopped_because = $2 WHERE id <> ALL($1::text[])', [configured, because]);
}

/** Has an upstream read as soon as a process is free, whatever was planned for it. */
export async function requestSyncOf(database: Database, upstream: string, now: Date): Promise<void> {
  const jobs = await openJobs<SyncJob>({ database, name: SYNC_JOBS, onlyPlans: true });
  try {
    await jobs.plan(upstream, { failures: 0 }, 0);
    await noteNextRun(database, upstream, now);
  } finally {
    await jobs.stop();
  }
}
