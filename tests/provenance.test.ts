/** Over the fixtures of every adapter: what is kept of each record gives, by the mapping that it names, what is served. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSubject } from '../adapters/conformance.ts';
import { inWorld } from '../adapters/conformance-world.ts';
import type { AnyAdapter, PullStream } from '../adapters/contract.ts';
import { mappingVersionOf } from '../adapters/mapping-version.ts';
import { revive } from '../adapters/minimise.ts';
import { adapterIds } from '../adapters/registry.ts';
import type { Database } from '../platform/db.ts';
import { CANONICAL } from '../schema/domain/canonical.ts';
import { createSyncEngine } from '../sync/engine.ts';
import { unpackPage } from '../sync/raw-records.ts';
import { replayUpstream } from '../sync/replay.ts';
import type { Upstream } from '../sync/upstreams.ts';
import { openTestDatabase } from './support/database.ts';
import { emptyTables } from './sync/harness.ts';

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each(await adapterIds())('what is kept of the records of %s', (id) => {
  let database: Database;
  let upstream: Upstream;
  let subject: Awaited<ReturnType<typeof loadSubject>>['subject'];
  let expected: Awaited<ReturnType<typeof loadSubject>>['expected'];
  let now: () => Date;

  beforeAll(async () => {
    database = await openTestDatabase();
    await emptyTables(database);
    ({ subject, expected } = await loadSubject(id));
    const { fixtures, adapter } = subject;
    now = () => new Date(fixtures.now);
    await inWorld(subject, async ({ folder }) => {
      const settings = adapter.settings.parse(fixtures.settings);
      upstream = {
        id: 'fixture',
        adapter: withStrangers(adapter),
        title: id,
        organisationCodes: [],
        everyMinutes: 15,
        freshWithinMinutes: 60,
        webhookToken: null,
        settings,
        resolvePath: (path) => `${folder}/${path}`,
      };
      const window = { from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) };
      const { runs } = await createSyncEngine({ database, now, sleep: async () => {} }).run([upstream], window);
      expect(runs.filter(({ status }) => status !== 'COMPLETE')).toEqual([]);
    });
  });
  afterAll(() => database.close());

  interface LiveRecord {
    readonly stream: string;
    readonly source_ref: string;
    readonly mapping_version: string;
    readonly position: number;
    readonly content: Uint8Array;
  }

  it('gives, read by the mapping that is named, what is expected of it', async () => {
    const live = await database.query<LiveRecord>(
      `SELECT v.stream, v.source_ref, v.mapping_version, array_position(p.refs, v.source_ref) - 1 AS position, p.content
       FROM platform.record_provenance v JOIN platform.raw_page p ON p.id = v.raw_page_id`,
    );
    expect(live.length).toBeGreaterThan(0);
    const version = await mappingVersionOf(id);
    const again: Record<string, Record<string, unknown>> = {};
    for (const { stream: name, source_ref, mapping_version, position, content } of live) {
      expect(mapping_version).toBe(version);
      const stream = subject.adapter.pull.find((candidate) => candidate.name === name);
      const record = (await unpackPage(content))[position];
      if (!stream || !record) throw new Error(`${name}, ${source_ref}: nothing was kept.`);
      again[name] = { ...again[name], [source_ref]: json(CANONICAL[stream.entity].parse(stream.read(revive(record.raw)))) };
    }
    // A record may be refused by the store, where it cannot be told whom it means: it is then in quarantine.
    const refused = await database.query<{ stream: string; source_ref: string }>(
      'SELECT stream, source_ref FROM platform.quarantine WHERE source_ref IS NOT NULL',
    );
    const wanted = Object.entries(expected).map(([name, { kept }]) => {
      const isServed = (ref: string) => !refused.some((other) => other.stream === name && other.source_ref === ref) || again[name]?.[ref] !== undefined;
      return [name, Object.fromEntries(Object.entries(kept).filter(([ref]) => isServed(ref)))] as const;
    });
    expect(again).toEqual(Object.fromEntries(wanted.filter(([, kept]) => Object.keys(kept).length > 0)));
  });

  it('gives, replayed without the upstream, the very rows that are served', async () => {
    const before = await everyRow(database);
    const reports = await replayUpstream(database, upstream, { now: () => new Date(now().getTime() + 60_000), rawRetentionDays: 92 });
    expect(await everyRow(database)).toEqual(before);
    expect(reports?.filter(({ recovered, removed }) => recovered + removed > 0)).toEqual([]);
  });

  it('holds nothing that its wire schema does not declare', async () => {
    expect(strangersSent).toBeGreaterThan(0);
    const pages = await database.query<{ content: Uint8Array }>('SELECT content FROM platform.raw_page');
    for (const { content } of pages) expect(JSON.stringify(await unpackPage(content))).not.toContain(STRANGER);
  });
});

/** What no adapter asks for: it is put into every record that comes, beside what is asked for. */
const STRANGER = 'Quillon Tarragon';
let strangersSent = 0;

/** Leaves alone what the adapter itself hands on, which is kept whole, and parts of which the schema names every key. */
function withStranger(stream: PullStream, raw: unknown): unknown {
  if (!isFields(raw)) return raw;
  strangersSent += 1;
  const isHandedOn = (key: string) => JSON.stringify(stream.minimise?.({ [key]: { patient: STRANGER } }) ?? null).includes(STRANGER);
  const parts = Object.entries(raw).map(([key, part]) => [key, isFields(part) && !isHandedOn(key) ? { ...part, patient: STRANGER } : part]);
  const deep = { ...Object.fromEntries(parts), patient: STRANGER };
  return reads(stream, deep) ? deep : { ...raw, patient: STRANGER };
}

function reads(stream: PullStream, raw: unknown): boolean {
  try {
    stream.read(raw);
    return true;
  } catch {
    return false;
  }
}

const isFields = (part: unknown): part is object => typeof part === 'object' && part !== null && Object.getPrototypeOf(part) === Object.prototype;

/** Besides: Jest gives the files' own times as dates of another realm, which the embedded database does not know for dates. */
function withStrangers(adapter: AnyAdapter): AnyAdapter {
  return {
    ...adapter,
    pull: adapter.pull.map((stream) => ({
      ...stream,
      async *pages(client, request) {
        for await (const page of stream.pages(client, request)) {
          const records = page.records.map((record) => ({ ...record, raw: withStranger(stream, record.raw) }));
          yield { ...page, records, asOf: new Date(page.asOf.getTime()) };
        }
      },
    })),
  };
}

const SERVED = ['practices', 'workforce', 'rota'];

/** Every row of every table that is served, and what is in quarantine. */
async function everyRow(database: Database): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const tables = await database.query<{ name: string }>(
    "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables WHERE table_schema = ANY($1) AND table_type = 'BASE TABLE' ORDER BY 1",
    [SERVED],
  );
  const rows: Record<string, readonly unknown[]> = {};
  for (const { name } of tables) {
    rows[name] = (await database.query<{ row: unknown }>(`SELECT to_jsonb(t) AS row FROM ${name} t ORDER BY to_jsonb(t)::text`)).map(({ row }) => row);
  }
  rows.quarantine = await database.query('SELECT upstream, stream, source_ref, location, problems FROM platform.quarantine ORDER BY upstream, stream, id');
  return rows;
}
