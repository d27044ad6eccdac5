import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { Cursor, Page, PullStream } from '../contract.ts';
import adapter from './adapter.ts';
import { MAX_REQUESTS } from './client.ts';
import { fixtures, sampleRegister } from './fixtures/config.ts';
import { createFakeOds, type FakeOds, type Register } from './fixtures/upstream.ts';
import { OdsApiSettings } from './settings.ts';

const realReply = (code: string) => JSON.parse(readFileSync(new URL(`./fixtures/ord_${code}.json`, import.meta.url), 'utf8')).Organisation;
const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<unknown>;
const WINDOW = { from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) };
const settings = fixtures.settings as { apiKey: string; baseUrl: string; ordUrl: string };

interface World {
  readonly fake: FakeOds;
  readonly asked: string[];
  readonly client: unknown;
  clock: Date;
}

/** The adapter before a fake, whose answers may be replaced. */
function world(change: object = {}, state: Register = sampleRegister(), answer?: (url: string) => Response | null): World {
  const fake = createFakeOds({ state, apiKey: settings.apiKey, fhirUrl: settings.baseUrl, ordUrl: settings.ordUrl });
  const asked: string[] = [];
  const made: World = { fake, asked, client: null, clock: new Date(fixtures.now) };
  const client = adapter.connect(OdsApiSettings.parse({ ...settings, ...change }), {
    now: () => made.clock,
    resolvePath: (path) => path,
    async fetch(url, init) {
      asked.push(String(url));
      const response = answer?.(String(url)) ?? (await fake.handle(new Request(url, init)));
      if (response.status === 404) throw new UpstreamRejectedError('refused', { status: 404 });
      return response;
    },
  });
  return Object.assign(made, { client });
}

async function pull({ client }: World, name: string, since: Cursor | null = null): Promise<readonly Page[]> {
  return Array.fromAsync(streamOf(name).pages(client as never, { since, ...WINDOW }));
}

const refsOf = (pages: readonly Page[]) => pages.flatMap(({ records }) => records.map(({ ref }) => ref));

describe('a real reply of ORD', () => {
  test('of a practice is read with who commissions it', () => {
    expect(streamOf('practices').read({ ...realReply('F81749'), form: 'ord', readOn: '2026-11-24' })).toMatchObject({
      ...{ odsCode: 'F81749', name: 'MARKET SQUARE SURGERY', status: 'ACTIVE', openedOn: '2000-09-01', subIcbLocationCode: '07H' },
      addressLines: ['WALTHAM ABBEY HEALTH CTRE', '13 SEWARDSTONE ROAD', 'WALTHAM ABBEY', 'ESSEX'],
    });
  });

  test('has the network among its relationships, and the others are skipped by kind', () => {
    const relationships = realReply('F81749').Rels.Rel.map((rel: object) => streamOf('memberships').read({ ...rel, form: 'ord', source: 'F81749' }));
    expect(relationships).toEqual([
      { practiceOdsCode: 'F81749', pcnOdsCode: 'U56676', startsOn: '2019-10-01', endsOn: null },
      ...Array(3).fill({ skipped: 'a relationship of another kind: is commissioned by' }),
    ]);
  });

  test('of a site whose primary role is that of a practice is one, without a commissioner, and is operated by a trust', () => {
    const sent = realReply('A9A5A');
    expect(streamOf('practices').read({ ...sent, form: 'ord', readOn: '2026-11-24' })).toMatchObject({
      ...{ odsCode: 'A9A5A', status: 'ACTIVE', subIcbLocationCode: null, addressLines: ['NEWBURY LANE', 'OLDBURY'] },
    });
    expect(streamOf('memberships').read({ ...sent.Rels.Rel[0], form: 'ord', source: 'A9A5A' })).toEqual({
      skipped: 'a relationship of another kind: is operated by',
    });
  });

  test('means the same with a lone object where there is one of a list', () => {
    const sent = realReply('A9A5A');
    const lone = { ...sent, Date: sent.Date[0], Roles: { Role: sent.Roles.Role[0] }, Rels: { Rel: sent.Rels.Rel[0] } };
    const read = (raw: object) => streamOf('practices').read({ ...raw, form: 'ord', readOn: '2026-11-24' });
    expect(read(lone)).toEqual(read(sent));
  });
});

