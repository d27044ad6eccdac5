/** What only several processes on a real PostgreSQL can show: work that is shared, and taken over from the dead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../../platform/db.ts';
import { openJobs } from '../../platform/jobs.ts';
import { migrate } from '../../platform/migrate.ts';
import { startScheduler } from '../../sync/scheduler.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { NOW, upstreamOf } from './fake-upstream.ts';

let server: TestPostgres;
let url: string;
const open: Database[] = [];
const openHandle = async () => {
  const database = await openDatabase({ url });
  open.push(database);
  return database;
};
beforeAll(async () => {
  server = await startTestPostgres();
  url = await server.newDatabase();
  await migrate(await openHandle());
}, 180_000);
afterAll(async () => {
  for (const database of open) await database.close();
  await server.stop();
});

describe('jobs of several processes on one PostgreSQL', () => {
  it('are shared by the schedulers: each upstream is read once a turn, never twice at once', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const reading = new Set<string>();
    const read: string[] = [];
    const clashes: string[] = [];
    const all = Promise.withResolvers<void>();
    const start = async () =>
      startScheduler({
        database: await openHandle(),
        engine: {
          async run([one]) {
            const id = one?.id ?? '';
            if (reading.has(id)) clashes.push(id);
            reading.add(id);
            await (await openHandle()).query('SELECT pg_sleep(0.05)');
            reading.delete(id);
            read.push(id);
            if (read.length >= ids.length) all.resolve();
            return { runs: [] };
          },
        },
        upstreams: ids.map((id) => upstreamOf(id, [])),
        now: () => NOW,
      });
    const schedulers = await Promise.all([start(), start(), start()]);
    await all.promise;
    for (const scheduler of schedulers) await scheduler.stop();
    expect(read.sort()).toEqual(ids);
    expect(clashes).toEqual([]);
  }, 60_000);

  it('that a killed process was doing are done by another', async () => {
    const child = spawn(process.execPath, ['--no-warnings', fileURLToPath(new URL('./child-worker.ts', import.meta.url)), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const jobs = await openJobs<{ readonly step: number }>({ database: await openHandle(), name: 'take-over', silenceSeconds: 10 });
    await jobs.plan('only', { step: 7 }, 0);
    const [taken] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(taken).toBe('only 7');
    child.kill('SIGKILL');
    const done = Promise.withResolvers<string>();
    await jobs.work(1, async (key, { step }) => done.resolve(`${key} ${step}`));
    expect(await done.promise).toBe('only 7');
    await jobs.stop();
  }, 120_000);
});
