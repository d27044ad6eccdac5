/** The record of what was synced: streams with their cursors, passes with their counts, and what was quarantined. */
import { type Cursor, UNCHANGED } from '../adapters/contract.ts';
import type { Database, Sql } from '../platform/db.ts';
import type { EntityName } from '../schema/domain/canonical.ts';
import type { ErrorCode } from '../schema/domain/errors.ts';
import { dropOldRuns, dropQuarantineOfFailed } from './old-runs.ts';
import { dropSupersededPages, type RawPlaces } from './raw-records.ts';
import { type QuarantinedRecord, seenKey, seenRef } from './read-page.ts';
import type { AbsenceResult, PassKey } from './removals.ts';
import type { Counts } from './report.ts';
import type { EntityStore, PageContext } from './store/entity-store.ts';
import type { Upstream } from './upstreams.ts';
import type { SyncWindow } from './window.ts';

/** `sync_run.status`. RUNNING and STOPPED are open: the next run goes on with them. */
type StoredStatus = 'RUNNING' | 'STOPPED' | 'COMPLETE' | 'FAILED' | 'ABANDONED';

/** A pass that is under way, as it stands in the database. */
export interface OpenPass extends PassKey {
  readonly entity: EntityName;
  readonly window: SyncWindow;
  readonly since: Cursor | null;
  readonly resumed: boolean;
  readonly counts: Counts;
  readonly quarantinedWithoutRef: number;
  readonly skippedReasons: Readonly<Record<string, number>>;
}

export interface StreamKey {
  readonly upstream: string;
  readonly stream: string;
  readonly entity: EntityName;
}

/** Tells who is read, for whom and how often: what an organisation's freshness is told by. */
export async function registerUpstream(sql: Sql, { id, adapter, title, organisationCodes, everyMinutes, freshWithinMinutes }: Upstream): Promise<void> {
  await sql.query(
    `INSERT INTO platform.upstream (id, adapter, title, organisation_codes, every_minutes, fresh_within_minutes, kind)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET adapter = excluded.adapter, title = excluded.title, organisation_codes = excluded.organisation_codes,
       every_minutes = excluded.every_minutes, fresh_within_minutes = excluded.fresh_within_minutes, kind = excluded.kind`,
    [id, adapter.id, title, organisationCodes, everyMinutes, freshWithinMinutes, adapter.kind ?? null],
  );
}

interface StoredPass {
  readonly id: number;
  readonly cursor: Cursor | null;
  readonly window_from: Date;
  readonly window_to: Date;
  readonly received: number;
  readonly kept: number;
  readonly skipped: number;
  readonly quarantined: number;
  readonly removed: number;
  readonly quarantined_without_ref: number;
  readonly skipped_reasons: Readonly<Record<string, number>>;
}

export interface OpenPassOptions {
  readonly window: SyncWindow;
  /** Whether a new pass begins at the start, whatever cursor is stored. */
  readonly whole: boolean;
  /** Whether to go on with an open pass. If not, it is given up. */
  readonly resume: boolean;
  readonly now: Date;
}

/**
 * Goes on with the stream's open pass, in its own window, or begins one.
 *
 * An open pass that stored pages without a cursor cannot be gone on with: it is given up and a new one begins. What it
 * stored stays, and is met again.
 */