describe('changes', () => {
  test('of a practice that gave up its role and goes on as something else take it back: no later list would', () => {
    const sent = realReply('F81749');
    const read = (status: string) => {
      const roles = sent.Roles.Role.map((role: { readonly id: string }) => (role.id === 'RO76' ? { ...role, Status: status } : role));
      return streamOf('practices').read({ ...sent, Roles: { Role: roles }, form: 'ord', readOn: '2026-11-24' });
    };
    expect(read('Active')).toMatchObject({ odsCode: 'F81749', status: 'ACTIVE' });
    expect(read('Inactive')).toEqual({ removed: true });
  });

  test('since the last pass are asked for, with an overlap, and a pass without any asks for nothing else', async () => {
    const made = world();
    const last = (await pull(made, 'practices')).at(-1);
    expect(last?.cursor).toEqual({ changedSince: '2026-11-22' });
    made.asked.length = 0;
    expect(refsOf(await pull(made, 'practices', last?.cursor))).toEqual(['Z99002']);
    expect(made.asked[0]).toBe(`${settings.baseUrl}/Organization?roleCode=RO76&lastChangeDate=gt2026-11-22&_count=1000`);
    made.asked.length = 0;
    expect(refsOf(await pull(made, 'practices', { changedSince: '2026-11-23' }))).toEqual([]);
    expect(made.asked.length).toBe(1);
  });

  test('since the last pass are asked of ORD too', async () => {
    const made = world({ service: 'ord' });
    expect(refsOf(await pull(made, 'practices', { changedSince: '2026-11-22' }))).toEqual(['Z99002']);
    expect(made.asked[0]).toContain('&LastChangeDate=2026-11-22&');
  });

  test('that come in while a pass is stopped overnight are not lost: it counts from the day on which it began', async () => {
    const made = world();
    const next = `${settings.baseUrl}/Organization?roleCode=RO76&_count=1000`;
    made.clock = new Date('2026-11-27T09:00:00Z');
    const pages = await pull(made, 'practices', { begunOn: '2026-11-24', changedSince: null, next, done: 0 });
    expect(pages.at(-1)?.cursor).toEqual({ changedSince: '2026-11-22' });
  });
});

describe('the limit of requests', () => {
  test('is kept by stopping in time, to go on when the window has passed', async () => {
    const organisations = Array.from({ length: MAX_REQUESTS }, (_, index) => {
      const code = `U${String(10_000 + index)}`;
      const role = { code: 'RO272', primary: true, active: true, period: { start: '2019-07-01' } };
      return { code, name: code, active: true, roles: [role], changedOn: '2026-01-15' };
    });
    const made = world({}, { organisations, relationships: [] });
    const stored: Page[] = [];
    const walk = async (since: Cursor | null) => {
      for await (const page of streamOf('memberships').pages(made.client as never, { since, ...WINDOW })) stored.push(page);
    };
    const stopped = await walk(null).catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(UpstreamUnavailableError);
    expect(stopped).toMatchObject({ retryAfterMs: 300_000 });
    expect(made.asked.length).toBe(MAX_REQUESTS);
    made.clock = new Date(made.clock.getTime() + 300_000);
    await walk(stored.at(-1)?.cursor ?? null);
    expect(stored.length).toBe(MAX_REQUESTS);
    expect(stored.at(-1)?.cursor).toBeNull();
  });
});

test('an organisation that the list of ORD names and that is not there is set aside, whatever the words of its 404', async () => {
  const gone = (url: string) => (url.endsWith('/Z99001') ? new Response('{"ErrorCode":404,"ErrorText":"Not Found."}', { status: 404 }) : null);
  const [page] = await pull(world({ service: 'ord' }, sampleRegister(), gone), 'practices');
  const record = page?.records.find(({ ref }) => ref === 'Z99001');
  expect(record?.problems).toEqual([{ path: '', expected: 'an organisation behind its link', got: 'none' }]);
  expect(page?.records.length).toBeGreaterThan(5);
});

test('a link to another host is not followed', async () => {
  const link = [{ relation: 'next', url: 'https://elsewhere.example.invalid/fhir/Organization' }];
  const led = () => Response.json({ resourceType: 'Bundle', link, entry: [] });
  await expect(pull(world({}, sampleRegister(), led), 'pcns')).rejects.toThrow('got a link to https://elsewhere.example.invalid. It is not followed.');
});

test('a key is asked for, but not by ORD and the sandbox', () => {
  const accepts = (change: object) => OdsApiSettings.safeParse(change).success;
  expect(accepts({})).toBe(false);
  expect(accepts({ service: 'ord' })).toBe(true);
  expect(accepts({ baseUrl: 'https://sandbox.api.example.invalid/fhir' })).toBe(true);
  expect(accepts({ apiKey: 'key', baseUrl: 'http://api.example.invalid/fhir' })).toBe(false);
});
