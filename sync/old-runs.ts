/** What is kept of passes that are over. Only the last of each stream is shown; the others would fill the table for ever. */
import type { Sql } from '../platform/db.ts';
import type { StreamKey } from './passes.ts';
import { storeOf } from './store/stores.ts';

export const RUNS_KEPT_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Deletes the stream's passes that ended more than `RUNS_KEPT_DAYS` days ago. Kept are those that a row names, which tell
 * of which stream the row is, those of which something is in quarantine, and the last that was read to the end.
 */
export async function dropOldRuns(tx: Sql, { upstream, stream, entity }: StreamKey, now: Date): Promise<void> {
  const { table, of } = storeOf(entity).records;
  await tx.query(
    `DELETE FROM platform.sync_run r WHERE r.upstream = $1 AND r.stream = $2 AND r.finished_at < $3
       AND r.id <> (SELECT COALESCE(max(id), 0) FROM platform.sync_run WHERE upstream = $1 AND stream = $2 AND status = 'COMPLETE')
       AND r.id NOT IN (SELECT t.pass_id FROM ${table} t WHERE t.source = $1 AND t.removed_at IS NULL AND ${of})
       AND NOT EXISTS (SELECT FROM platform.quarantine q WHERE q.run_id = r.id)`,
    [upstream, stream, new Date(now.getTime() - RUNS_KEPT_DAYS * DAY_MS)],
  );
}

/**
 * Forgets what the passes before the last one had in quarantine that were not read to their end. Each met the same again,
 * so a stream that breaks off every time would else add to it every time.
 */
export async function dropQuarantineOfFailed(tx: Sql, { upstream, stream }: StreamKey): Promise<void> {
  await tx.query(
    `DELETE FROM platform.quarantine q USING platform.sync_run r
     WHERE q.upstream = $1 AND q.stream = $2 AND r.id = q.run_id AND r.status IN ('ABANDONED', 'FAILED')
       AND r.id < (SELECT max(id) FROM platform.sync_run WHERE upstream = $1 AND stream = $2 AND received > 0)`,
    [upstream, stream],
  );
}
