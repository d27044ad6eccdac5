/** What is kept of upstream records, and rows made again from it by a mapping that was mended. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineAdapter, invalid, type Mapped, skip, stream, UNCHANGED } from '../../adapters/contract.ts';
import type { Kept } from '../../adapters/minimise.ts';
import type { Database } from '../../platform/db.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import { aloneOnUpstream } from '../../sync/lock.ts';
import { forgetRawRecords, unpackPage } from '../../sync/raw-records.ts';
import { type ReplayOptions, replayUpstream } from '../../sync/replay.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { openTestDatabase } from '../support/database.ts';
import { NOW, WINDOW } from './fake-upstream.ts';
import { emptyTables, later } from './harness.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

/** What the vendor of these tests sends. A patient is on it that nobody asked for. */
interface Sent {
  readonly id: string;
  readonly day: number;
  readonly word: string;
  readonly patient?: string;
  readonly person?: string;
}

const Wire = z.object({ id: z.string(), day: z.number(), word: z.string(), person: z.string().nullish() });
type WireRecord = z.output<typeof Wire>;

const ROLES: Readonly<Record<string, Canonical['shift']['role']>> = { Nurse: 'PRACTICE_NURSE', Doctor: 'GENERAL_PRACTITIONER' };

function shiftOf({ day, word, person }: WireRecord, roles = ROLES): Canonical['shift'] {
  const role = roles[word];
  if (!role) throw invalid('word', 'a known role', 'a word that is not known');
  const startsAt = new Date(WINDOW.from.getTime() + day * 86_400_000 + 9 * 3_600_000);
  return {
    organisationCode: 'Z99001',
    siteCode: null,
    role,
    roleAsSent: word,
    skillsNeeded: [],
    deliveryMode: 'ON_SITE',
    startsAt,
    endsAt: new Date(startsAt.getTime() + 4 * 3_600_000),
    unpaidBreakMinutes: 0,
    status: person ? 'FILLED' : 'OPEN',
    staffKey: person ? `ref:rota:${person}` : null,
    fillSource: null,
  };
}

type Mapping = (record: WireRecord) => Mapped<'shift'>;

/** An upstream that gives these records, in pages of three, read by this mapping. */
function rota(records: readonly Sent[], map: Mapping = shiftOf): Upstream {
  const shifts = stream({
    name: 'shifts',
    entity: 'shift',
    removals: 'absence',
    wire: Wire,
    async *pages() {
      for (let at = 0; at === 0 || at < records.length; at += 3) {
        yield { records: records.slice(at, at + 3).map((raw) => ({ ref: raw.id, where: `shift ${raw.id}`, raw })), cursor: null, asOf: NOW };
      }
    },
    map,
  });
  const adapter = defineAdapter({
    id: 'fake',
    title: 'A rota',
    docs: 'https://upstream.example.nhs.invalid',
    settings: z.object({}),
    connect: () => ({}),
    check: async () => {},
    pull: [shifts],
  });
  return {
    id: 'rota',
    adapter,
    title: 'A rota',
    organisationCodes: [],
    everyMinutes: 15,
    freshWithinMinutes: 60,
    webhookToken: null,
    settings: {},
    resolvePath: (path) => path,
  };
}

async function sync(upstream: Upstream, minutesLater = 0, rawRetentionDays?: number) {
  const engine = createSyncEngine({ database, now: () => later(minutesLater), ...(rawRetentionDays !== undefined && { rawRetentionDays }) });
  const { runs } = await engine.run([upstream], WINDOW);
  return runs[0];
}

async function replay(upstream: Upstream, options: Partial<ReplayOptions> = {}) {
  const reports = await replayUpstream(database, upstream, { now: () => later(60), rawRetentionDays: 92, ...options });
  const { read, kept, recovered, removed, quarantined, withoutRaw } = reports?.[0] ?? {};
  return { read, kept, recovered, removed, quarantined, withoutRaw };
}

const rows = () => database.query<Record<string, unknown>>('SELECT * FROM rota.shift ORDER BY source_ref');
const standing = async () => (await rows()).filter(({ removed_at }) => removed_at === null).map(({ source_ref, role }) => `${source_ref} ${role}`);
const quarantined = async () =>
  (await database.query<{ location: string }>('SELECT location FROM platform.quarantine ORDER BY id')).map(({ location }) => location);

async function rawRecords(): Promise<readonly Kept[]> {
  const pages = await database.query<{ content: Uint8Array }>('SELECT content FROM platform.raw_page WHERE content IS NOT NULL ORDER BY id');
  return (await Promise.all(pages.map(({ content }) => unpackPage(content)))).flat().map(({ raw }) => raw);
}

const NURSES: readonly Sent[] = ['a', 'b', 'c', 'd', 'e'].map((id, day) => ({ id, day, word: 'Nurse', patient: 'Quillon Tarragon' }));
const withWord = (id: string, word: string) => NURSES.map((sent) => (sent.id === id ? { ...sent, word } : sent));
/** Knows one word more. */
const mended: Mapping = (record) => shiftOf(record, { ...ROLES, Matron: 'ADVANCED_NURSE_PRACTITIONER' });

