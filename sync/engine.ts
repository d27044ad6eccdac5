/** Reads upstreams into the database, stream by stream. */
import type { PullStream, Tools } from '../adapters/contract.ts';
import { mappingVersionOf } from '../adapters/mapping-version.ts';
import { birthDateMark } from '../platform/birth-date-digest.ts';
import type { Database } from '../platform/db.ts';
import { deriveFillSources } from '../platform/fill-source.ts';
import { createTools, type ToolsOptions } from '../platform/http.ts';
import { createRateLimiter } from '../platform/rate-limit.ts';
import { UpstreamAuthError } from '../schema/domain/errors.ts';
import { fieldRanks, type PrecedenceOverrides } from '../schema/domain/precedence.ts';
import { type Day, londonDay } from '../schema/domain/time.ts';
import { loadErased } from './erased.ts';
import { settleLeavers } from './leavers.ts';
import { aloneOnUpstream } from './lock.ts';
import { noteProblemOf, type Problem, registerUpstream, type StreamKey } from './passes.ts';
import { DEFAULT_RETENTION_DAYS, purgeRawPages } from './raw-records.ts';
import { type RunReport, SyncDefectError, type SyncProgress, type SyncReport } from './report.ts';
import { DEFAULT_HISTORY_DAYS, purgeHistory } from './retention.ts';
import { registerPrecedence } from './store/precedence.ts';
import { isDefect, notRun, problemOf, runStream, type StreamOutcome, type StreamRunOptions } from './stream-run.ts';
import type { Upstream } from './upstreams.ts';
import type { SyncWindow } from './window.ts';

/** What the engine tells the log; pino's logger is one. */
export interface SyncLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface SyncOptions extends SyncWindow {
  /** Names of the streams to read; default all. */
  readonly streams?: readonly string[];
  /** Believes an upstream that has lost more than half of its rows, or all of them. */
  readonly acceptShrink?: boolean;
  readonly progress?: SyncProgress;
  /** Stops after the page that is under way; what was begun goes on from there next time. */
  readonly signal?: AbortSignal;
}

export interface SyncEngine {
  /**
   * Reads these upstreams, one after the other, each stream in its adapter's order. What stops one leaves the others.
   *
   * @throws SyncDefectError once all had their turn, when something failed that is no upstream's fault.
   */
  run(upstreams: readonly Upstream[], options: SyncOptions): Promise<SyncReport>;
}

export interface SyncEngineOptions {
  readonly database: Database;
  readonly now: () => Date;
  /** Waits between attempts of a request. Default a timer. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** How requests are made, where not as usual. */
  readonly http?: Pick<ToolsOptions, 'fetch' | 'maxAttempts' | 'timeoutMs'>;
  /** For how long after it was last met what an upstream sent is kept; 0 keeps nothing. Default 92 days. */
  readonly rawRetentionDays?: number;
  /** For how many days history is kept. Default six years. */
  readonly historyRetentionDays?: number;
  /** With which people were erased. Needed once somebody was: nothing is read without it. */
  readonly erasureSecret?: string | null;
  /** Who wins which field, where it is another than by default. */
  readonly precedence?: PrecedenceOverrides;
  readonly log?: SyncLog;
  /** Keys the digests of birth dates; without it they are dropped where they are read. */
  readonly birthDateSecret?: string | null;
}

export function createSyncEngine(options: SyncEngineOptions): SyncEngine {
  const { database, now, sleep, http, rawRetentionDays = DEFAULT_RETENTION_DAYS, historyRetentionDays = DEFAULT_HISTORY_DAYS } = options;
  const { precedence = {}, birthDateSecret = null, log } = options;
  const reading: Reading = {
    database,
    now,
    rawRetentionDays: Math.min(rawRetentionDays, historyRetentionDays),
    erasureSecret: options.erasureSecret ?? null,
    decidedBy: JSON.stringify([fieldRanks(precedence), birthDateMark(birthDateSecret)]),
  };
  const limiter = createRateLimiter({ sql: database, ...(sleep && { sleep }) });
  const toolsFor = ({ adapter, settings, resolvePath }: Upstream): Tools => {
    const turn = (url: URL, method: string) => limiter.turn(adapter.limits?.(settings, { url, method }) ?? []);
    return createTools({ now, resolvePath, birthDateSecret, ...http, ...(sleep && { sleep }), ...(adapter.limits && { turn }) });
  };
  /** The day of the last run: what comes with a new day was seen to. */
  let settledOn: Day | null = null;
  return {
    async run(upstreams, options) {
      const outcomes: StreamOutcome[] = [];
      await loadErased(database, reading.erasureSecret);
      await registerPrecedence(database, precedence);
      for (const upstream of upstreams) outcomes.push(...(await runUpstream(reading, upstream, toolsFor(upstream), options)));
      await deriveAfter(database, outcomes, now());
      const today = londonDay(now());
      const hasNews = outcomes.some(({ report: { kept, removed } }) => kept + removed > 0);
      // Also where nothing came, once a day: the day on which somebody leaves comes by itself.
      if (hasNews || settledOn !== today) await settleLeavers(database, now());
      await purgeRawPages(database, now());
      if (settledOn !== today) await purgeHistory(database, now(), historyRetentionDays);
      settledOn = today;
      for (const outcome of outcomes) tell(log, outcome);
      const report = { runs: outcomes.map((outcome) => outcome.report) };
      const defects = outcomes.map(({ error }) => error).filter(isDefect);
      if (defects.length > 0) throw new SyncDefectError(report, defects);
      return report;
    },
  };
}

