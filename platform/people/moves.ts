/** Records that go from one person to another, with all that follows them; and back, byte for byte. */
import type { Sql } from '../db.ts';
import { deriveFillSources } from '../fill-source.ts';
import type { Move } from './assign.ts';
import { type Changes, changesBetween, correctFormerBookings, putBack, takeImages, together } from './images.ts';
import { handOver, renderPeople } from './render.ts';

export interface MoveContext {
  /** Who causes it: the subject of a caller, or the sync. */
  readonly by: string;
  readonly now: Date;
}

/** How many moves share their statements. */
const BATCH = 2_000;

/**
 * Makes moves, in their order where they have a person in common. Bookings, engagements and whatever else names the
 * person by a key go along: all of them when nothing stays behind, otherwise those by a key that only the records that
 * go have. A move that takes back an earlier one leaves every row that has not changed since as it was before that.
 */
export async function makeMoves(tx: Sql, moves: readonly Move[], context: MoveContext): Promise<void> {
  let left = moves;
  while (left.length > 0) {
    const [batch, rest] = withoutCommonPeople(left);
    await makeBatch(tx, batch, context);
    left = rest;
  }
}

/** As many from the start as have no person in common, and the others, in their order. */
function withoutCommonPeople(moves: readonly Move[]): readonly [readonly Move[], readonly Move[]] {
  const busy = new Set<string>();
  const batch: Move[] = [];
  const rest: Move[] = [];
  for (const move of moves) {
    const isFree = batch.length < BATCH && !busy.has(move.from) && !busy.has(move.to);
    (isFree ? batch : rest).push(move);
    busy.add(move.from).add(move.to);
  }
  return [batch, rest];
}

async function makeBatch(tx: Sql, moves: readonly Move[], { by, now }: MoveContext): Promise<void> {
  const people = moves.flatMap(({ from, to }) => [from, to]);
  const before = await takeImages(tx, people);
  const earlier = await findEarlier(tx, moves);
  await tx.query('UPDATE workforce.source_record t SET staff_id = u.staff_id FROM unnest($1::uuid[], $2::uuid[]) AS u (id, staff_id) WHERE t.id = u.id', [
    moves.flatMap(({ recordIds }) => recordIds),
    moves.flatMap(({ recordIds, to }) => recordIds.map(() => to)),
  ]);
  const undone = together([...earlier.values()].map(({ images }) => images));
  if (earlier.size > 0) {
    await putBack(tx, undone, before);
    await tx.query('UPDATE workforce.identity_move SET undone_at = $2 WHERE id = ANY($1::bigint[])', [[...earlier.values()].map(({ id }) => id), now]);
  }
  await follow(tx, moves, now);
  await renderPeople(tx, people, now);
  const goingBack = moves.filter((move) => earlier.has(move));
  if (goingBack.length > 0)
    await correctFormerBookings(
      tx,
      goingBack.flatMap(({ from, to }) => [from, to]),
      undone,
      before,
    );
  const going = moves.filter((move) => !earlier.has(move));
  if (going.length === 0) return;
  const staffIds = going.flatMap(({ from, to }) => [from, to]);
  await deriveFillSources(tx, { staffIds }, now);
  await writeDown(tx, going, before, { by, now });
}

async function writeDown(tx: Sql, moves: readonly Move[], before: Awaited<ReturnType<typeof takeImages>>, { by, now }: MoveContext): Promise<void> {
  // The trigger took who went along with their shifts for somebody who left them.
  await tx.query(
    `DELETE FROM rota.former_booking f USING unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id), rota.booking b
     WHERE f.staff_id = m.from_id AND b.shift_id = f.shift_id AND b.staff_id = m.to_id`,
    [moves.map(({ from }) => from), moves.map(({ to }) => to)],
  );
  const after = await takeImages(
    tx,
    moves.flatMap(({ from, to }) => [from, to]),
  );
  const rows = moves.map(({ from, to, recordIds }) => ({
    from_staff_id: from,
    to_staff_id: to,
    record_ids: recordIds,
    moved_by: by,
    moved_at: now,
    images: changesBetween(before, after, [from, to]),
  }));
  await tx.query(
    `INSERT INTO workforce.identity_move (from_staff_id, to_staff_id, record_ids, moved_by, moved_at, images)
     SELECT * FROM json_to_recordset($1::json) AS r (from_staff_id uuid, to_staff_id uuid, record_ids uuid[], moved_by text, moved_at timestamptz, images jsonb)`,
    [JSON.stringify(rows)],
  );
}

