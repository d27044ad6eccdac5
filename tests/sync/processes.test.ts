/** What only processes of their own and a real PostgreSQL can show: dying in the middle, and two at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseLocation, openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import type { RunReport } from '../../sync/report.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { type FakeStream, inPages, NOW, record, shiftRecords, staffRecord, upstreamOf, WINDOW } from './fake-upstream.ts';

const CHILD = fileURLToPath(new URL('child-sync.ts', import.meta.url));
const TOTAL = 1_200;
const PAGE = 20;

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
}, 180_000);
afterAll(() => server.stop());

function startChild(location: DatabaseLocation): ChildProcess {
  return spawn(process.execPath, [CHILD, JSON.stringify(location), String(TOTAL), String(PAGE)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs a child until it has told of so many pages, then kills it. Gives its report if it came to its end before. */
async function runAndKill(location: DatabaseLocation, pages: number): Promise<RunReport | null> {
  const child = startChild(location);
  if (!child.stdout) throw new Error('no output');
  const ended = once(child, 'exit');
  let told = 0;
  let report: RunReport | null = null;
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line) as { done?: RunReport };
    if (said.done) report = said.done;
    told += 1;
    if (told === pages) child.kill('SIGKILL');
  }
  await ended;
  return report;
}

async function killedAgainAndAgain(location: DatabaseLocation): Promise<void> {
  for (const pages of [3, 7, 1, 11]) expect(await runAndKill(location, pages)).toBeNull();
  const report = await runAndKill(location, Number.POSITIVE_INFINITY);
  expect(report).toMatchObject({ status: 'COMPLETE', resumed: true, received: TOTAL, kept: TOTAL, skipped: 0, quarantined: 0, removed: 0 });
  const database = await openDatabase(location);
  try {
    const [found] = await database.query(
      `SELECT count(*) AS shifts, count(DISTINCT source_ref) AS refs, count(DISTINCT pass_id) AS passes, count(b.id) AS bookings
       FROM rota.shift s LEFT JOIN rota.booking b ON b.shift_id = s.id WHERE s.removed_at IS NULL`,
    );
    expect(found).toEqual({ shifts: TOTAL, refs: TOTAL, passes: 1, bookings: TOTAL / 3 });
    expect(await database.query('SELECT status, received, kept FROM platform.sync_run')).toEqual([{ status: 'COMPLETE', received: TOTAL, kept: TOTAL }]);
  } finally {
    await database.close();
  }
}

describe('a process that is killed in the middle of a pass, again and again', () => {
  it('loses and doubles nothing on PostgreSQL', async () => {
    await killedAgainAndAgain({ url: await server.newDatabase() });
  }, 300_000);

  it('loses and doubles nothing in the embedded database', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rotagraph-killed-'));
    await killedAgainAndAgain({ folder: join(folder, 'database') });
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 600_000);
});

/** Two pools on one database stand for two processes: nothing is shared but the server. */
async function twoProcesses(): Promise<{ readonly databases: readonly [Database, Database]; close(): Promise<void> }> {
  const url = await server.newDatabase();
  const databases = [await openDatabase({ url, poolSize: 4 }), await openDatabase({ url, poolSize: 4 })] as const;
  await migrate(databases[0]);
  return {
    databases,
    async close() {
      for (const database of databases) await database.close();
    },
  };
}

const engineOn = (database: Database) => createSyncEngine({ database, now: () => NOW });

