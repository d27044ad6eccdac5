import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../../platform/http.ts';
import { RecordInvalidError, UpstreamAuthError, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, Page, PullStream } from '../contract.ts';
import adapter from './adapter.ts';
import type { DeputyClient } from './client.ts';
import { fixtures, sampleState, TOKEN } from './fixtures/config.ts';
import { createFakeDeputy, type FakeDeputy } from './fixtures/upstream.ts';
import { toLeave, toShift } from './map.ts';
import { DeputySettings } from './settings.ts';
import { DeputyLeave, DeputyRoster } from './wire.ts';

const ORIGIN = 'https://brackenshire.uk.deputy.example.invalid';
const WINDOW = { from: new Date('2026-03-23T00:00:00Z'), to: new Date('2026-10-31T00:00:00Z') };
const settings = DeputySettings.parse(fixtures.settings);

interface SentQuery {
  readonly search: Readonly<Record<string, { readonly field: string; readonly type: string; readonly data: unknown }>>;
  readonly max: number;
}

describe('Deputy', () => {
  let fake: FakeDeputy;
  let requests: { readonly path: string; readonly body: SentQuery }[] = [];
  const pauses: number[] = [];
  const server = setupServer();

  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  beforeEach(() => {
    requests = [];
    pauses.length = 0;
    fake = createFakeDeputy({ token: TOKEN, state: sampleState() });
    server.use(
      http.all(`${ORIGIN}/*`, async ({ request }) => {
        requests.push({ path: new URL(request.url).pathname, body: (await request.clone().json()) as SentQuery });
        return fake.handle(request);
      }),
    );
  });
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const connect = (changed: Partial<DeputySettings> = {}) =>
    adapter.connect(
      { ...settings, ...changed },
      createTools({ now: () => new Date(fixtures.now), resolvePath: (path) => path, sleep: async (ms) => void pauses.push(ms) }),
    );
  const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<DeputyClient>;
  const pagesOf = async (client: DeputyClient, name: string, since: Cursor | null = null, window = WINDOW) => {
    const pages: Page[] = [];
    for await (const page of streamOf(name).pages(client, { since, ...window })) pages.push(page);
    return pages;
  };
  const refsOf = (pages: readonly Page[]) => pages.flatMap(({ records }) => records.map(({ ref }) => ref));
  const asked = (resource: string) => requests.filter(({ path }) => path === `/api/v1/resource/${resource}/QUERY`).map(({ body }) => body);

  it('asks for what overlaps the window, by unix seconds for shifts and by days for leave', async () => {
    await pagesOf(connect(), 'shifts');
    await pagesOf(connect(), 'leave');
    expect(asked('Roster')[0]?.search).toEqual({
      s1: { field: 'Id', type: 'gt', data: 0 },
      s2: { field: 'EndTime', type: 'gt', data: Date.UTC(2026, 2, 23) / 1000 },
      s3: { field: 'StartTime', type: 'lt', data: Date.UTC(2026, 9, 31) / 1000 },
    });
    expect(asked('Leave')[0]?.search).toMatchObject({ s2: { field: 'DateEnd', data: '2026-03-23' }, s3: { field: 'DateStart', data: '2026-10-31' } });
  });

  it('finds the shift that reaches over an edge of the window, and not the one that only touches it', async () => {
    const refs = refsOf(await pagesOf(connect(), 'shifts'));
    expect(refs).toEqual(expect.arrayContaining(['7006', '7008']));
    expect(refs).not.toContain('7007');
    expect(refs).not.toContain('7009');
  });

  it('gives neither pay nor birth dates, telephones or comments to anybody, not even with a record that is quarantined', async () => {
    const pages = (await Promise.all(['staffMembers', 'shifts', 'leave'].map((name) => pagesOf(connect(), name)))).flat();
    const raw = JSON.stringify(pages.flatMap(({ records }) => records.map((record) => record.raw)));
    expect(raw).not.toMatch(/DateOfBirth|1980|Cost|Phone|01632|Comment|Knee|DisplayName|LeaveRule/);
  });

  it('quarantines what has its fields under other names, and keeps nothing of it', async () => {
    fake.oddities.renamedFields = true;
    await expect(pagesOf(connect(), 'shifts')).rejects.toThrow('Deputy, Company: expected CompanyName in each record');
    for (const name of ['staffMembers', 'leave']) {
      const records = (await pagesOf(connect(), name)).flatMap((page) => page.records);
      expect(records.length).toBeGreaterThan(0);
      for (const { raw } of records) expect(() => streamOf(name).read(raw)).toThrow(RecordInvalidError);
    }
  });

  it('says of an empty 401 that the credentials are refused, without them', async () => {
    const error = await adapter.check(connect({ token: 'another-token-2Lk' })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UpstreamAuthError);
    expect((error as Error).message).toBe('brackenshire.uk.deputy.example.invalid refuses our credentials (401 Unauthorized).');
  });

  it('check names a location of the settings that the install has not', async () => {
    await expect(adapter.check(connect({ locations: { ...settings.locations, 'Old surgery': { leaveOut: true } } }))).rejects.toThrow(
      'Deputy has no location called "Old surgery". Check the setting locations.',
    );
  });

  it('is asked again after a 500, though it is asked by POST: a query changes nothing', async () => {
    fake.trap('server-error', 1);
    expect(refsOf(await pagesOf(connect(), 'staffMembers'))).toHaveLength(5);
    expect(pauses).toHaveLength(1);
  });

  it('waits its own time after a 429 that names none', async () => {
    fake.oddities.retryAfter = null;
    fake.trap('throttled', 2);
    expect(refsOf(await pagesOf(connect(), 'staffMembers'))).toHaveLength(5);
    expect(pauses).toHaveLength(2);
  });

  describe('paging', () => {
    it('loses no shift when one is deleted while the list is read: deletes are hard, and an offset would skip another', async () => {
      const pages: Page[] = [];
      for await (const page of streamOf('shifts').pages(connect(), { since: null, ...WINDOW })) {
        pages.push(page);
        if (pages.length === 1) fake.state.Roster = fake.state.Roster.filter(({ Id }) => Id !== 7001);
      }
      expect(refsOf(pages)).toEqual(['7001', '7002', '7003', '7004', '7005', '7006', '7008', ...Array.from({ length: 9 }, (_, at) => String(7010 + at))]);
    });

    it('does not go on by ids that do not rise: what lies below the last would be left out', async () => {
      fake.oddities.unsorted = true;
      fake.state.Employee.reverse();
      await expect(pagesOf(connect(), 'staffMembers')).rejects.toThrow(UpstreamRejectedError);
    });

    it('believes an empty list when it is empty twice', async () => {
      fake.state.Leave = [];
      expect(refsOf(await pagesOf(connect(), 'leave'))).toEqual([]);
      expect(asked('Leave')).toHaveLength(2);
    });

    it('begins at the start when the window is another', async () => {
      const [first] = await pagesOf(connect(), 'shifts');
      const moved = { from: new Date('2026-03-23T06:00:00Z'), to: WINDOW.to };
      expect(refsOf(await pagesOf(connect(), 'shifts', first?.cursor, moved))).toContain('7001');
    });

    it('goes on after a shift that is gone since', async () => {
      const [first, ...rest] = await pagesOf(connect(), 'shifts');
      fake.state.Roster = fake.state.Roster.filter(({ Id }) => Id > 7002);
      expect(refsOf(await pagesOf(connect(), 'shifts', first?.cursor))).toEqual(refsOf(rest));
    });

    it('never asks for more than an answer may hold', () => {
      expect(DeputySettings.safeParse({ ...fixtures.settings, pageSize: 501 }).success).toBe(false);
    });
  });
});

