import { describe, expect, it } from '@jest/globals';
import type { SyncEngine, SyncOptions } from './engine.ts';
import { type RunReport, SyncDefectError } from './report.ts';
import { nextDelayMs, startScheduler } from './scheduler.ts';
import { notRun } from './stream-run.ts';
import type { Upstream } from './upstreams.ts';

const NOW = new Date('2026-11-23T09:00:00Z');
const MINUTE = 60_000;

function run(changes: Partial<RunReport> = {}): RunReport {
  return { ...notRun({ upstream: 'rota', stream: 'shifts', entity: 'shift' }, 'NOT_RUN', null), status: 'COMPLETE', ...changes };
}

const unavailable = (retryAfterMs: number | null = null) => run({ status: 'STOPPED', problemCode: 'UPSTREAM_UNAVAILABLE', retryAfterMs });

const upstream = (id: string) => ({ id, everyMinutes: 15 }) as Upstream;

/** A clock that stands still until it is told how many sleeps may end. */
function handClock() {
  const asked: number[] = [];
  const waiting: (() => void)[] = [];
  let allowed = 0;
  return {
    asked,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        asked.push(ms);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        if (allowed > 0) {
          allowed -= 1;
          resolve();
        } else waiting.push(resolve);
      }),
    tick() {
      const next = waiting.shift();
      if (next) next();
      else allowed += 1;
    },
  };
}

/** An engine that gives these answers in turn and tells when it was asked. */
function engineOf(answers: readonly (readonly RunReport[] | Error)[]) {
  const asked: { readonly upstreams: readonly string[]; readonly options: SyncOptions }[] = [];
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  const engine: SyncEngine = {
    async run(upstreams, options) {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push({ upstreams: upstreams.map(({ id }) => id), options });
      for (const { count, resolve } of waiters) if (asked.length >= count) resolve();
      if (answer instanceof Error) throw answer;
      return { runs: answer ?? [] };
    },
  };
  const times = (count: number) => new Promise<void>((resolve) => (asked.length >= count ? resolve() : waiters.push({ count, resolve })));
  return { engine, asked, times };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the next turn of an upstream', () => {
  it('comes after its interval, give or take a tenth', () => {
    expect([0, 0.5, 0.999_999].map((random) => nextDelayMs([run()], 15, 0, random))).toEqual([13.5 * MINUTE, 15 * MINUTE, 16.5 * MINUTE]);
  });

  it('comes sooner after a failure, then less and less soon, never later than the interval', () => {
    expect([1, 2, 3, 4, 5, 60].map((failures) => nextDelayMs([unavailable()], 15, failures, 0.5) / MINUTE)).toEqual([1, 2, 4, 8, 15, 15]);
  });

  it('never comes before the upstream wants it', () => {
    expect(nextDelayMs([run(), unavailable(20 * MINUTE), unavailable(5 * MINUTE)], 15, 1, 0.5)).toBe(20 * MINUTE);
  });
});

describe('the scheduler', () => {
  const start = (answers: readonly (readonly RunReport[] | Error)[], ids: readonly string[] = ['rota']) => {
    const clock = handClock();
    const { engine, asked, times } = engineOf(answers);
    const errors: object[] = [];
    const log = { info: () => {}, warn: () => {}, error: (facts: object) => void errors.push(facts) };
    const scheduler = startScheduler({ engine, upstreams: ids.map(upstream), now: () => NOW, sleep: clock.sleep, random: () => 0.5, log });
    return { scheduler, clock, asked, times, errors };
  };

  it('reads each upstream at once, in the default window, and again after its interval', async () => {
    const { scheduler, clock, asked, times } = start([[run()]], ['rota', 'hr']);
    await times(2);
    await settle();
    expect(clock.asked).toEqual([15 * MINUTE, 15 * MINUTE]);
    clock.tick();
    await times(3);
    expect(asked.map(({ upstreams }) => upstreams)).toEqual([['rota'], ['hr'], ['rota']]);
    expect(asked[0]?.options).toMatchObject({ from: new Date('2026-08-22T23:00:00Z'), to: new Date('2028-05-22T23:00:00Z') });
    await scheduler.stop();
  });

  it('comes back sooner to one that failed, and forgets the failure once it answers', async () => {
    const { scheduler, clock, times } = start([
      [unavailable()],
      new SyncDefectError({ runs: [run({ problemCode: 'INTERNAL_SERVER_ERROR' })] }, [new Error()]),
      new Error('database'),
      [run()],
    ]);
    for (const count of [1, 2, 3, 4]) {
      await times(count);
      await settle();
      clock.tick();
    }
    await times(5);
    expect(clock.asked.slice(0, 4)).toEqual([1, 2, 4, 15].map((minutes) => minutes * MINUTE));
    await scheduler.stop();
  });

  it('reads one that refuses our credentials no more, says so, and goes on with the others', async () => {
    const refused = run({ status: 'STOPPED', problemCode: 'UPSTREAM_AUTH' });
    const { scheduler, clock, asked, times, errors } = start([[refused], [run()]], ['rota', 'hr']);
    await times(2);
    await settle();
    clock.tick();
    await times(3);
    expect(asked.map(({ upstreams }) => upstreams[0])).toEqual(['rota', 'hr', 'hr']);
    expect(errors).toEqual([{ upstream: 'rota' }]);
    await scheduler.stop();
  });

  it('reads no more than three at once, each in its turn', async () => {
    let running = 0;
    let most = 0;
    const read: string[] = [];
    const engine: SyncEngine = {
      async run([one]) {
        running += 1;
        most = Math.max(most, running);
        await settle();
        read.push(one?.id ?? '');
        running -= 1;
        return { runs: [] };
      },
    };
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const scheduler = startScheduler({ engine, upstreams: ids.map(upstream), now: () => NOW, sleep: handClock().sleep });
    while (read.length < ids.length) await settle();
    expect(most).toBe(3);
    expect(read).toEqual(ids);
    await scheduler.stop();
  });

  it('that is stopped tells the pass under way to end, and waits for it', async () => {
    const begun = Promise.withResolvers<void>();
    let ended = false;
    const engine: SyncEngine = {
      async run(_upstreams, { signal }) {
        begun.resolve();
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        await settle();
        ended = true;
        return { runs: [] };
      },
    };
    const scheduler = startScheduler({ engine, upstreams: [upstream('rota')], now: () => NOW });
    await begun.promise;
    await scheduler.stop();
    expect(ended).toBe(true);
  });
});
