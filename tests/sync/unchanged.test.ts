import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import { forgetRawRecords } from '../../sync/raw-records.ts';
import { openTestDatabase } from '../support/database.ts';
import { type FakeStream, inPages, NOW, record, shiftRecord, upstreamOf } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness, later } from './harness.ts';

describe('an upstream that is as it was', () => {
  let database: Database;
  let harness: Harness;
  let revision: string | null = 'first';
  let reads = 0;
  beforeAll(async () => {
    database = await openTestDatabase();
    harness = createHarness(database);
  });
  beforeEach(async () => {
    await emptyTables(database);
    revision = 'first';
    reads = 0;
  });
  afterAll(() => database.close());

  const THREE = [shiftRecord(0), shiftRecord(1), record('wrong', { not: 'a shift' })];
  /** A sheet that tells its revision, and counts how often it is read. */
  const sheet = (changes: Partial<FakeStream> & { readonly settings?: object } = {}) => {
    const { settings = {}, records = () => THREE, ...others } = changes;
    const fake: FakeStream = {
      name: 'shifts',
      entity: 'shift',
      revision: () => revision,
      pages: ({ since }) => {
        reads += 1;
        return inPages(records(), 10, NOW, since);
      },
      ...others,
    };
    return { ...upstreamOf('sheet', [fake]), settings };
  };
  const seenSince = async () => (await harness.rows('SELECT last_success_at, last_problem_code FROM platform.sync_stream'))[0];

  it('is not read again: its rows stand, and what was kept is counted as unchanged', async () => {
    await harness.sync(sheet());
    const before = await harness.rows('SELECT * FROM rota.shift ORDER BY source_ref');
    for (const minutesLater of [15, 30]) {
      expect(await harness.syncOne(sheet(), { minutesLater })).toMatchObject({
        status: 'COMPLETE',
        ...{ received: 3, kept: 0, skipped: 2, quarantined: 1, removed: 0 },
        skippedReasons: { unchanged: 2 },
      });
    }
    expect(reads).toBe(1);
    expect(await harness.rows('SELECT * FROM rota.shift ORDER BY source_ref')).toEqual(before);
    expect(await seenSince()).toEqual({ last_success_at: later(30), last_problem_code: null });
  });

  it('keeps what it has in quarantine, which is of its latest pass', async () => {
    await harness.sync(sheet());
    await harness.sync(sheet(), { minutesLater: 15 });
    expect(await harness.rows('SELECT source_ref, run_id = (SELECT max(id) FROM platform.sync_run) AS latest FROM platform.quarantine')).toEqual([
      { source_ref: 'wrong', latest: true },
    ]);
  });

  it('takes nothing away from the next pass that reads it', async () => {
    await harness.sync(sheet());
    await harness.sync(sheet(), { minutesLater: 15 });
    revision = 'second';
    expect(await harness.syncOne(sheet({ records: () => THREE.slice(0, 1) }), { minutesLater: 30 })).toMatchObject({ kept: 1, removed: 1, skipped: 0 });
    expect(await harness.standing('rota.shift')).toEqual(['shift-0']);
    expect(await harness.rows('SELECT 1 FROM platform.quarantine')).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['it has another revision', async () => (revision = 'second')],
    ['its revision cannot be told', async () => (revision = null)],
    ['what was kept of it is forgotten', () => forgetRawRecords(database, 'sheet', ['shift-1'])],
  ])('is read when %s', async (_, change) => {
    await harness.sync(sheet());
    await change();
    await harness.sync(sheet(), { minutesLater: 15 });
    expect(reads).toBe(2);
  });

  it('is read for another period, with other settings, and when a person confirms that it has shrunk', async () => {
    await harness.sync(sheet());
    await harness.sync(sheet(), { to: new Date('2026-12-01T00:00:00Z') });
    await harness.sync(sheet({ settings: { headerRow: 2 } }), { to: new Date('2026-12-01T00:00:00Z') });
    await harness.sync(sheet({ settings: { headerRow: 2 } }), { to: new Date('2026-12-01T00:00:00Z'), acceptShrink: true });
    expect(reads).toBe(4);
    await harness.sync(sheet({ settings: { headerRow: 2 } }), { to: new Date('2026-12-01T00:00:00Z') });
    expect(reads).toBe(4);
  });

  it.each(['a secret for the digests of birth dates', null])('is read when birth dates are digested otherwise', async (birthDateSecret) => {
    await createHarness(database, { birthDateSecret: 'the secret before' }).sync(sheet());
    const harness = createHarness(database, { birthDateSecret });
    await harness.sync(sheet());
    await harness.sync(sheet());
    expect(reads).toBe(2);
  });

  it('is read as long as its last pass was not to the end, or held removals', async () => {
    await harness.sync(sheet());
    revision = 'second';
    const broken = async function* () {
      yield* inPages(THREE.slice(0, 1), 10, NOW, null);
      throw new UpstreamUnavailableError('the sheet is locked.');
    };
    await harness.sync(sheet({ pages: broken }));
    revision = 'first';
    await harness.sync(sheet());
    expect(reads).toBe(2);
    revision = 'empty';
    const held = { received: 0, held: 2 };
    expect(await harness.syncOne(sheet({ records: () => [] }))).toMatchObject(held);
    expect(await harness.syncOne(sheet({ records: () => [] }))).toMatchObject(held);
  });

  it('has what is kept of it kept for longer', async () => {
    const kept = async () => (await harness.rows<{ until: Date }>('SELECT retained_until AS until FROM platform.raw_page'))[0]?.until;
    const DAY = 24 * 60;
    await harness.sync(sheet());
    await database.query(
      `INSERT INTO platform.raw_page (upstream, stream, entity, pass_id, mapping_version, as_of, synced_at, retained_until, content_hash, refs, content)
       VALUES ('sheet', 'shifts', 'shift', 1, 'fake', $1, $1, $2, 'hash', '{}', '')`,
      [NOW, later(92 * DAY)],
    );
    await harness.sync(sheet(), { minutesLater: 15 });
    expect(await kept()).toEqual(later(92 * DAY));
    await harness.sync(sheet(), { minutesLater: 2 * DAY });
    expect(await kept()).toEqual(later(94 * DAY));
  });
});
