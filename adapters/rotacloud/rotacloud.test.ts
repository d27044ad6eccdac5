import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../../platform/http.ts';
import { RecordInvalidError, UpstreamAuthError, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, Page, PullStream } from '../contract.ts';
import adapter from './adapter.ts';
import type { RotaCloudClient } from './client.ts';
import { API_KEY, fixtures, sampleState } from './fixtures/config.ts';
import { createFakeRotaCloud, type FakeRotaCloud } from './fixtures/upstream.ts';
import { toLeave, toShift } from './map.ts';
import { RotaCloudSettings } from './settings.ts';
import { RotaCloudLeave, RotaCloudShift } from './wire.ts';

const ORIGIN = 'https://rotacloud.example.invalid';
const WINDOW = { from: new Date('2026-03-23T00:00:00Z'), to: new Date('2026-10-31T00:00:00Z') };
const settings = RotaCloudSettings.parse(fixtures.settings);

describe('RotaCloud', () => {
  let fake: FakeRotaCloud;
  let requests: URL[] = [];
  const pauses: number[] = [];
  const server = setupServer();

  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  beforeEach(() => {
    requests = [];
    pauses.length = 0;
    fake = createFakeRotaCloud({ apiKey: API_KEY, state: sampleState() });
    server.use(
      http.all(`${ORIGIN}/*`, ({ request }) => {
        requests.push(new URL(request.url));
        return fake.handle(request);
      }),
    );
  });
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const connect = (changed: Partial<RotaCloudSettings> = {}) =>
    adapter.connect(
      { ...settings, ...changed },
      createTools({ now: () => new Date(fixtures.now), resolvePath: (path) => path, sleep: async (ms) => void pauses.push(ms) }),
    );
  const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<RotaCloudClient>;
  const pagesOf = async (client: RotaCloudClient, name: string, since: Cursor | null = null, window = WINDOW) => {
    const pages: Page[] = [];
    for await (const page of streamOf(name).pages(client, { since, ...window })) pages.push(page);
    return pages;
  };
  const refsOf = (pages: readonly Page[]) => pages.flatMap(({ records }) => records.map(({ ref }) => ref));
  const asked = (path: string) => requests.filter(({ pathname }) => pathname === `/v1/${path}`);

  it('asks for shifts a day around the window, and for leave a year around it: what only reaches in must not be missed', async () => {
    await pagesOf(connect(), 'shifts');
    await pagesOf(connect(), 'leave');
    const [shifts] = asked('shifts');
    expect([shifts?.searchParams.get('start'), shifts?.searchParams.get('end')]).toEqual([
      String(Date.UTC(2026, 2, 22) / 1000),
      String(Date.UTC(2026, 10, 1) / 1000),
    ]);
    const [leave] = asked('leave');
    expect([leave?.searchParams.get('start'), leave?.searchParams.get('end')]).toEqual(['2025-03-22', '2027-11-01']);
  });

  it('is refused by the fake where it does not say from when to when', async () => {
    await expect(connect().all('shifts')).rejects.toThrow('start and end are required');
  });

  it('does not ask for deleted records, and skips those that come all the same', async () => {
    expect(refsOf(await pagesOf(connect(), 'shifts'))).not.toContain('9003');
    const deleted = fake.state.shifts.filter(({ id }) => id === 9003);
    const [record] = deleted.map((shift) => ({ ...shift, joined: { account: 'brackenshire', window: WINDOW, place: null, role: null } }));
    expect(streamOf('shifts').read(record)).toEqual({ skipped: 'deleted upstream' });
  });

  it('gives neither pay nor birth dates, PINs, notes or messages to anybody, not even with a record that is quarantined', async () => {
    const pages = (await Promise.all(['staffMembers', 'engagements', 'shifts', 'leave'].map((name) => pagesOf(connect(), name)))).flat();
    const raw = JSON.stringify(pages.flatMap(({ records }) => records.map((record) => record.raw)));
    expect(raw).not.toMatch(/dob|1980-01-01|salary|pin"|notes|message|Knee|Covers/);
  });

  it('quarantines what has its fields under other names, and keeps nothing of it', async () => {
    fake.oddities.renamedFields = true;
    await expect(pagesOf(connect(), 'shifts')).rejects.toThrow('RotaCloud, locations: expected an id and a name in each record');
    const people = await pagesOf(connect(), 'staffMembers');
    for (const { raw } of people.flatMap(({ records }) => records)) expect(() => streamOf('staffMembers').read(raw)).toThrow(RecordInvalidError);
  });

  it('waits as long as a 429 asks, in seconds or until a date', async () => {
    fake.oddities.retryAfter = '7';
    fake.trap('throttled', 1);
    await pagesOf(connect(), 'staffMembers');
    fake.oddities.retryAfter = 'Fri, 20 Mar 2026 09:00:05 GMT';
    fake.trap('throttled', 1);
    await pagesOf(connect(), 'staffMembers');
    expect(pauses).toEqual([7000, 5000]);
  });

  it('says that a key is refused without saying the key', async () => {
    const error = await adapter.check(connect({ apiKey: 'another-key-8Bq' })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UpstreamAuthError);
    expect((error as Error).message).toBe('rotacloud.example.invalid refuses our credentials (401 Unauthorized: Invalid API key).');
  });

  it('check names a location of the settings that the account has not', async () => {
    await expect(adapter.check(connect({ locations: { ...settings.locations, 'Old surgery': { leaveOut: true } } }))).rejects.toThrow(
      'RotaCloud has no location called "Old surgery". Check the setting locations.',
    );
  });

  describe('paging', () => {
    it('ends with an error where the list changes while it is read: a shift that moved between pages would count as removed', async () => {
      fake.oddities.shrinking = true;
      await expect(pagesOf(connect(), 'staffMembers')).rejects.toThrow(UpstreamRejectedError);
    });

    it('asks for a second look, because one that goes while another comes leaves the count as it was', async () => {
      const slipped = String(fake.state.users[2]?.id);
      const pages = streamOf('staffMembers')
        .pages(connect({ pageSize: 2 }), { since: null, ...WINDOW })
        [Symbol.asyncIterator]();
      const refs = refsOf([(await pages.next()).value]);
      const [first, ...others] = fake.state.users;
      if (first) fake.state.users = [...others, { ...first, id: 599 }];
      for (let page = await pages.next(); !page.done; page = await pages.next()) refs.push(...refsOf([page.value]));
      expect(refs).toContain('599');
      expect(refs).not.toContain(slipped);
      expect(adapter.pull.filter(({ mayShift }) => mayShift).map(({ name }) => name)).toEqual(['staffMembers', 'engagements', 'shifts', 'leave']);
    });

    it('begins at the start when the list has another length than when it left off', async () => {
      const [first, ...rest] = await pagesOf(connect(), 'staffMembers');
      expect(refsOf(await pagesOf(connect(), 'staffMembers', first?.cursor))).toEqual(refsOf(rest));
      fake.state.users = fake.state.users.slice(1);
      expect(refsOf(await pagesOf(connect(), 'staffMembers', first?.cursor))).toContain('502');
      expect(refsOf(await pagesOf(connect(), 'staffMembers', first?.cursor))[0]).toBe('502');
    });

    it('begins at the start when the window is another', async () => {
      const [first] = await pagesOf(connect(), 'shifts');
      const moved = { from: new Date('2026-03-24T00:00:00Z'), to: WINDOW.to };
      expect(refsOf(await pagesOf(connect(), 'shifts', first?.cursor, moved))).toContain('9001');
    });

    it('does not take a list without its count for a whole one', async () => {
      server.use(http.get(`${ORIGIN}/v1/users`, () => Response.json([])));
      await expect(pagesOf(connect(), 'staffMembers')).rejects.toThrow('expected X-Total-Count with the list, got none');
    });

    it('takes an account without leave for one', async () => {
      fake.state.leave = [];
      expect(refsOf(await pagesOf(connect(), 'leave'))).toEqual([]);
    });

    it('does not go on for ever where a page stays empty', async () => {
      server.use(http.get(`${ORIGIN}/v1/users`, () => Response.json([], { headers: { 'x-total-count': '9' } })));
      await expect(pagesOf(connect(), 'staffMembers')).rejects.toThrow('got an empty page 3 times');
    });

    it('goes on by what came, where the server caps the page below what was asked', async () => {
      fake = createFakeRotaCloud({ apiKey: API_KEY, state: sampleState(), maxLimit: 3 });
      expect(refsOf(await pagesOf(connect({ pageSize: 100 }), 'staffMembers'))).toHaveLength(7);
    });
  });

  it('reads no engagements where the settings say no terms: RotaCloud does not tell a partner from a locum', () => {
    expect(streamOf('engagements').offered?.(connect({ engagementKinds: {} }))).toBe(false);
    expect(streamOf('engagements').offered?.(connect())).toBe(true);
  });

  it('stops where the roles cannot be read: every shift would be quarantined', async () => {
    server.use(http.get(`${ORIGIN}/v1/roles`, () => Response.json({ error: 'Not found' }, { status: 404 })));
    await expect(pagesOf(connect(), 'shifts')).rejects.toThrow(UpstreamRejectedError);
  });
});

describe('what a record means', () => {
  const place = { leftOut: false, organisationCode: 'Z99001', siteCode: null, deliveryMode: null };
  const role = { leftOut: false, name: 'Duty doctor', role: 'GENERAL_PRACTITIONER', deliveryMode: null, skillsNeeded: [] };
  const seconds = (at: string) => Date.parse(at) / 1000;
  const sent = {
    id: 1,
    deleted: false,
    published: true,
    open: false,
    start_time: seconds('2026-04-01T08:00:00Z'),
    end_time: seconds('2026-04-01T12:00:00Z'),
    minutes_break: 0,
    user: 501 as number | null,
    location: 11,
    role: 21,
    joined: { account: 'brackenshire', window: WINDOW, place, role },
  };
  const shift = (changed: object) => toShift(RotaCloudShift.parse({ ...sent, ...changed }));
  const leave = (changed: object) =>
    toLeave(
      RotaCloudLeave.parse({
        id: 1,
        user: 501,
        status: 'approved',
        start_date: '2026-06-01',
        end_date: '2026-06-01',
        joined: { account: 'brackenshire', window: WINDOW, kind: 'AWAY' },
        ...changed,
      }),
    );

  it('an open shift without a user is a gap to fill, but not when it was deleted', () => {
    expect(shift({ open: true, user: null })).toMatchObject({ status: 'OPEN', staffKey: null });
    expect(shift({ open: true, user: null, deleted: true })).toEqual({ skipped: 'deleted upstream' });
  });

  it('an open shift that is not published is no gap yet', () => {
    expect(shift({ open: true, user: null, published: false })).toEqual({ skipped: 'a draft that has not been published' });
  });

  it('a shift that is neither open nor somebody’s says too little', () => {
    expect(() => shift({ user: null })).toThrow('user: expected who works a shift that is not open, got nothing');
  });

  it('names the location or role that it does not know by its id', () => {
    expect(() => shift({ location: 99, joined: { ...sent.joined, place: null } })).toThrow('a location that the setting locations names, got the location 99');
    expect(() => shift({ role: 98, joined: { ...sent.joined, role: null } })).toThrow('got the role 98');
  });

  it('does not take milliseconds or text for seconds', () => {
    for (const wrong of [seconds('2026-04-01T08:00:00Z') * 1000, '1775030400', 1.5, null]) {
      expect(RotaCloudShift.safeParse({ ...sent, start_time: wrong }).success).toBe(false);
    }
  });

  it('cuts at the window: what only touches it is outside, what reaches into it is not', () => {
    const times = (start: string, end: string) => ({ start_time: seconds(start), end_time: seconds(end) });
    expect(shift(times('2026-03-22T16:00:00Z', '2026-03-23T00:00:00Z'))).toEqual({ skipped: 'outside the window' });
    expect(shift(times('2026-10-31T00:00:00Z', '2026-10-31T04:00:00Z'))).toEqual({ skipped: 'outside the window' });
    expect(shift(times('2026-03-22T16:00:00Z', '2026-03-23T00:01:00Z'))).toMatchObject({ status: 'FILLED' });
  });

  it.each([
    ['2027-03-27T22:00:00Z', '2027-03-28T05:00:00Z', 420],
    ['2026-10-24T21:00:00Z', '2026-10-25T06:00:00Z', 540],
  ])('takes unix seconds for instants over a night on which the clocks change: %s', (start, end, minutes) => {
    const window = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-12-31T00:00:00Z') };
    const mapped = shift({ start_time: seconds(start), end_time: seconds(end), joined: { ...sent.joined, window } });
    expect(mapped).toMatchObject({ startsAt: new Date(start), endsAt: new Date(end) });
    expect((seconds(end) - seconds(start)) / 60).toBe(minutes);
  });

  it.each([
    [{}, '2026-05-31T23:00:00Z', '2026-06-01T23:00:00Z', true],
    [{ start_am_pm: 'am', end_am_pm: 'pm' }, '2026-05-31T23:00:00Z', '2026-06-01T23:00:00Z', true],
    [{ start_am_pm: 'PM' }, '2026-06-01T11:00:00Z', '2026-06-01T23:00:00Z', false],
    [{ end_am_pm: 'am' }, '2026-05-31T23:00:00Z', '2026-06-01T11:00:00Z', false],
    [{ start_date: '2026-03-28', end_date: '2026-03-29' }, '2026-03-28T00:00:00Z', '2026-03-29T23:00:00Z', true],
    [{ start_date: '2026-10-25', end_date: '2026-10-25' }, '2026-10-24T23:00:00Z', '2026-10-26T00:00:00Z', true],
  ])('reads days and half days of leave in London: %j', (changed, startsAt, endsAt, allDay) => {
    expect(leave(changed)).toMatchObject({ startsAt: new Date(startsAt), endsAt: new Date(endsAt), allDay });
  });

  it.each(['denied', 'expired', 'requested', 'pending'])('skips leave that is %s', (status) => {
    expect(leave({ status })).toEqual({ skipped: 'leave that is not approved' });
  });

  it('quarantines leave of a status that it does not know', () => {
    expect(() => leave({ status: 'maybe' })).toThrow();
  });
});