export async function openPass(database: Database, stream: StreamKey, { window, whole, resume, now }: OpenPassOptions): Promise<OpenPass> {
  return database.transaction(async (tx) => {
    const key = [stream.upstream, stream.stream];
    const [before] = await tx.query<{ at: Date | null }>('SELECT last_attempt_at AS at FROM platform.sync_stream WHERE upstream = $1 AND stream = $2', key);
    await tx.query(
      `INSERT INTO platform.sync_stream (upstream, stream, entity, last_attempt_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (upstream, stream) DO UPDATE SET entity = excluded.entity, last_attempt_at = excluded.last_attempt_at`,
      [...key, stream.entity, now],
    );
    const [open] = await tx.query<StoredPass>(
      `SELECT r.*, s.cursor FROM platform.sync_stream s JOIN platform.sync_run r ON r.id = s.open_pass_id WHERE s.upstream = $1 AND s.stream = $2 FOR UPDATE`,
      key,
    );
    if (open && resume && (open.cursor !== null || open.received === 0)) {
      await tx.query(`UPDATE platform.sync_run SET status = 'RUNNING', problem_code = NULL, problem = NULL, touched_at = $2 WHERE id = $1`, [open.id, now]);
      return resumedPass(stream, open);
    }
    if (open) await closeRun(tx, open.id, 'ABANDONED', now);
    await dropQuarantineOfFailed(tx, stream);
    // Once a day will do.
    if (before?.at && dayOf(before.at) !== dayOf(now)) await dropOldRuns(tx, stream, now);
    const [begun] = await tx.query<{ id: number }>(
      `INSERT INTO platform.sync_run (upstream, stream, entity, status, window_from, window_to, started_at, touched_at, from_start)
       SELECT $1, $2, $3, 'RUNNING', $4, $5, $6, $6, $7 OR s.cursor IS NULL FROM platform.sync_stream s WHERE s.upstream = $1 AND s.stream = $2 RETURNING id`,
      [...key, stream.entity, window.from, window.to, now, whole],
    );
    const [stored] = await tx.query<{ cursor: Cursor | null }>(
      `UPDATE platform.sync_stream SET open_pass_id = $3, read_as = NULL, cursor = CASE WHEN $4 THEN NULL ELSE cursor END WHERE upstream = $1 AND stream = $2 RETURNING cursor`,
      [...key, begun?.id, whole],
    );
    return {
      ...stream,
      passId: begun?.id ?? 0,
      window,
      since: stored?.cursor ?? null,
      resumed: false,
      counts: { received: 0, kept: 0, skipped: 0, quarantined: 0, removed: 0 },
      quarantinedWithoutRef: 0,
      skippedReasons: {},
    };
  });
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

function resumedPass(stream: StreamKey, open: StoredPass): OpenPass {
  const { received, kept, skipped, quarantined, removed } = open;
  return {
    ...stream,
    passId: open.id,
    window: { from: open.window_from, to: open.window_to },
    since: open.cursor,
    resumed: true,
    counts: { received, kept, skipped, quarantined, removed },
    quarantinedWithoutRef: open.quarantined_without_ref,
    skippedReasons: open.skipped_reasons,
  };
}

/** What names the records that a resumed pass has met, so that one which comes again is known. */
export async function seenInPass(sql: Sql, { records }: EntityStore, { passId, upstream }: PassKey): Promise<Set<string>> {
  const key = records.names === 'key' ? 't.key' : 'NULL::text';
  const rows = await sql.query<{ ref: string; key: string | null }>(
    `SELECT t.source_ref AS ref, ${key} AS key FROM ${records.table} t WHERE t.source = $2 AND t.pass_id = $1 AND ${records.of}
     UNION ALL SELECT source_ref, NULL FROM platform.quarantine WHERE run_id = $1 AND source_ref IS NOT NULL`,
    [passId, upstream],
  );
  return new Set(rows.flatMap((row) => (row.key === null ? [seenRef(row.ref)] : [seenRef(row.ref), seenKey(row.key)])));
}

/** How far a pass has come, written with each page. */
export interface PassState {
  readonly counts: Counts;
  readonly quarantinedWithoutRef: number;
  readonly skippedReasons: Readonly<Record<string, number>>;
}

/** Another process has closed the pass that this one was reading. It is for that one to go on. */
export class PassTakenError extends Error {
  constructor({ passId, upstream, stream }: PassKey) {
    super(`Pass ${passId} over ${upstream}/${stream} is no longer the open one.`);
    this.name = 'PassTakenError';
  }
}

/**
 * Moves the stream's cursor, and with it takes the stream for the transaction.
 *
 * @throws PassTakenError when the pass is no longer the stream's open one: nothing of this page may then be stored.
 */
export async function moveCursor(tx: Sql, pass: PassKey, cursor: Cursor | null): Promise<void> {
  const rows = await tx.query('UPDATE platform.sync_stream SET cursor = $4::jsonb WHERE upstream = $1 AND stream = $2 AND open_pass_id = $3 RETURNING 1', [
    pass.upstream,
    pass.stream,
    pass.passId,
    cursor === null ? null : JSON.stringify(cursor),
  ]);
  if (rows.length === 0) throw new PassTakenError(pass);
}

/** The pass is as old as its oldest page. */
export async function saveCounts(tx: Sql, { passId, asOf, now }: PageContext, { counts, quarantinedWithoutRef, skippedReasons }: PassState): Promise<void> {
  await tx.query(
    `UPDATE platform.sync_run SET received = $2, kept = $3, skipped = $4, quarantined = $5, removed = $6, quarantined_without_ref = $7,
       skipped_reasons = $8::jsonb, as_of = LEAST(as_of, $9), touched_at = $10
     WHERE id = $1`,
    [
      passId,
      counts.received,
      counts.kept,
      counts.skipped,
      counts.quarantined,
      counts.removed,
      quarantinedWithoutRef,
      JSON.stringify(skippedReasons),
      asOf,
      now,
    ],
  );
}

export async function saveQuarantine(
  tx: Sql,
  page: PageContext,
  entity: EntityName,
  records: readonly QuarantinedRecord[],
  raw: RawPlaces | null,
): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map((record) => ({ source_ref: record.ref, location: record.where, problems: record.problems, raw_position: raw?.positionOf(record) }));
  await tx.query(
    `INSERT INTO platform.quarantine (run_id, upstream, stream, entity, source_ref, location, problems, created_at, raw_page_id, raw_position)
     SELECT $2, $3, $4, $5, r.source_ref, r.location, r.problems, $6, CASE WHEN r.raw_position IS NOT NULL THEN $7::bigint END, r.raw_position
     FROM json_to_recordset($1::json) AS r (source_ref text, location text, problems jsonb, raw_position integer)`,
    [JSON.stringify(rows), page.passId, page.upstream, page.stream, entity, page.now, raw?.pageId],
  );
}

