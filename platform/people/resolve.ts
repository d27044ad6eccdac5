/** Who is who, in the database: after a page only what its changes may bear on, or everybody. */
import { randomUUID } from 'node:crypto';
import { cluster, type Resolution, type WeighedPair } from '../../schema/domain/identity/cluster.ts';
import type { Evidence } from '../../schema/domain/identity/evidence.ts';
import { weighPairs } from '../../schema/domain/identity/resolve.ts';
import { sharedUse } from '../../schema/domain/identity/shared-use.ts';
import type { Sql } from '../db.ts';
import { assignPeople, type FormerPeople, movesBetween } from './assign.ts';
import { type MoveContext, makeMoves } from './moves.ts';
import {
  allPairs,
  allRecords,
  blockHashes,
  componentOf,
  decisionsOf,
  type LinkedRecords,
  pairsOf,
  preparedOf,
  recordsById,
  replacePairs,
  weighAgain,
} from './pairs.ts';
import { renderPeople } from './render.ts';
import { openReviews } from './reviews.ts';

/** The sync, where an audit says who. */
export const SYNC = 'sync';

export interface ChangedRecords {
  /** Records whose evidence is another than it was, or new. */
  readonly ids: readonly string[];
  /** What the changed ones said before, by id. */
  readonly formerly: ReadonlyMap<string, Evidence>;
  /** Ids of persons that were made for new records of this page. */
  readonly provisional: ReadonlySet<string>;
}

/** Links changed records to their persons, and gives those whose rows are to be made anew. */
export async function resolveChanged(tx: Sql, { ids, formerly, provisional }: ChangedRecords, context: MoveContext): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const { touched, records } = await weighAgain(tx, { ids: new Set(ids), formerly });
  return regroup(tx, touched, context, { provisional, records });
}

const NOBODY: ReadonlySet<string> = new Set();

export interface Regrouping {
  /** Ids of persons that were made for new records of a page. */
  readonly provisional?: ReadonlySet<string>;
  /** Of a person who is split, the records that keep the id. */
  readonly keepers?: ReadonlySet<string>;
  /** Records that were read already. */
  readonly records?: LinkedRecords;
}

const NOTHING_READ: LinkedRecords = new Map();

/** Groups all that these records may bear on, and moves what has to move. Gives the persons of new records. */
export async function regroup(
  tx: Sql,
  touched: Iterable<string>,
  context: MoveContext,
  { provisional = NOBODY, keepers = NOBODY, records: read = NOTHING_READ }: Regrouping = {},
): Promise<readonly string[]> {
  const component = [...(await componentOf(tx, touched))];
  const unread = await recordsById(
    tx,
    component.filter((id) => !read.has(id)),
  );
  const records = new Map(component.flatMap((id) => read.get(id) ?? unread.get(id) ?? []).map((record) => [record.id, record]));
  const pairs = await pairsOf(tx, component);
  const within = pairs.filter(({ a, b }) => records.has(a) && records.has(b));
  const prepared = preparedOf(records);
  const decisions = await decisionsOf(tx, component);
  const resolution = cluster(prepared, within, decisions, sharedUse(prepared.values()));
  const { newcomers, staffOf } = await apply(tx, records, resolution, { provisional, keepers }, context);
  await openReviews(tx, { records: new Set(component), staffOf, pairs, decisions }, context.now);
  return newcomers;
}

/** Weighs everybody anew: after a change of the weights, or of their rules. Gives how many records and pairs there were. */
export async function resolveEverybody(tx: Sql, context: MoveContext): Promise<{ readonly records: number; readonly pairs: number }> {
  const records = await allRecords(tx);
  const prepared = preparedOf(records);
  const shared = sharedUse(prepared.values());
  const pairs: readonly WeighedPair[] = weighPairs(prepared, shared);
  await replacePairs(tx, await allPairs(tx), pairs, new Set());
  await keepBlocks(tx, records);
  const decisions = await tx.query<{ a: string; b: string; same: boolean }>('SELECT a_id AS a, b_id AS b, same FROM workforce.identity_decision', []);
  const { staffOf } = await apply(tx, records, cluster(prepared, pairs, decisions, shared), { provisional: NOBODY, keepers: NOBODY }, context);
  await openReviews(tx, { records: new Set(records.keys()), staffOf, pairs, decisions }, context.now);
  return { records: records.size, pairs: pairs.length };
}

