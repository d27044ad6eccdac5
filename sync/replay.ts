/**
 * Makes rows again from what was kept of their records, by today's mapping: after a fix, without the upstream.
 *
 * A replay changes what a record means, not when it was met: rows keep their pass and their age, so that a pass which
 * is open, and the removals of the next one, do not notice.
 */

import type { PullStream, UpstreamRecord } from '../adapters/contract.ts';
import { mappingVersionOf } from '../adapters/mapping-version.ts';
import { type Kept, revive } from '../adapters/minimise.ts';
import type { Database, Sql } from '../platform/db.ts';
import { deriveFillSources } from '../platform/fill-source.ts';
import type { EntityName } from '../schema/domain/canonical.ts';
import type { RecordProblem } from '../schema/domain/errors.ts';
import type { PrecedenceOverrides } from '../schema/domain/precedence.ts';
import { type ErasedPeople, loadErased, withoutErased } from './erased.ts';
import { aloneOnUpstream } from './lock.ts';
import { dropSupersededPages, packPage, type RawKeeping, saveRawPage, unpackPage } from './raw-records.ts';
import { type KeptRecord, REPEATED, seenKey, seenRef, sortPage } from './read-page.ts';
import { removeTombstones } from './removals.ts';
import type { EntityStore, PageContext } from './store/entity-store.ts';
import { registerPrecedence } from './store/precedence.ts';
import { storeOf } from './store/stores.ts';
import type { Upstream } from './upstreams.ts';

export interface ReplayOptions {
  readonly now: () => Date;
  readonly rawRetentionDays: number;
  /** With which people were erased. */
  readonly erasureSecret?: string | null;
  /** Who wins which field, where it is another than by default. */
  readonly precedence?: PrecedenceOverrides;
  /** Names of the streams; default all. */
  readonly streams?: readonly string[];
  /** Only what is in quarantine. */
  readonly quarantinedOnly?: boolean;
}

/** What became of the records of a stream. `read = kept + recovered + removed + quarantined`. */
export interface ReplayCounts {
  /** Records of which something was kept. */
  readonly read: number;
  /** Rows made again, the same or another. */
  readonly kept: number;
  /** Rows made of what was in quarantine. */
  readonly recovered: number;
  /** Records that today's mapping does not want, or understands as gone: their rows, where they have one, are removed. */
  readonly removed: number;
  /** Records that today's mapping refuses, or still refuses. Their rows, where they have one, stay as they are. */
  readonly quarantined: number;
  /** In quarantine, and nothing of them was kept, or not any more: only the upstream can give them again. */
  readonly withoutRaw: number;
}

export interface ReplayReport extends ReplayCounts {
  readonly upstream: string;
  readonly stream: string;
  readonly entity: EntityName;
}

/** Null when the upstream is being synced: it is not waited for. */
export async function replayUpstream(database: Database, upstream: Upstream, options: ReplayOptions): Promise<readonly ReplayReport[] | null> {
  const { now, rawRetentionDays, streams, quarantinedOnly = false } = options;
  const keeping: RawKeeping = { mappingVersion: await mappingVersionOf(upstream.adapter.id), retentionDays: rawRetentionDays };
  return aloneOnUpstream(database, upstream.id, async () => {
    const erased = await loadErased(database, options.erasureSecret ?? null);
    await registerPrecedence(database, options.precedence ?? {});
    const reports: ReplayReport[] = [];
    for (const stream of upstream.adapter.pull.filter(({ name }) => streams?.includes(name) ?? true)) {
      const key = { upstream: upstream.id, stream: stream.name, entity: stream.entity };
      const counts = await replayStream(database, stream, key, { now, keeping, quarantinedOnly, erased });
      reports.push({ ...key, ...counts });
    }
    if (reports.some(({ kept, recovered, removed }) => kept + recovered + removed > 0)) await deriveAfter(database, upstream.id, now());
    return reports;
  });
}

interface StreamKey {
  readonly upstream: string;
  readonly stream: string;
  readonly entity: EntityName;
}

interface StreamReplay {
  readonly now: () => Date;
  readonly keeping: RawKeeping;
  readonly quarantinedOnly: boolean;
  readonly erased: ErasedPeople | null;
}

interface PageReplay extends Pick<StreamReplay, 'now' | 'keeping' | 'erased'> {
  readonly newest: ReadonlyMap<string, number>;
  /** What names the records that this replay took out of quarantine. */
  readonly taken: Set<string>;
  readonly tally: Tally;
}

type Tally = { -readonly [Count in keyof ReplayCounts]: number };

