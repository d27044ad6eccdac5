/**
 * Every adapter against every fault of its sort, through the engine, on a database.
 *
 * What must hold, whatever happens: rows that stood are as they were, the counts add up, nothing is taken for gone
 * without reason, and once the fault is over the next sync has it all, and the one after that writes nothing.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiFixtures, FileFixtures } from '../../adapters/conformance.ts';
import type { Subject } from '../../adapters/conformance-world.ts';
import type { Database } from '../../platform/db.ts';
import type { ToolsOptions } from '../../platform/http.ts';
import type { ErrorCode } from '../../schema/domain/errors.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import type { RunReport } from '../../sync/report.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { emptyTables } from '../sync/harness.ts';
import { FILE_FAULTS, type FileFault } from './file-faults.ts';
import { openLoopback } from './loopback.ts';
import { type WireFaultCase, wireFaultsOf } from './wire-faults.ts';

/** What a fault of any sort says of itself. */
export interface Fault {
  readonly name: string;
  /** Goes by after so many requests: then nothing at all may be lost. */
  readonly times?: number;
  /** An oddity that an upstream is allowed: nothing at all may be lost. */
  readonly isAllowed?: boolean;
  /** A record goes upstream meanwhile: its rows may go, and no others. */
  readonly takesRecord?: boolean;
  /**
   * What streams may end with while it lasts: where a sign-in comes first, it may be that which fails. Without it the
   * answers are odd, and a pass may come to its end or not.
   */
  readonly codes?: readonly ErrorCode[];
}

export interface FaultedAdapter {
  /** The faults of its sort, by name. */
  readonly faults: readonly string[];
  /** Springs the fault and gives what came of it, in a few words. Rejects when a promise is broken. */
  run(fault: string): Promise<string>;
  close(): Promise<void>;
}

