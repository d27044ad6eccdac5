/**
 * What a person says of who is who: two are one, two are two, these records are somebody else. The last word stands.
 *
 * To be called in a transaction that holds the lock on people. Each gives null when it is done, or was before, and
 * otherwise what stands in its way, and then has changed nothing.
 */
import { haveOtherNumbers } from '../../schema/domain/identity/score.ts';
import type { Sql } from '../db.ts';
import type { MoveContext } from './moves.ts';
import { type LinkedRecord, recordsById } from './pairs.ts';
import { regroup } from './resolve.ts';

/** OTHER_REGISTER_NUMBER: no person can say that away. NOTHING_TO_SPLIT: none of the records stays, or none goes. */
export type Obstacle = 'OTHER_REGISTER_NUMBER' | 'NOTHING_TO_SPLIT';

export interface Done {
  readonly obstacle: Obstacle | null;
  /** False when it had been said before. */
  readonly isNews: boolean;
}

export interface Split extends Done {
  /** Whom the two persons' records mean besides the one who was split; null where there is nothing to split. */
  readonly other: string | null;
}

interface ReviewRow {
  readonly id: string;
  readonly a_id: string;
  readonly b_id: string;
  readonly state: string;
}

async function lockReview(tx: Sql, reviewId: string): Promise<ReviewRow> {
  const [row] = await tx.query<ReviewRow>('SELECT id, a_id, b_id, state FROM workforce.identity_review WHERE id = $1 FOR UPDATE', [reviewId]);
  if (!row) throw new Error('A review that was found is gone within its transaction.');
  return row;
}

/** The two of a review are one person. */
export async function confirmReview(tx: Sql, reviewId: string, context: MoveContext): Promise<Done> {
  const review = await lockReview(tx, reviewId);
  const [left, right] = await bothSides(tx, review);
  if (left[0]?.staffId === right[0]?.staffId) return { obstacle: null, isNews: false };
  const conflict = left.some((a) => right.some((b) => haveOtherNumbers(a.prepared, b.prepared)));
  if (conflict) return { obstacle: 'OTHER_REGISTER_NUMBER', isNews: false };
  await say(tx, cross(left, right), null, context);
  await say(tx, [[review.a_id, review.b_id]], true, context);
  await tx.query(`UPDATE workforce.identity_review SET state = 'CONFIRMED', closed_at = $2 WHERE id = $1`, [reviewId, context.now]);
  await regroup(tx, [review.a_id, review.b_id], context);
  return { obstacle: null, isNews: true };
}

/** The two of a review are two persons. */
export async function rejectReview(tx: Sql, reviewId: string, context: MoveContext): Promise<Done> {
  const review = await lockReview(tx, reviewId);
  if (review.state === 'REJECTED') return { obstacle: null, isNews: false };
  const [left, right] = await bothSides(tx, review);
  const apart = left[0]?.staffId === right[0]?.staffId ? [[review.a_id, review.b_id] as const] : cross(left, right);
  await say(tx, apart, false, context);
  await tx.query(`UPDATE workforce.identity_review SET state = 'REJECTED', closed_at = $2 WHERE id = $1`, [reviewId, context.now]);
  await regroup(tx, [review.a_id, review.b_id], context);
  return { obstacle: null, isNews: true };
}