async function replayStream(
  database: Database,
  stream: PullStream,
  key: StreamKey,
  { now, keeping, quarantinedOnly, erased }: StreamReplay,
): Promise<ReplayCounts> {
  const tally: Tally = { read: 0, kept: 0, recovered: 0, removed: 0, quarantined: 0, withoutRaw: 0 };
  const pages = await database.query<{ id: number }>(
    'SELECT id FROM platform.raw_page WHERE upstream = $1 AND stream = $2 AND content IS NOT NULL ORDER BY pass_id, id',
    [key.upstream, key.stream],
  );
  const newest = quarantinedOnly ? new Map<string, number>() : await newestPages(database, key);
  const replay: PageReplay = { now, keeping, erased, newest, taken: new Set(), tally };
  for (const { id } of pages) await database.transaction((tx) => replayPage(tx, stream, key, id, replay));
  tally.withoutRaw = await countWithoutRaw(database, key);
  await database.transaction((tx) => dropSupersededPages(tx, key));
  return tally;
}

/** Reference → the page that holds what its row was made of. */
async function newestPages(sql: Sql, { upstream, stream }: StreamKey): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.query<{ source_ref: string; raw_page_id: number }>(
    'SELECT source_ref, raw_page_id FROM platform.record_provenance WHERE upstream = $1 AND stream = $2',
    [upstream, stream],
  );
  return new Map(rows.map(({ source_ref, raw_page_id }) => [source_ref, raw_page_id]));
}

