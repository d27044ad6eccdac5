/** One stream of one upstream, from its cursor to its end or to whatever stops it. */
import type { Page, PullStream } from '../adapters/contract.ts';
import type { Database } from '../platform/db.ts';
import { RotagraphError, UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../schema/domain/errors.ts';
import { type ErasedPeople, loadErasedSince, withoutErased } from './erased.ts';
import {
  completePass,
  failPass,
  type OpenPass,
  openPass,
  type PassState,
  PassTakenError,
  type Problem,
  passUnchanged,
  type StreamKey,
  seenInPass,
  suspendPass,
} from './passes.ts';
import { packPage, type RawKeeping, retainedUntil } from './raw-records.ts';
import { readAhead } from './read-ahead.ts';
import { type ReadAs, readAsOf } from './read-as.ts';
import { type SortedPage, seenRef, sortPage } from './read-page.ts';
import { type AbsenceResult, removeAbsent } from './removals.ts';
import { NO_COUNTS, type RunReport, type RunStatus, type SyncProgress } from './report.ts';
import { storeOf } from './store/stores.ts';
import { storePage } from './store-page.ts';
import type { Upstream } from './upstreams.ts';
import type { SyncWindow } from './window.ts';

export interface StreamRunOptions {
  readonly database: Database;
  readonly now: () => Date;
  readonly window: SyncWindow;
  readonly acceptShrink: boolean;
  readonly keeping: RawKeeping;
  /** Who was erased; null when nobody was. */
  readonly erased: ErasedPeople | null;
  /** With which they were: others may be while this is read. */
  readonly erasureSecret: string | null;
  /** See `ReadBy`. */
  readonly decidedBy: string;
  readonly progress: SyncProgress | null;
  readonly signal: AbortSignal | null;
}

/** A stream's run, and what the engine needs beside the report. */
export interface StreamOutcome {
  readonly report: RunReport;
  /** What was thrown, if anything was. */
  readonly error: unknown;
  readonly window: SyncWindow;
}

/** Never throws what the upstream or its adapter caused: it is in the outcome. */
export async function runStream(stream: PullStream, client: never, upstream: Upstream, key: StreamKey, options: StreamRunOptions): Promise<StreamOutcome> {
  const { database, now, progress, window } = options;
  progress?.started(key.upstream, key.stream);
  const open = (resume: boolean) => openPass(database, key, { window, whole: stream.removals === 'absence', resume, now: now() });
  const readAs = await readAsOf(stream, client, upstream, { ...options.keeping, decidedBy: options.decidedBy });
  let outcome: StreamOutcome | BeginAnew =
    (readAs && (await stoodUnchanged(key, readAs(window), options))) ?? (await pull(stream, client, await open(true), null, readAs, options));
  // At most twice: a pass that begins at the start goes on, and a second look asks for no third.
  while ('metBefore' in outcome) outcome = await pull(stream, client, await open(false), outcome.metBefore, readAs, options);
  progress?.finished(outcome.report);
  return outcome;
}

/** A new pass is needed: the upstream did not go on where the pass had stopped, or what seems gone has to be looked for again. */
interface BeginAnew {
  /** The pass that has just looked; null where what it met says nothing. */
  readonly metBefore: number | null;
}

const NOTHING_REMOVED: AbsenceResult = { removed: 0, held: 0, heldBecause: null };

/** A pass that reads nothing, because nothing has changed since the last one; null when something may have. */
async function stoodUnchanged(
  key: StreamKey,
  readAs: string,
  { database, now, window, acceptShrink, keeping }: StreamRunOptions,
): Promise<StreamOutcome | null> {
  if (acceptShrink) return null;
  const at = now();
  const pass = await passUnchanged(database, key, readAs, at, retainedUntil({ now: at }, keeping.retentionDays));
  if (pass === null) return null;
  const { counts, skippedReasons } = pass;
  return { report: { ...notRun(key, 'NOT_RUN', null), status: 'COMPLETE', ...counts, skippedReasons }, error: null, window };
}

async function pull(
  stream: PullStream,
  client: never,
  pass: OpenPass,
  metBefore: number | null,
  readAs: ReadAs | null,
  options: StreamRunOptions,
): Promise<StreamOutcome | BeginAnew> {
  const { database, now, progress, signal } = options;
  const { window } = pass;
  const store = storeOf(stream.entity);
  let state: PassState = pass;
  let pages = pass.resumed ? 1 : 0;
  let { erased } = options;
  const ended = (status: RunStatus, absence: AbsenceResult, error: unknown): StreamOutcome => ({
    report: reportOf(pass, status, state, absence, error),
    error,
    window,
  });
  const sortedWithoutErased = (records: Page['records'], seen: Set<string>): SortedPage | Promise<SortedPage> => {
    const sorted = sortPage(stream, records, seen, store.naturalKey);
    return erased ? withoutErased(database, erased, pass, sorted) : sorted;
  };
  /** `sorted` is null, and nothing follows, where the upstream did not go on. */
  async function* sortedPages() {
    const seen = pass.resumed ? await seenInPass(database, store, pass) : new Set<string>();
    let goesOn = !pass.resumed;
    for await (const page of stream.pages(client, { since: pass.since, ...window })) {
      goesOn ||= !beganAnew(stream, page, seen);
      const sorted = goesOn ? await sortedWithoutErased(page.records, seen) : null;
      yield { page, sorted, packed: sorted && packPage(sorted) };
      if (!goesOn) return;
    }
  }
  try {
    for await (const { page, ...read } of readAhead(sortedPages())) {
      if (signal?.aborted) break;
      if (read.sorted === null) return { metBefore: null };
      let { sorted, packed } = read;
      // Erasing waits for upstreams that know the person; this one may be about to meet them for the first time.
      const since = await loadErasedSince(database, erased, options.erasureSecret);
      if (since) {
        erased = since;
        sorted = await withoutErased(database, erased, pass, sorted);
        packed = packPage(sorted);
      }
      pages += 1;
      const { asOf, cursor } = page;
      state = await storePage(database, pass, store, state, sorted, { asOf, now: now(), cursor, packed, keeping: options.keeping });
      progress?.page(state.counts);
    }
    if (signal?.aborted) {
      await suspendPass(database, pass, null);
      return ended('STOPPED', NOTHING_REMOVED, null);
    }
    const absence = await database.transaction(async (tx) => {
      const needsSecondLook = stream.mayShift === true && pages > 1 && metBefore === null;
      const doubts = { quarantinedWithoutRef: state.quarantinedWithoutRef, acceptShrink: options.acceptShrink, metBefore, needsSecondLook };
      const result = stream.removals === 'absence' ? await removeAbsent(tx, store, pass, window, now(), doubts) : NOTHING_REMOVED;
      if (result === null) return null;
      // What was held is held again, and said again, until a person has confirmed it.
      await completePass(tx, pass, result, result.held > 0 ? null : (readAs?.(window) ?? null), now());
      return result;
    });
    return absence === null ? { metBefore: pass.passId } : ended('COMPLETE', absence, null);
  } catch (error) {
    return ended(await endBadly(database, pass, error, now()), NOTHING_REMOVED, error);
  }
}

/**
 * Whether the first page of a pass that is gone on with repeats what the pass has met: the file is another one since, or
 * the cursor had expired, and the adapter began at the start. A stream of changes may well tell of one record twice.
 */
function beganAnew({ removals }: PullStream, { records }: Page, seen: ReadonlySet<string>): boolean {
  return removals === 'absence' && records.some(({ ref }) => ref !== null && seen.has(seenRef(ref)));
}

/**
 * What happens next is told by the class of the error. Waiting may help with an upstream that does not answer or does
 * not know us: the pass stays open. For any other the pass is closed, and the next begins anew.
 */
async function endBadly(database: Database, pass: OpenPass, error: unknown, now: Date): Promise<RunStatus> {
  if (error instanceof PassTakenError) return 'BUSY';
  const problem = problemOf(error);
  if (error instanceof UpstreamUnavailableError || error instanceof UpstreamAuthError) {
    await suspendPass(database, pass, problem);
    return 'STOPPED';
  }
  // A cursor that the upstream no longer takes would be refused for ever.
  const startOver = error instanceof UpstreamRejectedError;
  try {
    await failPass(database, pass, problem, startOver, now);
  } catch (failure) {
    // Where the database itself is the trouble, the first error tells more than that it could not be noted.
    if (error instanceof RotagraphError) throw failure;
  }
  return 'FAILED';
}

/** An error of ours is told in its own words. Any other may hold anything, so only the log is told. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RotagraphError) return { code: error.code, message: error.message };
  return { code: 'INTERNAL_SERVER_ERROR', message: 'A defect of ours; the log tells more.' };
}

/** Whether it is a defect of ours: nothing that an upstream or a setting can bring about. */
export function isDefect(error: unknown): boolean {
  return error !== null && !(error instanceof RotagraphError || error instanceof PassTakenError);
}

function reportOf(pass: OpenPass, status: RunStatus, state: PassState, absence: AbsenceResult, error: unknown): RunReport {
  const problem = error === null || status === 'BUSY' ? null : problemOf(error);
  return {
    upstream: pass.upstream,
    stream: pass.stream,
    entity: pass.entity,
    status,
    resumed: pass.resumed,
    ...state.counts,
    removed: state.counts.removed + absence.removed,
    skippedReasons: state.skippedReasons,
    held: absence.held,
    heldBecause: absence.heldBecause,
    problemCode: problem?.code ?? null,
    problem: problem?.message ?? null,
    retryAfterMs: error instanceof UpstreamUnavailableError ? error.retryAfterMs : null,
  };
}

/** The report of a stream that was not begun. */
export function notRun(key: StreamKey, status: 'BUSY' | 'NOT_RUN', problem: Problem | null): RunReport {
  return {
    ...key,
    status,
    resumed: false,
    ...NO_COUNTS,
    skippedReasons: {},
    held: 0,
    heldBecause: null,
    problemCode: problem?.code ?? null,
    problem: problem?.message ?? null,
    retryAfterMs: null,
  };
}
