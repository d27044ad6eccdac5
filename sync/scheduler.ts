/** Reads every upstream at its own interval, for as long as the process runs. */
import { setTimeout as pause } from 'node:timers/promises';
import type { SyncEngine, SyncLog } from './engine.ts';
import { type RunReport, SyncDefectError } from './report.ts';
import type { Upstream } from './upstreams.ts';
import { defaultWindow, type SyncWindow } from './window.ts';

export interface SchedulerOptions {
  readonly engine: SyncEngine;
  readonly upstreams: readonly Upstream[];
  readonly now: () => Date;
  /** Default from 92 days back to 18 months ahead. */
  readonly windowAt?: (now: Date) => SyncWindow;
  /** Waits until the time is over or the signal aborts; then it rejects. Default a timer. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In `[0, 1)`. Default `Math.random`. */
  readonly random?: () => number;
  readonly log?: SyncLog;
}

export interface Scheduler {
  /** Ends every pass after the page that is under way, and resolves once all have ended. */
  stop(): Promise<void>;
}

/** How many upstreams are read at once. Each keeps a connection of the pool beside the one that it stores with. */
const AT_ONCE = 3;

const MINUTE_MS = 60_000;
const JITTER = 0.1;
const FIRST_RETRY_MS = MINUTE_MS;

/**
 * Begins at once, all upstreams in turn, then each after its interval.
 *
 * An upstream that refuses our credentials is read no more: asking again could lock the account, and a mended setting
 * takes a restart anyway.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const stopping = new AbortController();
  const turns = createTurns(AT_ONCE);
  const loops = options.upstreams.map((upstream) => keepReading(upstream, options, turns, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

async function keepReading(upstream: Upstream, options: SchedulerOptions, turns: Turns, signal: AbortSignal): Promise<void> {
  const { sleep = sleepUntil, random = Math.random, log } = options;
  let failures = 0;
  while (!signal.aborted) {
    const runs = await turns(async () => (signal.aborted ? [] : readOnce(upstream, options, signal)));
    if (signal.aborted) return;
    if (runs?.some(({ problemCode }) => problemCode === 'UPSTREAM_AUTH')) {
      log?.error({ upstream: upstream.id }, 'The upstream refuses our credentials and is read no more. Mend its settings and start again');
      return;
    }
    failures = runs?.every(({ problemCode }) => problemCode === null) ? 0 : failures + 1;
    await sleep(nextDelayMs(runs ?? [], upstream.everyMinutes, failures, random()), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

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
 * then two, four…, never longer than the interval. Never sooner than an upstream asked for.
 */
export function nextDelayMs(runs: readonly RunReport[], everyMinutes: number, failures: number, random: number): number {
  const intervalMs = everyMinutes * MINUTE_MS;
  const plainMs = failures === 0 ? intervalMs : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), intervalMs);
  const askedMs = Math.max(0, ...runs.map(({ retryAfterMs }) => retryAfterMs ?? 0));
  return Math.max(Math.round(plainMs * (1 - JITTER + 2 * JITTER * random)), askedMs);
}

const sleepUntil = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { signal });

/** Lets `atOnce` pieces of work run, and the others wait for their turn, first come first served. */
function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < atOnce) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
