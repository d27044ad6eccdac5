/**
 * What upstreams sent, kept so that a served value can be made again from what it was made of: cut down to what the
 * mapping reads, a page compressed together, for as long as the site keeps it.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, deflateSync, inflate } from 'node:zlib';
import type { Kept } from '../adapters/minimise.ts';
import type { Sql } from '../platform/db.ts';
import type { EntityName } from '../schema/domain/canonical.ts';
import type { RecordProblem } from '../schema/domain/errors.ts';
import type { KeptRecord, QuarantinedRecord, SortedPage } from './read-page.ts';
import type { PageContext } from './store/entity-store.ts';

/** As far back as a sync looks, so that what it still meets is always there. */
export const DEFAULT_RETENTION_DAYS = 92;
const DAY_MS = 24 * 60 * 60 * 1000;

/** How the raw records of a pass are kept. */
export interface RawKeeping {
  /** Of the mapping that reads them. */
  readonly mappingVersion: string;
  /** 0 keeps no record, and only tells when it came and which mapping read it. */
  readonly retentionDays: number;
}

/** One record of a page as it is kept. */
export interface RawRecord {
  readonly where: string;
  readonly raw: Kept;
  readonly problems?: readonly RecordProblem[];
}

/** A page ready to be stored. */
export interface PackedPage {
  readonly refs: readonly string[];
  readonly content: Buffer;
  /** Of refs and content before compression. */
  readonly hash: string;
  /** Where each record stands in the content. */
  readonly positions: ReadonlyMap<KeptRecord | QuarantinedRecord, number>;
}

/** Where the records of a page that was stored are found. */
export interface RawPlaces {
  readonly pageId: number;
  positionOf(record: QuarantinedRecord): number | null;
}

/** Null when there is nothing to keep: an empty page, or a stream that does not say what it reads. */
export function packPage({ kept, quarantined }: Pick<SortedPage, 'kept' | 'quarantined'>): PackedPage | null {
  const records = [...kept, ...quarantined].filter(({ raw }) => raw !== undefined);
  if (records.length === 0) return null;
  const positions = new Map(records.map((record, position) => [record, position]));
  const refs = kept.filter(({ raw }) => raw !== undefined).map(({ ref }) => ref);
  const text = asBytes(records);
  const hash = createHash('sha256').update(JSON.stringify(refs)).update(text).digest('base64url');
  return { refs, content: deflateSync(text, { level: constants.Z_BEST_SPEED }), hash, positions };
}

let scratch = Buffer.alloc(0);

/**
 * A list in JSON, in memory that is used again for the next page: a megabyte a page would else wait for the collector,
 * and a long sync hold much more than it needs. Good until the next call.
 */
function asBytes(records: readonly (KeptRecord | QuarantinedRecord)[]): Uint8Array {
  let length = 0;
  for (const record of records) {
    const text = `${length === 0 ? '[' : ','}${JSON.stringify(asKept(record))}`;
    // Three bytes are the most that a character takes.
    const needed = length + text.length * 3 + 1;
    if (scratch.length < needed) scratch = Buffer.concat([scratch.subarray(0, length)], needed * 2);
    length += scratch.write(text, length);
  }
  length += scratch.write(']', length);
  return scratch.subarray(0, length);
}

function asKept(record: KeptRecord | QuarantinedRecord): RawRecord {
  const { where, raw = null } = record;
  const problems = 'readerProblems' in record ? (record.readerProblems ?? []) : [];
  return problems.length > 0 ? { where, raw, problems } : { where, raw };
}

const decompress = promisify<Uint8Array, Buffer>(inflate);

export async function unpackPage(content: Uint8Array): Promise<readonly RawRecord[]> {
  return JSON.parse((await decompress(content)).toString('utf8'));
}

/**
 * Stores a page's raw records in the transaction of the page itself. A page that came before, word for word, is not
 * written again: it is told that it was met.
 *
 * `refused` are references that the store gave back: they are quarantined, and no row is made of them. `metUntil` is until
 * when they are kept at most, where they were not met upstream just now.
 */
