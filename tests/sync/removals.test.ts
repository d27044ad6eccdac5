import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { skip, UNCHANGED, type UpstreamRecord } from '../../adapters/contract.ts';
import type { Database } from '../../platform/db.ts';
import { UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import { openTestDatabase } from '../support/database.ts';
import { type FakeStream, inPages, NOW, record, shiftRecord, shiftRecords, upstreamOf, WINDOW } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness, later } from './harness.ts';

let database: Database;
let harness: Harness;
beforeAll(async () => {
  database = await openTestDatabase();
  harness = createHarness(database);
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const rota = (records: readonly UpstreamRecord[], changes: Partial<FakeStream> = {}) =>
  upstreamOf('rota', [{ name: 'shifts', entity: 'shift', records: () => records, ...changes }]);

describe('a row that a complete pass no longer meets', () => {
  it('is marked as gone, not deleted, and is back when its record is', async () => {
    await harness.sync(rota(shiftRecords(4)));
    expect(await harness.syncOne(rota(shiftRecords(3)), { minutesLater: 1 })).toMatchObject({ removed: 1, held: 0 });
    expect(await harness.rows(`SELECT removed_at, changed_at FROM rota.shift WHERE source_ref = 'shift-3'`)).toEqual([
      { removed_at: later(1), changed_at: later(1) },
    ]);
    expect(await harness.syncOne(rota(shiftRecords(4)), { minutesLater: 2 })).toMatchObject({ removed: 0 });
    expect(await harness.rows(`SELECT removed_at, changed_at FROM rota.shift WHERE source_ref = 'shift-3'`)).toEqual([
      { removed_at: null, changed_at: later(2) },
    ]);
  });

  it('stays where the pass did not look: a shift by its start, leave by any overlap', async () => {
    const leave = (ref: string, startsAt: string, endsAt: string) =>
      record(ref, { staffKey: 'ref:rota:1', kind: 'ANNUAL', startsAt: new Date(startsAt), endsAt: new Date(endsAt), allDay: true });
    const before = [shiftRecord(1), { ...shiftRecord(2), ref: 'december' }, shiftRecord(3)].map((shift) =>
      shift.ref === 'december'
        ? { ...shift, raw: { ...(shift.raw as object), startsAt: WINDOW.to, endsAt: new Date(WINDOW.to.getTime() + 3_600_000) } }
        : shift,
    );
    const away = [
      leave('before', '2026-10-01T00:00:00Z', '2026-11-02T00:00:00Z'),
      leave('into', '2026-10-31T00:00:00Z', '2026-11-03T00:00:00Z'),
      leave('out of', '2026-11-29T00:00:00Z', '2026-12-05T00:00:00Z'),
      leave('stays', '2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z'),
    ];
    const both = (shifts: readonly UpstreamRecord[], leaves: readonly UpstreamRecord[]) =>
      upstreamOf('rota', [
        { name: 'shifts', entity: 'shift', records: () => shifts },
        { name: 'leave', entity: 'leave', records: () => leaves },
      ]);
    await harness.sync(both(before, away));
    await harness.sync(both([shiftRecord(1)], [leave('stays', '2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z')]));
    expect(await harness.standing('rota.shift')).toEqual(['december', 'shift-1']);
    expect(await harness.standing('workforce.leave')).toEqual(['before', 'stays']);
  });

  it('stays where what it is a part of is quarantined as a whole', async () => {
    const named = (ref: string, n: number) => ({ ...shiftRecord(n), ref });
    await harness.sync(rota([named('series#2026-11-03', 1), named('series#2026-11-04#day~2', 2), named('a#b#2026-11-05', 3), named('other#1', 4)]));
    const broken = (ref: string) => ({ ...record(ref, {}), problems: [{ path: 'RRULE', expected: 'a rule that is known', got: 'another' }] });
    const run = await harness.syncOne(rota([broken('series'), broken('a#b'), named('kept', 5)]), { minutesLater: 1 });
    expect(run).toMatchObject({ quarantined: 2, removed: 1 });
    expect(await harness.standing('rota.shift')).toEqual(['a#b#2026-11-05', 'kept', 'series#2026-11-03', 'series#2026-11-04#day~2']);
  });

  it('stays when the pass did not come to its end', async () => {
    await harness.sync(rota(shiftRecords(20)));
    const pages = async function* () {
      yield { records: shiftRecords(15), cursor: { at: 15 }, asOf: NOW };
      throw new UpstreamUnavailableError('No answer.');
    };
    expect(await harness.syncOne(rota([], { pages }))).toMatchObject({ status: 'STOPPED', removed: 0 });
    expect(await harness.standing('rota.shift')).toHaveLength(20);
  });

  it('stays when its record is quarantined', async () => {
    await harness.sync(rota(shiftRecords(4)));
    const run = await harness.syncOne(rota([...shiftRecords(3), shiftRecord(3, { status: 'FILLED' })]));
    expect(run).toMatchObject({ quarantined: 1, removed: 0, held: 0 });
    expect(await harness.standing('rota.shift')).toHaveLength(4);
  });

  it('is held when a record that cannot be told came in quarantine: it may be the one', async () => {
    await harness.sync(rota(shiftRecords(4)));
    const run = await harness.syncOne(rota([...shiftRecords(3), { ...shiftRecord(3), ref: null }]), { acceptShrink: true });
    expect(run).toMatchObject({ removed: 0, held: 1, heldBecause: '1 quarantined without a reference: any of them may be one of these' });
    expect(await harness.standing('rota.shift')).toHaveLength(4);
  });

  it('stays when its record is skipped as unchanged, and goes when it is skipped as not wanted', async () => {
    await harness.sync(rota(shiftRecords(3)));
    await harness.sync(rota([shiftRecord(0), record('shift-1', skip(UNCHANGED)), record('shift-2', skip('a draft'))]));
    expect(await harness.standing('rota.shift')).toEqual(['shift-0', 'shift-1']);
  });

  it('stays where the stream declares that nothing ever goes', async () => {
    await harness.sync(rota(shiftRecords(3), { removals: 'never' }));
    expect(await harness.syncOne(rota(shiftRecords(2), { removals: 'never' }))).toMatchObject({ removed: 0, held: 0 });
  });
});

describe('an upstream that has shrunk', () => {
  it('to less than half of ten rows or more is not believed until somebody confirms it', async () => {
    await harness.sync(rota(shiftRecords(20)));
    const held = await harness.syncOne(rota(shiftRecords(9)));
    expect(held).toMatchObject({ status: 'COMPLETE', removed: 0, held: 11, heldBecause: 'more than half are gone (11 of 20); --accept-shrink confirms it' });
    expect(await harness.standing('rota.shift')).toHaveLength(20);
    expect(await harness.syncOne(rota(shiftRecords(9)), { acceptShrink: true })).toMatchObject({ removed: 11, held: 0 });
    expect(await harness.standing('rota.shift')).toHaveLength(9);
  });

  it('to exactly half is believed', async () => {
    await harness.sync(rota(shiftRecords(20)));
    expect(await harness.syncOne(rota(shiftRecords(10)))).toMatchObject({ removed: 10 });
  });

  it('to nothing is not believed, however little there was', async () => {
    await harness.sync(rota(shiftRecords(1)));
    expect(await harness.syncOne(rota([]))).toMatchObject({
      removed: 0,
      held: 1,
      heldBecause: 'nothing came where 1 stood before; --accept-shrink confirms it',
    });
    expect(await harness.standing('rota.shift')).toHaveLength(1);
  });
});

describe('two streams', () => {
  it('of one upstream that give the same entity leave each other’s rows', async () => {
    const both = (shifts: readonly UpstreamRecord[], open: readonly UpstreamRecord[]) =>
      upstreamOf('teams', [
        { name: 'shifts', entity: 'shift', records: () => shifts },
        { name: 'openShifts', entity: 'shift', records: () => open },
      ]);
    await harness.sync(both([shiftRecord(1), shiftRecord(2)], [shiftRecord(3), shiftRecord(4)]));
    const runs = await harness.sync(both([shiftRecord(1)], [shiftRecord(3), shiftRecord(4)]));
    expect(runs.map(({ removed }) => removed)).toEqual([1, 0]);
    expect(await harness.standing('rota.shift')).toEqual(['shift-1', 'shift-3', 'shift-4']);
  });

  it('of two upstreams with the same reference are two rows', async () => {
    await harness.sync([rota([shiftRecord(1)]), upstreamOf('other', [{ name: 'shifts', entity: 'shift', records: () => [shiftRecord(1)] }])]);
    expect(await harness.standing('rota.shift')).toEqual(['shift-1', 'shift-1']);
  });
});

describe('a tombstone', () => {
  const dated = (records: readonly UpstreamRecord[]) => rota(records, { removals: 'tombstone' });

  it('marks its row as gone, counts once, and leaves the rows that did not come', async () => {
    await harness.sync(dated(shiftRecords(3)));
    expect(await harness.syncOne(dated([record('shift-1', { removed: true })]))).toMatchObject({ received: 1, kept: 1, removed: 1 });
    expect(await harness.syncOne(dated([record('shift-1', { removed: true })]))).toMatchObject({ received: 1, kept: 1, removed: 0 });
    expect(await harness.standing('rota.shift')).toEqual(['shift-0', 'shift-2']);
  });

  it('goes at once from a stream that is read whole, where what is only missing is held', async () => {
    await harness.sync(rota(shiftRecords(3)));
    expect(await harness.syncOne(rota([record('shift-1', { removed: true })]))).toMatchObject({ received: 1, removed: 1, held: 2 });
    expect(await harness.standing('rota.shift')).toEqual(['shift-0', 'shift-2']);
  });

  it('goes on from the cursor of the pass before', async () => {
    const asked: unknown[] = [];
    const delta = rota([], {
      removals: 'tombstone',
      pages: async function* ({ since }) {
        asked.push(since);
        yield { records: shiftRecords(1), cursor: { token: asked.length }, asOf: NOW };
      },
    });
    await harness.sync(delta);
    await harness.sync(delta);
    expect(asked).toEqual([null, { token: 1 }]);
  });

  it('of another stream’s row does nothing', async () => {
    const upstream = (open: readonly UpstreamRecord[]) =>
      upstreamOf('rota', [
        { name: 'shifts', entity: 'shift', removals: 'never', records: () => [shiftRecord(1)] },
        { name: 'openShifts', entity: 'shift', removals: 'tombstone', records: () => open },
      ]);
    await harness.sync(upstream([]));
    await harness.sync(upstream([record('shift-1', { removed: true })]));
    expect(await harness.standing('rota.shift')).toEqual(['shift-1']);
  });
});

it('a complete pass asks its upstream from the start, whatever cursor the last one left', async () => {
  const asked: unknown[] = [];
  const upstream = rota([], {
    pages: ({ since }) => {
      asked.push(since);
      return inPages(shiftRecords(5), 2, NOW, since);
    },
  });
  await harness.sync(upstream);
  await harness.sync(upstream);
  expect(asked).toEqual([null, null]);
});
