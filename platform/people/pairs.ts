/** Weighed pairs of records: which are to be weighed again after a change, and how they are kept. */
import { blockHash, blocksOf } from '../../schema/domain/identity/blocks.ts';
import type { Decision, WeighedPair } from '../../schema/domain/identity/cluster.ts';
import type { Evidence } from '../../schema/domain/identity/evidence.ts';
import { type PreparedRecord, prepare } from '../../schema/domain/identity/prepared.ts';
import { weighPairs } from '../../schema/domain/identity/resolve.ts';
import type { Bar, Verdict } from '../../schema/domain/identity/score.ts';
import { sharedUse } from '../../schema/domain/identity/shared-use.ts';
import type { Levels } from '../../schema/domain/identity/weights.ts';
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
  readonly formerly: readonly Evidence[];
}

/**
 * Weighs the changed records against all that share a block with them, now or before, and keeps what is found. Where a
 * change tells that a mailbox is shared, or no longer, pairs that only look on are weighed again as well.
 *
 * Gives the records whose person may be another now.
 */
export async function weighAgain(tx: Sql, { ids, formerly }: Changed): Promise<ReadonlySet<string>> {
  const changed = await recordsById(tx, [...ids]);
  const evidence = [...[...changed.values()].map(({ prepared }) => prepared.evidence), ...formerly];
  const near = await recordsInBlocks(tx, evidence.map(blockHashes));
  const records = new Map([...near, ...changed]);
  const contacts = new Set(evidence.flatMap(({ emails, phones }) => [...emails, ...phones]));
  const concerns = (a: PreparedRecord, b: PreparedRecord) =>
    ids.has(a.id) ||
    ids.has(b.id) ||
    a.evidence.emails.some((email) => contacts.has(email) && b.evidence.emails.includes(email)) ||
    a.evidence.phones.some((phone) => contacts.has(phone) && b.evidence.phones.includes(phone));
  const prepared = preparedOf(records);
  const pairs = weighPairs(prepared, sharedUse(prepared.values()), concerns);
  const sharers = await forgetPairs(tx, ids, records, contacts);
  await keepPairs(tx, pairs);
  return new Set([...ids, ...sharers, ...pairs.filter(({ score }) => score.verdict === 'JOIN').flatMap(({ a, b }) => [a, b])]);
}

/** One search for each record: a search for thousands of blocks at once would be answered by reading every record. */
async function recordsInBlocks(tx: Sql, blocks: readonly (readonly number[])[]): Promise<LinkedRecords> {
  const wanted = [...new Set(blocks.map((list) => `{${list.join(',')}}`))];
  const rows = await tx.query<{ id: string }>(
    `SELECT DISTINCT n.id FROM unnest($1::text[]) AS k (blocks)
     CROSS JOIN LATERAL (SELECT o.id FROM workforce.source_record o WHERE o.blocks && k.blocks::bigint[] OFFSET 0) n`,
    [wanted],
  );
  // By id, in a statement of its own: how many there are is known then, and they are looked up.
  return recordsById(
    tx,
    rows.map(({ id }) => id),
  );
}

/** Pairs that are weighed again: those of changed records, and of records that share one of these contacts, which it gives. */
async function forgetPairs(tx: Sql, ids: ReadonlySet<string>, records: LinkedRecords, contacts: ReadonlySet<string>): Promise<readonly string[]> {
  const sharers = [...records.values()].filter(({ prepared: { evidence } }) =>
    [...evidence.emails, ...evidence.phones].some((contact) => contacts.has(contact)),
  );
  const list = [...ids];
  await tx.query('DELETE FROM workforce.identity_pair WHERE a_id = ANY($1::uuid[])', [list]);
  await tx.query('DELETE FROM workforce.identity_pair WHERE b_id = ANY($1::uuid[])', [list]);
  const byContact = new Map<string, string[]>();
  for (const { id, prepared } of sharers) {
    for (const contact of [...prepared.evidence.emails, ...prepared.evidence.phones]) {
      if (contacts.has(contact)) byContact.set(contact, [...(byContact.get(contact) ?? []), id]);
    }
  }
  const known = [...byContact.values()].flatMap((group) => group.flatMap((a) => group.filter((b) => a < b).map((b) => [a, b] as const)));
  if (known.length === 0) return [];
  await tx.query(`DELETE FROM workforce.identity_pair t USING unnest($1::uuid[], $2::uuid[]) AS k (a, b) WHERE t.a_id = k.a AND t.b_id = k.b`, [
    known.map(([a]) => a),
    known.map(([, b]) => b),
  ]);
  return known.flat();
}

const BATCH = 5_000;

export async function keepPairs(tx: Sql, pairs: readonly WeighedPair[]): Promise<void> {
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

/** Kept pairs that have one of these records. */
export async function pairsOf(tx: Sql, ids: readonly string[]): Promise<readonly WeighedPair[]> {
  const columns = 'a_id, b_id, verdict, bits, certain, bar, levels';
  const rows = await tx.query<PairRow>(
    `SELECT ${columns} FROM workforce.identity_pair WHERE a_id = ANY($1::uuid[]) UNION SELECT ${columns} FROM workforce.identity_pair WHERE b_id = ANY($1::uuid[])`,
    [ids],
  );
  return rows.map(({ a_id, b_id, verdict, bits, certain, bar, levels }) => ({ a: a_id, b: b_id, score: { verdict, bits, certain, bar, levels } }));
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
