/** How long history is kept: what went from its source, shifts and leave that are over, and people who left. */
import type { Database } from '../platform/db.ts';
import { removePeople } from './erase.ts';
import { lockForPage } from './store/entity-store.ts';

/** Six years and the leap days in them. */
export const DEFAULT_HISTORY_DAYS = 2_192;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface HistoryPurged {
  readonly rows: number;
  readonly shifts: number;
  readonly people: number;
}

/** Rows that a source still gives are not history: the next sync would only bring them back. */
const GONE = ['workforce.engagement', 'workforce.credential', 'workforce.bank_membership', 'workforce.leave'] as const;

/**
 * Deletes what is older than that: rows that went from their source, leave and shifts that were over, and people of whom
 * no record stands and who left, with all that is left of them.
 */
export async function purgeHistory(database: Database, now: Date, days: number): Promise<HistoryPurged> {
  const before = new Date(now.getTime() - days * DAY_MS);
  return database.transaction(async (tx) => {
    // People first, while their rows still tell which raw records are about them.
    const people = await tx.query<{ id: string }>(
      `SELECT p.id FROM workforce.staff_member p JOIN workforce.leaver l ON l.staff_id = p.id
       WHERE p.removed_at < $1 AND l.leaves_on < $1::date AND NOT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = p.id AND c.removed_at IS NULL)`,
      [before],
    );
    if (people.length > 0) {
      await lockForPage(tx, 'people', 'alone');
      await removePeople(
        tx,
        people.map(({ id }) => id),
        now,
      );
    }
    let rows = 0;
    for (const table of GONE) rows += (await tx.query(`DELETE FROM ${table} WHERE removed_at < $1 RETURNING 1`, [before])).length;
    rows += (await tx.query('DELETE FROM workforce.leave WHERE ends_at < $1 RETURNING 1', [before])).length;
    // They hold rows as they were. A join as old as that is taken back from the records alone.
    await tx.query('DELETE FROM workforce.identity_move WHERE moved_at < $1', [before]);
    const shifts = await tx.query('DELETE FROM rota.shift WHERE starts_at < $1 AND ends_at < $1 RETURNING 1', [before]);
    return { rows, shifts: shifts.length, people: people.length };
  });
}
