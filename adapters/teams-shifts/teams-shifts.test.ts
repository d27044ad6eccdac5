import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../../platform/http.ts';
import { UpstreamAuthError, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, Page, PullStream, Writes } from '../contract.ts';
import adapter from './adapter.ts';
import type { TeamsClient } from './client.ts';
import { ASSIGNED, fixtures, sampleState } from './fixtures/config.ts';
import { createFakeTeams, type FakeTeams, type GraphShiftItem } from './fixtures/upstream.ts';
import { toLeave, toOpenShift, toShift } from './map.ts';
import { removeShift, saveShift } from './push.ts';
import { TeamsShiftsSettings } from './settings.ts';
import { TeamsOpenShift, TeamsShift, TeamsTimeOff } from './wire.ts';

const GRAPH = 'https://graph.example.invalid';
const LOGIN = 'https://login.example.invalid';
const ELSEWHERE = 'https://elsewhere.example.invalid';
const WINDOW = { from: new Date('2026-03-23T00:00:00Z'), to: new Date('2026-10-31T00:00:00Z') };
const settings = TeamsShiftsSettings.parse(fixtures.settings);

describe('Teams Shifts over Graph', () => {
  let now = new Date(fixtures.now);
  let fake: FakeTeams;
  let requests: { readonly url: URL; readonly headers: Headers }[] = [];
  const server = setupServer();

  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  beforeEach(() => {
    now = new Date(fixtures.now);
    requests = [];
    const { tenantId, clientId, clientSecret, teamId } = settings;
    fake = createFakeTeams({ tenantId, clientId, clientSecret, teamId, now: () => now, state: sampleState(), pageSize: 4 });
    for (const origin of [GRAPH, LOGIN, ELSEWHERE]) {
      server.use(
        http.all(`${origin}/*`, ({ request }) => {
          requests.push({ url: new URL(request.url), headers: request.headers });
          return fake.handle(request);
        }),
      );
    }
  });
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const connect = (changed: Partial<TeamsShiftsSettings> = {}) =>
    adapter.connect({ ...settings, ...changed }, createTools({ now: () => now, resolvePath: (path) => path, sleep: async () => {} }));
  const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<TeamsClient>;
  const pagesOf = async (client: TeamsClient, name: string, since: Cursor | null = null, window = WINDOW) => {
    const pages: Page[] = [];
    for await (const page of streamOf(name).pages(client, { since, ...window })) pages.push(page);
    return pages;
  };
  const refsOf = (pages: readonly Page[]) => pages.flatMap(({ records }) => records.map(({ ref }) => ref));
  const asked = (path: string) => requests.filter(({ url }) => url.pathname.endsWith(path));
  /** The fake's own answers, one of them changed. */
  const answerInstead = (path: string, answer: (request: Request) => Response) => server.use(http.get(`${GRAPH}${path}`, ({ request }) => answer(request)));

  it('never uses a property of the filter twice, which Graph refuses', async () => {
    await pagesOf(connect(), 'shifts');
    await pagesOf(connect(), 'timesOff');
    const filters = requests.flatMap(({ url }) => url.searchParams.get('$filter') ?? []);
    expect(new Set(filters)).toEqual(
      new Set([
        'sharedShift/startDateTime ge 2026-03-22T00:00:00.000Z and sharedShift/endDateTime le 2026-11-01T00:00:00.000Z',
        'sharedTimeOff/startDateTime ge 2025-03-22T00:00:00.000Z and sharedTimeOff/endDateTime le 2027-11-01T00:00:00.000Z',
      ]),
    );
  });

  it('would be refused by the fake if it did', async () => {
    const client = connect();
    const doubled = 'sharedShift/startDateTime ge 2026-03-22T00:00:00Z and sharedShift/startDateTime le 2026-11-01T00:00:00Z';
    const twice = 'sharedShift/startDateTime ge 2026-03-22T00:00:00Z and sharedShift/startDateTime ge 2026-04-22T00:00:00Z';
    await expect(client.get(`schedule/shifts?$filter=${doubled}`)).rejects.toThrow("The entity property 'startDateTime' is not allowed in $filter query");
    await expect(client.get(`schedule/shifts?$filter=${twice}`)).rejects.toThrow('may not be used more than once in $filter query');
  });

  it('sends the user that it acts as only where one is set', async () => {
    await pagesOf(connect(), 'shifts');
    expect(requests.some(({ headers }) => headers.has('ms-app-acts-as'))).toBe(false);
    await pagesOf(connect({ actsAsUserId: 'b5b5b5b5-0000-4000-8000-000000000005' }), 'shifts');
    expect(asked('/shifts').at(-1)?.headers.get('ms-app-acts-as')).toBe('b5b5b5b5-0000-4000-8000-000000000005');
  });

  describe('access tokens', () => {
    it('serve for all requests until a minute before they end', async () => {
      const client = connect();
      await pagesOf(client, 'shifts');
      now = new Date(now.getTime() + 3_500_000);
      await pagesOf(client, 'shifts');
      expect(asked('/token')).toHaveLength(1);
      now = new Date(now.getTime() + 60_000);
      await pagesOf(client, 'shifts');
      expect(asked('/token')).toHaveLength(2);
    });

    it('are fetched once for requests that begin together', async () => {
      const client = connect();
      await Promise.all([client.get('schedule'), client.get('schedule')]);
      expect(asked('/token')).toHaveLength(1);
    });

    it('are renewed once when they are refused, not for ever', async () => {
      const client = connect();
      answerInstead('/v1.0/teams/*', () => Response.json({ error: { code: 'Forbidden', message: 'Missing scope.' } }, { status: 403 }));
      await expect(client.get('schedule')).rejects.toThrow(UpstreamAuthError);
      expect(asked('/token')).toHaveLength(2);
    });

    it('that Entra ID refuses are said to be a matter of three settings, without the secret', async () => {
      const error = await connect({ clientSecret: 'wrong-secret' })
        .get('schedule')
        .catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UpstreamAuthError);
      expect((error as Error).message).toBe(
        'No access token: login.example.invalid refuses our credentials (401 Unauthorized: AADSTS7000215: Invalid client secret provided). Check tenantId, clientId and clientSecret.',
      );
    });

    it('are not taken from an answer that has none', async () => {
      server.use(http.post(`${LOGIN}/*`, () => Response.json(null)));
      await expect(connect().get('schedule')).rejects.toThrow('expected an access token and how long it holds');
    });
  });

  describe('paging', () => {
    it('does not follow a link to another host, which would hand it the token', async () => {
      answerInstead('/v1.0/teams/*/schedule/shifts', () => Response.json({ value: [], '@odata.nextLink': `${ELSEWHERE}/v1.0/shifts?$skiptoken=x` }));
      await expect(pagesOf(connect(), 'shifts')).rejects.toThrow(`expected the next page at ${GRAPH}, got a link to ${ELSEWHERE}. It is not followed.`);
      expect(requests.some(({ url }) => url.origin === ELSEWHERE)).toBe(false);
    });

    it('ends a list that goes in a circle by new links', async () => {
      let link = 0;
      const [shift] = fake.state.shifts;
      answerInstead('/v1.0/teams/*/schedule/shifts', () =>
        Response.json({ value: [shift], '@odata.nextLink': `${GRAPH}/v1.0/teams/x/schedule/shifts?page=${++link}` }),
      );
      await expect(pagesOf(connect(), 'shifts')).rejects.toThrow(UpstreamRejectedError);
      expect(link).toBe(2);
    });

    it('begins at the start when Graph no longer takes the stored link', async () => {
      const client = connect();
      const [first, ...rest] = await pagesOf(client, 'shifts');
      const stale = { ...first?.cursor, nextLink: `${GRAPH}/v1.0/teams/${settings.teamId}/schedule/shifts?$skiptoken=stale` };
      expect(refsOf(await pagesOf(client, 'shifts', stale))).toEqual(refsOf([first as Page, ...rest]));
    });

    it('begins at the start when the window is another, because the link holds the old one', async () => {
      const client = connect();
      const [first] = await pagesOf(client, 'shifts');
      const moved = { from: new Date('2026-03-24T00:00:00Z'), to: WINDOW.to };
      expect(refsOf(await pagesOf(client, 'shifts', first?.cursor, moved))).toContain('SHFT_monday');
    });

    it('does not use a stored link once the address is set to another', async () => {
      const client = connect();
      const cursor = { nextLink: `${ELSEWHERE}/v1.0/x?$skiptoken=x`, from: WINDOW.from.toISOString(), to: WINDOW.to.toISOString() };
      expect(refsOf(await pagesOf(client, 'shifts', cursor))).toContain('SHFT_monday');
    });
  });

  it.each([[false], [true]])('waits as long as Retry-After asks, in seconds or until a date: %j', async (retryAfterAsDate) => {
    const pauses: number[] = [];
    const tools = createTools({ now: () => now, resolvePath: (path) => path, sleep: async (ms) => void pauses.push(ms) });
    Object.assign(fake.oddities, { retryAfterSeconds: 7, retryAfterAsDate });
    fake.trap('throttled', 2);
    await pagesOf(adapter.connect(settings, tools), 'shifts');
    expect(pauses).toEqual([7000, 7000]);
    fake.oddities.retryAfterSeconds = 600;
    fake.trap('throttled', 1);
    await expect(pagesOf(adapter.connect(settings, tools), 'shifts')).rejects.toMatchObject({ retryAfterMs: 600_000 });
  });

  it('keeps what is staged for deletion until the schedule is shared, and reads the shared times beside another draft', async () => {
    const records = (await pagesOf(connect(), 'shifts')).flatMap((page) => page.records);
    const read = (ref: string) => streamOf('shifts').read(records.find((record) => record.ref === ref)?.raw);
    expect(read('SHFT_staged')).toMatchObject({ status: 'FILLED' });
    expect(read('SHFT_changed-draft')).toMatchObject({ endsAt: new Date('2026-03-24T12:00:00Z') });
  });

  it('gives neither reasons nor notes on, nor who wrote them', async () => {
    const client = connect();
    const pages = [...(await pagesOf(client, 'timesOff')), ...(await pagesOf(client, 'shifts')), ...(await pagesOf(client, 'openShifts'))];
    expect(JSON.stringify(pages.map(({ records }) => records.map(({ raw }) => raw)))).not.toMatch(
      /TOR_|sick|reason|Fictionby|displayName|notes|lastModified|draft[A-Z]/,
    );
  });

  it('finds in a new pass what was claimed: a slot fewer, a shift more', async () => {
    const client = connect();
    expect(refsOf(await pagesOf(client, 'openShifts'))).toEqual(expect.arrayContaining(['OPNSHFT_two#1', 'OPNSHFT_two#2']));
    fake.state.openShifts = fake.state.openShifts.map((open) =>
      open.id === 'OPNSHFT_two' && open.sharedOpenShift ? { ...open, sharedOpenShift: { ...open.sharedOpenShift, openSlotCount: 1 } } : open,
    );
    const refs = refsOf(await pagesOf(client, 'openShifts'));
    expect(refs).toContain('OPNSHFT_two#1');
    expect(refs).not.toContain('OPNSHFT_two#2');
  });

  it('gives time off without an id no reference, as in the example of the reference', async () => {
    fake.state.timesOff = fake.state.timesOff.slice(0, 1).map(({ id: _id, ...rest }) => rest as never);
    const [page] = await pagesOf(connect(), 'timesOff');
    expect(page?.records.map(({ ref, where }) => [ref, where])).toEqual([[null, 'time off without an id']]);
  });

  it('passes over a member of another kind, which has no user id', async () => {
    fake.state.members.push({ id: 'bot', displayName: 'Bot', userId: null as never, email: null });
    expect(refsOf(await pagesOf(connect(), 'shifts'))).toContain('SHFT_monday');
  });

  it('does not go on without the members: every person would get another key', async () => {
    answerInstead('/v1.0/teams/*/members', () => Response.json({ error: { message: 'Missing role permissions.' } }, { status: 403 }));
    await expect(pagesOf(connect(), 'shifts')).rejects.toThrow(UpstreamAuthError);
    await expect(adapter.check(connect())).rejects.toThrow('Missing role permissions');
  });

  it.each([
    [{ enabled: false, provisionStatus: 'Completed' }, 'got one that is off'],
    [{ enabled: true, provisionStatus: 'Running' }, 'got one that is not ready'],
  ])('check says what is wrong with a schedule: %j', async (schedule, words) => {
    answerInstead('/v1.0/teams/*/schedule', () => Response.json(schedule));
    await expect(adapter.check(connect())).rejects.toThrow(words);
  });

  it('check says that there is no such team, or none with a schedule', async () => {
    await expect(adapter.check(connect({ teamId: 'd0d0d0d0-1111-4222-8333-444455556666' }))).rejects.toThrow('Schedule not found for the team');
  });
});