describe('two processes', () => {
  it('never read one upstream at once: the second is told that it is busy, and the first is not disturbed', async () => {
    const { databases, close } = await twoProcesses();
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const pages: FakeStream['pages'] = async function* () {
      yield { records: shiftRecords(5), cursor: { at: 5 }, asOf: NOW };
      begun.resolve();
      await goOn.promise;
      yield { records: shiftRecords(10).slice(5), cursor: null, asOf: NOW };
    };
    const upstream = upstreamOf('rota', [{ name: 'shifts', entity: 'shift', pages }]);
    const first = engineOn(databases[0]).run([upstream], WINDOW);
    await begun.promise;
    const second = await engineOn(databases[1]).run(
      [upstream, upstreamOf('other', [{ name: 'shifts', entity: 'shift', records: () => shiftRecords(2) }])],
      WINDOW,
    );
    expect(second.runs.map(({ status, received }) => [status, received])).toEqual([
      ['BUSY', 0],
      ['COMPLETE', 2],
    ]);
    goOn.resolve();
    expect((await first).runs).toMatchObject([{ status: 'COMPLETE', received: 10, kept: 10 }]);
    expect(
      (await engineOn(databases[1]).run([upstreamOf('rota', [{ name: 'shifts', entity: 'shift', records: () => shiftRecords(10) }])], WINDOW)).runs,
    ).toMatchObject([{ status: 'COMPLETE', removed: 0 }]);
    await close();
  });

  it('outlive the loss of the connection that keeps a lock: the pass ends in an error, and the next goes on', async () => {
    const { databases, close } = await twoProcesses();
    const [reading, looking] = databases;
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const pages: FakeStream['pages'] = async function* () {
      begun.resolve();
      await goOn.promise;
      yield { records: shiftRecords(5), cursor: null, asOf: NOW };
    };
    const upstream = upstreamOf('rota', [{ name: 'shifts', entity: 'shift', pages }]);
    const cut = engineOn(reading).run([upstream], WINDOW);
    await begun.promise;
    const idle = `FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`;
    expect(await looking.query(`SELECT pg_terminate_backend(pid) AS ended ${idle}`)).toEqual([{ ended: true }]);
    while ((await looking.query(`SELECT 1 ${idle}`)).length > 0) await new Promise((resolve) => setImmediate(resolve));
    goOn.resolve();
    await expect(cut).rejects.toThrow('connection');
    expect((await engineOn(reading).run([upstream], WINDOW)).runs).toMatchObject([{ status: 'COMPLETE', kept: 5 }]);
    await close();
  });

  it('that read two upstreams at once find one person behind one key, and give everybody’s bookings to them', async () => {
    const { databases, close } = await twoProcesses();
    const people = Array.from({ length: 60 }, (_, n) => n);
    const source = (id: string, order: readonly number[]) =>
      upstreamOf(id, [
        {
          name: 'people',
          entity: 'staffMember',
          pages: ({ since }) =>
            inPages(
              order.map((n) => staffRecord(`${id}-${n}`, [`payroll:pcn:${n}`, `ref:${id}:${n}`], { givenName: `Robin ${n}` })),
              5,
              NOW,
              since,
            ),
        },
        {
          name: 'leave',
          entity: 'leave',
          pageSize: 5,
          records: () =>
            order.map((n) =>
              record(`${id}-${n}`, {
                staffKey: `ref:${id === 'hr' ? 'teams' : 'hr'}:${n}`,
                kind: 'ANNUAL',
                startsAt: WINDOW.from,
                endsAt: WINDOW.to,
                allDay: true,
              }),
            ),
        },
      ]);
    const reports = await Promise.all([
      engineOn(databases[0]).run([source('hr', people)], WINDOW),
      engineOn(databases[1]).run([source('teams', people.toReversed())], WINDOW),
    ]);
    expect(reports.flatMap(({ runs }) => runs.map(({ status, kept, quarantined }) => [status, kept, quarantined]))).toEqual(Array(4).fill(['COMPLETE', 60, 0]));
    expect(await databases[0].query('SELECT count(*) AS people FROM workforce.staff_member')).toEqual([{ people: 60 }]);
    expect(await databases[0].query('SELECT count(*) AS waiting FROM workforce.leave WHERE staff_id IS NULL')).toEqual([{ waiting: 0 }]);
    await close();
  });

  it('that give the same practices at once make rows of what both say', async () => {
    const { databases, close } = await twoProcesses();
    const codes = Array.from({ length: 60 }, (_, n) => `Z99${String(n).padStart(3, '0')}`);
    const practice = (odsCode: string, fields: object) =>
      record(odsCode, {
        odsCode,
        name: 'Alderbrook Surgery',
        status: null,
        addressLines: null,
        postcode: null,
        openedOn: null,
        closedOn: null,
        subIcbLocationCode: null,
        icbCode: null,
        clinicalSystem: null,
        ...fields,
      });
    const source = (id: string, order: readonly string[], fields: object) =>
      upstreamOf(id, [{ name: 'practices', entity: 'practice', pageSize: 5, records: () => order.map((code) => practice(code, fields)) }]);
    await Promise.all([
      engineOn(databases[0]).run([source('ods', codes, { postcode: 'ZZ99 1AA' })], WINDOW),
      engineOn(databases[1]).run([source('map', codes.toReversed(), { icbCode: 'QZZ' })], WINDOW),
    ]);
    expect(await databases[0].query('SELECT DISTINCT postcode, icb_code FROM practices.practice')).toEqual([{ postcode: 'ZZ99 1AA', icb_code: 'QZZ' }]);
    await close();
  });
});