async function countWithoutRaw(sql: Sql, { upstream, stream }: StreamKey): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*) AS count FROM platform.quarantine q LEFT JOIN platform.raw_page p ON p.id = q.raw_page_id
     WHERE q.upstream = $1 AND q.stream = $2 AND p.content IS NULL`,
    [upstream, stream],
  );
  return row?.count ?? 0;
}

interface StoredPage {
  readonly pass_id: number;
  readonly as_of: Date;
  readonly retained_until: Date | null;
  readonly refs: readonly (string | null)[];
  readonly content: Uint8Array;
}

/** A record that is to be read again. */
interface Candidate {
  readonly position: number;
  readonly record: UpstreamRecord;
  readonly raw: Kept;
  /** The line of the quarantine that it is in; null for a record that a row was made of. */
  readonly quarantineId: number | null;
  /** Whether its page counts it among the kept. */
  readonly wasKept: boolean;
}

interface Refusal {
  readonly candidate: Candidate;
  readonly problems: readonly RecordProblem[];
}

/** What today's mapping makes of a page's candidates. Each is in one of the three. */
interface Reading {
  readonly kept: Map<KeptRecord, Candidate>;
  readonly gone: readonly Candidate[];
  readonly refused: Refusal[];
}

async function replayPage(tx: Sql, stream: PullStream, key: StreamKey, pageId: number, replay: PageReplay): Promise<void> {
  const store = storeOf(stream.entity);
  const [page] = await tx.query<StoredPage>(
    'SELECT pass_id, as_of, retained_until, refs, content FROM platform.raw_page WHERE id = $1 AND content IS NOT NULL',
    [pageId],
  );
  if (!page) return;
  const { candidates, standing } = await candidatesOf(tx, store, key, pageId, page, replay.newest);
  if (candidates.length === 0) return;
  const context: PageContext = { passId: page.pass_id, upstream: key.upstream, stream: key.stream, asOf: page.as_of, now: replay.now() };
  const reading = await withoutErasedAgain(tx, key, replay.erased, readAgain(stream, candidates));
  await refuseRepeats(tx, store, context, reading, replay.taken);
  await storeAgain(tx, store, context, reading, standing);
  await removeTombstones(
    tx,
    store,
    context,
    reading.gone.map(({ record }) => record.ref).filter((ref): ref is string => ref !== null && standing.has(ref)),
  );
  const packed = packPage({ kept: [...reading.kept.keys()], quarantined: [] });
  if (packed) await saveRawPage(tx, context, stream.entity, packed, replay.keeping, new Set(), page.retained_until);
  await settleQuarantine(tx, key, context.now, pageId, reading);
  count(replay.tally, candidates, reading);
}

function count(tally: Tally, candidates: readonly Candidate[], { kept, gone, refused }: Reading): void {
  const recovered = [...kept.values()].filter(({ quarantineId }) => quarantineId !== null).length;
  tally.read += candidates.length;
  tally.kept += kept.size - recovered;
  tally.recovered += recovered;
  tally.removed += gone.length;
  tally.quarantined += refused.length;
}

/** A row that stands, and when its record was met. */
interface StandingRow {
  readonly source_ref: string;
  readonly pass_id: number;
  readonly as_of: Date;
}

/** The records of a page that rows which stand were made of, and those of it that are in quarantine. */
async function candidatesOf(
  tx: Sql,
  store: EntityStore,
  key: StreamKey,
  pageId: number,
  page: StoredPage,
  newest: ReadonlyMap<string, number>,
): Promise<{ readonly candidates: readonly Candidate[]; readonly standing: ReadonlyMap<string, StandingRow> }> {
  const quarantine = await tx.query<{ id: number; source_ref: string | null; raw_position: number }>(
    'SELECT id, source_ref, raw_position FROM platform.quarantine WHERE raw_page_id = $1 AND raw_position IS NOT NULL ORDER BY id',
    [pageId],
  );
  const live = page.refs.flatMap((ref, position) => (ref !== null && newest.get(ref) === pageId ? [{ ref, position }] : []));
  if (live.length === 0 && quarantine.length === 0) return { candidates: [], standing: new Map() };
  const standing = await standingRows(tx, store, key, [...live.map(({ ref }) => ref), ...quarantine.flatMap(({ source_ref }) => source_ref ?? [])]);
  const records = await unpackPage(page.content);
  const inQuarantine = new Set(quarantine.map(({ raw_position }) => raw_position));
  const candidateAt = (position: number, ref: string | null, quarantineId: number | null): readonly Candidate[] => {
    const found = records[position];
    if (!found) return [];
    const { where, raw, problems } = found;
    const record = { ref, where, raw: revive(raw), ...(problems && { problems }) };
    return [{ position, raw, quarantineId, record, wasKept: ref !== null && page.refs[position] === ref }];
  };
  const candidates = [
    ...live.filter(({ ref, position }) => standing.has(ref) && !inQuarantine.has(position)).flatMap(({ ref, position }) => candidateAt(position, ref, null)),
    ...quarantine.flatMap(({ id, source_ref, raw_position }) => candidateAt(raw_position, source_ref, id)),
  ];
  return { candidates, standing };
}

async function standingRows(tx: Sql, { records }: EntityStore, { upstream, stream }: StreamKey, refs: readonly string[]): Promise<Map<string, StandingRow>> {
  const rows = await tx.query<StandingRow>(
    `SELECT t.source_ref, t.pass_id, t.as_of FROM ${records.table} t
     WHERE t.source = $1 AND t.source_ref = ANY($3::text[]) AND t.removed_at IS NULL AND ${records.of}
       AND t.pass_id IN (SELECT id FROM platform.sync_run WHERE upstream = $1 AND stream = $2)`,
    [upstream, stream, refs],
  );
  return new Map(rows.map((row) => [row.source_ref, row]));
}

function readAgain(stream: PullStream, candidates: readonly Candidate[]): Reading {
  const kept = new Map<KeptRecord, Candidate>();
  const gone: Candidate[] = [];
  const refused: Refusal[] = [];
  for (const candidate of candidates) {
    const sorted = sortPage(stream, [candidate.record], new Set(), () => null);
    const [value] = sorted.kept;
    const [problem] = sorted.quarantined;
    if (value) kept.set({ ...value, raw: candidate.raw }, candidate);
    else if (problem) refused.push({ candidate, problems: problem.problems });
    else gone.push(candidate);
  }
  return { kept, gone, refused };
}

/** People who were erased do not come back by a replay either: what may still be kept of them is of records that nobody could read. */
async function withoutErasedAgain(tx: Sql, key: StreamKey, erased: ErasedPeople | null, { kept, gone, refused }: Reading): Promise<Reading> {
  if (erased === null) return { kept, gone, refused };
  const records = [...kept.keys()];
  const page = await withoutErased(tx, erased, key, { kept: records, tombstones: [], skipped: {}, unchanged: [], unwanted: [], quarantined: [] });
  const byRef = new Map(records.map((record) => [record.ref, kept.get(record)]));
  const still = page.kept.flatMap((record): [KeptRecord, Candidate][] => {
    const candidate = byRef.get(record.ref);
    return candidate ? [[record, candidate]] : [];
  });
  return { kept: new Map(still), gone: [...gone, ...page.unwanted.flatMap((ref) => byRef.get(ref) ?? [])], refused };
}

/** One that came twice in its pass stays in quarantine, however well it reads: the two may differ. */
async function refuseRepeats(
  tx: Sql,
  { records, naturalKey }: EntityStore,
  { passId, upstream }: PageContext,
  reading: Reading,
  taken: Set<string>,
): Promise<void> {
  const doubtful = [...reading.kept].filter(([, { wasKept }]) => !wasKept);
  if (doubtful.length === 0) return;
  const key = records.names === 'key' ? 't.key' : 'NULL::text';
  const rows = await tx.query<{ ref: string; key: string | null }>(
    `SELECT t.source_ref AS ref, ${key} AS key FROM ${records.table} t
     WHERE t.source = $1 AND t.pass_id = $2 AND ${records.of} AND (t.source_ref = ANY($3::text[]) OR ${key} = ANY($4::text[]))`,
    [upstream, passId, doubtful.map(([{ ref }]) => ref), doubtful.flatMap(([{ value }]) => naturalKey(value) ?? [])],
  );
  const met = new Set(rows.flatMap((row) => (row.key === null ? [seenRef(row.ref)] : [seenRef(row.ref), seenKey(row.key)])));
  for (const [record, candidate] of doubtful) {
    const byKey = naturalKey(record.value);
    const names = [seenRef(record.ref), ...(byKey === null ? [] : [seenKey(byKey)])];
    if (names.some((name) => met.has(name) || taken.has(`${passId} ${name}`))) {
      reading.kept.delete(record);
      reading.refused.push({ candidate, problems: [REPEATED] });
    }
    for (const name of names) taken.add(`${passId} ${name}`);
  }
}

/** Through the store, as a sync would; what it gives back is refused. A row keeps the pass and the age that it has. */
async function storeAgain(tx: Sql, store: EntityStore, context: PageContext, reading: Reading, standing: ReadonlyMap<string, StandingRow>): Promise<void> {
  const { kept, refused } = reading;
  const metAt = ({ ref }: KeptRecord, { quarantineId, wasKept }: Candidate): PageContext => {
    const row = quarantineId === null || wasKept ? standing.get(ref) : undefined;
    return row ? { ...context, passId: row.pass_id, asOf: row.as_of } : context;
  };
  const groups = Map.groupBy(kept, ([record, candidate]) => {
    const { passId, asOf } = metAt(record, candidate);
    return `${passId} ${asOf.getTime()}`;
  });
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const records = group.map(([record]) => record);
    for (const { ref, problems } of await store.store(tx, metAt(...first), records)) {
      const given = records.find((record) => record.ref === ref);
      const candidate = given && kept.get(given);
      if (!given || !candidate) continue;
      kept.delete(given);
      refused.push({ candidate, problems });
    }
  }
}

async function settleQuarantine(tx: Sql, { upstream, stream, entity }: StreamKey, now: Date, pageId: number, { kept, gone, refused }: Reading): Promise<void> {
  const settled = [...kept.values(), ...gone].flatMap(({ quarantineId }) => quarantineId ?? []);
  if (settled.length > 0) await tx.query('DELETE FROM platform.quarantine WHERE id = ANY($1::bigint[])', [settled]);
  if (refused.length === 0) return;
  const rows = refused.map(({ candidate: { quarantineId, position, record }, problems }) => ({
    ...{ id: quarantineId, problems, raw_position: position },
    ...{ source_ref: record.ref, location: record.where },
  }));
  await tx.query(
    `WITH refused AS MATERIALIZED (
       SELECT * FROM json_to_recordset($1::json) AS r (id bigint, problems jsonb, raw_position integer, source_ref text, location text)
     ), still AS (
       UPDATE platform.quarantine q SET problems = r.problems FROM refused r WHERE q.id = r.id
     )
     INSERT INTO platform.quarantine (run_id, upstream, stream, entity, source_ref, location, problems, created_at, raw_page_id, raw_position)
     SELECT (SELECT max(id) FROM platform.sync_run WHERE upstream = $2 AND stream = $3 AND received > 0),
       $2, $3, $4, r.source_ref, r.location, r.problems, $5, $6, r.raw_position
     FROM refused r WHERE r.id IS NULL`,
    [JSON.stringify(rows), upstream, stream, entity, now, pageId],
  );
}

/** Over every window that the upstream was ever read for. */
async function deriveAfter(database: Database, upstream: string, now: Date): Promise<void> {
  const [window] = await database.query<{ from: Date | null; to: Date | null }>(
    'SELECT min(window_from) AS from, max(window_to) AS to FROM platform.sync_run WHERE upstream = $1',
    [upstream],
  );
  if (window?.from && window.to) await deriveFillSources(database, { window: { from: window.from, to: window.to } }, now);
}
