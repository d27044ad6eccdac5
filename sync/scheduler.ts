/**
 * Reads every upstream at its own interval, and whenever somebody asks for it, whichever process is there to do it.
 *
 * Each upstream has one piece of work that waits or is under way (`platform/jobs.ts`). When it is done, the next is
 * planned: so a restart goes on with the plan, and several processes share it.
 */
import type { Database } from '../platform/db.ts';
import { type Jobs, openJobs } from '../platform/jobs.ts';
import { leftAloneMs, notConfiguredNow, noteLeftAlone, noteNextRun, noteStopped, plannedFor, SYNC_JOBS, type SyncJob } from '../platform/source-plan.ts';
import type { SyncEngine, SyncLog } from './engine.ts';
import { oneProcessAtATime } from './lock.ts';
import { registerUpstream } from './passes.ts';
import { type RunReport, SyncDefectError } from './report.ts';
import type { Upstream } from './upstreams.ts';
import { defaultWindow, type SyncWindow } from './window.ts';

export interface SchedulerOptions {
  readonly database: Database;
  readonly engine: SyncEngine;
  readonly upstreams: readonly Upstream[];
  /** Ids of those that the settings name, and that cannot be read by what they say. Default none. */
  readonly refused?: readonly string[];
  readonly now: () => Date;
  /** How many upstreams are read at once. Each keeps a connection beside the one that it stores with. Default 3. */
  readonly atOnce?: number;
  /** How long an upstream that nothing is planned for waits for its first turn. Default 0. */
  readonly firstPassAfterMs?: number;
  /** Default from 92 days back to 18 months ahead. */
  readonly windowAt?: (now: Date) => SyncWindow;
  /** In `[0, 1)`. Default `Math.random`. */
  readonly random?: () => number;
  readonly log?: SyncLog;
}

export interface Scheduler {
  /** Ends every pass after the page that is under way, and resolves once all have ended. */
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
const JITTER = 0.1;
/** Who asks to be left alone for longer is asked again all the same: a broken header must not end an upstream for good. */
const LONGEST_WAIT_MS = 24 * 60 * MINUTE_MS;
const FIRST_RETRY_MS = MINUTE_MS;
const AT_ONCE = 3;

/**
 * Plans a first turn for every upstream that has none, and begins to do what is due.
 *
 * An upstream that refuses our credentials is read no more until this is started again or somebody asks for it: asking
 * again and again could lock the account.
 */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const { database, upstreams, refused = [], atOnce = AT_ONCE, log } = options;
  const jobs = await openJobs<SyncJob>({ database, name: SYNC_JOBS, ...(log && { log }) });
  const stopping = new AbortController();
  const known = new Map(upstreams.map((upstream) => [upstream.id, upstream]));
  for (const upstream of upstreams) await registerUpstream(database, upstream);
  await oneProcessAtATime(database, async () => {
    for (const upstream of upstreams) await planFirstTurn(upstream, jobs, options);
  });
  await notConfiguredNow(database, [...known.keys()], refused);
  await jobs.work(atOnce, async (id, { failures }) => {
    const upstream = known.get(id);
    if (upstream) await takeTurn(upstream, failures, jobs, options, stopping.signal);
    // A process with newer settings knows it: the turn is handed back. Taken out of them: nobody reads it, nothing is planned.
    else if ((await plannedFor(database, id))?.nextRunAt) await jobs.planUnlessPlanned(id, { failures }, FIRST_RETRY_MS);
  });
  return {
    async stop() {
      stopping.abort();
      await jobs.stop();
    },
  };
}

/**
 * What is planned stays planned, so that a start goes on where the last one ended. Unless the upstream was stopped, though
 * the settings name it, or waits for longer than its interval, which then has become shorter.
 */