async function keepBlocks(tx: Sql, records: LinkedRecords): Promise<void> {
  const list = [...records.values()];
  for (let at = 0; at < list.length; at += 5_000) {
    const batch = list.slice(at, at + 5_000);
    await tx.query(
      `UPDATE workforce.source_record t SET blocks = u.blocks::bigint[] FROM unnest($1::uuid[], $2::text[]) AS u (id, blocks)
       WHERE t.id = u.id AND t.blocks <> u.blocks::bigint[]`,
      [batch.map(({ id }) => id), batch.map(({ prepared }) => `{${blockHashes(prepared.evidence).join(',')}}`)],
    );
  }
}

interface Applied {
  /** The persons of this page's new records. */
  readonly newcomers: readonly string[];
  readonly staffOf: ReadonlyMap<string, string>;
}

interface Ids {
  readonly provisional: ReadonlySet<string>;
  readonly keepers: ReadonlySet<string>;
}

async function apply(tx: Sql, records: LinkedRecords, { groupOf }: Resolution, { provisional, keepers }: Ids, context: MoveContext): Promise<Applied> {
  const groups = [...Map.groupBy(records.values(), ({ id }) => groupOf.get(id) ?? id).values()];
  const isProvisional = (staffId: string) => provisional.has(staffId);
  const groupsOf = new Map<string, number>();
  for (const group of groups) for (const staffId of new Set(group.map((record) => record.staffId))) groupsOf.set(staffId, (groupsOf.get(staffId) ?? 0) + 1);
  const stays = (group: readonly { readonly staffId: string }[]) =>
    group.every(({ staffId }) => staffId === group[0]?.staffId && !isProvisional(staffId) && groupsOf.get(staffId) === 1);
  const lists = groups.filter((group) => !stays(group));
  const formerly = await formerPeople(tx, lists);
  const assigned = assignPeople(lists, { isProvisional, formerly, newId: randomUUID, isKeeper: (id) => keepers.has(id) });
  const concerned = lists.flat();
  const fresh = concerned.filter(({ id, staffId }) => isProvisional(staffId) && assigned.get(id) !== staffId);
  if (fresh.length > 0) {
    await tx.query('UPDATE workforce.source_record t SET staff_id = u.staff_id FROM unnest($1::uuid[], $2::uuid[]) AS u (id, staff_id) WHERE t.id = u.id', [
      fresh.map(({ id }) => id),
      fresh.map(({ id }) => assigned.get(id)),
    ]);
  }
  const moves = movesBetween(concerned, assigned, isProvisional);
  // Made as their records are now, so that what a move changes is the move's doing alone.
  await renderPeople(tx, [...new Set(moves.flatMap(({ from, to }) => [from, to]))], context.now);
  await makeMoves(tx, moves, context);
  const newcomers = concerned.filter(({ staffId }) => isProvisional(staffId)).flatMap(({ id }) => assigned.get(id) ?? []);
  return { newcomers: [...new Set(newcomers)], staffOf: new Map([...records.values()].map(({ id, staffId }) => [id, assigned.get(id) ?? staffId])) };
}

async function formerPeople(tx: Sql, groups: readonly (readonly { readonly id: string }[])[]): Promise<FormerPeople> {
  const ids = groups.flat().map(({ id }) => id);
  const rows = await tx.query<{ id: number; from_staff_id: string; record_ids: string[] }>(
    `SELECT DISTINCT m.id, m.from_staff_id, m.record_ids
     FROM unnest($1::uuid[]) AS k (record_id)
     CROSS JOIN LATERAL (SELECT o.* FROM workforce.identity_move o WHERE o.record_ids @> ARRAY[k.record_id] OFFSET 0) m
     WHERE NOT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = m.from_staff_id) ORDER BY m.id DESC`,
    [ids],
  );
  const byRecord = new Map<string, typeof rows>();
  for (const row of rows) for (const id of row.record_ids) byRecord.set(id, [...(byRecord.get(id) ?? []), row]);
  /** The last first, as the rows are. */
  const having = (recordIds: readonly string[]) => {
    const found = new Set(recordIds.flatMap((id) => byRecord.get(id) ?? []));
    return [...found].sort((a, b) => b.id - a.id);
  };
  const from = (list: typeof rows) => list.map(({ from_staff_id }) => from_staff_id);
  return {
    exactly: (recordIds) =>
      from(having(recordIds).filter(({ record_ids }) => record_ids.length === recordIds.length && record_ids.every((id) => recordIds.includes(id)))),
    someOf: (recordIds) => from(having(recordIds)),
  };
}
