import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../../platform/http.ts';
import { RecordInvalidError, UpstreamAuthError, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, Page, PullStream } from '../contract.ts';
import adapter from './adapter.ts';
import type { TeamupClient } from './client.ts';
import { API_KEY, CALENDAR_KEY, fixtures, sampleState } from './fixtures/config.ts';
import { createFakeTeamup, type FakeTeamup } from './fixtures/upstream.ts';
import { toLeave, toShift } from './map.ts';
import { meanings, staffKeys } from './meaning.ts';
import { TeamupSettings } from './settings.ts';
import { TeamupEvent } from './wire.ts';

const ORIGIN = 'https://teamup.example.invalid';
const WINDOW = { from: new Date('2026-03-23T00:00:00Z'), to: new Date('2026-10-31T00:00:00Z') };
const settings = TeamupSettings.parse(fixtures.settings);

describe('Teamup', () => {
  let fake: FakeTeamup;
  let requests: URL[] = [];
  const pauses: number[] = [];
  const server = setupServer();

  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  beforeEach(() => {
    requests = [];
    pauses.length = 0;
    fake = createFakeTeamup({ apiKey: API_KEY, calendarKey: CALENDAR_KEY, state: sampleState() });
    server.use(
      http.all(`${ORIGIN}/*`, ({ request }) => {
        requests.push(new URL(request.url));
        return fake.handle(request);
      }),
    );
  });
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const connect = (changed: Partial<TeamupSettings> = {}) =>
    adapter.connect(
      { ...settings, ...changed },
      createTools({ now: () => new Date(fixtures.now), resolvePath: (path) => path, sleep: async (ms) => void pauses.push(ms) }),
    );
  const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<TeamupClient>;
  const pagesOf = async (client: TeamupClient, name: string, since: Cursor | null = null, window = WINDOW) => {
    const pages: Page[] = [];
    for await (const page of streamOf(name).pages(client, { since, ...window })) pages.push(page);
    return pages;
  };
  const refsOf = (pages: readonly Page[]) => pages.flatMap(({ records }) => records.map(({ ref }) => ref));
  const ranges = () =>
    requests.flatMap(({ searchParams }) => (searchParams.has('startDate') ? [[searchParams.get('startDate'), searchParams.get('endDate')]] : []));

  it('asks in ranges of 13 weeks that join without a gap, from a month before the window', async () => {
    await pagesOf(connect(), 'shifts');
    expect(ranges()).toEqual([
      ['2026-02-20', '2026-05-21'],
      ['2026-05-22', '2026-08-20'],
      ['2026-08-21', '2026-10-31'],
    ]);
  });

  it('never asks for more days than the API allows, however long the window', async () => {
    const pages = await pagesOf(connect(), 'shifts', null, { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2028-01-01T00:00:00Z') });
    expect(pages.length).toBeGreaterThan(8);
  });

  it('would be refused by the fake if it did', async () => {
    const answer = await fake.handle(
      new Request(`${ORIGIN}/${CALENDAR_KEY}/events?startDate=2026-01-01&endDate=2027-01-02`, { headers: { 'teamup-token': API_KEY } }),
    );
    expect(answer.status).toBe(400);
  });

  it('gives an event that lies in two ranges once, in the one in which it begins', async () => {
    const pages = await pagesOf(connect(), 'shifts');
    const at = (ref: string) => pages.flatMap(({ records }, page) => records.flatMap((record) => (record.ref === ref ? [page] : [])));
    expect([at('1010'), at('2004')]).toEqual([[0], [1]]);
  });

  it('ids are text, and those of one series differ by what follows -rid-: cut there, each week would be the same shift', async () => {
    const refs = refsOf(await pagesOf(connect(), 'shifts')).filter((ref) => ref?.includes('-rid-'));
    expect(refs).toEqual(['1009-rid-1775026800', '1009-rid-1775631600']);
    const [event] = fake.state.events;
    fake.state.events = [{ ...event, id: 1001 as never } as never];
    const [record] = (await pagesOf(connect(), 'shifts')).flatMap(({ records }) => records);
    expect([record?.ref, record?.where]).toEqual([null, 'event without an id']);
    expect(() => streamOf('shifts').read(record?.raw)).toThrow(RecordInvalidError);
  });

  it('gives neither names nor titles, notes or reasons to anybody, not even with a record that is quarantined', async () => {
    const pages = [...(await pagesOf(connect(), 'shifts')), ...(await pagesOf(connect(), 'leave'))];
    const raw = JSON.stringify(pages.flatMap(({ records }) => records.map((record) => record.raw)));
    expect(raw).not.toMatch(/"who":|title|notes|Sorrel|Inventwood"|Yarrow|Knee/);
  });

  it('quarantines what has its fields under other names, and keeps nothing of it', async () => {
    fake.oddities.renamedFields = true;
    const records = (await pagesOf(connect(), 'shifts')).flatMap((page) => page.records);
    expect(records.length).toBeGreaterThan(0);
    for (const { raw } of records) expect(() => streamOf('shifts').read(raw)).toThrow(RecordInvalidError);
  });

  it('begins at the start when the window is another', async () => {
    const [first] = await pagesOf(connect(), 'shifts');
    const moved = { from: new Date('2026-03-24T00:00:00Z'), to: WINDOW.to };
    expect(refsOf(await pagesOf(connect(), 'shifts', first?.cursor, moved))).toContain('1003');
  });

  it('says that a key is refused, or a calendar not there, without either key', async () => {
    const refused = await adapter.check(connect({ apiKey: 'another-key-3Xp' })).catch((caught: unknown) => caught);
    expect(refused).toBeInstanceOf(UpstreamAuthError);
    const missing = await adapter.check(connect({ calendarKey: 'ksanothercalendar99y' })).catch((caught: unknown) => caught);
    expect(missing).toBeInstanceOf(UpstreamRejectedError);
    expect([refused, missing].map((error) => (error as Error).message)).toEqual([
      'teamup.example.invalid refuses our credentials (401 Unauthorized: The API key is not valid).',
      'teamup.example.invalid refuses the request (404 Not Found: The calendar could not be found).',
    ]);
  });

  it('check names a sub-calendar of the settings that the calendar has not', async () => {
    await expect(adapter.check(connect({ subcalendars: { ...settings.subcalendars, 'Old rota': { leaveOut: true } } }))).rejects.toThrow(
      'Teamup has no sub-calendar called "Old rota". Check the setting subcalendars.',
    );
  });

  it('reads the person from the title where the settings say so', async () => {
    fake.state.events = fake.state.events.slice(0, 1).map((event) => ({ ...event, who: '', title: 'Dr T Inventwood' }));
    const [record] = (await pagesOf(connect({ personIn: 'title' }), 'shifts')).flatMap(({ records }) => records);
    expect(streamOf('shifts').read(record?.raw)).toMatchObject({ staffKey: 'work-email:thistle.inventwood@example.nhs.invalid' });
  });
});

describe('what sub-calendars mean together', () => {
  const named = sampleState().subcalendars;
  const meaningOf = meanings(settings, named);
  const id = (name: string) => named.find((subcalendar) => subcalendar.name === name)?.id;

  it('one says where, another what', () => {
    expect(meaningOf([id('Alderbrook Surgery'), id('Receptionists')])).toMatchObject({ kind: 'work', organisationCode: 'Z99001', role: 'RECEPTIONIST' });
  });

  it('to be left out comes before leave, and leave before work', () => {
    expect(meaningOf([id('Room bookings'), id('Holidays')])).toEqual({ kind: 'left-out' });
    expect(meaningOf([id('Holidays'), id('Receptionists')])).toEqual({ kind: 'leave', leave: 'ANNUAL' });
  });

  it('two kinds of leave read AWAY, which is true of both', () => {
    expect(meaningOf([id('Holidays'), id('Courses')])).toEqual({ kind: 'leave', leave: 'AWAY' });
  });

  it('two roles are unclear, as is a sub-calendar that nothing is known of', () => {
    expect(meaningOf([id('Pharmacists by telephone'), id('Receptionists')])).toMatchObject({ kind: 'unclear', got: 'some that do not' });
    expect(meaningOf([id('Receptionists'), id('Something else')])).toMatchObject({ kind: 'unclear', got: 'the sub-calendar 9' });
    expect(meaningOf([77])).toMatchObject({ kind: 'unclear', got: 'the sub-calendar 77' });
    expect(meaningOf([])).toMatchObject({ kind: 'unclear', got: 'nothing' });
  });

  it('without an organisation anywhere it is unclear', () => {
    expect(meanings({ ...settings, organisationCode: undefined }, named)([id('Receptionists')])).toMatchObject({ kind: 'unclear' });
  });
});

describe('who is named', () => {
  const staffKeyOf = staffKeys(settings);

  it('is found by the settings, whatever the case and the spaces', () => {
    expect(staffKeyOf(' dr t  INVENTWOOD ')).toBe('work-email:thistle.inventwood@example.nhs.invalid');
  });

  it.each(['', '  ', 'open', 'TBC', '?', null, undefined])('nobody, by %j', (written) => {
    expect(staffKeyOf(written)).toBeNull();
  });

  it('is somebody though not known, under a key that shows no name and stays the same', () => {
    const key = staffKeyOf('Yarrow (locum)');
    expect(key).toMatch(/^ref:teamup-brackenshire:[0-9a-f]{32}$/);
    expect(staffKeyOf('yarrow  (Locum)')).toBe(key);
    expect(staffKeyOf('Sorrel')).not.toBe(key);
    expect(staffKeys({ ...settings, account: 'elsewhere' })('Yarrow (locum)')).not.toBe(key);
  });
});

describe('what an event means', () => {
  const work = {
    kind: 'work',
    organisationCode: 'Z99001',
    siteCode: null,
    role: 'RECEPTIONIST',
    roleAsSent: 'Receptionists',
    deliveryMode: 'ON_SITE',
    skillsNeeded: [],
  };
  const joined = { window: WINDOW, meaning: work as object, staffKey: 'ref:teamup-x:1' as string | null, personIn: 'who' };
  const event = (changed: object, join: object = {}) =>
    TeamupEvent.parse({
      id: '1',
      all_day: false,
      start_dt: '2026-06-01T09:00:00+01:00',
      end_dt: '2026-06-01T12:00:00+01:00',
      delete_dt: null,
      ...changed,
      joined: { ...joined, ...join },
    });

  it('takes the offset that is sent, over nights on which the clocks change', () => {
    expect(toShift(event({ start_dt: '2026-10-24T22:00:00+01:00', end_dt: '2026-10-25T06:00:00+00:00' }))).toMatchObject({
      startsAt: new Date('2026-10-24T21:00:00Z'),
      endsAt: new Date('2026-10-25T06:00:00Z'),
    });
    const window = { from: WINDOW.from, to: new Date('2027-12-31T00:00:00Z') };
    expect(toShift(event({ start_dt: '2027-03-27T22:00:00+00:00', end_dt: '2027-03-28T06:00:00+01:00' }, { window }))).toMatchObject({
      startsAt: new Date('2027-03-27T22:00:00Z'),
      endsAt: new Date('2027-03-28T05:00:00Z'),
    });
  });

  it('does not take a time without an offset', () => {
    expect(() => event({ start_dt: '2026-06-01T09:00:00' })).toThrow();
  });

  it('skips a deleted event in both streams', () => {
    const deleted = event({ delete_dt: '2026-03-19T09:00:00+00:00' });
    expect([toShift(deleted), toLeave(deleted)]).toEqual([{ skipped: 'deleted upstream' }, { skipped: 'deleted upstream' }]);
  });

  it('nobody named: an open shift, but no leave', () => {
    expect(toShift(event({}, { staffKey: null }))).toMatchObject({ status: 'OPEN', staffKey: null });
    expect(() => toLeave(event({}, { staffKey: null, meaning: { kind: 'leave', leave: 'AWAY' } }))).toThrow('who: expected who is away, got nobody');
  });

  it('a whole day is no shift: when it begins is not known', () => {
    expect(() => toShift(event({ all_day: true }))).toThrow('all_day: expected a shift with times, got a whole day');
  });

  it.each([
    ['2026-06-01T00:00:00+01:00', '2026-06-01T00:00:00+01:00', '2026-05-31T23:00:00Z', '2026-06-01T23:00:00Z'],
    ['2026-06-01T00:00:00+01:00', '2026-06-01T23:59:59+01:00', '2026-05-31T23:00:00Z', '2026-06-01T23:00:00Z'],
    ['2026-10-24T00:00:00+01:00', '2026-10-25T00:00:00+00:00', '2026-10-23T23:00:00Z', '2026-10-26T00:00:00Z'],
    ['2026-03-29T00:00:00+00:00', '2026-03-29T00:00:00+00:00', '2026-03-29T00:00:00Z', '2026-03-29T23:00:00Z'],
  ])('whole days of leave from %s to %s', (start_dt, end_dt, startsAt, endsAt) => {
    const mapped = toLeave(event({ all_day: true, start_dt, end_dt }, { meaning: { kind: 'leave', leave: 'ANNUAL' } }));
    expect(mapped).toMatchObject({ startsAt: new Date(startsAt), endsAt: new Date(endsAt), allDay: true });
  });

  it('cuts at the window: what only touches it is outside, what reaches into it is not', () => {
    const times = (start: string, end: string) => event({ start_dt: start, end_dt: end });
    expect(toShift(times('2026-03-22T16:00:00+00:00', '2026-03-23T00:00:00+00:00'))).toEqual({ skipped: 'outside the window' });
    expect(toShift(times('2026-10-31T00:00:00+00:00', '2026-10-31T04:00:00+00:00'))).toEqual({ skipped: 'outside the window' });
    expect(toShift(times('2026-03-22T16:00:00+00:00', '2026-03-23T00:01:00+00:00'))).toMatchObject({ status: 'FILLED' });
  });
});
