/**
 * A person's rows, made of the records that are linked to them: the staff member, their registrations and their keys.
 *
 * Whatever the order in which records came, the sort of source decides who wins a field, then the newest that gives it;
 * one that gives none takes nothing away. What is already as it should be is not touched.
 */
import type { Sql } from '../db.ts';
import { BEST_LAST, withRank } from '../field-rank.ts';

/** Tables whose rows name a person by key and hold the person once one has it. */
const PERSONAL_TABLES = ['workforce.engagement', 'workforce.credential', 'workforce.bank_membership', 'workforce.leave', 'rota.booking'] as const;

/**
 * Makes the rows of these people anew, and gives rows that waited for one of their keys their person. `others`: those who
 * may have other records, keys or registrations than before, where that is known; all of them otherwise.
 */
export async function renderPeople(tx: Sql, staffIds: readonly string[], now: Date, others: readonly string[] = staffIds): Promise<void> {
  if (others.length > 0) await tx.query(ADD_MISSING, [others, now]);
  if (staffIds.length > 0) await tx.query(RENDER, [staffIds, now]);
  if (others.length === 0) return;
  await tx.query(WITHDRAW, [others, now]);
  await renderRegistrations(tx, others);
  await renderKeys(tx, others, now);
}

/** After records were marked as gone: registrations stay as they were last known. */
export async function renderAfterRemoval(tx: Sql, staffIds: readonly string[], now: Date): Promise<void> {
  await tx.query(RENDER, [staffIds, now]);
  await tx.query(WITHDRAW, [staffIds, now]);
  await renderKeys(tx, staffIds, now);
}

/** A row for each person who has records and none yet; `RENDER` gives it the rest. */
const ADD_MISSING = `
  INSERT INTO workforce.staff_member (id, given_name, family_name, skills, source, source_ref, as_of, changed_at, pass_id)
  SELECT DISTINCT ON (c.staff_id) c.staff_id, c.fields ->> 'given_name', c.fields ->> 'family_name', '{}', c.source, c.source_ref, c.as_of, $2, c.pass_id
  FROM workforce.source_record c
  WHERE c.staff_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM workforce.staff_member m WHERE m.id = c.staff_id)
  ORDER BY c.staff_id, c.as_of DESC, c.source, c.stream, c.source_ref`;

const FIELDS = 'given_name, family_name, work_email, skills';
const RENDERED = `f.given_name, f.family_name, f.work_email, COALESCE(f.skills, '{}')`;

/** The sort of source decides who wins a field, then the newest. */
const RENDER = `
  UPDATE workforce.staff_member AS t SET
    (${FIELDS}) = ROW(${RENDERED}),
    source = newest.source, source_ref = newest.source_ref, as_of = newest.as_of, pass_id = newest.pass_id, removed_at = NULL,
    changed_at = CASE WHEN t.removed_at IS NULL AND (t.given_name, t.family_name, t.work_email, t.skills) IS NOT DISTINCT FROM (${RENDERED}) THEN t.changed_at ELSE $2 END
  FROM (
    SELECT c.staff_id, jsonb_object_agg(e.key, e.value ORDER BY ${BEST_LAST}) AS fields
    FROM workforce.source_record c CROSS JOIN LATERAL jsonb_each(c.fields) e ${withRank("'staffMember'")}
    WHERE c.staff_id = ANY($1::uuid[]) AND c.removed_at IS NULL
    GROUP BY c.staff_id
  ) merged
  CROSS JOIN LATERAL jsonb_to_record(merged.fields) AS f (given_name text, family_name text, work_email text, skills text[])
  CROSS JOIN LATERAL (
    SELECT c.source, c.source_ref, c.as_of, c.pass_id FROM workforce.source_record c
    WHERE c.staff_id = merged.staff_id AND c.removed_at IS NULL
    ORDER BY c.as_of DESC, c.source, c.stream, c.source_ref LIMIT 1
  ) newest
  WHERE t.id = merged.staff_id`;

/** Marks those of whom no record stands. */
const WITHDRAW = `
  UPDATE workforce.staff_member AS t SET removed_at = $2, changed_at = $2
  WHERE t.id = ANY($1::uuid[]) AND t.removed_at IS NULL
    AND NOT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = t.id AND c.removed_at IS NULL)`;

/** Of several who give one number, the one who has it already: what is typed into a wrong row takes nothing from anybody. */
const STANDING_REGISTRATIONS = `
  SELECT DISTINCT ON (g.regulator, g.number) c.staff_id, g.regulator, g.number, c.source
  FROM workforce.source_record c CROSS JOIN LATERAL jsonb_to_recordset(c.fields -> 'registrations') AS g (regulator text, number text)
  LEFT JOIN workforce.registration h ON (h.regulator, h.number, h.staff_id) = (g.regulator, g.number, c.staff_id)
  WHERE c.staff_id = ANY($1::uuid[]) AND c.removed_at IS NULL
  ORDER BY g.regulator, g.number, h.staff_id IS NULL, c.as_of DESC, c.source`;