describe('what a record means', () => {
  const place = { leftOut: false, organisationCode: 'Z99001', siteCode: null, deliveryMode: null };
  const role = { leftOut: false, name: 'Doctors', role: 'GENERAL_PRACTITIONER', deliveryMode: null, skillsNeeded: [] };
  const seconds = (at: string) => Date.parse(at) / 1000;
  const sent = {
    Id: 1,
    StartTime: seconds('2026-06-01T08:00:00Z'),
    EndTime: seconds('2026-06-01T12:00:00Z'),
    Mealbreak: null as string | null,
    OperationalUnit: 11,
    Employee: 4,
    Published: true,
    Open: false,
    joined: { account: 'brackenshire', window: WINDOW, place, role, location: 1 },
  };
  const shift = (changed: object) => toShift(DeputyRoster.parse({ ...sent, ...changed }));
  const leave = (changed: object) =>
    toLeave(
      DeputyLeave.parse({
        Id: 1,
        Employee: 4,
        Status: 1,
        DateStart: '2026-06-01T00:00:00+01:00',
        DateEnd: '2026-06-02T00:00:00+01:00',
        joined: { account: 'brackenshire', window: WINDOW, kind: 'AWAY' },
        ...changed,
      }),
    );

  it.each([
    ['2026-06-01T00:30:00+01:00', 30],
    ['2026-06-01T00:30:00-05:00', 30],
    ['2026-10-25T01:15:00+00:00', 75],
    ['2026-03-29T01:00:00+00:00', 60],
    ['2026-06-01T00:00:00+01:00', 0],
    [null, 0],
  ])('Mealbreak is a duration dressed as a time, whatever the day or the offset: %s', (Mealbreak, minutes) => {
    expect(shift({ Mealbreak })).toMatchObject({ unpaidBreakMinutes: minutes });
  });

  it('does not guess a Mealbreak of another form', () => {
    expect(() => shift({ Mealbreak: '0:30' })).toThrow('Mealbreak: expected a duration as the time of a day, got text');
  });

  it('Employee 0 is nobody: the shift is open, whether it was offered or not', () => {
    expect(shift({ Employee: 0, Open: true })).toMatchObject({ status: 'OPEN', staffKey: null });
    expect(shift({ Employee: 0, Open: false })).toMatchObject({ status: 'OPEN', staffKey: null });
    expect(shift({ Employee: 4 })).toMatchObject({ status: 'FILLED', staffKey: 'ref:deputy-brackenshire:4' });
  });

  it('Employee 0 is nobody in leave as well', () => {
    expect(DeputyLeave.safeParse({ Id: 1, Employee: 0 }).error?.issues.map(({ path }) => path.join('.'))).toContain('Employee');
  });

  it('a shift that is open and somebody’s contradicts itself', () => {
    expect(() => shift({ Open: true })).toThrow('Employee: expected nobody (0) on an open shift, got somebody');
  });

  it('skips a draft, open or not', () => {
    expect(shift({ Published: false })).toEqual({ skipped: 'a draft that has not been published' });
    expect(shift({ Published: false, Employee: 0, Open: true })).toEqual({ skipped: 'a draft that has not been published' });
  });

  it('names the location or the area that it does not know by its id', () => {
    const joined = (changed: object) => ({ joined: { ...sent.joined, ...changed } });
    expect(() => shift(joined({ place: null, location: 41 }))).toThrow('got the location 41');
    expect(() => shift(joined({ place: null, location: null }))).toThrow('got the area 11');
    expect(() => shift(joined({ role: null }))).toThrow('got the area 11');
  });

  it('does not take milliseconds or text for seconds', () => {
    for (const wrong of [seconds('2026-06-01T08:00:00Z') * 1000, '1780300800', 1.5, null])
      expect(DeputyRoster.safeParse({ ...sent, StartTime: wrong }).success).toBe(false);
  });

  it('takes unix seconds for instants over a night on which the clocks change', () => {
    const window = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-12-31T00:00:00Z') };
    const mapped = shift({
      StartTime: seconds('2027-03-27T22:00:00Z'),
      EndTime: seconds('2027-03-28T05:00:00Z'),
      joined: { ...sent.joined, window },
    });
    expect(mapped).toMatchObject({ startsAt: new Date('2027-03-27T22:00:00Z'), endsAt: new Date('2027-03-28T05:00:00Z') });
  });

  it.each([
    [{ AllDay: true, Start: 1, End: 2 }, '2026-05-31T23:00:00Z', '2026-06-02T23:00:00Z', true],
    [{ DateStart: '2026-10-25T00:00:00+01:00', DateEnd: '2026-10-25T00:00:00+01:00' }, '2026-10-24T23:00:00Z', '2026-10-26T00:00:00Z', true],
    [{ DateStart: '2026-06-01', DateEnd: '2026-06-02' }, '2026-05-31T23:00:00Z', '2026-06-02T23:00:00Z', true],
    [{ AllDay: false, Start: seconds('2026-06-01T11:00:00Z'), End: seconds('2026-06-01T16:00:00Z') }, '2026-06-01T11:00:00Z', '2026-06-01T16:00:00Z', false],
  ])('reads days of leave in London, and hours as instants: %j', (changed, startsAt, endsAt, allDay) => {
    expect(leave(changed)).toMatchObject({ startsAt: new Date(startsAt), endsAt: new Date(endsAt), allDay });
  });

  it.each([
    [0, 'skipped'],
    [1, 'kept'],
    [2, 'skipped'],
    [3, 'skipped'],
    [4, 'kept'],
    [5, 'kept'],
  ])('leave of status %i is %s', (Status, outcome) => {
    expect('skipped' in leave({ Status }) ? 'skipped' : 'kept').toBe(outcome);
  });

  it('quarantines leave of a status that it does not know', () => {
    expect(() => leave({ Status: 6 })).toThrow('Status: expected a status from 0 to 5, got the status 6');
  });
});