/** The references that a page gave, by what they mean for a record of the stream that is in quarantine since an earlier pass. */
export interface MetRefs {
  /** It came again, whatever came of it now. */
  readonly met: readonly string[];
  /** It came as it was, so it is as wrong as it was. */
  readonly unchanged: readonly string[];
}

/** Takes what was met again out of quarantine, and counts what came as it was as met by this pass. */
export async function settleEarlierQuarantine(tx: Sql, { passId, upstream, stream }: PassKey, { met, unchanged }: MetRefs): Promise<void> {
  if (met.length + unchanged.length === 0) return;
  const earlier = 'upstream = $1 AND stream = $2 AND run_id <> $3 AND source_ref = ANY($4::text[])';
  if (met.length > 0) await tx.query(`DELETE FROM platform.quarantine WHERE ${earlier}`, [upstream, stream, passId, met]);
  if (unchanged.length > 0) await tx.query(`UPDATE platform.quarantine SET run_id = $3 WHERE ${earlier}`, [upstream, stream, passId, unchanged]);
}

/**
 * Closes a pass that was read to the end. Where it began at the start of its stream, what is in quarantine since before
 * is forgotten: it was not met, so it is gone. A pass that went on from a cursor does not meet what has not changed.
 * `readAs` is told where the next may find that nothing has changed since.
 *
 * @throws PassTakenError when the pass is no longer the stream's open one.
 */
export async function completePass(tx: Sql, pass: PassKey, absence: AbsenceResult, readAs: string | null, now: Date): Promise<void> {
  await tx.query('UPDATE platform.sync_run SET removed = removed + $2, held = $3, held_because = $4 WHERE id = $1', [
    pass.passId,
    absence.removed,
    absence.held,
    absence.heldBecause,
  ]);
  await closeRun(tx, pass.passId, 'COMPLETE', now);
  const rows = await tx.query(
    `UPDATE platform.sync_stream s SET open_pass_id = NULL, last_success_at = $3, last_problem_code = NULL, read_as = $5, as_of = COALESCE(r.as_of, s.as_of)
     FROM platform.sync_run r WHERE r.id = $4 AND s.upstream = $1 AND s.stream = $2 AND s.open_pass_id = r.id RETURNING 1`,
    [pass.upstream, pass.stream, now, pass.passId, readAs],
  );
  if (rows.length === 0) throw new PassTakenError(pass);
  await tx.query(
    `DELETE FROM platform.quarantine WHERE upstream = $1 AND stream = $2 AND run_id <> $3 AND (SELECT from_start FROM platform.sync_run WHERE id = $3)`,
    [pass.upstream, pass.stream, pass.passId],
  );
  await dropSupersededPages(tx, pass);
}

export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Leaves a pass open for the next run to go on with, and says why where there is a reason. */
export async function suspendPass(database: Database, pass: PassKey, problem: Problem | null): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(`UPDATE platform.sync_run SET status = 'STOPPED', problem_code = $2, problem = $3 WHERE id = $1`, [
      pass.passId,
      problem?.code ?? null,
      problem?.message ?? null,
    ]);
    if (problem) await noteProblem(tx, pass, problem);
  });
}

