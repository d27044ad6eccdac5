/**
 * Every adapter of an API against every fault, through the engine, on a database.
 *
 * What must hold, whatever happens: rows that stood are as they were, the counts add up, nothing is taken for gone
 * without reason, and once the fault is over the next sync has it all, and the one after that writes nothing.
 */
import assert from 'node:assert/strict';
import { type ApiFixtures, loadSubject } from '../../adapters/conformance.ts';
import type { Subject } from '../../adapters/conformance-world.ts';
import type { Database } from '../../platform/db.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import type { RunReport } from '../../sync/report.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { emptyTables } from '../sync/harness.ts';
import { type Loopback, openLoopback } from './loopback.ts';
import type { Fault } from './wire-faults.ts';

export interface FaultedAdapter {
  /** Springs the fault and gives what came of it, in a few words. Rejects when a promise is broken. */
  run(fault: Fault): Promise<string>;
  close(): Promise<void>;
}

const PATIENCE_MS = 10_000;
/** Of a caller who waits for an answer that does not come. */
const SHORT_PATIENCE_MS = 250;

/** Null for an adapter that reads files. */
export async function openFaultedAdapter(id: string, database: Database): Promise<FaultedAdapter | null> {
  const { subject } = await loadSubject(id);
  const { fixtures } = subject;
  if (fixtures.upstream.kind !== 'api') return null;
  const api: ApiFixtures = fixtures.upstream;
  const fake = api.create();
  const loopback = await openLoopback(api.origins, () => fake);
  const upstream = upstreamOf(subject);
  await emptyTables(database);
  const sync = (patienceMs = PATIENCE_MS) => syncOnce(database, subject, upstream, loopback, patienceMs);
  const calmSync = async () => {
    loopback.wire(null);
    loopback.address(null);
    // What a list was like in the middle of a fault may be found out at its end: then the next sync begins anew.
    const first = await sync();
    const runs = first.every(({ status }) => status === 'COMPLETE') ? first : await sync();
    for (const run of runs) assert.equal(run.status, 'COMPLETE', `${run.stream} without a fault: ${run.problem}`);
  };
  await calmSync();
  let baseline = await rowsOf(database);
  return {
    async run(fault) {
      loopback.wire(fault.wire ?? null, fault.times);
      loopback.address(fault.address ?? null);
      const runs = await sync(fault.isSlow ? SHORT_PATIENCE_MS : PATIENCE_MS);
      assertPromises(fault, runs);
      const rows = await rowsOf(database);
      const isOdd = !fault.codes && fault.times === undefined;
      if (isOdd) assertHeld(keysOf(baseline), keysOf(rows), 'rows are gone');
      else assert.deepEqual(rows, baseline, 'rows that stood are not as they were');
      await calmSync();
      const mended = await rowsOf(database);
      // What came odd may have been kept as a record of its own; what stood before must be as it was.
      if (isOdd) assertHeld(baseline, mended, 'once the fault was over, the next sync did not bring it all');
      else assert.deepEqual(mended, baseline, 'once the fault was over, the next sync did not bring it all');
      const before = await rowsOf(database, true);
      await calmSync();
      assert.deepEqual(await rowsOf(database, true), before, 'a sync of what is stored already wrote something');
      if (isOdd) {
        await emptyTables(database);
        await calmSync();
        baseline = await rowsOf(database);
      }
      return outcomeOf(runs);
    },
    close: loopback.close,
  };
}

function upstreamOf({ adapter, fixtures }: Subject): Upstream {
  const schedule = { everyMinutes: 15, freshWithinMinutes: 60, webhookToken: null };
  const settings = adapter.settings.parse(fixtures.settings);
  return { id: adapter.id, adapter, title: adapter.title, organisationCodes: ['Z99001'], ...schedule, settings, resolvePath: (path) => path };
}

async function syncOnce(database: Database, { fixtures }: Subject, upstream: Upstream, loopback: Loopback, patienceMs: number): Promise<readonly RunReport[]> {
  const http = { fetch: loopback.fetch, maxAttempts: 2, timeoutMs: patienceMs };
  const engine = createSyncEngine({ database, now: () => new Date(fixtures.now), sleep: async () => {}, http });
  const { runs } = await engine.run([upstream], { from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) });
  return runs;
}

function assertPromises({ codes, times }: Fault, runs: readonly RunReport[]): void {
  for (const { stream, status, received, kept, skipped, quarantined, removed, problemCode, problem } of runs) {
    assert.equal(received, kept + skipped + quarantined, `${stream}: the counts do not add up`);
    assert.equal(removed, 0, `${stream}: rows were taken for gone`);
    if (times !== undefined) assert.equal(status, 'COMPLETE', `${stream}: ${problem}`);
    else if (codes) {
      assert.notEqual(status, 'COMPLETE', `${stream}: the fault was not noticed`);
      assert.ok(problemCode && codes.includes(problemCode), `${stream}: expected ${codes.join(' or ')}, got ${problemCode}: ${problem}`);
    } else assert.notEqual(problemCode, 'INTERNAL_SERVER_ERROR', `${stream}: ${problem}`);
  }
}

/** Distinct outcomes of the streams, the worst first. */
function outcomeOf(runs: readonly RunReport[]): string {
  const words = runs.map(({ status, problemCode, quarantined, held }) => {
    if (problemCode) return `${status.toLowerCase().replace('_', ' ')}: ${problemCode}`;
    return ['complete', ...(quarantined > 0 ? ['some quarantined'] : []), ...(held > 0 ? ['removals held'] : [])].join(', ');
  });
  return [...new Set(words)].sort((a, b) => b.length - a.length).join('; ');
}

type Rows = Readonly<Record<string, readonly string[]>>;

/** What changes with every pass. */
const OF_THE_PASS = ['pass_id', 'as_of'];

/** Every row of the owners' tables, as JSON. `withTimes`: with the time at which each last changed. */
async function rowsOf(database: Database, withTimes = false): Promise<Rows> {
  const tables = await database.query<{ name: string }>(
    `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('practices', 'workforce', 'rota') ORDER BY 1`,
  );
  const left = withTimes ? OF_THE_PASS : [...OF_THE_PASS, 'changed_at'];
  const entries: [string, readonly string[]][] = [];
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }>(`SELECT (to_jsonb(t) - $1::text[])::text AS row FROM ${name} t ORDER BY 1`, [left]);
    if (rows.length > 0) entries.push([name, rows.map(({ row }) => row)]);
  }
  return Object.fromEntries(entries);
}

function assertHeld(wanted: Rows, found: Rows, words: string): void {
  for (const [table, rows] of Object.entries(wanted)) {
    const there = new Set(found[table]);
    assert.deepEqual(
      rows.filter((row) => !there.has(row)),
      [],
      `${table}: ${words}`,
    );
  }
}

/** Which records stand: what of a row may change when the upstream sends something else for it is left out. */
function keysOf(rows: Rows): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([table, list]) => [
      table,
      list
        .map((row) => JSON.parse(row) as Readonly<Record<string, unknown>>)
        .flatMap(({ source, source_ref: ref, removed_at: removedAt }) => (ref === undefined ? [] : [`${source} ${ref} ${removedAt}`]))
        .sort(),
    ]),
  );
}
