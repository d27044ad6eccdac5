/**
 * What each stream of each adapter declares of removals, through the engine, on a database, with the adapter's own
 * fixtures: a record that goes upstream goes as the stream declares, its neighbours stand, and it is back when it is back.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ExpectedResults, loadSubject } from '../../adapters/conformance.ts';
import type { Subject } from '../../adapters/conformance-world.ts';
import type { AnyAdapter, Page, PullStream, UpstreamRecord } from '../../adapters/contract.ts';
import { adapterIds } from '../../adapters/registry.ts';
import type { Database } from '../../platform/db.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import type { RunReport } from '../../sync/report.ts';
import { storeOf } from '../../sync/store/stores.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { openTestDatabase } from '../support/database.ts';
import { emptyTables } from './harness.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Changes the records of a stream on their way to the engine. */
type Change = (records: readonly UpstreamRecord[]) => readonly UpstreamRecord[];
const AS_THEY_ARE: Change = (records) => records;
const without =
  (ref: string): Change =>
  (records) =>
    records.filter((record) => record.ref !== ref);

interface SyncOf {
  /** Takes the fixtures' own removable record away first, upstream. */
  readonly removed?: boolean;
  readonly change?: Change;
}

/** Syncs one stream over fresh fixtures, so that what was taken away before is back. */
async function syncStream({ adapter, fixtures }: Subject, name: string, { removed = false, change = AS_THEY_ARE }: SyncOf = {}): Promise<RunReport> {
  const folder = await mkdtemp(join(tmpdir(), 'rotagraph-removals-'));
  const { upstream: fixture } = fixtures;
  try {
    const fake = fixture.kind === 'api' ? fixture.create() : null;
    if (fixture.kind === 'files') await cp(fileURLToPath(new URL(`../../adapters/${adapter.id}/fixtures/`, import.meta.url)), folder, { recursive: true });
    if (removed && fixture.kind === 'files') await fixture.remove?.(folder);
    if (removed && fixtures.removal) fake?.remove?.(fixtures.removal.stream, fixtures.removal.ref);
    const fetch = async (url: URL, init: RequestInit) => {
      if (!fake) throw new Error('An adapter that reads files makes no request.');
      return fake.handle(new Request(url, init));
    };
    const engine = createSyncEngine({ database, now: () => new Date(fixtures.now), sleep: async () => {}, http: { fetch } });
    const upstream: Upstream = {
      id: adapter.id,
      adapter: { ...adapter, pull: adapter.pull.map((stream) => changing(stream, change)) } as AnyAdapter,
      title: adapter.title,
      organisationCodes: ['Z99001'],
      ...{ everyMinutes: 15, freshWithinMinutes: 60, webhookToken: null },
      settings: adapter.settings.parse(fixtures.settings),
      resolvePath: (path) => join(folder, path),
    };
    const window = { from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) };
    const { runs } = await engine.run([upstream], { ...window, streams: [name], acceptShrink: true });
    const [run] = runs;
    assert.ok(run && run.status === 'COMPLETE', `${name}: ${run?.problem}`);
    return run;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function changing(stream: PullStream, change: Change): PullStream {
  return {
    ...stream,
    async *pages(client, request): AsyncIterable<Page> {
      for await (const page of stream.pages(client, request)) {
        // A record without a reference would hold every removal back, which has a test of its own.
        const records = change(page.records.filter(({ ref }) => ref !== null));
        // A file's time comes from outside the test's realm, where Date is another class.
        yield { ...page, asOf: new Date(page.asOf.getTime()), records };
      }
    },
  };
}

/** References of the stream's rows that stand, in order. */
async function standing({ adapter }: Subject, { entity }: PullStream): Promise<readonly string[]> {
  const { table, of } = storeOf(entity).records;
  const rows = await database.query<{ ref: string }>(
    `SELECT t.source_ref AS ref FROM ${table} t WHERE t.source = $1 AND t.removed_at IS NULL AND ${of} ORDER BY t.source_ref COLLATE "C"`,
    [adapter.id],
  );
  return rows.map(({ ref }) => ref);
}

/** A record that is kept on its own: no other of the stream gives a record of the same name. */
function victimOf(expected: ExpectedResults, { name }: PullStream): string {
  const [victim] = Object.keys(expected[name]?.kept ?? {});
  assert.ok(victim, `${name}: the fixtures keep nothing`);
  return victim;
}

/** A stream that asks for changes alone would not meet a record that the fixtures do not change. */
async function fromTheStart({ adapter }: Subject, { name }: PullStream): Promise<void> {
  await database.query('UPDATE platform.sync_stream SET cursor = NULL WHERE upstream = $1 AND stream = $2', [adapter.id, name]);
}

async function fresh(subject: Subject, stream: PullStream): Promise<readonly string[]> {
  await emptyTables(database);
  await syncStream(subject, stream.name);
  return standing(subject, stream);
}

for (const id of await adapterIds()) {
  const { subject, expected } = await loadSubject(id);
  const { adapter, fixtures } = subject;
  describe(id, () => {
    const { removal } = fixtures;
    const removable = adapter.pull.find(({ name }) => name === removal?.stream);
    if (removal && removable) {
      it(`${removal.stream}: what is deleted upstream is marked as gone, its neighbours stand, and it comes back`, async () => {
        const before = await fresh(subject, removable);
        expect(before).toContain(removal.ref);
        expect(await syncStream(subject, removal.stream, { removed: true })).toMatchObject({ removed: 1 });
        expect(await standing(subject, removable)).toEqual(before.filter((ref) => ref !== removal.ref));
        expect(await syncStream(subject, removal.stream)).toMatchObject({ removed: 0 });
        expect(await standing(subject, removable)).toEqual(before);
      });
    }
    for (const stream of adapter.pull) {
      const victim = victimOf(expected, stream);
      if (stream.removals === 'absence') {
        it(`${stream.name}: what a complete pass does not meet goes, and comes back`, async () => {
          const before = await fresh(subject, stream);
          expect(await syncStream(subject, stream.name, { change: without(victim) })).toMatchObject({ removed: 1, held: 0 });
          expect(await standing(subject, stream)).toEqual(before.filter((ref) => ref !== victim));
          await syncStream(subject, stream.name);
          expect(await standing(subject, stream)).toEqual(before);
        });
        continue;
      }
      it(`${stream.name}: what does not come again stays`, async () => {
        const before = await fresh(subject, stream);
        expect(await syncStream(subject, stream.name, { change: without(victim) })).toMatchObject({ removed: 0, held: 0 });
        expect(await standing(subject, stream)).toEqual(before);
      });
      if (stream.removals !== 'tombstone') continue;
      it(`${stream.name}: what the upstream says is gone goes, and comes back`, async () => {
        const before = await fresh(subject, stream);
        const [tombstone] = expected[stream.name]?.removed ?? [];
        const met: UpstreamRecord[] = [];
        await fromTheStart(subject, stream);
        const meet: Change = (records) => {
          met.push(...records);
          return records;
        };
        await syncStream(subject, stream.name, { change: meet });
        const gone = met.find(({ ref }) => ref === tombstone);
        const saysGone: Change = (records) => records.map((record) => (gone && record.ref === victim ? { ...record, raw: gone.raw } : record));
        await fromTheStart(subject, stream);
        expect(await syncStream(subject, stream.name, { change: saysGone })).toMatchObject({ removed: 1, held: 0 });
        expect(await standing(subject, stream)).toEqual(before.filter((ref) => ref !== victim));
        await fromTheStart(subject, stream);
        await syncStream(subject, stream.name);
        expect(await standing(subject, stream)).toEqual(before);
      });
    }
  });
}