export async function saveRawPage(
  tx: Sql,
  page: PageContext,
  entity: EntityName,
  packed: PackedPage,
  { mappingVersion, retentionDays }: RawKeeping,
  refused: ReadonlySet<string | null>,
  metUntil: Date | null = null,
): Promise<RawPlaces> {
  const refs = refused.size === 0 ? packed.refs : packed.refs.map((ref) => (refused.has(ref) ? null : ref));
  const fromNow = retainedUntil(page, retentionDays);
  const until = fromNow && metUntil && metUntil < fromNow ? metUntil : fromNow;
  const [saved] = await tx.query<{ id: number }>(SAVE_PAGE, [
    ...[page.upstream, page.stream, entity, page.passId, mappingVersion],
    ...[page.asOf, page.now, until, packed.hash, refs, until && packed.content],
  ]);
  const positionOf = (record: QuarantinedRecord) => packed.positions.get(record) ?? (refused.has(record.ref) ? indexOf(packed.refs, record.ref) : null);
  return { pageId: saved?.id ?? 0, positionOf };
}

export const retainedUntil = ({ now }: Pick<PageContext, 'now'>, days: number): Date | null => (days > 0 ? new Date(now.getTime() + days * DAY_MS) : null);

/** Keeps for longer what was kept of records that came as they were. */
export async function retainUnchanged(tx: Sql, page: PageContext, { retentionDays }: RawKeeping, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  await tx.query(
    `UPDATE platform.raw_page SET retained_until = $4
     WHERE upstream = $1 AND stream = $2 AND content IS NOT NULL AND EXISTS (SELECT FROM unnest(refs) AS r(ref) WHERE r.ref = ANY($3::text[]))`,
    [page.upstream, page.stream, refs, retainedUntil(page, retentionDays) ?? page.now],
  );
}

function indexOf(refs: readonly string[], ref: string | null): number | null {
  const index = ref === null ? -1 : refs.indexOf(ref);
  return index < 0 ? null : index;
}

const SAVE_PAGE = `
  WITH same AS (
    UPDATE platform.raw_page AS p SET
      pass_id = $4, mapping_version = $5, as_of = $6, synced_at = $7, retained_until = $8, refs = $10,
      content = CASE WHEN $8::timestamptz IS NOT NULL THEN COALESCE(p.content, $11) END
    WHERE p.id = (SELECT max(id) FROM platform.raw_page WHERE upstream = $1 AND stream = $2 AND content_hash = $9)
    RETURNING p.id
  ), made AS (
    INSERT INTO platform.raw_page (upstream, stream, entity, pass_id, mapping_version, as_of, synced_at, retained_until, content_hash, refs, content)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE NOT EXISTS (SELECT FROM same)
    RETURNING id
  )
  SELECT id FROM same UNION ALL SELECT id FROM made`;

/** Deletes the stream's pages of which every record has come again since, in a later page. */
export async function dropSupersededPages(tx: Sql, { upstream, stream }: { readonly upstream: string; readonly stream: string }): Promise<void> {
  const [counted] = await tx.query<{ passes: number }>('SELECT count(DISTINCT pass_id) AS passes FROM platform.raw_page WHERE upstream = $1 AND stream = $2', [
    upstream,
    stream,
  ]);
  if ((counted?.passes ?? 0) < 2) return;
  await tx.query(
    `DELETE FROM platform.raw_page p WHERE p.upstream = $1 AND p.stream = $2
       AND p.id NOT IN (SELECT raw_page_id FROM platform.record_provenance WHERE upstream = $1 AND stream = $2)
       AND NOT EXISTS (SELECT FROM platform.quarantine q WHERE q.raw_page_id = p.id)`,
    [upstream, stream],
  );
}

/** Empties pages whose retention is over. When a record came and which mapping read it stays. */
export async function purgeRawPages(sql: Sql, now: Date): Promise<number> {
  const rows = await sql.query('UPDATE platform.raw_page SET content = NULL, retained_until = NULL WHERE retained_until < $1 RETURNING 1', [now]);
  return rows.length;
}

/**
 * Forgets what was kept of these records of an upstream, for instance when a person is erased. A page that holds one is
 * emptied whole: its other records are kept again when they are next met, which is at the next pass, changed or not.
 */
export async function forgetRawRecords(tx: Sql, upstream: string, refs: readonly string[]): Promise<void> {
  await tx.query('UPDATE platform.sync_stream SET read_as = NULL WHERE upstream = $1', [upstream]);
  await tx.query(
    `UPDATE platform.raw_page p SET content = NULL, retained_until = NULL
     WHERE p.upstream = $1 AND p.content IS NOT NULL AND (
       EXISTS (SELECT FROM unnest(p.refs) AS r(ref) WHERE r.ref = ANY($2::text[]))
       OR EXISTS (SELECT FROM platform.quarantine q WHERE q.raw_page_id = p.id AND q.source_ref = ANY($2::text[])))`,
    [upstream, refs],
  );
}