async function renderRegistrations(tx: Sql, staffIds: readonly string[]): Promise<void> {
  const released = await tx.query<{ key: string }>(
    `DELETE FROM workforce.registration t WHERE t.staff_id = ANY($1::uuid[]) AND NOT EXISTS (
       SELECT FROM workforce.source_record c CROSS JOIN LATERAL jsonb_to_recordset(c.fields -> 'registrations') AS g (regulator text, number text)
       WHERE c.staff_id = t.staff_id AND c.removed_at IS NULL AND (g.regulator, g.number) = (t.regulator, t.number))
     RETURNING lower(t.regulator || ':' || t.number) AS key`,
    [staffIds],
  );
  const others =
    released.length === 0
      ? []
      : await tx.query<{ staff_id: string }>('SELECT DISTINCT staff_id FROM workforce.source_record WHERE keys && $1::text[] AND removed_at IS NULL', [
          released.map(({ key }) => key),
        ]);
  await tx.query(
    `INSERT INTO workforce.registration AS t (staff_id, regulator, number, source) SELECT staff_id, regulator, number, source FROM (${STANDING_REGISTRATIONS}) g
     ON CONFLICT (regulator, number) DO UPDATE SET staff_id = excluded.staff_id, source = excluded.source
     WHERE (t.staff_id, t.source) IS DISTINCT FROM (excluded.staff_id, excluded.source) AND (t.staff_id = excluded.staff_id OR NOT EXISTS (
       SELECT FROM workforce.source_record c CROSS JOIN LATERAL jsonb_to_recordset(c.fields -> 'registrations') AS g (regulator text, number text)
       WHERE c.staff_id = t.staff_id AND c.removed_at IS NULL AND (g.regulator, g.number) = (t.regulator, t.number)))`,
    [[...new Set([...staffIds, ...others.map(({ staff_id }) => staff_id)])]],
  );
}

/**
 * Whom each key of these people means. Somebody whose records stand comes before one who left: an address that was
 * handed on means its new holder, also at sign-in. Where it is several people's at once it means whom it meant before,
 * and nobody where it meant none of them.
 */
const RENDER_KEYS = `
  WITH concerned AS (
    SELECT DISTINCT key FROM workforce.source_record c CROSS JOIN LATERAL unnest(c.keys) AS key WHERE c.staff_id = ANY($1::uuid[])
    UNION SELECT key FROM workforce.staff_key WHERE staff_id = ANY($1::uuid[])
  ), candidate AS (
    SELECT k.key, c.staff_id, bool_or(c.removed_at IS NULL) AS stands, max(c.as_of) AS as_of
    FROM concerned k
    CROSS JOIN LATERAL (SELECT o.staff_id, o.removed_at, o.as_of FROM workforce.source_record o WHERE o.keys @> ARRAY[k.key] OFFSET 0) c
    GROUP BY k.key, c.staff_id
  ), ranked AS (
    SELECT d.*, h.staff_id IS NOT NULL AS holds,
      count(*) FILTER (WHERE d.stands) OVER (PARTITION BY d.key) AS standing,
      row_number() OVER (PARTITION BY d.key ORDER BY d.stands DESC, (h.staff_id IS NOT NULL) DESC, d.as_of DESC, d.staff_id) AS rank
    FROM candidate d LEFT JOIN LATERAL (SELECT k.staff_id FROM workforce.staff_key k WHERE k.key = d.key AND k.staff_id = d.staff_id OFFSET 0) h ON true
  ), holder AS (
    SELECT r.key, r.staff_id FROM ranked r WHERE r.rank = 1 AND (r.standing <= 1 OR r.holds)
  ), let_go AS (
    DELETE FROM workforce.staff_key t USING concerned k WHERE t.key = k.key AND NOT EXISTS (SELECT FROM holder h WHERE h.key = t.key) RETURNING t.key
  ), kept AS (
    INSERT INTO workforce.staff_key AS t (key, staff_id, source, source_ref)
    SELECT h.key, h.staff_id, s.source, s.source_ref FROM holder h
    CROSS JOIN LATERAL (
      SELECT c.source, c.source_ref FROM workforce.source_record c WHERE c.staff_id = h.staff_id AND h.key = ANY(c.keys)
      ORDER BY c.removed_at DESC NULLS FIRST, c.as_of DESC, c.source, c.stream, c.source_ref LIMIT 1
    ) s
    ON CONFLICT (key) DO UPDATE SET staff_id = excluded.staff_id, source = excluded.source, source_ref = excluded.source_ref
    WHERE t.staff_id <> excluded.staff_id
    RETURNING t.key
  )
  SELECT key FROM kept`;

async function renderKeys(tx: Sql, staffIds: readonly string[], now: Date): Promise<void> {
  const changed = await tx.query<{ key: string }>(RENDER_KEYS, [staffIds]);
  if (changed.length > 0)
    await resolveWaiting(
      tx,
      changed.map(({ key }) => key),
      now,
    );
}

/** Gives rows that waited for one of these keys their person. */
async function resolveWaiting(tx: Sql, keys: readonly string[], now: Date): Promise<void> {
  for (const table of PERSONAL_TABLES) {
    await tx.query(
      `UPDATE ${table} AS t SET staff_id = k.staff_id, changed_at = $2
       FROM workforce.staff_key k
       WHERE k.key = ANY($1::text[]) AND t.staff_key = k.key AND t.staff_id IS NULL`,
      [keys, now],
    );
  }
}

/** Rows that become another person's. */
export interface HandOver {
  readonly from: string;
  readonly to: string;
  /** Whether records stay with the first: then only rows that name the person by one of `keys` go. */
  readonly stays: boolean;
  readonly keys: readonly string[];
}

export async function handOver(tx: Sql, moves: readonly HandOver[], now: Date): Promise<void> {
  for (const table of PERSONAL_TABLES) {
    await tx.query(
      `UPDATE ${table} t SET staff_id = m."to", changed_at = $2
       FROM json_to_recordset($1::json) AS m ("from" uuid, "to" uuid, stays boolean, keys text[])
       WHERE t.staff_id = m."from" AND (NOT m.stays OR t.staff_key = ANY(m.keys))`,
      [JSON.stringify(moves), now],
    );
  }
}
