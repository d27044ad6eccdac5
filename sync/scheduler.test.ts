import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../platform/db.ts';
import { openJobs } from '../platform/jobs.ts';
import { noteNextRun, requestSyncOf, SYNC_JOBS, type SyncJob } from '../platform/source-plan.ts';
import { openTestDatabase } from '../tests/support/database.ts';
import { upstreamOf } from '../tests/sync/fake-upstream.ts';
import type { SyncEngine, SyncOptions } from './engine.ts';
import { registerUpstream } from './passes.ts';
import { type RunReport, SyncDefectError } from './report.ts';
import { nextDelayMs, type Scheduler, startScheduler } from './scheduler.ts';
import { notRun } from './stream-run.ts';

const NOW = new Date('2026-11-23T09:00:00Z');
const MINUTE = 60_000;

function run(changes: Partial<RunReport> = {}): RunReport {
  return { ...notRun({ upstream: 'rota', stream: 'shifts', entity: 'shift' }, 'NOT_RUN', null), status: 'COMPLETE', ...changes };
}

const unavailable = (retryAfterMs: number | null = null) => run({ status: 'STOPPED', problemCode: 'UPSTREAM_UNAVAILABLE', retryAfterMs });
const refused = run({ status: 'STOPPED', problemCode: 'UPSTREAM_AUTH' });
const upstream = (id: string) => upstreamOf(id, []);

/** An engine that gives these answers in turn, the last for ever, and tells when it was asked. */
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

  it('comes within a day, however long the upstream wants to be left alone', () => {
    expect([1e12, Number.POSITIVE_INFINITY].map((ms) => nextDelayMs([unavailable(ms)], 15, 1, 0.5))).toEqual([24 * 60 * MINUTE, 24 * 60 * MINUTE]);
  });
});

