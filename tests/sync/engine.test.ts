import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { invalid, type PullRequest, skip } from '../../adapters/contract.ts';
import type { Database } from '../../platform/db.ts';
import { ConfigError, UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import { SyncDefectError } from '../../sync/report.ts';
import { openTestDatabase } from '../support/database.ts';
import { type FakeStream, filledBy, inPages, NOW, record, shiftRecord, shiftRecords, staffRecord, upstreamOf } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness, later } from './harness.ts';

let database: Database;
let harness: Harness;
beforeAll(async () => {
  database = await openTestDatabase();
  harness = createHarness(database);
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const shifts = (changes: Partial<FakeStream>): FakeStream => ({ name: 'shifts', entity: 'shift', ...changes });

/** Stops with this error after so many pages. */
const breakingAfter = (pages: number, error: unknown, total = 40) =>
  async function* ({ since }: PullRequest) {
    let given = 0;
    for await (const page of inPages(shiftRecords(total), 10, NOW, since)) {
      if (given === pages) throw error;
      given += 1;
      yield page;
    }
  };

describe('a pass', () => {
  it('keeps, skips or quarantines every record, and says where each bad one is and what was expected, never what it holds', async () => {
    const upstream = upstreamOf('rota', [
      shifts({
        records: () => [
          shiftRecord(1),
          shiftRecord(2, { status: 'FILLED' }),
          shiftRecord(3, { unpaidBreakMinutes: 600 }),
          shiftRecord(1),
          { ...shiftRecord(4), ref: null },
          { ...shiftRecord(5), problems: [{ path: 'Start', expected: 'a time as HH:MM', got: 'text' }] },
          record('note', skip('a note')),
          record('another note', skip('a note')),
        ],
      }),
    ]);
    const run = await harness.syncOne(upstream);
    expect(run).toMatchObject({ status: 'COMPLETE', received: 8, kept: 1, skipped: 2, quarantined: 5, skippedReasons: { 'a note': 2 } });
    const quarantine = await harness.rows('SELECT source_ref, location, problems FROM platform.quarantine ORDER BY id');
    expect(quarantine).toEqual([
      { source_ref: 'shift-2', location: 'record shift-2', problems: [{ path: 'staffKey', expected: 'who works a filled shift', got: 'nothing' }] },
      {
        source_ref: 'shift-3',
        location: 'record shift-3',
        problems: [{ path: 'unpaidBreakMinutes', expected: 'a break shorter than the shift', got: 'a number' }],
      },
      {
        source_ref: 'shift-1',
        location: 'record shift-1',
        problems: [{ path: '', expected: 'a record that comes once in a pass', got: 'one that came before' }],
      },
      { source_ref: null, location: 'record shift-4', problems: [{ path: '', expected: "the upstream's own reference of the record", got: 'nothing' }] },
      { source_ref: 'shift-5', location: 'record shift-5', problems: [{ path: 'Start', expected: 'a time as HH:MM', got: 'text' }] },
    ]);
  });

  it('quarantines text that no database takes, in a value or a reference, and keeps the rest of the page', async () => {
    const people = [
      staffRecord('p-1', ['ref:a:1'], { givenName: 'Ro\0bin' }),
      staffRecord('p-2', ['ref:a:2'], { skills: ['spirometry', 'Rob\ud800in'] }),
      staffRecord('p-\0', ['ref:a:3']),
      staffRecord('p-\udfff', ['ref:a:4']),
      record('p-\0\0', { role: 'UNKNOWN' }),
      staffRecord('p-6', ['ref:a:6'], { givenName: 'Zoë 🩺' }),
    ];
    const run = await harness.syncOne(upstreamOf('hr', [{ name: 'people', entity: 'staffMember', records: () => people }]));
    expect(run).toMatchObject({ status: 'COMPLETE', received: 6, kept: 1, quarantined: 5 });
    const rows = await harness.rows<{ source_ref: string | null; problems: readonly { path: string }[] }>(
      'SELECT source_ref, problems FROM platform.quarantine ORDER BY id',
    );
    expect(rows.map(({ source_ref, problems }) => [source_ref, problems.map(({ path }) => path)])).toEqual([
      ['p-1', ['givenName']],
      ['p-2', ['skills.1']],
      [null, ['']],
      [null, ['']],
      [null, ['']],
    ]);
  });

  it('knows a repeat on a later page', async () => {
    const run = await harness.syncOne(upstreamOf('rota', [shifts({ records: () => [...shiftRecords(25), shiftRecord(3)] })]));
    expect(run).toMatchObject({ received: 26, kept: 25, quarantined: 1 });
  });

  it('forgets what its stream had in quarantine before, and nothing of another stream', async () => {
    const upstream = (shift: ReturnType<typeof shiftRecord>) =>
      upstreamOf('rota', [shifts({ records: () => [shift] }), { name: 'people', entity: 'staffMember', records: () => [record('1', {})] }]);
    const streams = async () => (await harness.rows<{ stream: string }>('SELECT stream FROM platform.quarantine ORDER BY stream')).map(({ stream }) => stream);
    await harness.sync(upstream(shiftRecord(1, { status: 'FILLED' })));
    expect(await streams()).toEqual(['people', 'shifts']);
    await harness.sync(upstream(shiftRecord(1)));
    expect(await streams()).toEqual(['people']);
  });

  it('over what has not changed moves no row’s changed_at, and every row’s as_of and pass', async () => {
    const records = [shiftRecord(1, filledBy('ref:rota:robin')), shiftRecord(2)];
    await harness.sync(upstreamOf('rota', [shifts({ records: () => records })]));
    await harness.sync(upstreamOf('rota', [shifts({ records: () => records, asOf: later(30) })]), { minutesLater: 30 });
    expect(await harness.rows('SELECT DISTINCT changed_at, as_of, pass_id = (SELECT max(id) FROM platform.sync_run) AS latest FROM rota.shift')).toEqual([
      { changed_at: NOW, as_of: later(30), latest: true },
    ]);
    expect(await harness.rows('SELECT changed_at FROM rota.booking')).toEqual([{ changed_at: NOW }]);
  });

  it('moves changed_at of the one row that changed', async () => {
    await harness.sync(upstreamOf('rota', [shifts({ records: () => [shiftRecord(1), shiftRecord(2)] })]));
    await harness.sync(upstreamOf('rota', [shifts({ records: () => [shiftRecord(1), shiftRecord(2, { siteCode: 'U99999-HUB' })] })]), { minutesLater: 30 });
    expect(await harness.rows('SELECT source_ref, changed_at FROM rota.shift ORDER BY source_ref')).toEqual([
      { source_ref: 'shift-1', changed_at: NOW },
      { source_ref: 'shift-2', changed_at: later(30) },
    ]);
  });

  it('books the person of a shift, another person in their place, and nobody once it is open again', async () => {
    const booked = async (changes: Parameters<typeof shiftRecord>[1], minutesLater: number) => {
      await harness.sync(upstreamOf('rota', [shifts({ records: () => [shiftRecord(1, changes)] })]), { minutesLater });
      return harness.rows('SELECT staff_key, status, fill_source, fill_source_stated, changed_at FROM rota.booking');
    };
    const agency = { status: 'CONFIRMED', fill_source: 'AGENCY', fill_source_stated: true };
    expect(await booked({ ...filledBy('ref:rota:a'), fillSource: 'AGENCY' }, 0)).toEqual([{ ...agency, staff_key: 'ref:rota:a', changed_at: NOW }]);
    expect(await booked({ ...filledBy('ref:rota:b'), fillSource: 'AGENCY' }, 1)).toEqual([{ ...agency, staff_key: 'ref:rota:b', changed_at: later(1) }]);
    expect(await booked({ status: 'CANCELLED', staffKey: 'ref:rota:b' }, 2)).toEqual([
      { staff_key: 'ref:rota:b', status: 'CANCELLED', fill_source: null, fill_source_stated: false, changed_at: later(2) },
    ]);
    expect(await booked({}, 3)).toEqual([]);
  });

  it('stores lists whatever their words are made of, and an empty one', async () => {
    const lists = [['say "ah"', 'back\\slash', 'a, b', '{c}', 'NULL', "O'Hara’s"], []];
    await harness.sync(upstreamOf('rota', [shifts({ records: () => lists.map((skillsNeeded, n) => shiftRecord(n, { skillsNeeded })) })]));
    const rows = await harness.rows<{ skills_needed: string[] }>('SELECT skills_needed FROM rota.shift ORDER BY source_ref');
    expect(rows.map(({ skills_needed }) => skills_needed)).toEqual(lists);
  });

  it('costs as many statements for a page of a thousand as for a page of ten', async () => {
    const statementsOf = async (id: string, pageSize: number) => {
      const statements: string[] = [];
      const stop = database.onStatement((statement) => statements.push(statement));
      const records = Array.from({ length: pageSize }, (_, n) => shiftRecord(n, filledBy(`ref:rota:${n}`)));
      await harness.sync(upstreamOf(id, [shifts({ records: () => records, pageSize })]));
      stop();
      return statements.length;
    };
    expect(await statementsOf('large', 1_000)).toBe(await statementsOf('small', 10));
    expect(await harness.standing('rota.shift')).toHaveLength(1_010);
  });

  it('tells how fresh an upstream is by its oldest page', async () => {
    const asOfs = [NOW, later(-60), later(-30)];
    const pages = async function* () {
      for (const [n, asOf] of asOfs.entries()) yield { records: [shiftRecord(n)], cursor: null, asOf };
    };
    await harness.sync(upstreamOf('rota', [shifts({ pages })]));
    expect(await harness.rows('SELECT as_of, last_success_at, problem_code FROM platform.upstream_freshness')).toEqual([
      { as_of: later(-60), last_success_at: NOW, problem_code: null },
    ]);
  });
});

describe('an upstream that stops answering', () => {
  const broken = (after: number, error: unknown) => upstreamOf('rota', [shifts({ pages: breakingAfter(after, error) })]);

  it('keeps what was stored, and the next run goes on from there in the same pass and window', async () => {
    const first = await harness.syncOne(broken(2, new UpstreamUnavailableError('No answer.', { retryAfterMs: 90_000 })));
    expect(first).toMatchObject({ status: 'STOPPED', kept: 20, problemCode: 'UPSTREAM_UNAVAILABLE', problem: 'No answer.', retryAfterMs: 90_000 });
    expect(await harness.rows('SELECT problem_code FROM platform.upstream_freshness')).toEqual([{ problem_code: 'UPSTREAM_UNAVAILABLE' }]);

    const asked: PullRequest[] = [];
    const healthy = upstreamOf('rota', [
      shifts({
        pages: (request) => {
          asked.push(request);
          return inPages(shiftRecords(40), 10, NOW, request.since);
        },
      }),
    ]);
    const second = await harness.syncOne(healthy, { from: later(-9_999), to: later(9_999) });
    expect(asked).toEqual([{ since: { at: 20 }, from: new Date('2026-11-02T00:00:00Z'), to: new Date('2026-11-30T00:00:00Z') }]);
    expect(second).toMatchObject({ status: 'COMPLETE', resumed: true, received: 40, kept: 40, quarantined: 0, problemCode: null });
    expect(await harness.rows('SELECT status, received FROM platform.sync_run')).toEqual([{ status: 'COMPLETE', received: 40 }]);
    expect(await harness.standing('rota.shift')).toHaveLength(40);
  });

  it('and then begins at the start, because its file is another one since, is read in a new pass', async () => {
    await harness.sync(broken(2, new UpstreamUnavailableError('No answer.')));
    const asked: unknown[] = [];
    const pages = ({ since }: PullRequest) => {
      asked.push(since);
      return inPages(shiftRecords(30), 10, NOW, null);
    };
    const run = await harness.syncOne(upstreamOf('rota', [shifts({ pages })]));
    expect(asked).toEqual([{ at: 20 }, null]);
    expect(run).toMatchObject({ status: 'COMPLETE', resumed: false, received: 30, kept: 30, quarantined: 0 });
  });

  it('and then repeats itself further on, is told so', async () => {
    await harness.sync(broken(2, new UpstreamUnavailableError('No answer.')));
    const pages = async function* () {
      yield { records: [shiftRecord(20)], cursor: { at: 30 }, asOf: NOW };
      yield { records: [shiftRecord(19)], cursor: null, asOf: NOW };
    };
    expect(await harness.syncOne(upstreamOf('rota', [shifts({ pages })]))).toMatchObject({ resumed: true, received: 22, kept: 21, quarantined: 1 });
  });

  it('is read anew where its pages have no cursor, with no row lost or doubled', async () => {
    const whole = async function* () {
      yield { records: shiftRecords(10), cursor: null, asOf: NOW };
      throw new UpstreamUnavailableError('No answer.');
    };
    await harness.sync(upstreamOf('rota', [shifts({ pages: whole })]));
    const run = await harness.syncOne(upstreamOf('rota', [shifts({ pages: () => inPages(shiftRecords(15), 100, NOW, null) })]));
    expect(run).toMatchObject({ status: 'COMPLETE', resumed: false, received: 15, kept: 15 });
    expect(await harness.rows('SELECT status FROM platform.sync_run ORDER BY id')).toEqual([{ status: 'ABANDONED' }, { status: 'COMPLETE' }]);
  });

  it('leaves its other streams and the other upstreams their turn', async () => {
    const pages = breakingAfter(0, new UpstreamUnavailableError('No answer.'));
    const runs = await harness.sync([
      upstreamOf('rota', [shifts({ pages }), { name: 'people', entity: 'staffMember', records: () => [staffRecord('1', ['ref:rota:1'])] }]),
      upstreamOf('other', [shifts({ records: () => shiftRecords(3) })]),
    ]);
    expect(runs.map(({ upstream, stream, status }) => [upstream, stream, status])).toEqual([
      ['rota', 'shifts', 'STOPPED'],
      ['rota', 'people', 'COMPLETE'],
      ['other', 'shifts', 'COMPLETE'],
    ]);
  });
});

describe('an upstream that refuses', () => {
  it('our credentials: none of its streams is read, the others are', async () => {
    const pages = breakingAfter(0, new UpstreamAuthError('401: look at the setting clientSecret.'));
    const runs = await harness.sync([
      upstreamOf('rota', [shifts({ pages }), { name: 'people', entity: 'staffMember' }]),
      upstreamOf('other', [shifts({ records: () => shiftRecords(3) })]),
    ]);
    expect(runs.map(({ status, problemCode }) => [status, problemCode])).toEqual([
      ['STOPPED', 'UPSTREAM_AUTH'],
      ['NOT_RUN', 'UPSTREAM_AUTH'],
      ['COMPLETE', null],
    ]);
  });

  it('our cursor: the pass is closed and the next begins at the start', async () => {
    await harness.sync(upstreamOf('rota', [shifts({ removals: 'never', pages: breakingAfter(1, new UpstreamUnavailableError('No answer.')) })]));
    const refusing = await harness.syncOne(
      upstreamOf('rota', [shifts({ removals: 'never', pages: breakingAfter(0, new UpstreamRejectedError('410: resync.')) })]),
    );
    expect(refusing).toMatchObject({ status: 'FAILED', problemCode: 'UPSTREAM_REJECTED', problem: '410: resync.' });
    const run = await harness.syncOne(upstreamOf('rota', [shifts({ removals: 'never', records: () => shiftRecords(40) })]));
    expect(run).toMatchObject({ status: 'COMPLETE', resumed: false, received: 40 });
  });

  it('its settings: nothing is read and the message is kept', async () => {
    const upstream = upstreamOf('rota', [shifts({})]);
    const connect = () => {
      throw new ConfigError(['settings.file: expected a file.']);
    };
    const run = await harness.syncOne({ ...upstream, adapter: { ...upstream.adapter, connect } });
    expect(run).toMatchObject({ status: 'NOT_RUN', problemCode: 'CONFIG_INVALID', problem: 'settings.file: expected a file.' });
  });
});

describe('a defect of an adapter', () => {
  it('is recorded without its words, and thrown once every other stream had its turn', async () => {
    const upstream = upstreamOf('rota', [shifts({ pages: breakingAfter(1, new TypeError('secret of Robin')) }), { name: 'people', entity: 'staffMember' }]);
    const thrown = await harness.sync(upstream).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SyncDefectError);
    expect((thrown as SyncDefectError).cause).toBeInstanceOf(TypeError);
    expect((thrown as SyncDefectError).report.runs.map(({ status }) => status)).toEqual(['FAILED', 'COMPLETE']);
    const stored = await harness.rows('SELECT problem_code, problem FROM platform.sync_run WHERE status = $1', ['FAILED']);
    expect(stored).toEqual([{ problem_code: 'INTERNAL_SERVER_ERROR', problem: 'A defect of ours; the log tells more.' }]);
  });

  it('is told from a bad record, which only quarantines itself', async () => {
    const upstream = upstreamOf('rota', [shifts({ records: () => shiftRecords(3) })]);
    const [pull] = upstream.adapter.pull;
    if (!pull) throw new Error('no stream');
    const read = (raw: unknown) => {
      if ((raw as { startsAt: Date }).startsAt.getTime() === shiftStart(1)) throw invalid('Start', 'a time', 'text');
      return raw as never;
    };
    const run = await harness.syncOne({ ...upstream, adapter: { ...upstream.adapter, pull: [{ ...pull, read }] } });
    expect(run).toMatchObject({ received: 3, kept: 2, quarantined: 1 });
  });
});

const shiftStart = (n: number) => (shiftRecord(n).raw as { startsAt: Date }).startsAt.getTime();

describe('a sync that is told to stop', () => {
  it('ends after the page under way, begins nothing else, and goes on from there next time', async () => {
    const stop = new AbortController();
    const progress = { started: () => {}, page: () => stop.abort(), finished: () => {} };
    const upstream = upstreamOf('rota', [shifts({ records: () => shiftRecords(40) }), { name: 'people', entity: 'staffMember' }]);
    const stopped = await harness.sync(upstream, { signal: stop.signal, progress });
    expect(stopped.map(({ status, kept }) => [status, kept])).toEqual([
      ['STOPPED', 10],
      ['NOT_RUN', 0],
    ]);
    const [run] = await harness.sync(upstream);
    expect(run).toMatchObject({ status: 'COMPLETE', resumed: true, received: 40, kept: 40 });
  });
});