describe('writing to Teams', () => {
  const KEY = 'change-1';
  const shift = { ...ASSIGNED, startsAt: new Date('2026-03-23T08:00:00Z'), endsAt: new Date('2026-03-23T13:00:00Z') };
  const { tenantId, clientId, clientSecret, teamId } = settings;
  let fake: FakeTeams;
  const server = setupServer(...[GRAPH, LOGIN].map((origin) => http.all(`${origin}/*`, ({ request }) => fake.handle(request))));
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  beforeEach(() => {
    fake = createFakeTeams({ tenantId, clientId, clientSecret, teamId, now: () => new Date(fixtures.now), state: sampleState() });
  });
  afterAll(() => server.close());
  const connect = () => adapter.connect(settings, createTools({ now: () => new Date(fixtures.now), resolvePath: (path) => path, sleep: async () => {} }));
  const save = (change: Writes['saveShift'], key = KEY) => saveShift(connect(), change, key);
  const stored = (id: string) => fake.state.shifts.find((candidate) => candidate.id === id);
  const note = (id: string, notes: string) => {
    fake.state.shifts = fake.state.shifts.map((each) => (each.id === id && each.sharedShift ? { ...each, sharedShift: { ...each.sharedShift, notes } } : each));
  };

  it('keeps what people wrote beside our mark, and the mark is not the key', async () => {
    note('SHFT_monday', 'Bring the keys');
    await save({ upstreamRef: 'SHFT_monday', shift });
    await save({ upstreamRef: 'SHFT_monday', shift: { ...shift, unpaidBreakMinutes: 0 } }, 'change-2');
    expect(stored('SHFT_monday')?.sharedShift?.notes).toMatch(/^Bring the keys\n\[rotagraph [0-9a-f]{16}\]$/);
  });

  it('leaves the activities that a manager set, and puts a break of another length in the middle', async () => {
    await save({ upstreamRef: 'SHFT_monday', shift });
    expect(stored('SHFT_monday')?.sharedShift?.activities).toHaveLength(2);
    await save({ upstreamRef: 'SHFT_monday', shift: { ...shift, unpaidBreakMinutes: 60 } }, 'change-2');
    expect(stored('SHFT_monday')?.sharedShift?.activities).toEqual([
      { isPaid: false, startDateTime: '2026-03-23T10:00:00.000Z', endDateTime: '2026-03-23T11:00:00.000Z', code: '', displayName: 'Break' },
    ]);
  });

  it("leaves a manager's draft beside it as it is", async () => {
    const draft = stored('SHFT_changed-draft')?.draftShift;
    await save({ upstreamRef: 'SHFT_changed-draft', shift });
    expect(stored('SHFT_changed-draft')?.draftShift).toEqual(draft);
    expect(draft).not.toBeNull();
  });

  it.each<[string, Partial<typeof shift>, string | null, string]>([
    [
      'a person who is no member of the team',
      { staffKey: 'work-email:else@example.nhs.invalid' },
      null,
      'expected a person who is a member of the team, got one who is none',
    ],
    ['a role that no group has', { role: 'PARAMEDIC' }, null, 'expected one group of the team that has the role, site and mode of the shift'],
    ['a group that is no longer active', { role: 'RECEPTIONIST', roleAsSent: null }, null, 'expected one group of the team'],
    ['another organisation', { organisationCode: 'Z99002' }, null, 'expected a shift of the organisation of this team'],
    ['one that is cancelled', { status: 'CANCELLED' }, null, 'got one that is cancelled: remove it'],
    ['a person on an open shift', {}, 'OPNSHFT_two#1', 'expected an assigned shift under this reference'],
    ['nobody on an assigned shift', { status: 'OPEN', staffKey: null }, 'SHFT_monday', 'expected an open shift under this reference'],
    ['one of two open slots', { status: 'OPEN', staffKey: null }, 'OPNSHFT_two#1', 'expected an open shift with one slot, got one with more'],
    ['one that was deleted', {}, 'SHFT_gone', 'expected a shift under this reference, got none'],
  ])('refuses %s, and writes nothing', async (_what, changed, upstreamRef, words) => {
    await expect(save({ upstreamRef, shift: { ...shift, ...changed } })).rejects.toThrow(words);
    expect(fake.changes()).toBe(0);
  });

  it("gives the upstream's words for a shift that is too long", async () => {
    const tooLong = { ...shift, endsAt: new Date('2026-03-24T13:00:00Z') };
    await expect(save({ upstreamRef: null, shift: tooLong })).rejects.toThrow('A shift must last between 1 minute and 24 hours');
  });

  it('takes one that is gone already for removed, and no other refusal', async () => {
    await expect(removeShift(connect(), { upstreamRef: 'SHFT_gone' }, KEY)).resolves.toEqual({ upstreamRef: 'SHFT_gone' });
    fake.oddities.changesRefused = 'Not now.';
    await expect(removeShift(connect(), { upstreamRef: 'SHFT_monday' }, KEY)).rejects.toThrow('Not now');
  });
});

