/** Records that go from one person to another, with all that follows them; and back, byte for byte. */
import type { Sql } from '../db.ts';
import type { Move } from './assign.ts';
import { type Changes, changesBetween, correctFormerBookings, type Images, putBack, takeImages } from './images.ts';
import { handOver, renderPeople } from './render.ts';

export interface MoveContext {
  /** Who causes it: the subject of a caller, or the sync. */
  readonly by: string;
  readonly now: Date;
}

interface EarlierMove {
  readonly id: number;
  readonly images: Changes;
}

/**
 * Makes a move. Bookings, engagements and whatever else names the person by a key go along: all of them when nothing
 * stays behind, otherwise those by a key that only the records that go have. A move that takes back an earlier one
 * leaves every row that has not changed since as it was before that.
 */
export async function makeMove(tx: Sql, { from, to, recordIds }: Move, { by, now }: MoveContext): Promise<void> {
  const both = [from, to];
  const before = await takeImages(tx, both);
  const earlier = await findEarlier(tx, from, to, recordIds);
  await tx.query('UPDATE workforce.source_record SET staff_id = $2 WHERE id = ANY($1::uuid[])', [recordIds, to]);
  if (earlier) await takeBack(tx, earlier, before, now);
  await follow(tx, from, to, recordIds, now);
  await renderPeople(tx, both, now);
  if (earlier) {
    await correctFormerBookings(tx, both, earlier.images, before);
    return;
  }
  await tx.query('DELETE FROM rota.former_booking f USING rota.booking b WHERE f.staff_id = $1 AND b.shift_id = f.shift_id AND b.staff_id = $2', [from, to]);
  const images = changesBetween(before, await takeImages(tx, both));
  await tx.query(
    'INSERT INTO workforce.identity_move (from_staff_id, to_staff_id, record_ids, moved_by, moved_at, images) VALUES ($1, $2, $3::uuid[], $4, $5, $6::jsonb)',
    [from, to, recordIds, by, now, JSON.stringify(images)],
  );
}

/** The move that this one takes back: the same records, the other way. */
async function findEarlier(tx: Sql, from: string, to: string, recordIds: readonly string[]): Promise<EarlierMove | null> {
  const [row] = await tx.query<EarlierMove>(
    `SELECT id, images FROM workforce.identity_move
     WHERE from_staff_id = $2 AND to_staff_id = $1 AND undone_at IS NULL AND record_ids = $3::uuid[]
       AND NOT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = $2)
     ORDER BY id DESC LIMIT 1`,
    [from, to, recordIds],
  );
  return row ?? null;
}

async function takeBack(tx: Sql, { id, images }: EarlierMove, now: Images, at: Date): Promise<void> {
  await putBack(tx, images, now);
  await tx.query('UPDATE workforce.identity_move SET undone_at = $2 WHERE id = $1', [id, at]);
}

async function follow(tx: Sql, from: string, to: string, recordIds: readonly string[], now: Date): Promise<void> {
  const [left] = await tx.query<{ stays: boolean; keys: string[] }>(
    `SELECT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = $1) AS stays,
       ARRAY(SELECT DISTINCT key FROM workforce.source_record c CROSS JOIN LATERAL unnest(c.keys) AS key WHERE c.id = ANY($2::uuid[])
             EXCEPT SELECT key FROM workforce.source_record c CROSS JOIN LATERAL unnest(c.keys) AS key WHERE c.staff_id = $1) AS keys`,
    [from, recordIds],
  );
  await handOver(tx, from, to, left?.stays ? left.keys : null, now);
  if (left?.stays) return;
  // Links to a calendar go on showing the shifts of the person whose they are.
  await tx.query('UPDATE rota.calendar_feed SET staff_id = $2 WHERE staff_id = $1', [from, to]);
  await tx.query(
    `UPDATE rota.former_booking t SET staff_id = $2 WHERE staff_id = $1
       AND NOT EXISTS (SELECT FROM rota.former_booking o WHERE o.shift_id = t.shift_id AND o.staff_id = $2)
       AND NOT EXISTS (SELECT FROM rota.booking b WHERE b.shift_id = t.shift_id AND b.staff_id = $2)`,
    [from, to],
  );
}
