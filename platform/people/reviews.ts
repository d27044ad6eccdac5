/** The questions that are open: pairs of two persons of which it cannot be told whether they are one. */
import type { Sql } from '../db.ts';

/**
 * Opens, keeps and closes the questions that touch these records, of the pairs as they are kept and the links as they
 * are. Of two persons one pair is asked about, the likeliest. A name alone is asked about only where one other person
 * has it: among several it would be a lottery. A person's answer stands.
 */
export async function openReviews(tx: Sql, recordIds: readonly string[], now: Date): Promise<void> {
  await tx.query(OPEN, [recordIds, now]);
  await tx.query(SETTLE, [recordIds, now]);
}

const ASKED = `
  WITH concerned AS (
    SELECT DISTINCT staff_id FROM workforce.source_record WHERE id = ANY($1::uuid[])
  ), concerned_record AS (
    SELECT c.id FROM workforce.source_record c JOIN concerned USING (staff_id)
  ), touching AS (
    SELECT p.* FROM workforce.identity_pair p JOIN concerned_record r ON r.id = p.a_id
    UNION SELECT p.* FROM workforce.identity_pair p JOIN concerned_record r ON r.id = p.b_id
  ), candidate AS (
    SELECT t.a_id, t.b_id, t.bits, t.bar, a.staff_id AS a_staff, b.staff_id AS b_staff
    FROM touching t JOIN workforce.source_record a ON a.id = t.a_id JOIN workforce.source_record b ON b.id = t.b_id
    WHERE a.staff_id <> b.staff_id
      AND NOT EXISTS (SELECT FROM workforce.identity_decision d WHERE (d.a_id, d.b_id) = (t.a_id, t.b_id) AND NOT d.same)
  ), likeliest AS (
    SELECT DISTINCT ON (least(a_staff, b_staff), greatest(a_staff, b_staff)) * FROM candidate
    ORDER BY least(a_staff, b_staff), greatest(a_staff, b_staff), bits DESC, a_id, b_id
  ), asked AS (
    SELECT l.a_id, l.b_id, l.bits FROM likeliest l
    WHERE l.bar IS DISTINCT FROM 'NAME_ALONE' OR NOT EXISTS (
      SELECT FROM workforce.source_record c
      CROSS JOIN LATERAL (
        SELECT p.b_id AS other FROM workforce.identity_pair p WHERE p.a_id = c.id AND p.bar = 'NAME_ALONE'
        UNION ALL SELECT p.a_id FROM workforce.identity_pair p WHERE p.b_id = c.id AND p.bar = 'NAME_ALONE'
      ) n
      JOIN workforce.source_record o ON o.id = n.other
      WHERE c.staff_id IN (l.a_staff, l.b_staff) AND o.staff_id NOT IN (l.a_staff, l.b_staff)
    )
  )`;

const OPEN = `${ASKED}
  INSERT INTO workforce.identity_review AS t (a_id, b_id, bits, state, opened_at)
  SELECT a_id, b_id, bits, 'OPEN', $2 FROM asked
  ON CONFLICT (a_id, b_id) DO UPDATE SET
    bits = excluded.bits, state = 'OPEN', closed_at = NULL, opened_at = CASE WHEN t.state = 'OPEN' THEN t.opened_at ELSE excluded.opened_at END
  WHERE t.state IN ('SETTLED', 'CONFIRMED') OR (t.state = 'OPEN' AND t.bits <> excluded.bits)`;

const SETTLE = `${ASKED}
  UPDATE workforce.identity_review t SET state = 'SETTLED', closed_at = $2
  WHERE t.state = 'OPEN' AND (t.a_id IN (SELECT id FROM concerned_record) OR t.b_id IN (SELECT id FROM concerned_record))
    AND NOT EXISTS (SELECT FROM asked k WHERE (k.a_id, k.b_id) = (t.a_id, t.b_id))`;
