/** The questions that are open: pairs of two persons of which it cannot be told whether they are one. */
import type { Decision, WeighedPair } from '../../schema/domain/identity/cluster.ts';
import type { Sql } from '../db.ts';

export interface Weighed {
  /** Records that were grouped anew. */
  readonly records: ReadonlySet<string>;
  /** Who each of them is now. */
  readonly staffOf: ReadonlyMap<string, string>;
  /** All kept pairs that have one of them, and what was said of them. */
  readonly pairs: readonly WeighedPair[];
  readonly decisions: readonly Decision[];
}

interface Question {
  readonly pair: WeighedPair;
  readonly people: readonly [string, string];
}

/**
 * Opens, keeps and closes the questions that touch these records. Of two persons one pair is asked about, the likeliest.
 * A name alone is asked about only where one other person has it: among several it would be a lottery. A person's answer
 * stands.
 */
export async function openReviews(tx: Sql, weighed: Weighed, now: Date): Promise<void> {
  const staffOf = await everybodyIn(tx, weighed);
  const questions = likeliest(weighed, staffOf);
  const byName = questions.filter(({ pair }) => pair.score.bar === 'NAME_ALONE');
  const namesakes = byName.length > 0 ? await countNamesakes(tx, [...new Set(byName.flatMap(({ people }) => people))]) : new Map<string, number>();
  const asked = questions.filter(({ pair, people }) => pair.score.bar !== 'NAME_ALONE' || people.every((person) => (namesakes.get(person) ?? 0) <= 1));
  await save(tx, asked, [...weighed.records], now);
}

async function everybodyIn(tx: Sql, { staffOf, pairs }: Weighed): Promise<ReadonlyMap<string, string>> {
  const outside = [...new Set(pairs.flatMap(({ a, b }) => [a, b]).filter((id) => !staffOf.has(id)))];
  if (outside.length === 0) return staffOf;
  const rows = await tx.query<{ id: string; staff_id: string }>('SELECT id, staff_id FROM workforce.source_record WHERE id = ANY($1::uuid[])', [outside]);
  return new Map([...staffOf, ...rows.map(({ id, staff_id }) => [id, staff_id] as const)]);
}

function likeliest({ pairs, decisions }: Weighed, staffOf: ReadonlyMap<string, string>): readonly Question[] {
  const apart = new Set(decisions.filter(({ same }) => !same).map(({ a, b }) => `${a} ${b}`));
  const best = new Map<string, Question>();
  for (const pair of pairs) {
    const [a, b] = [pair.a, pair.b].sort();
    const people = [staffOf.get(pair.a) ?? '', staffOf.get(pair.b) ?? ''].sort() as [string, string];
    if (people[0] === people[1] || apart.has(`${a} ${b}`)) continue;
    const key = people.join(' ');
    const before = best.get(key);
    if (!before || isLikelier(pair, before.pair)) best.set(key, { pair, people });
  }
  return [...best.values()];
}

function isLikelier(pair: WeighedPair, other: WeighedPair): boolean {
  if (pair.score.bits !== other.score.bits) return pair.score.bits > other.score.bits;
  return [pair.a, pair.b].sort().join(' ') < [other.a, other.b].sort().join(' ');
}

/** With how many others each of these persons has a name in common and no more. */
async function countNamesakes(tx: Sql, people: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ staff_id: string; count: number }>(
    `SELECT c.staff_id, count(DISTINCT o.staff_id) AS count
     FROM workforce.source_record c
     CROSS JOIN LATERAL (
       SELECT p.b_id AS other FROM workforce.identity_pair p WHERE p.a_id = c.id AND p.bar = 'NAME_ALONE'
       UNION ALL SELECT p.a_id FROM workforce.identity_pair p WHERE p.b_id = c.id AND p.bar = 'NAME_ALONE'
     ) n
     JOIN workforce.source_record o ON o.id = n.other AND o.staff_id <> c.staff_id
     WHERE c.staff_id = ANY($1::uuid[]) GROUP BY c.staff_id`,
    [people],
  );
  return new Map(rows.map(({ staff_id, count }) => [staff_id, count]));
}

async function save(tx: Sql, asked: readonly Question[], records: readonly string[], now: Date): Promise<void> {
  const rows = asked.map(({ pair: { a, b, score } }) => {
    const [a_id, b_id] = [a, b].sort();
    return { a_id, b_id, bits: score.bits };
  });
  const open = await tx.query<{ id: string; a_id: string; b_id: string }>(
    `SELECT id, a_id, b_id FROM workforce.identity_review WHERE state = 'OPEN' AND a_id = ANY($1::uuid[])
     UNION SELECT id, a_id, b_id FROM workforce.identity_review WHERE state = 'OPEN' AND b_id = ANY($1::uuid[])`,
    [records],
  );
  const kept = new Set(rows.map(({ a_id, b_id }) => `${a_id} ${b_id}`));
  const settled = open.filter(({ a_id, b_id }) => !kept.has(`${a_id} ${b_id}`)).map(({ id }) => id);
  if (settled.length > 0) await tx.query(`UPDATE workforce.identity_review SET state = 'SETTLED', closed_at = $2 WHERE id = ANY($1::uuid[])`, [settled, now]);
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO workforce.identity_review AS t (a_id, b_id, bits, state, opened_at)
     SELECT r.a_id, r.b_id, r.bits, 'OPEN', $2 FROM json_to_recordset($1::json) AS r (a_id uuid, b_id uuid, bits double precision)
     ON CONFLICT (a_id, b_id) DO UPDATE SET
       bits = excluded.bits, state = 'OPEN', closed_at = NULL, opened_at = CASE WHEN t.state = 'OPEN' THEN t.opened_at ELSE excluded.opened_at END
     WHERE t.state IN ('SETTLED', 'CONFIRMED') OR (t.state = 'OPEN' AND t.bits <> excluded.bits)`,
    [JSON.stringify(rows), now],
  );
}