interface EarlierMove {
  readonly id: number;
  readonly images: Changes;
}

/** The moves that these take back: the same records, the other way, to somebody of whom no record is left. */
async function findEarlier(tx: Sql, moves: readonly Move[]): Promise<ReadonlyMap<Move, EarlierMove>> {
  const rows = await tx.query<EarlierMove & { index: number }>(
    `SELECT DISTINCT ON (r.index) r.index, m.id, m.images
     FROM json_to_recordset($1::json) AS r (index integer, "from" uuid, "to" uuid, "recordIds" uuid[])
     JOIN workforce.identity_move m ON m.from_staff_id = r."to" AND m.to_staff_id = r."from" AND m.undone_at IS NULL AND m.record_ids = r."recordIds"
     WHERE NOT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = r."to")
     ORDER BY r.index, m.id DESC`,
    [JSON.stringify(moves.map((move, index) => ({ index, ...move })))],
  );
  const earlier = new Map<Move, EarlierMove>();
  for (const { index, id, images } of rows) {
    const move = moves[index];
    if (move) earlier.set(move, { id, images });
  }
  return earlier;
}

async function follow(tx: Sql, moves: readonly Move[], now: Date): Promise<void> {
  const hand = await tx.query<{ from: string; to: string; stays: boolean; keys: string[] }>(
    `SELECT r."from", r."to", s.stays, CASE WHEN s.stays THEN ARRAY(
       SELECT DISTINCT key FROM workforce.source_record c CROSS JOIN LATERAL unnest(c.keys) AS key WHERE c.id = ANY(r."recordIds")
       EXCEPT SELECT key FROM workforce.source_record c CROSS JOIN LATERAL unnest(c.keys) AS key WHERE c.staff_id = r."from") ELSE '{}' END AS keys
     FROM json_to_recordset($1::json) AS r ("from" uuid, "to" uuid, "recordIds" uuid[])
     CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = r."from") AS stays) s`,
    [JSON.stringify(moves)],
  );
  await handOver(tx, hand, now);
  const whole = hand.filter(({ stays }) => !stays);
  const lists = [whole.map(({ from }) => from), whole.map(({ to }) => to)];
  // Links to a calendar go on showing the shifts of the person whose they are.
  await tx.query(
    'UPDATE rota.calendar_feed t SET staff_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id) WHERE t.staff_id = m.from_id',
    lists,
  );
  const parted = hand.filter(({ stays }) => stays);
  if (parted.length > 0) await tx.query(FEEDS_GO_BACK, [parted.map(({ from }) => from), parted.map(({ to }) => to)]);
  await tx.query(
    `UPDATE rota.former_booking t SET staff_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id) WHERE t.staff_id = m.from_id
       AND NOT EXISTS (SELECT FROM rota.former_booking o WHERE o.shift_id = t.shift_id AND o.staff_id = m.to_id)
       AND NOT EXISTS (SELECT FROM rota.booking b WHERE b.shift_id = t.shift_id AND b.staff_id = m.to_id)`,
    lists,
  );
}

/**
 * A link names nobody by a key, so only the images tell whose it was before a join. A telephone fetches it every hour: the
 * row is never as the join left it, and would go on showing one person the shifts of the other.
 */
const FEEDS_GO_BACK = `
  UPDATE rota.calendar_feed t SET staff_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id)
  WHERE t.staff_id = m.from_id AND EXISTS (
    SELECT FROM workforce.identity_move e WHERE e.from_staff_id = m.to_id
      AND (e.images #>> ARRAY['rota.calendar_feed', t.id::text, '0'])::jsonb ->> 'staff_id' = m.to_id::text)`;