/** These records of a person are another person's, of one other. */
export async function splitPerson(tx: Sql, staffId: string, recordIds: readonly string[], context: MoveContext): Promise<Split> {
  const all = await recordsOf(tx, staffId);
  const going = all.filter(({ id }) => recordIds.includes(id));
  const staying = all.filter(({ id }) => !recordIds.includes(id));
  if (going.length === 0 || staying.length === 0) {
    const before = await splitBefore(tx, staffId, recordIds);
    return { obstacle: before ? null : 'NOTHING_TO_SPLIT', isNews: false, other: before };
  }
  await say(tx, cross(going, staying), false, context);
  await say(
    tx,
    going.slice(1).map(({ id }, index) => [going[index]?.id ?? id, id] as const),
    true,
    context,
  );
  await tx.query(
    `UPDATE workforce.identity_review SET state = 'REJECTED', closed_at = $3
     WHERE state <> 'REJECTED' AND ((a_id = ANY($1::uuid[]) AND b_id = ANY($2::uuid[])) OR (b_id = ANY($1::uuid[]) AND a_id = ANY($2::uuid[])))`,
    [going.map(({ id }) => id), staying.map(({ id }) => id), context.now],
  );
  const ids = all.map(({ id }) => id);
  await regroup(tx, ids, context, { keepers: new Set(staying.map(({ id }) => id)) });
  const [gone] = await tx.query<{ staff_id: string }>(
    'SELECT staff_id FROM workforce.source_record WHERE id = ANY($1::uuid[]) ORDER BY staff_id = $2, NOT id = ANY($3::uuid[]), id LIMIT 1',
    [ids, staffId, going.map(({ id }) => id)],
  );
  return { obstacle: null, isNews: true, other: gone?.staff_id ?? null };
}

/** The other person when these records were split from this one, or this one from them, before. */
async function splitBefore(tx: Sql, staffId: string, recordIds: readonly string[]): Promise<string | null> {
  const [row] = await tx.query<{ staff_id: string }>(
    `SELECT CASE WHEN a.staff_id = $1 THEN b.staff_id ELSE a.staff_id END AS staff_id
     FROM workforce.identity_decision d JOIN workforce.source_record a ON a.id = d.a_id JOIN workforce.source_record b ON b.id = d.b_id
     WHERE NOT d.same AND a.staff_id <> b.staff_id AND $1 IN (a.staff_id, b.staff_id) AND (d.a_id = ANY($2::uuid[]) OR d.b_id = ANY($2::uuid[])) LIMIT 1`,
    [staffId, recordIds],
  );
  return row?.staff_id ?? null;
}

type Ids = readonly (readonly [string, string])[];

const cross = (left: readonly LinkedRecord[], right: readonly LinkedRecord[]): Ids => left.flatMap((a) => right.map((b) => [a.id, b.id] as const));

/** Says it of each pair; null takes back what was said. */
async function say(tx: Sql, pairs: Ids, same: boolean | null, { by, now }: MoveContext): Promise<void> {
  if (pairs.length === 0) return;
  const ordered = pairs.map(([a, b]) => (a < b ? [a, b] : [b, a]));
  const lists = [ordered.map(([a]) => a), ordered.map(([, b]) => b)];
  if (same === null) {
    await tx.query('DELETE FROM workforce.identity_decision t USING unnest($1::uuid[], $2::uuid[]) AS u (a, b) WHERE t.a_id = u.a AND t.b_id = u.b', lists);
    return;
  }
  await tx.query(
    `INSERT INTO workforce.identity_decision (a_id, b_id, same, decided_by, decided_at) SELECT a, b, $3, $4, $5 FROM unnest($1::uuid[], $2::uuid[]) AS u (a, b)
     ON CONFLICT (a_id, b_id) DO UPDATE SET same = excluded.same, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
    [...lists, same, by, now],
  );
}

async function bothSides(tx: Sql, { a_id, b_id }: ReviewRow): Promise<readonly [readonly LinkedRecord[], readonly LinkedRecord[]]> {
  const sideOf = (id: string) => recordsWhere(tx, 'staff_id = (SELECT staff_id FROM workforce.source_record WHERE id = $1)', id);
  return [await sideOf(a_id), await sideOf(b_id)];
}

const recordsOf = (tx: Sql, staffId: string) => recordsWhere(tx, 'staff_id = $1', staffId);

async function recordsWhere(tx: Sql, condition: string, value: string): Promise<readonly LinkedRecord[]> {
  const rows = await tx.query<{ id: string }>(`SELECT id FROM workforce.source_record WHERE ${condition} ORDER BY id`, [value]);
  const ids = rows.map(({ id }) => id);
  return [...(await recordsById(tx, ids)).values()];
}
