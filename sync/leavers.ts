/** What follows when somebody leaves, or comes back: for everybody at once, from what is stored. */
import type { Database, Sql } from '../platform/db.ts';
import { globalId } from '../schema/domain/id.ts';
import { ROVING_KINDS } from '../schema/domain/leaver.ts';
import { LONDON, londonDay } from '../schema/domain/time.ts';
import { lockForPage } from './store/entity-store.ts';

/** Who does in the audit trail what nobody asked for. */
const SYSTEM = 'system';

export interface LeaversSettled {
  readonly flagged: number;
  readonly cleared: number;
  readonly feedsStopped: number;
}

/**
 * Flags the shifts to come of those who will have left by then, or left the shift's organisation for another, clears flags whose reason is over, and stops the
 * calendar links of those who have left.
 *
 * Somebody who comes back finds their shifts without a flag. A link that was stopped stays so: they make a new one.
 */
export async function settleLeavers(database: Database, now: Date): Promise<LeaversSettled> {
  return database.transaction(async (tx) => {
    // Two syncs that end at once would each wait for the other's flags.
    await lockForPage(tx, 'people', 'alone');
    const flagged = [...(await tx.query(FLAG, [now])), ...(await tx.query(FLAG_LEFT_ORGANISATION, [now, ROVING_KINDS]))];
    const cleared = await tx.query(CLEAR, [ROVING_KINDS]);
    return { flagged: flagged.length, cleared: cleared.length, feedsStopped: await stopFeeds(tx, now) };
  });
}

const SHIFT_DAY = `(s.starts_at AT TIME ZONE '${LONDON}')::date`;

const FLAG = `
  INSERT INTO rota.booking_flag (booking_id, reason, since)
  SELECT b.id, l.reason, $1 FROM workforce.leaver l
  JOIN rota.booking b ON b.staff_id = l.staff_id
  JOIN rota.shift s ON s.id = b.shift_id
  WHERE s.removed_at IS NULL AND s.status = 'FILLED' AND s.starts_at >= $1 AND ${SHIFT_DAY} >= l.leaves_on
  ON CONFLICT (booking_id, reason) DO NOTHING RETURNING 1`;

/** Of a booking `b` of a shift `s`: the person has left the shift's organisation by its day, and works for others still. */
const hasLeftOrganisation = (rovingKinds: string) => `NOT b.fill_source_stated
  AND EXISTS (SELECT FROM workforce.left_organisation o WHERE o.staff_id = b.staff_id AND o.organisation_code = s.organisation_code AND ${SHIFT_DAY} >= o.left_on)
  AND NOT EXISTS (SELECT FROM workforce.leaver l WHERE l.staff_id = b.staff_id AND ${SHIFT_DAY} >= l.leaves_on)
  AND NOT EXISTS (
    SELECT FROM workforce.worked_for w WHERE w.staff_id = b.staff_id AND w.kind = ANY(${rovingKinds}::text[])
      AND (w.starts_on IS NULL OR w.starts_on <= ${SHIFT_DAY}) AND (w.ends_on IS NULL OR w.ends_on > ${SHIFT_DAY}))`;

const FLAG_LEFT_ORGANISATION = `
  INSERT INTO rota.booking_flag (booking_id, reason, since)
  SELECT b.id, 'LEFT_ORGANISATION', $1 FROM (SELECT DISTINCT staff_id FROM workforce.left_organisation) o
  JOIN rota.booking b ON b.staff_id = o.staff_id
  JOIN rota.shift s ON s.id = b.shift_id
  WHERE s.removed_at IS NULL AND s.status = 'FILLED' AND s.starts_at >= $1 AND ${hasLeftOrganisation('$2')}
  ON CONFLICT (booking_id, reason) DO NOTHING RETURNING 1`;

/** A flag on a shift that has passed since stays: nobody saw to it. */
const CLEAR = `
  DELETE FROM rota.booking_flag f USING rota.booking b, rota.shift s
  WHERE b.id = f.booking_id AND s.id = b.shift_id AND (
    s.removed_at IS NOT NULL OR s.status <> 'FILLED' OR NOT CASE WHEN f.reason = 'LEFT_ORGANISATION' THEN ${hasLeftOrganisation('$1')} ELSE EXISTS (
      SELECT FROM workforce.leaver l WHERE l.staff_id = b.staff_id AND l.reason = f.reason AND ${SHIFT_DAY} >= l.leaves_on) END)
  RETURNING 1`;

async function stopFeeds(tx: Sql, now: Date): Promise<number> {
  const stopped = await tx.query<{ id: string }>(
    `UPDATE rota.calendar_feed f SET revoked_at = $1 FROM workforce.leaver l
     WHERE l.staff_id = f.staff_id AND l.leaves_on <= $2::date AND f.revoked_at IS NULL RETURNING f.id`,
    [now, londonDay(now)],
  );
  if (stopped.length === 0) return 0;
  await tx.query(`INSERT INTO platform.audit (at, actor, action, subject) SELECT $1, $2, 'revoke calendar feed', subject FROM unnest($3::text[]) AS subject`, [
    now,
    SYSTEM,
    stopped.map(({ id }) => globalId('CalendarFeed', id)),
  ]);
  return stopped.length;
}