/** An adapter in a world in which faults can be sprung. */
interface FaultyWorld<F extends Fault> {
  readonly faults: readonly F[];
  readonly http: Pick<ToolsOptions, 'fetch' | 'maxAttempts'>;
  readonly resolvePath: (path: string) => string;
  patienceMs(fault: F): number;
  spring(fault: F): Promise<void>;
  calm(): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 10_000;
/** Of a caller who waits for an answer that does not come; longer where the next one does, which a busy machine must reach. */
const SHORT_PATIENCE_MS = 250;
const PATIENCE_FOR_ONE_MS = 2_000;

/** The faults that can happen to an adapter's upstream, in their order. */
export function faultsOf({ fixtures }: Subject): readonly Fault[] {
  const { upstream } = fixtures;
  return upstream.kind === 'files' ? FILE_FAULTS : wireFaultsOf(fixtures, upstream);
}

export async function openFaultedAdapter(subject: Subject, database: Database): Promise<FaultedAdapter> {
  const { upstream } = subject.fixtures;
  return upstream.kind === 'api'
    ? faulted(subject, database, await apiWorld(subject, upstream))
    : faulted(subject, database, await fileWorld(subject, upstream));
}

async function apiWorld({ fixtures }: Subject, api: ApiFixtures): Promise<FaultyWorld<WireFaultCase>> {
  let fake = api.create();
  const { removal } = fixtures;
  const shown = new Set<string>();
  let shrinks = false;
  /** The record goes once a page has shown it and another page of that list is asked for. */
  async function answer(request: Request): Promise<Response> {
    if (!shrinks || !removal) return fake.handle(request);
    const { pathname } = new URL(request.url);
    if (shown.has(pathname)) {
      fake.remove?.(removal.stream, removal.ref);
      shrinks = false;
    }
    const answered = await fake.handle(request);
    if ((await answered.clone().text()).includes(removal.ref)) shown.add(pathname);
    return answered;
  }
  const loopback = await openLoopback(api.origins, answer);
  return {
    faults: wireFaultsOf(fixtures, api),
    http: { fetch: loopback.fetch, maxAttempts: 2 },
    resolvePath: (path) => path,
    patienceMs({ isSlow, times }) {
      if (!isSlow) return PATIENCE_MS;
      return times === undefined ? SHORT_PATIENCE_MS : PATIENCE_FOR_ONE_MS;
    },
    async spring({ wire, address, trap, takesRecord, times }) {
      loopback.wire(wire ?? null, times);
      loopback.address(address ?? null);
      if (trap) fake.trap(trap);
      shrinks = takesRecord ?? false;
      shown.clear();
    },
    async calm() {
      loopback.wire(null);
      loopback.address(null);
      shrinks = false;
      fake = api.create();
    },
    close: loopback.close,
  };
}

/** A copy of the fixtures, in which each file that the plain settings name is damaged at once. */
async function fileWorld({ adapter }: Subject, { files }: FileFixtures): Promise<FaultyWorld<FileFault>> {
  const folder = await mkdtemp(join(tmpdir(), 'rotagraph-faults-'));
  const restore = async () => {
    await rm(folder, { recursive: true, force: true });
    await cp(fileURLToPath(new URL(`../../adapters/${adapter.id}/fixtures/`, import.meta.url)), folder, { recursive: true });
  };
  await restore();
  return {
    faults: FILE_FAULTS,
    http: {},
    resolvePath: (path) => join(folder, path),
    patienceMs: () => PATIENCE_MS,
    async spring({ damage }) {
      for (const { name, variant } of files) if (variant === undefined) await damage(join(folder, name));
    },
    calm: restore,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function faulted<F extends Fault>(subject: Subject, database: Database, world: FaultyWorld<F>): Promise<FaultedAdapter> {
  const { fixtures } = subject;
  const upstream = upstreamOf(subject, world.resolvePath);
  const sync = async (patienceMs = PATIENCE_MS): Promise<readonly RunReport[]> => {
    const http = { ...world.http, timeoutMs: patienceMs };
    const engine = createSyncEngine({ database, now: () => new Date(fixtures.now), sleep: async () => {}, http });
    return (await engine.run([upstream], { from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) })).runs;
  };
  const calmSync = async () => {
    await world.calm();
    // What a list was like in the middle of a fault may be found out at its end: then the next sync begins anew.
    const first = await sync();
    const runs = first.every(({ status }) => status === 'COMPLETE') ? first : await sync();
    for (const run of runs) assert.equal(run.status, 'COMPLETE', `${run.stream} without a fault: ${run.problem}`);
  };
  const begin = async () => {
    await emptyTables(database);
    await calmSync();
    return rowsOf(database);
  };
  let baseline = await begin();
  const usual = new Map((await sync()).map(({ stream, quarantined }) => [stream, quarantined]));
  return {
    faults: world.faults.map(({ name }) => name),
    async run(name) {
      const fault = world.faults.find((candidate) => candidate.name === name);
      if (!fault) throw new Error(`There is no fault "${name}".`);
      await world.spring(fault);
      const runs = await sync(world.patienceMs(fault));
      assertPromises(fault, runs);
      const rows = await rowsOf(database);
      const isOdd = !fault.codes && !losesNothing(fault);
      const mayGo = fault.takesRecord ? (fixtures.removal?.ref ?? null) : null;
      if (isOdd) assertHeld(keysOf(baseline, mayGo), keysOf(rows), 'rows are gone');
      else assert.deepEqual(rows, baseline, 'rows that stood are not as they were');
      await calmSync();
      const mended = await rowsOf(database);
      // What came odd may have been kept as a record of its own; what stood before must be as it was.
      if (isOdd) assertHeld(baseline, mended, 'once the fault was over, the next sync did not bring it all');
      else assert.deepEqual(mended, baseline, 'once the fault was over, the next sync did not bring it all');
      const before = await rowsOf(database, true);
      await calmSync();
      assert.deepEqual(await rowsOf(database, true), before, 'a sync of what is stored already wrote something');
      if (isOdd) baseline = await begin();
      return outcomeOf(runs, usual);
    },
    close: world.close,
  };
}

function upstreamOf({ adapter, fixtures }: Subject, resolvePath: Upstream['resolvePath']): Upstream {
  const schedule = { everyMinutes: 15, freshWithinMinutes: 60, webhookToken: null };
  const settings = adapter.settings.parse(fixtures.settings);
  return { id: adapter.id, adapter, title: adapter.title, organisationCodes: ['Z99001'], ...schedule, settings, resolvePath };
}

const losesNothing = ({ times, isAllowed }: Fault) => times !== undefined || isAllowed === true;

function assertPromises(fault: Fault, runs: readonly RunReport[]): void {
  const { codes, takesRecord } = fault;
  for (const { stream, status, received, kept, skipped, quarantined, removed, problemCode, problem } of runs) {
    assert.equal(received, kept + skipped + quarantined, `${stream}: the counts do not add up`);
    assert.ok(removed <= (takesRecord ? 1 : 0), `${stream}: ${removed} rows were taken for gone`);
    if (losesNothing(fault)) assert.equal(status, 'COMPLETE', `${stream}: ${problem}`);
    else if (codes) {
      assert.notEqual(status, 'COMPLETE', `${stream}: the fault was not noticed`);
      assert.ok(problemCode && codes.includes(problemCode), `${stream}: expected ${codes.join(' or ')}, got ${problemCode}: ${problem}`);
    } else assert.notEqual(problemCode, 'INTERNAL_SERVER_ERROR', `${stream}: ${problem}`);
  }
}

const CODES: Readonly<Partial<Record<ErrorCode, string>>> = { UPSTREAM_UNAVAILABLE: 'unavailable', UPSTREAM_REJECTED: 'rejected', UPSTREAM_AUTH: 'auth' };

/** Distinct outcomes of the streams. The fixtures have bad records of their own: `usual`. */
function outcomeOf(runs: readonly RunReport[], usual: ReadonlyMap<string, number>): string {
  const words = runs.map(({ problemCode, held, stream, quarantined }) => {
    if (problemCode) return CODES[problemCode] ?? problemCode;
    return [...(quarantined > (usual.get(stream) ?? 0) ? ['quarantined'] : []), ...(held > 0 ? ['held'] : [])].join(' + ') || 'ok';
  });
  return [...new Set(words)].sort().join(', ');
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

/** Which records stand, but for that of one reference: what of a row may change when the upstream sends something else for it is left out. */
function keysOf(rows: Rows, but: string | null = null): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([table, list]) => [
      table,
      list
        .map((row) => JSON.parse(row) as Readonly<Record<string, unknown>>)
        .flatMap(({ source, source_ref: ref, removed_at: removedAt }) => (ref === undefined || ref === but ? [] : [`${source} ${ref} ${removedAt}`]))
        .sort(),
    ]),
  );
}
