/** Weighed pairs of records: which are to be weighed again after a change, and how they are kept. */
import { blockHash, blocksOf } from '../../schema/domain/identity/blocks.ts';
import { type Decision, pairKey, type WeighedPair } from '../../schema/domain/identity/cluster.ts';
import type { Evidence } from '../../schema/domain/identity/evidence.ts';
import { type PreparedRecord, prepare } from '../../schema/domain/identity/prepared.ts';
import { weighPairs } from '../../schema/domain/identity/resolve.ts';
import type { Bar, Verdict } from '../../schema/domain/identity/score.ts';
import { sharedUse } from '../../schema/domain/identity/shared-use.ts';
import { COMPARISON_NAMES, type Levels } from '../../schema/domain/identity/weights.ts';
import type { Sql } from '../db.ts';

export interface LinkedRecord {
  readonly id: string;
  readonly staffId: string;
  readonly prepared: PreparedRecord;
}

export type LinkedRecords = ReadonlyMap<string, LinkedRecord>;

interface RecordRow {
  readonly id: string;
  readonly staff_id: string;
  readonly evidence: Evidence;
}

const toRecords = (rows: readonly RecordRow[]): LinkedRecords =>
  new Map(rows.map(({ id, staff_id, evidence }) => [id, { id, staffId: staff_id, prepared: prepare(id, evidence) }]));

export const preparedOf = (records: LinkedRecords): ReadonlyMap<string, PreparedRecord> =>
  new Map([...records.values()].map(({ id, prepared }) => [id, prepared]));

/** The blocks of a record as its row keeps them. */
export function blockHashes(evidence: Evidence): readonly number[] {
  return [...new Set(blocksOf(prepare('', evidence)).map(blockHash))];
}

export async function recordsById(tx: Sql, ids: readonly string[]): Promise<LinkedRecords> {
  return toRecords(
    await tx.query<RecordRow>('SELECT id, staff_id, evidence FROM workforce.source_record WHERE id = ANY($1::uuid[]) AND evidence IS NOT NULL', [ids]),
  );
}

export async function allRecords(tx: Sql): Promise<LinkedRecords> {
  return toRecords(await tx.query<RecordRow>('SELECT id, staff_id, evidence FROM workforce.source_record WHERE evidence IS NOT NULL', []));
}

/** What a page has changed: the records, and the evidence that they had before. */
export interface Changed {
  readonly ids: ReadonlySet<string>;
  readonly formerly: ReadonlyMap<string, Evidence>;
}

const contactsOf = ({ emails, phones }: Evidence) => [...emails, ...phones];

/** What weighing again came to. */
export interface WeighedAgain {
  /** Records whose person may be another now, or of whom something else is to be asked. */
  readonly touched: ReadonlySet<string>;
  /** The records that were read for it. */
  readonly records: LinkedRecords;
}

/**
 * Weighs the changed records against all that share a block with them, now or before, and keeps what is found. Where a
 * change tells that a mailbox is shared, or no longer, pairs that only look on are weighed again as well.
 */
export async function weighAgain(tx: Sql, { ids, formerly }: Changed): Promise<WeighedAgain> {
  const records = await recordsById(tx, await idsInBlocks(tx, [...ids], formerly));
  const changed = [...ids].flatMap((id) => records.get(id)?.prepared.evidence ?? []);
  const contacts = new Set([...changed, ...formerly.values()].flatMap(contactsOf));
  const concerns = (a: PreparedRecord, b: PreparedRecord) =>
    ids.has(a.id) || ids.has(b.id) || contactsOf(a.evidence).some((contact) => contacts.has(contact) && contactsOf(b.evidence).includes(contact));
  const prepared = preparedOf(records);
  const found = weighPairs(prepared, sharedUse(prepared.values()), concerns);
  const sharers = [...prepared.values()].filter(({ evidence }) => contactsOf(evidence).some((contact) => contacts.has(contact))).map(({ id }) => id);
  const known = (await pairsOf(tx, [...new Set([...ids, ...sharers])])).filter(({ a, b }) => {
    const [left, right] = [prepared.get(a), prepared.get(b)];
    return ids.has(a) || ids.has(b) || (left !== undefined && right !== undefined && concerns(left, right));
  });
  return { touched: new Set([...ids, ...(await replacePairs(tx, known, found, ids))]), records };
}

/**
 * The records that share a block with one of these, now or before, and they themselves. One search for each record: a
 * search for thousands of blocks at once would be answered by reading every record.
 */