interface Reading {
  readonly database: Database;
  readonly now: () => Date;
  readonly rawRetentionDays: number;
  readonly erasureSecret: string | null;
  /** See `ReadBy`. */
  readonly decidedBy: string;
}

async function runUpstream(reading: Reading, upstream: Upstream, tools: Tools, options: SyncOptions): Promise<readonly StreamOutcome[]> {
  const { database, now, rawRetentionDays: retentionDays, erasureSecret, decidedBy } = reading;
  const window = { from: options.from, to: options.to };
  const streams = upstream.adapter.pull.filter(({ name }) => options.streams?.includes(name) ?? true);
  const left = (stream: PullStream, status: 'BUSY' | 'NOT_RUN', problem: Problem | null, error: unknown = null): StreamOutcome => ({
    report: notRun(keyOf(upstream, stream), status, problem),
    error,
    window,
  });
  const done = await aloneOnUpstream(database, upstream.id, async () => {
    await registerUpstream(database, upstream);
    let client: never;
    try {
      client = upstream.adapter.connect(upstream.settings, tools) as never;
    } catch (error) {
      const problem = problemOf(error);
      for (const stream of streams) await noteProblemOf(database, keyOf(upstream, stream), problem, now());
      return streams.map((stream, index) => left(stream, 'NOT_RUN', problem, index === 0 ? error : null));
    }
    const run: StreamRunOptions = {
      database,
      now,
      window,
      acceptShrink: options.acceptShrink ?? false,
      keeping: { mappingVersion: await mappingVersionOf(upstream.adapter.id), retentionDays },
      // Nobody whom this upstream knows is erased while it is read.
      erased: await loadErased(database, erasureSecret),
      erasureSecret,
      decidedBy,
      progress: options.progress ?? null,
      signal: options.signal ?? null,
    };
    return runStreams(streams, client, upstream, run, left);
  });
  return done ?? streams.map((stream) => left(stream, 'BUSY', null));
}

/** In order, until the upstream refuses our credentials or the sync is told to stop. */
async function runStreams(
  streams: readonly PullStream[],
  client: never,
  upstream: Upstream,
  run: StreamRunOptions,
  left: (stream: PullStream, status: 'NOT_RUN', problem: Problem | null) => StreamOutcome,
): Promise<readonly StreamOutcome[]> {
  const outcomes: StreamOutcome[] = [];
  let refusal: Problem | null = null;
  for (const stream of streams.filter((candidate) => candidate.offered?.(client) ?? true)) {
    if (refusal) await noteProblemOf(run.database, keyOf(upstream, stream), refusal, run.now());
    if (refusal || run.signal?.aborted) {
      outcomes.push(left(stream, 'NOT_RUN', refusal));
      continue;
    }
    const outcome = await runStream(stream, client, upstream, keyOf(upstream, stream), run);
    outcomes.push(outcome);
    if (outcome.error instanceof UpstreamAuthError) refusal = problemOf(outcome.error);
  }
  return outcomes;
}

const keyOf = (upstream: Upstream, stream: PullStream): StreamKey => ({ upstream: upstream.id, stream: stream.name, entity: stream.entity });

const FILL_SOURCE_FOLLOWS_FROM: readonly string[] = ['shift', 'staffMember', 'engagement', 'bankMembership'];

/**
 * Over every window that was read: a pass that was gone on with keeps its own. Where only shifts came, nobody works
 * elsewhere than before: then it is enough to look at the shifts of those upstreams.
 */
async function deriveAfter(database: Database, outcomes: readonly StreamOutcome[], now: Date): Promise<void> {
  const touching = outcomes.filter(({ report }) => FILL_SOURCE_FOLLOWS_FROM.includes(report.entity) && report.kept + report.removed > 0);
  if (touching.length === 0) return;
  const from = new Date(Math.min(...touching.map(({ window }) => window.from.getTime())));
  const to = new Date(Math.max(...touching.map(({ window }) => window.to.getTime())));
  const onlyShifts = touching.every(({ report }) => report.entity === 'shift');
  const upstreams = [...new Set(touching.map(({ report }) => report.upstream))];
  await deriveFillSources(database, { window: { from, to }, ...(onlyShifts && { upstreams }) }, now);
}

function tell(log: SyncLog | undefined, { report, error }: StreamOutcome): void {
  const facts: RunReport & { err?: unknown } = isDefect(error) ? { ...report, err: error } : report;
  if (isDefect(error)) log?.error(facts, 'A stream failed for a reason that is not the upstream’s');
  else if (report.problemCode !== null || report.held > 0) log?.warn(facts, 'A stream was not synced in full');
  else log?.info(facts, 'A stream was synced');
}