async function planFirstTurn(upstream: Upstream, jobs: Jobs<SyncJob>, { database, now, firstPassAfterMs = 0 }: SchedulerOptions): Promise<void> {
  const { id, everyMinutes } = upstream;
  const planned = await plannedFor(database, id);
  const waitMs = Math.max(firstPassAfterMs, leftAloneMs(planned, now()));
  const latest = after(now(), Math.max(everyMinutes * MINUTE_MS * (1 + JITTER), waitMs));
  const isStopped = planned !== null && planned.stoppedBecause !== null;
  const waitsTooLong = planned !== null && planned.nextRunAt !== null && planned.nextRunAt > latest;
  const at = after(now(), waitMs);
  if (!isStopped && !waitsTooLong) {
    // Another process may be reading it just now, and plans the next turn when it is done.
    if (!(await jobs.isThere(id)) && (await jobs.planUnlessPlanned(id, { failures: 0 }, waitMs))) await noteNextRun(database, id, at);
  } else {
    await noteNextRun(database, id, at);
    await jobs.plan(id, { failures: 0 }, waitMs);
  }
}

async function takeTurn(upstream: Upstream, failures: number, jobs: Jobs<SyncJob>, options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { database, now, random = Math.random, log } = options;
  // Unless somebody has asked for another turn meanwhile.
  const plan = async (failuresNow: number, afterMs: number) => {
    const isPlanned = await jobs.planUnlessPlanned(upstream.id, { failures: failuresNow }, afterMs);
    if (isPlanned) await noteNextRun(database, upstream.id, after(now(), afterMs));
  };
  const runs = signal.aborted ? [] : await readOnce(upstream, options, signal);
  const askedMs = askedMsOf(runs ?? []);
  if (askedMs > 0) await noteLeftAlone(database, upstream.id, after(now(), askedMs));
  if (runs?.length && runs.every(({ status }) => status === 'BUSY')) return plan(failures, FIRST_RETRY_MS);
  // What was cut short goes on where it stopped, in whichever process is next.
  if (signal.aborted && !isComplete(runs)) return plan(failures, 0);
  if (runs?.some(({ problemCode }) => problemCode === 'UPSTREAM_AUTH')) {
    log?.error({ upstream: upstream.id }, 'The upstream refuses our credentials and is read no more. Mend its settings and start again');
    return noteStopped(database, upstream.id, 'UPSTREAM_AUTH');
  }
  const failuresNow = runs?.every(({ problemCode }) => problemCode === null) ? 0 : failures + 1;
  return plan(failuresNow, nextDelayMs(runs ?? [], upstream.everyMinutes, failuresNow, random()));
}

const isComplete = (runs: readonly RunReport[] | null) => runs !== null && runs.length > 0 && runs.every(({ status }) => status === 'COMPLETE');

/** Null when not even a report could be had. */
async function readOnce(upstream: Upstream, options: SchedulerOptions, signal: AbortSignal): Promise<readonly RunReport[] | null> {
  const { engine, now, windowAt = defaultWindow, log } = options;
  try {
    const { runs } = await engine.run([upstream], { ...windowAt(now()), signal });
    return runs;
  } catch (error) {
    if (error instanceof SyncDefectError) return error.report.runs;
    log?.error({ upstream: upstream.id, err: error }, 'An upstream could not be synced');
    return null;
  }
}

/**
 * How long to wait after these runs, in milliseconds. Pure.
 *
 * The interval, give or take a tenth, so that upstreams which begin together drift apart. After a failure one minute,
 * then two, four…, never longer than the interval. Never sooner than an upstream asked for, up to a day.
 */
export function nextDelayMs(runs: readonly RunReport[], everyMinutes: number, failures: number, random: number): number {
  const intervalMs = everyMinutes * MINUTE_MS;
  const plainMs = failures === 0 ? intervalMs : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), intervalMs);
  return Math.max(Math.round(plainMs * (1 - JITTER + 2 * JITTER * random)), askedMsOf(runs));
}

/** For how long these runs were asked to leave the upstream alone; 0 when they were not. */
function askedMsOf(runs: readonly RunReport[]): number {
  return Math.min(Math.max(0, ...runs.map(({ retryAfterMs }) => retryAfterMs ?? 0)), LONGEST_WAIT_MS);
}

const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms);