describe('what is kept of a record', () => {
  it('is what its wire schema declares, of those that are kept and those that are not', async () => {
    await sync(rota(withWord('b', 'Matron')));
    expect(await rawRecords()).toEqual([
      { id: 'a', day: 0, word: 'Nurse' },
      { id: 'c', day: 2, word: 'Nurse' },
      { id: 'b', day: 1, word: 'Matron' },
      { id: 'd', day: 3, word: 'Nurse' },
      { id: 'e', day: 4, word: 'Nurse' },
    ]);
  });

  it('is not written again while it does not change', async () => {
    const pages = () => database.query<{ id: number; pass_id: number; synced_at: Date }>('SELECT id, pass_id, synced_at FROM platform.raw_page ORDER BY id');
    await sync(rota(NURSES));
    const before = await pages();
    await sync(rota(NURSES), 30);
    const after = await pages();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after.map(({ synced_at }) => synced_at)).toEqual([later(30), later(30)]);
    expect(after[0]?.pass_id).toBeGreaterThan(before[0]?.pass_id ?? 0);
  });

  it('makes room for what came later, once a pass is complete', async () => {
    await sync(rota(NURSES));
    await sync(rota(withWord('a', 'Doctor')), 30);
    expect((await rawRecords()).filter((raw) => (raw as { id: string }).id === 'a')).toEqual([{ id: 'a', day: 0, word: 'Doctor' }]);
  });

  it('stays for a row that stands while its record is in quarantine', async () => {
    await sync(rota(NURSES));
    await sync(rota(withWord('a', 'Matron')), 30);
    const [provenance] = await database.query<{ raw_page_id: number }>("SELECT raw_page_id FROM platform.record_provenance WHERE source_ref = 'a'");
    const [page] = await database.query<{ content: Uint8Array }>('SELECT content FROM platform.raw_page WHERE id = $1', [provenance?.raw_page_id]);
    expect((await unpackPage(page?.content ?? new Uint8Array()))[0]?.raw).toEqual({ id: 'a', day: 0, word: 'Nurse' });
  });

  it('goes when its days are over, and what it is known by stays', async () => {
    await sync(rota(NURSES), 0, 1);
    await sync({ ...rota([]), id: 'another' }, 2 * 24 * 60);
    expect(await rawRecords()).toEqual([]);
    expect(await database.query("SELECT mapping_version FROM platform.record_provenance WHERE source_ref = 'a'")).toEqual([
      { mapping_version: 'fake@unversioned' },
    ]);
  });

  it('stays while the upstream says that it is as it was', async () => {
    await sync(rota(NURSES), 0, 2);
    await sync(
      rota(NURSES, () => skip(UNCHANGED)),
      24 * 60,
      2,
    );
    await sync({ ...rota([]), id: 'another' }, 2 * 24 * 60 + 30, 2);
    expect(await rawRecords()).toHaveLength(5);
    await sync({ ...rota([]), id: 'another' }, 4 * 24 * 60, 2);
    expect(await rawRecords()).toEqual([]);
  });

  it('is kept from when it was last met upstream, not from when it was read again', async () => {
    await sync(rota(withWord('b', 'Matron')), 0, 2);
    await replay(rota([], mended), { now: () => later(24 * 60), rawRetentionDays: 2 });
    expect(await rawRecords()).not.toEqual([]);
    await sync({ ...rota([]), id: 'another' }, 2 * 24 * 60 + 30, 2);
    expect(await rawRecords()).toEqual([]);
  });

  it('is forgotten on demand, of a record with a row and of one in quarantine, and comes again with the upstream', async () => {
    const about = async (id: string) => (await rawRecords()).filter((raw) => (raw as { id: string }).id === id);
    await sync(rota(withWord('b', 'Matron')));
    await forgetRawRecords(database, 'rota', ['b']);
    expect([await about('a'), await about('b')]).toEqual([[], []]);
    expect(await about('d')).toHaveLength(1);
    await forgetRawRecords(database, 'rota', ['d']);
    expect(await rawRecords()).toEqual([]);
    await sync(rota(NURSES.filter(({ id }) => id !== 'b')), 30);
    expect([await about('a'), await about('b'), await about('d')]).toEqual([[expect.anything()], [], [expect.anything()]]);
  });

  it('is nothing where the site keeps nothing', async () => {
    await sync(rota(withWord('b', 'Matron')), 0, 0);
    expect(await rawRecords()).toEqual([]);
    expect(await replay(rota([], mended))).toMatchObject({ read: 0, withoutRaw: 1 });
    expect(await database.query('SELECT count(*) AS count FROM platform.record_provenance')).toEqual([{ count: 4 }]);
  });
});