describe('the scheduler', () => {
  let database: Database;
  let scheduler: Scheduler | null = null;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.script('TRUNCATE platform.upstream; DROP SCHEMA IF EXISTS jobs CASCADE;');
  });

  const start = async (engine: SyncEngine, ids: readonly string[] = ['rota'], errors: object[] = [], refused: readonly string[] = []) => {
    const log = { info: () => {}, warn: () => {}, error: (facts: object) => void errors.push(facts) };
    scheduler = await startScheduler({ database, engine, upstreams: ids.map(upstream), refused, now: () => NOW, random: () => 0.5, log });
    return scheduler;
  };
  const stop = async () => {
    await scheduler?.stop();
    scheduler = null;
  };
  /** Minutes from now until the next turn of each upstream; why there is none. */
  const plan = async () => {
    const rows = await database.query<{ id: string; next_run_at: Date | null; stopped_because: string | null }>(
      'SELECT id, next_run_at, stopped_because FROM platform.upstream ORDER BY id',
    );
    return Object.fromEntries(rows.map(({ id, next_run_at: at, stopped_because: why }) => [id, at ? (at.getTime() - NOW.getTime()) / MINUTE : why]));
  };
  /** How long the job queue really waits, which goes by the clock of the database: whole minutes. */
  const queued = async () => {
    const rows = await database.query<{ key: string; minutes: number }>(
      `SELECT singleton_key AS key, round(extract(epoch FROM start_after - now()) / 60)::integer AS minutes FROM jobs.job WHERE state = 'created' ORDER BY 1`,
    );
    return Object.fromEntries(rows.map(({ key, minutes }) => [key, minutes]));
  };

  it('reads each upstream at once, in the default window, and plans the next turn after its interval', async () => {
    const { engine, asked, times } = engineOf([[run()]]);
    await start(engine, ['rota', 'hr']);
    await times(2);
    await stop();
    expect(asked.flatMap(({ upstreams }) => upstreams).sort()).toEqual(['hr', 'rota']);
    expect(asked[0]?.options).toMatchObject({ from: new Date('2026-08-22T23:00:00Z'), to: new Date('2028-05-22T23:00:00Z') });
    expect(await plan()).toEqual({ hr: 15, rota: 15 });
    expect(await queued()).toEqual({ hr: 15, rota: 15 });
  });

  it('that starts again goes on with the plan', async () => {
    const first = engineOf([[run()]]);
    await start(first.engine, ['rota']);
    await first.times(1);
    await stop();
    const second = engineOf([[run()]]);
    await start(second.engine, ['hr', 'rota']);
    await second.times(1);
    await stop();
    expect(second.asked.map(({ upstreams }) => upstreams)).toEqual([['hr']]);
  });

  it('reads one that is asked for at once, and counts on from its failures', async () => {
    const { engine, times } = engineOf([
      [unavailable()],
      new SyncDefectError({ runs: [run({ problemCode: 'INTERNAL_SERVER_ERROR' })] }, [new Error()]),
      new Error('database'),
      [run()],
    ]);
    await start(engine);
    const jobs = await openJobs<SyncJob>({ database, name: SYNC_JOBS });
    const planned: unknown[] = [];
    for (const count of [1, 2, 3, 4]) {
      await times(count);
      // The turn ends with a plan for the next.
      while (!('rota' in (await queued()))) await new Promise((resolve) => setImmediate(resolve));
      planned.push((await plan()).rota);
      await jobs.plan('rota', { failures: count }, 0);
    }
    await times(5);
    await jobs.stop();
    await stop();
    expect(planned).toEqual([1, 2, 4, 15]);
  });

  it('reads one that refuses our credentials no more, says so, and goes on with the others; a start tries again', async () => {
    const errors: object[] = [];
    const engine: SyncEngine = { run: async ([one]) => ({ runs: one?.id === 'rota' ? [refused] : [run()] }) };
    await start(engine, ['rota', 'hr'], errors);
    while (Object.values(await plan()).includes(0)) await new Promise((resolve) => setImmediate(resolve));
    await stop();
    expect(await plan()).toEqual({ hr: 15, rota: 'UPSTREAM_AUTH' });
    expect(await queued()).toEqual({ hr: 15 });
    expect(errors).toEqual([{ upstream: 'rota' }]);
    const { engine: mended, times } = engineOf([[run()]]);
    await start(mended, ['rota', 'hr']);
    await times(1);
    await stop();
    expect(await plan()).toEqual({ hr: 15, rota: 15 });
  });

  it('says of one that the settings no longer name that it is read no more, and reads it no more', async () => {
    const { engine, times } = engineOf([[run()]]);
    await start(engine, ['rota', 'hr']);
    await times(2);
    await stop();
    const after = engineOf([[run()]]);
    await start(after.engine, ['hr', 'other']);
    await after.times(1);
    await stop();
    expect(await plan()).toEqual({ hr: 15, other: 15, rota: 'NOT_CONFIGURED' });
  });

  it('says of one whose settings are refused that it is for this that it is not read, until they are right', async () => {
    const first = engineOf([[run()]]);
    await start(first.engine, ['rota', 'hr']);
    await first.times(2);
    await stop();
    await start(engineOf([[run()]]).engine, ['hr'], [], ['rota']);
    await stop();
    expect(await plan()).toMatchObject({ rota: 'SETTINGS_REFUSED' });
    const mended = engineOf([[run()]]);
    await start(mended.engine, ['rota', 'hr']);
    await mended.times(1);
    await stop();
    expect(await plan()).toMatchObject({ rota: 15 });
  });

  it('reads one that the settings name again, though its last plan still stands', async () => {
    const first = engineOf([[run()]]);
    await start(first.engine, ['rota', 'hr']);
    await first.times(2);
    await stop();
    const without = engineOf([[run()]]);
    await start(without.engine, ['hr']);
    await stop();
    const again = engineOf([[run()]]);
    await start(again.engine, ['rota', 'hr']);
    await again.times(1);
    await stop();
    expect(again.asked.map(({ upstreams }) => upstreams)).toEqual([['rota']]);
    expect(await plan()).toEqual({ hr: 15, rota: 15 });
  });

  it('reads one at once that would wait for longer than its interval, which was made shorter', async () => {
    const first = engineOf([[run()]]);
    const weekly = { ...upstream('rota'), everyMinutes: 7 * 24 * 60 };
    scheduler = await startScheduler({ database, engine: first.engine, upstreams: [weekly], now: () => NOW, random: () => 0.5 });
    await first.times(1);
    await stop();
    const second = engineOf([[run()]]);
    await start(second.engine);
    await second.times(1);
    await stop();
    expect(await queued()).toEqual({ rota: 15 });
  });

  it('leaves one alone for as long as it asked, whoever asks for it and however often it starts', async () => {
    const first = engineOf([[unavailable(60 * MINUTE)]]);
    await start(first.engine);
    await first.times(1);
    await stop();
    expect(await requestSyncOf(database, 'rota', new Date(NOW.getTime() + 20 * MINUTE))).toEqual(new Date(NOW.getTime() + 60 * MINUTE));
    expect([await queued(), await plan()]).toEqual([{ rota: 40 }, { rota: 60 }]);
    const second = engineOf([[run()]]);
    await start(second.engine);
    await stop();
    expect([await queued(), await plan(), second.asked]).toEqual([{ rota: 40 }, { rota: 60 }, []]);
  });

  it('hands back the turn of one that only a process with newer settings knows', async () => {
    const { engine, asked, times } = engineOf([[run()]]);
    await start(engine, ['rota']);
    await times(1);
    await registerUpstream(database, upstream('newer'));
    await noteNextRun(database, 'newer', NOW);
    const jobs = await openJobs<SyncJob>({ database, name: SYNC_JOBS, onlyPlans: true });
    await jobs.plan('newer', { failures: 2 }, 0);
    const taken = `SELECT 1 FROM jobs.job WHERE singleton_key = 'newer' AND state = 'completed'`;
    while ((await database.query(taken)).length === 0) await new Promise((resolve) => setImmediate(resolve));
    await jobs.stop();
    await stop();
    expect(asked.map(({ upstreams }) => upstreams)).toEqual([['rota']]);
    expect(await queued()).toEqual({ newer: 1, rota: 15 });
  });

  it('leaves one that another process is reading, for a minute', async () => {
    const { engine, times } = engineOf([[run({ status: 'BUSY' })]]);
    await start(engine);
    await times(1);
    await stop();
    expect(await plan()).toEqual({ rota: 1 });
  });

  it('does not wait for a turn that a process which died was taking, however many came before it', async () => {
    const { engine, asked, times } = engineOf([[run()]]);
    await start(engine);
    await times(1);
    await stop();
    await database.script(`
      INSERT INTO jobs.job (name, state, data, created_on, completed_on, policy)
        SELECT 'sync', 'completed', '{"key": "rota", "failures": 0}', now() - interval '1 day', now() - interval '1 day', 'stately' FROM generate_series(1, 1100);
      UPDATE jobs.job SET state = 'active', started_on = now(), heartbeat_on = now() WHERE state = 'created';`);
    const again = engineOf([[run()]]);
    await start(again.engine);
    await again.times(1);
    await stop();
    expect([asked.length, again.asked.length]).toEqual([1, 1]);
  }, 30_000);

  it('reads no more than three at once', async () => {
    let running = 0;
    let most = 0;
    const read: string[] = [];
    const three = Promise.withResolvers<void>();
    const engine: SyncEngine = {
      async run([one]) {
        running += 1;
        most = Math.max(most, running);
        if (running === 3) three.resolve();
        await three.promise;
        read.push(one?.id ?? '');
        running -= 1;
        return { runs: [] };
      },
    };
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await start(engine, ids);
    while (read.length < ids.length) await new Promise((resolve) => setImmediate(resolve));
    await stop();
    expect(most).toBe(3);
    expect(read.sort()).toEqual(ids);
  });

  it('that is stopped tells the pass under way to end, waits for it, and leaves the rest of it to the next start', async () => {
    const begun = Promise.withResolvers<void>();
    let ended = false;
    const engine: SyncEngine = {
      async run(_upstreams, { signal }) {
        begun.resolve();
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        ended = true;
        return { runs: [run({ status: 'STOPPED' })] };
      },
    };
    await start(engine);
    await begun.promise;
    await stop();
    expect(ended).toBe(true);
    expect(await plan()).toEqual({ rota: 0 });
  });
});