describe('settings', () => {
  it('refuse an address that would send the secret in the clear', () => {
    expect(TeamsShiftsSettings.safeParse({ ...fixtures.settings, loginUrl: 'http://login.example.invalid' }).error?.issues[0]?.message).toBe(
      'an address that begins with https://',
    );
    expect(TeamsShiftsSettings.safeParse({ ...fixtures.settings, baseUrl: 'http://127.0.0.1:4010/v1.0' }).success).toBe(true);
  });

  it('refuse an id that would change the path', () => {
    expect(TeamsShiftsSettings.safeParse({ ...fixtures.settings, teamId: '../users' }).success).toBe(false);
  });

  it('refuse to call a reason anything but annual or study leave', () => {
    expect(TeamsShiftsSettings.safeParse({ ...fixtures.settings, leaveReasons: { 'Sick Day': 'SICK' } }).success).toBe(false);
  });
});

describe('what a record means', () => {
  const group = { leftOut: false, name: 'GPs', role: 'GENERAL_PRACTITIONER', siteCode: null, deliveryMode: 'ON_SITE', skillsNeeded: [] };
  const joined = { organisationCode: 'Z99001', window: WINDOW, group, staffKey: 'work-email:one@example.nhs.invalid', kind: 'AWAY' };
  const item = (startDateTime: string, endDateTime: string, activities: GraphShiftItem['activities'] = []) => ({ startDateTime, endDateTime, activities });
  const activity = (isPaid: boolean, from: string, to: string) => ({
    isPaid,
    startDateTime: `2026-04-01T${from}:00Z`,
    endDateTime: `2026-04-01T${to}:00Z`,
    code: '',
    displayName: 'Break',
  });
  const shift = (sharedShift: object | null) => toShift(TeamsShift.parse({ id: 'SHFT_1', userId: 'u', schedulingGroupId: 'TAG_1', sharedShift, joined }));
  const leave = (startDateTime: string, endDateTime: string) =>
    toLeave(TeamsTimeOff.parse({ id: 'TOFF_1', userId: 'u', sharedTimeOff: { startDateTime, endDateTime }, joined }));

  it('skips what has not been shared', () => {
    expect(shift(null)).toEqual({ skipped: 'a draft that has not been shared' });
  });

  it('counts unpaid activities within the shift, and time that two of them share once', () => {
    const activities = [
      activity(false, '12:00', '12:30'),
      activity(false, '12:15', '12:45'),
      activity(true, '09:00', '09:30'),
      activity(false, '16:45', '17:30'),
    ];
    expect(shift(item('2026-04-01T08:00:00Z', '2026-04-01T17:00:00Z', activities))).toMatchObject({ unpaidBreakMinutes: 45 + 15 });
  });

  it('takes times with up to seven digits of a second, as Graph writes them', () => {
    expect(shift(item('2026-04-01T08:00:00.0000000Z', '2026-04-01T12:00:00Z'))).toMatchObject({ startsAt: new Date('2026-04-01T08:00:00Z') });
  });

  it('keeps neither notes nor labels nor the colour, where people write names', () => {
    const mapped = shift({ ...item('2026-04-01T08:00:00Z', '2026-04-01T12:00:00Z'), displayName: 'Cover for Bramble', notes: 'Bramble is ill', theme: 'pink' });
    expect(JSON.stringify(mapped)).not.toMatch(/Bramble|pink/);
  });

  it('cuts at the window: what only touches it is outside, what reaches into it is not', () => {
    expect(shift(item('2026-03-22T16:00:00Z', '2026-03-23T00:00:00Z'))).toEqual({ skipped: 'outside the window' });
    expect(shift(item('2026-10-31T00:00:00Z', '2026-10-31T04:00:00Z'))).toEqual({ skipped: 'outside the window' });
    expect(shift(item('2026-03-22T16:00:00Z', '2026-03-23T00:01:00Z'))).toMatchObject({ status: 'FILLED' });
  });

  it('says which group it does not know', () => {
    const unknown = TeamsShift.parse({
      id: 'SHFT_1',
      userId: 'u',
      schedulingGroupId: 'TAG_9',
      sharedShift: item('2026-04-01T08:00:00Z', '2026-04-01T12:00:00Z'),
      joined: { ...joined, group: null },
    });
    expect(() => toShift(unknown)).toThrow('schedulingGroupId: expected a group whose role is known, or set under "groups", got the group TAG_9');
  });

  it('asks for a count of open slots that can be right', () => {
    const open = (openSlotCount: unknown) =>
      TeamsOpenShift.safeParse({
        id: 'OPNSHFT_1',
        schedulingGroupId: 'TAG_1',
        sharedOpenShift: { ...item('2026-04-01T08:00:00Z', '2026-04-01T12:00:00Z'), openSlotCount },
        joined,
      });
    for (const wrong of [undefined, null, -1, 1.5, '2', 101]) expect(open(wrong).success).toBe(false);
    expect(toOpenShift(open(0).data as TeamsOpenShift)).toEqual({ skipped: 'an open shift without open slots' });
    expect(toOpenShift(open(2).data as TeamsOpenShift)).toMatchObject({ status: 'OPEN', staffKey: null });
  });

  it.each([
    ['whole days in summer time, 23:00Z being midnight', '2026-06-01T23:00:00Z', '2026-06-02T23:00:00Z', true],
    ['whole days in winter', '2026-03-24T00:00:00Z', '2026-03-25T00:00:00Z', true],
    ['a weekend on which the clocks change', '2026-03-28T00:00:00Z', '2026-03-29T23:00:00Z', true],
    ['midnight UTC in summer, which is one in the morning', '2026-06-02T00:00:00Z', '2026-06-03T00:00:00Z', false],
    ['an afternoon', '2026-06-02T12:00:00Z', '2026-06-02T16:00:00Z', false],
  ])('knows whole days of time off: %s', (_what, from, to, allDay) => {
    expect(leave(from, to)).toMatchObject({ allDay, startsAt: new Date(from), endsAt: new Date(to) });
  });
});