describe('a replay', () => {
  it('by the same mapping changes nothing at all', async () => {
    await sync(rota(withWord('b', 'Matron')));
    const before = await rows();
    expect(await replay(rota([]))).toEqual({ read: 5, kept: 4, recovered: 0, removed: 0, quarantined: 1, withoutRaw: 0 });
    expect(await rows()).toEqual(before);
    expect(await quarantined()).toEqual(['shift b']);
  });

  it('by a mapping that was mended recovers what was in quarantine, and the next pass finds nothing to do', async () => {
    await sync(rota(withWord('b', 'Matron')));
    expect(await replay(rota([], mended), { quarantinedOnly: true })).toEqual({ read: 1, kept: 0, recovered: 1, removed: 0, quarantined: 0, withoutRaw: 0 });
    expect(await standing()).toContain('b ADVANCED_NURSE_PRACTITIONER');
    expect(await quarantined()).toEqual([]);
    const before = (await rows()).map(({ source_ref, changed_at }) => [source_ref, changed_at]);
    expect(await sync(rota(withWord('b', 'Matron'), mended), 90)).toMatchObject({ kept: 5, quarantined: 0, removed: 0 });
    expect((await rows()).map(({ source_ref, changed_at }) => [source_ref, changed_at])).toEqual(before);
  });

  it('puts the newer record in the place of the older that stood in for it', async () => {
    await sync(rota(NURSES));
    await sync(rota(withWord('a', 'Matron')), 30);
    expect(await standing()).toContain('a PRACTICE_NURSE');
    expect(await replay(rota([], mended))).toMatchObject({ kept: 5, recovered: 1 });
    expect(await standing()).toContain('a ADVANCED_NURSE_PRACTITIONER');
    expect(await replay(rota([], mended))).toMatchObject({ kept: 5, recovered: 0 });
    expect(await standing()).toContain('a ADVANCED_NURSE_PRACTITIONER');
  });

  it('makes rows otherwise where the mapping means otherwise, and keeps when they were met', async () => {
    await sync(rota(NURSES));
    const before = await rows();
    await replay(rota([], (record) => ({ ...shiftOf(record), siteCode: 'U99999-HUB' })));
    expect(await rows()).toEqual(before.map((row) => ({ ...row, site_code: 'U99999-HUB', changed_at: later(60) })));
  });

  it('books the person of a shift that it recovers', async () => {
    await sync(rota([{ id: 'a', day: 0, word: 'Matron', person: 'robin' }]));
    await replay(rota([], mended));
    expect(await database.query('SELECT staff_key, status FROM rota.booking')).toEqual([{ staff_key: 'ref:rota:robin', status: 'CONFIRMED' }]);
  });

  it('leaves a repeat in quarantine, for the two may differ', async () => {
    await sync(rota([{ id: 'a', day: 0, word: 'Nurse' }, { id: 'a', day: 1, word: 'Nurse' }, ...NURSES.slice(1)]));
    expect(await replay(rota([], mended))).toMatchObject({ recovered: 0, quarantined: 1 });
    expect((await rows())[0]?.starts_at).toEqual(shiftOf({ id: 'a', day: 0, word: 'Nurse' }).startsAt);
  });

  it('takes the first of two that were both in quarantine', async () => {
    await sync(rota([{ id: 'a', day: 0, word: 'Matron' }, { id: 'a', day: 1, word: 'Matron' }, ...NURSES.slice(1)]));
    expect(await replay(rota([], mended))).toMatchObject({ recovered: 1, quarantined: 1 });
    expect((await rows())[0]?.starts_at).toEqual(shiftOf({ id: 'a', day: 0, word: 'Nurse' }).startsAt);
    expect(await replay(rota([], mended))).toMatchObject({ recovered: 0, quarantined: 1 });
  });

  it('does not bring back what is gone upstream', async () => {
    await sync(rota(NURSES));
    await sync(rota(NURSES.slice(1)), 30);
    expect(await replay(rota([]))).toMatchObject({ read: 4, kept: 4 });
    expect(await standing()).toHaveLength(4);
  });

  it('takes away what the mapping no longer wants, and leaves what it no longer understands', async () => {
    await sync(rota(NURSES));
    const stricter: Mapping = (record) => {
      if (record.id === 'a') return skip('not a shift');
      if (record.id === 'b') throw invalid('id', 'another', 'this one');
      return shiftOf(record);
    };
    expect(await replay(rota([], stricter))).toEqual({ read: 5, kept: 3, recovered: 0, removed: 1, quarantined: 1, withoutRaw: 0 });
    expect(await standing()).toEqual(['b PRACTICE_NURSE', 'c PRACTICE_NURSE', 'd PRACTICE_NURSE', 'e PRACTICE_NURSE']);
    expect(await quarantined()).toEqual(['shift b']);
    expect(await replay(rota([]))).toMatchObject({ kept: 3, recovered: 1, quarantined: 0 });
    expect(await quarantined()).toEqual([]);
  });

  it('waits for nobody who is reading the upstream', async () => {
    await sync(rota(NURSES));
    await aloneOnUpstream(database, 'rota', async () => {
      expect(await replayUpstream(database, rota([]), { now: () => NOW, rawRetentionDays: 92 })).toBeNull();
    });
  });
});