async function idsInBlocks(tx: Sql, ids: readonly string[], formerly: ReadonlyMap<string, Evidence>): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT DISTINCT n.id FROM workforce.source_record c
     LEFT JOIN unnest($2::uuid[], $3::text[]) AS f (id, blocks) ON f.id = c.id
     CROSS JOIN LATERAL (SELECT o.id FROM workforce.source_record o WHERE o.blocks && (c.blocks || COALESCE(f.blocks::bigint[], '{}')) OFFSET 0) n
     WHERE c.id = ANY($1::uuid[])`,
    [ids, [...formerly.keys()], [...formerly.values()].map((evidence) => `{${blockHashes(evidence).join(',')}}`)],
  );
  return [...new Set([...ids, ...rows.map(({ id }) => id)])];
}

const keyOf = ({ a, b }: WeighedPair) => pairKey(a, b);

/** Keeps what was found in the place of what was known, and gives the ends of pairs that make another person of somebody. */
export async function replacePairs(
  tx: Sql,
  known: readonly WeighedPair[],
  found: readonly WeighedPair[],
  ids: ReadonlySet<string>,
): Promise<readonly string[]> {
  const before = new Map(known.map((pair) => [keyOf(pair), pair]));
  const after = new Set(found.map(keyOf));
  const gone = known.filter((pair) => !after.has(keyOf(pair)));
  const news = found.filter((pair) => !isSame(before.get(keyOf(pair)), pair));
  if (gone.length > 0) {
    const ends = gone.map(({ a, b }) => [a, b].sort());
    await tx.query('DELETE FROM workforce.identity_pair t USING unnest($1::uuid[], $2::uuid[]) AS k (a, b) WHERE t.a_id = k.a AND t.b_id = k.b', [
      ends.map(([a]) => a),
      ends.map(([, b]) => b),
    ]);
  }
  await keepPairs(tx, news);
  const isJoin = (pair: WeighedPair | undefined) => pair?.score.verdict === 'JOIN';
  return [...gone, ...news]
    .filter((pair) => isJoin(pair) || isJoin(before.get(keyOf(pair))) || !(ids.has(pair.a) || ids.has(pair.b)))
    .flatMap(({ a, b }) => [a, b]);
}

function isSame(known: WeighedPair | undefined, { score }: WeighedPair): boolean {
  return (
    known !== undefined &&
    known.score.verdict === score.verdict &&
    known.score.bits === score.bits &&
    known.score.certain === score.certain &&
    known.score.bar === score.bar &&
    COMPARISON_NAMES.every((name) => known.score.levels[name] === score.levels[name])
  );
}

const BATCH = 5_000;

async function keepPairs(tx: Sql, pairs: readonly WeighedPair[]): Promise<void> {
  for (let at = 0; at < pairs.length; at += BATCH) {
    const batch = pairs.slice(at, at + BATCH).map((pair) => (pair.a < pair.b ? pair : { ...pair, a: pair.b, b: pair.a }));
    await tx.query(
      `INSERT INTO workforce.identity_pair (a_id, b_id, verdict, bits, certain, bar, levels)
       SELECT u.a, u.b, u.verdict, u.bits, u.certain, u.bar, u.levels::jsonb
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::double precision[], $5::boolean[], $6::text[], $7::text[]) AS u (a, b, verdict, bits, certain, bar, levels)
       ON CONFLICT (a_id, b_id) DO UPDATE SET
         verdict = excluded.verdict, bits = excluded.bits, certain = excluded.certain, bar = excluded.bar, levels = excluded.levels`,
      [
        batch.map(({ a }) => a),
        batch.map(({ b }) => b),
        batch.map(({ score }) => score.verdict),
        batch.map(({ score }) => score.bits),
        batch.map(({ score }) => score.certain),
        batch.map(({ score }) => score.bar),
        batch.map(({ score }) => JSON.stringify(score.levels)),
      ],
    );
  }
}

interface PairRow {
  readonly a_id: string;
  readonly b_id: string;
  readonly verdict: Verdict;
  readonly bits: number;
  readonly certain: boolean;
  readonly bar: Bar | null;
  readonly levels: Levels;
}

/** All kept pairs. */
export async function allPairs(tx: Sql): Promise<readonly WeighedPair[]> {
  return (await tx.query<PairRow>(`SELECT ${PAIR_COLUMNS} FROM workforce.identity_pair`, [])).map(toPair);
}

const PAIR_COLUMNS = 'a_id, b_id, verdict, bits, certain, bar, levels';

const toPair = ({ a_id, b_id, verdict, bits, certain, bar, levels }: PairRow): WeighedPair => ({
  a: a_id,
  b: b_id,
  score: { verdict, bits, certain, bar, levels },
});

/** Kept pairs that have one of these records. */
export async function pairsOf(tx: Sql, ids: readonly string[]): Promise<readonly WeighedPair[]> {
  const rows = await tx.query<PairRow>(
    `SELECT ${PAIR_COLUMNS} FROM workforce.identity_pair WHERE a_id = ANY($1::uuid[])
     UNION ALL SELECT ${PAIR_COLUMNS} FROM workforce.identity_pair WHERE b_id = ANY($1::uuid[]) AND NOT a_id = ANY($1::uuid[])`,
    [ids],
  );
  return rows.map(toPair);
}

export async function decisionsOf(tx: Sql, ids: readonly string[]): Promise<readonly Decision[]> {
  return tx.query<{ a: string; b: string; same: boolean }>(
    'SELECT a_id AS a, b_id AS b, same FROM workforce.identity_decision WHERE a_id = ANY($1::uuid[]) OR b_id = ANY($1::uuid[])',
    [ids],
  );
}

/**
 * All records that what is said of these may bear on: linked by a join, by what a person has said, or by being one
 * person now, over however many steps.
 */
export async function componentOf(tx: Sql, start: Iterable<string>): Promise<ReadonlySet<string>> {
  const component = new Set(start);
  let frontier = [...component];
  while (frontier.length > 0) {
    const rows = await tx.query<{ id: string }>(
      `SELECT b_id AS id FROM workforce.identity_pair WHERE verdict = 'JOIN' AND a_id = ANY($1::uuid[])
       UNION SELECT a_id FROM workforce.identity_pair WHERE verdict = 'JOIN' AND b_id = ANY($1::uuid[])
       UNION SELECT b_id FROM workforce.identity_decision WHERE same AND a_id = ANY($1::uuid[])
       UNION SELECT a_id FROM workforce.identity_decision WHERE same AND b_id = ANY($1::uuid[])
       UNION SELECT o.id FROM workforce.source_record c JOIN workforce.source_record o ON o.staff_id = c.staff_id WHERE c.id = ANY($1::uuid[])`,
      [frontier],
    );
    frontier = rows.map(({ id }) => id).filter((id) => !component.has(id));
    for (const id of frontier) component.add(id);
  }
  return component;
}
