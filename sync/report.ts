/** What a sync tells: how many records came, and what became of each. */
import type { EntityName } from '../schema/domain/canonical.ts';
import type { ErrorCode } from '../schema/domain/errors.ts';

/** Of one pass, the part before an interruption included. `received = kept + skipped + quarantined`. */
export interface Counts {
  readonly received: number;
  readonly kept: number;
  readonly skipped: number;
  readonly quarantined: number;
  /** Rows that are gone upstream and were marked so. */
  readonly removed: number;
}

export const NO_COUNTS: Counts = { received: 0, kept: 0, skipped: 0, quarantined: 0, removed: 0 };

/**
 * How a stream's pass ended. COMPLETE: read to the end. STOPPED: goes on from here next time. FAILED: closed, the next
 * begins anew. BUSY: another process is reading this upstream. NOT_RUN: not begun, because the upstream could not be
 * used or the sync was told to stop.
 */
export type RunStatus = 'COMPLETE' | 'STOPPED' | 'FAILED' | 'BUSY' | 'NOT_RUN';

export interface RunReport extends Counts {
  readonly upstream: string;
  readonly stream: string;
  readonly entity: EntityName;
  readonly status: RunStatus;
  /** Whether it went on with a pass that an earlier run had left open. */
  readonly resumed: boolean;
  /** Skip reason → how many records. */
  readonly skippedReasons: Readonly<Record<string, number>>;
  /** Rows that look gone and were left, because the upstream cannot be believed. See `heldBecause`. */
  readonly held: number;
  /** Why removals were held, in words; null when none were. */
  readonly heldBecause: string | null;
  readonly problemCode: ErrorCode | null;
  readonly problem: string | null;
  /** How long the upstream asked us to wait, or null. */
  readonly retryAfterMs: number | null;
}

export interface SyncReport {
  readonly runs: readonly RunReport[];
}

export interface SyncProgress {
  started(upstream: string, stream: string): void;
  /** After each page that was stored, with the counts of the pass so far. */
  page(counts: Counts): void;
  finished(run: RunReport): void;
}

/** A defect of ours, thrown once every other stream has had its turn. The report tells what was done all the same. */
export class SyncDefectError extends Error {
  readonly report: SyncReport;

  constructor(report: SyncReport, causes: readonly unknown[]) {
    super(`${causes.length === 1 ? 'A stream' : `${causes.length} streams`} failed for a reason that is not the upstream's.`, {
      cause: causes.length === 1 ? causes[0] : new AggregateError(causes),
    });
    this.name = 'SyncDefectError';
    this.report = report;
  }
}
