/** Rows that are gone upstream: when that is believed, and how they are marked. */
import type { Sql } from '../platform/db.ts';
import type { EntityStore, PageContext, RecordTable } from './store/entity-store.ts';
import type { SyncWindow } from './window.ts';

/** From this many rows on, a loss of more than half is not believed. */
export const SHRINK_FROM_ROWS = 10;

/** What a complete pass found among the rows of its stream, within its window. */
export interface PassFindings {
  /** Rows that stand and were not seen. A row whose record was quarantined counts as seen. */
  readonly gone: number;
  /** Rows that stand and were seen. */
  readonly seen: number;
  /** Quarantined records of which it cannot be told which row they meant. */
  readonly quarantinedWithoutRef: number;
  /** Whether a person said that the upstream really has shrunk. */
  readonly acceptShrink: boolean;
}

/**
 * Why rows that a complete pass did not see are left as they are; null when they may go. Pure.
 *
 * A quarantined record without a reference may be any of them. An upstream that gives nothing where it gave something,
 * or has lost more than half of 10 rows or more, is more often broken than empty: a person confirms it.
 */
export function whyHeld({ gone, seen, quarantinedWithoutRef, acceptShrink }: PassFindings): string | null {
  if (gone === 0) return null;
  if (quarantinedWithoutRef > 0) return `${quarantinedWithoutRef} quarantined without a reference: any of them may be one of these`;
  if (acceptShrink) return null;
  if (seen === 0) return `nothing came where ${gone} stood before; --accept-shrink confirms it`;
  if (gone + seen >= SHRINK_FROM_ROWS && gone > seen) return `more than half are gone (${gone} of ${gone + seen}); --accept-shrink confirms it`;
  return null;
}

export interface PassKey {
  readonly passId: number;
  readonly upstream: string;
  readonly stream: string;
}

/** What became of the rows that a complete pass did not see. */
export interface AbsenceResult {
  readonly removed: number;
  readonly held: number;
  readonly heldBecause: string | null;
}

export interface AbsenceDoubts extends Pick<PassFindings, 'quarantinedWithoutRef' | 'acceptShrink'> {
  /** The pass that has just looked before: what it met is not gone either. Null where this one is the first to look. */
  readonly metBefore: number | null;
  /** Whether a second look is needed before anything is taken for gone. */
  readonly needsSecondLook: boolean;
}

/** Marks what a complete pass over `window` did not see, unless that is held; null when it has to be looked for again. */
export async function removeAbsent(
  tx: Sql,
  store: EntityStore,
  pass: PassKey,
  window: SyncWindow,
  now: Date,
  { metBefore, needsSecondLook, ...doubts }: AbsenceDoubts,
): Promise<AbsenceResult | null> {
  const { table } = store.records;
  const looks = [pass.passId, ...(metBefore === null ? [] : [metBefore])];
  const parameters = [looks, pass.upstream, pass.stream, ...(store.records.within ? [window.from, window.to] : [])];
  const standing = standingRows(store.records);
  const [found] = await tx.query<{ gone: number; all: number }>(
    `SELECT count(*) FILTER (WHERE ${NOT_SEEN}) AS gone, count(*) AS all FROM ${table} t WHERE ${standing}`,
    parameters,
  );
  const { gone = 0, all = 0 } = found ?? {};
  const heldBecause = whyHeld({ gone, seen: all - gone, ...doubts });
  if (gone === 0 || heldBecause !== null) return { removed: 0, held: heldBecause === null ? 0 : gone, heldBecause };
  if (needsSecondLook) return null;
  const at = `$${parameters.length + 1}`;
  const rows = await tx.query<{ name: string }>(
    `UPDATE ${table} AS t SET removed_at = ${at}${store.records.alsoSet(at)} WHERE ${standing} AND ${NOT_SEEN} RETURNING t.${store.records.names}::text AS name`,
    [...parameters, now],
  );
  await store.removed(tx, now, [...new Set(rows.map(({ name }) => name))]);
  return { removed: rows.length, held: 0, heldBecause: null };
}

/**
 * Rows of the stream that stand within the window. Which stream a row is of is told by the pass that last saw it: two
 * streams of one upstream may give the same entity, and neither may take the other's rows away.
 */
function standingRows({ of, within }: RecordTable): string {
  const inWindow = within ? ` AND ${within('$4', '$5')}` : '';
  return `t.source = $2 AND t.removed_at IS NULL AND ${of}${inWindow}
    AND t.pass_id IN (SELECT id FROM platform.sync_run WHERE upstream = $2 AND stream = $3)`;
}

const IN_QUARANTINE = 'SELECT source_ref FROM platform.quarantine WHERE run_id = ANY($1::bigint[]) AND source_ref IS NOT NULL';

/** So many parts, each in the other, may stand behind the name of what the upstream has as one: an occurrence, its day, its person. */
const PARTS = 3;

/** A record that could not be read may have been several rows, each named by it and what follows a # or ~. */
const NOT_SEEN = [
  't.pass_id <> ALL($1::bigint[])',
  `t.source_ref NOT IN (${IN_QUARANTINE})`,
  ...Array.from({ length: PARTS }, (_, part) => `regexp_replace(t.source_ref, '([#~][^#~]*){${part + 1}}$', '') NOT IN (${IN_QUARANTINE})`),
].join(' AND ');

/** Marks the rows that the upstream says are gone, and gives their number. One that is gone already is not counted. */
export async function removeTombstones(tx: Sql, store: EntityStore, page: PageContext, refs: readonly string[]): Promise<number> {
  if (refs.length === 0) return 0;
  const { table, of, alsoSet, names } = store.records;
  const rows = await tx.query<{ name: string }>(
    `UPDATE ${table} AS t SET removed_at = $3, pass_id = $4, as_of = $5${alsoSet('$3')}
     WHERE t.source = $1 AND t.source_ref = ANY($2::text[]) AND t.removed_at IS NULL AND ${of}
       AND t.pass_id IN (SELECT id FROM platform.sync_run WHERE upstream = $1 AND stream = $6)
     RETURNING t.${names}::text AS name`,
    [page.upstream, refs, page.now, page.passId, page.asOf, page.stream],
  );
  if (rows.length > 0) await store.removed(tx, page.now, [...new Set(rows.map(({ name }) => name))]);
  return rows.length;
}

/** Marks rows whose records came as they were before as seen. */
export async function touchUnchanged(tx: Sql, { records }: EntityStore, page: PageContext, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  await tx.query(
    `UPDATE ${records.table} AS t SET pass_id = $3, as_of = $4
     WHERE t.source = $1 AND t.source_ref = ANY($2::text[]) AND t.removed_at IS NULL AND ${records.of}`,
    [page.upstream, refs, page.passId, page.asOf],
  );
}