/** Closes a pass that cannot go on. `startOver` forgets the cursor, which the upstream may have been refusing. */
export async function failPass(database: Database, pass: PassKey, problem: Problem, startOver: boolean, now: Date): Promise<void> {
  await database.transaction(async (tx) => {
    await closeRun(tx, pass.passId, 'FAILED', now);
    await tx.query('UPDATE platform.sync_run SET problem_code = $2, problem = $3 WHERE id = $1', [pass.passId, problem.code, problem.message]);
    await tx.query(
      'UPDATE platform.sync_stream SET open_pass_id = NULL, cursor = CASE WHEN $4 THEN NULL ELSE cursor END WHERE upstream = $1 AND stream = $2 AND open_pass_id = $3',
      [pass.upstream, pass.stream, pass.passId, startOver],
    );
    await noteProblem(tx, pass, problem);
  });
}

/** For a stream that could not even begin. */
export async function noteProblemOf(sql: Sql, { upstream, stream, entity }: StreamKey, problem: Problem, now: Date): Promise<void> {
  await sql.query(
    `INSERT INTO platform.sync_stream (upstream, stream, entity, last_attempt_at, last_problem_code) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (upstream, stream) DO UPDATE SET last_attempt_at = excluded.last_attempt_at, last_problem_code = excluded.last_problem_code`,
    [upstream, stream, entity, now, problem.code],
  );
}

async function noteProblem(tx: Sql, { upstream, stream }: PassKey, { code }: Problem): Promise<void> {
  await tx.query('UPDATE platform.sync_stream SET last_problem_code = $3 WHERE upstream = $1 AND stream = $2', [upstream, stream, code]);
}

/** What a pass over an upstream that has not changed would have counted: what was kept is skipped as unchanged. */
export interface UnchangedPass {
  readonly counts: Counts;
  readonly skippedReasons: Readonly<Record<string, number>>;
}

/**
 * Notes a pass that needs nothing to be read, because the last complete one depended on the same, and that one's rows and
 * quarantine stand. Null when that is not so, or a pass is open.
 */
export async function passUnchanged(
  sql: Sql,
  { upstream, stream }: StreamKey,
  readAs: string,
  now: Date,
  retainedUntil: Date | null,
): Promise<UnchangedPass | null> {
  const [row] = await sql.query<Counts & { readonly skipped_reasons: Readonly<Record<string, number>> }>(PASS_UNCHANGED, [
    ...[upstream, stream, readAs, now],
    retainedUntil,
    UNCHANGED,
  ]);
  if (!row) return null;
  const { received, kept, skipped, quarantined, removed, skipped_reasons: skippedReasons } = row;
  return { counts: { received, kept, skipped, quarantined, removed }, skippedReasons };
}

/** What is kept of its records is kept for longer, a day at a time: each page would else be written at each turn. */
const PASS_UNCHANGED = `
  WITH stream AS (
    UPDATE platform.sync_stream SET last_attempt_at = $4, last_success_at = $4, last_problem_code = NULL
    WHERE upstream = $1 AND stream = $2 AND read_as = $3 AND open_pass_id IS NULL RETURNING upstream, stream
  ), last AS (
    SELECT r.* FROM stream s CROSS JOIN LATERAL (
      SELECT * FROM platform.sync_run r WHERE r.upstream = s.upstream AND r.stream = s.stream AND r.status = 'COMPLETE' ORDER BY r.id DESC LIMIT 1) r
  ), noted AS (
    INSERT INTO platform.sync_run (upstream, stream, entity, status, window_from, window_to, started_at, finished_at, touched_at, as_of,
      received, skipped, quarantined, quarantined_without_ref, skipped_reasons)
    SELECT upstream, stream, entity, status, window_from, window_to, $4, $4, $4, as_of,
      received, skipped + kept, quarantined, quarantined_without_ref,
      CASE WHEN kept = 0 THEN skipped_reasons
        ELSE jsonb_set(skipped_reasons, ARRAY[$6], to_jsonb(kept + COALESCE((skipped_reasons ->> $6)::integer, 0))) END
    FROM last
    RETURNING *
  ), quarantine AS (
    UPDATE platform.quarantine q SET run_id = noted.id FROM noted, last WHERE q.run_id = last.id
  ), raw AS (
    UPDATE platform.raw_page p SET retained_until = $5::timestamptz FROM noted
    WHERE p.upstream = noted.upstream AND p.stream = noted.stream AND p.content IS NOT NULL AND p.retained_until < $5::timestamptz - interval '1 day'
  )
  SELECT received, kept, skipped, quarantined, removed, skipped_reasons FROM noted`;

async function closeRun(tx: Sql, passId: number, status: StoredStatus, now: Date): Promise<void> {
  await tx.query('UPDATE platform.sync_run SET status = $2, finished_at = $3 WHERE id = $1', [passId, status, now]);
}
