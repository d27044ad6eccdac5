import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../../platform/http.ts';
import { UpstreamAuthError, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, Page, PullStream } from '../contract.ts';
import adapter from './adapter.ts';
import type { BreatheClient } from './client.ts';
import { fixtures, sampleState } from './fixtures/config.ts';
import { createFakeBreathe, type FakeBreathe } from './fixtures/upstream.ts';
import { toCredential, toEngagement, toLeave } from './map.ts';
import { BreatheHrSettings } from './settings.ts';
import { BreatheAbsence, BreatheCourse, BreatheEmployee } from './wire.ts';

const ORIGIN = 'https://breathe.example.invalid';
const WINDOW = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
const settings = BreatheHrSettings.parse(fixtures.settings);

describe('Breathe over HTTP', () => {
  let fake: FakeBreathe;
  let requests: Request[] = [];
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  beforeEach(() => {
    requests = [];
    fake = createFakeBreathe({ apiKey: settings.apiKey, state: sampleState(), pageSize: 2 });
    server.use(
      http.all(`${ORIGIN}/*`, ({ request }) => {
        requests.push(request);
        return fake.handle(request);
      }),
    );
  });
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const connect = (changed: Partial<BreatheHrSettings> = {}) =>
    adapter.connect({ ...settings, ...changed }, createTools({ now: () => new Date(fixtures.now), resolvePath: (path) => path, sleep: async () => {} }));
  const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<BreatheClient>;
  const pagesOf = (name: string, since: Cursor | null = null) => Array.fromAsync(streamOf(name).pages(connect(), { since, ...WINDOW }));
  const refsOf = (pages: readonly Page[]) => pages.flatMap(({ records }) => records.map(({ ref }) => ref));

  it('is asked with the key in its header, for 100 records at a time', async () => {
    await pagesOf('absences');
    const [first] = requests;
    expect(first?.headers.get('x-api-key')).toBe(settings.apiKey);
    expect(new URL(first?.url ?? '').search).toBe('?start_date=2024-12-31&end_date=2028-01-02&page=1&per_page=100');
  });

  it('stops where the list shrinks while it is read, for a record may have slipped between two pages', async () => {
    const pages = streamOf('absences')
      .pages(connect(), { since: null, ...WINDOW })
      [Symbol.asyncIterator]();
    await pages.next();
    fake.state.absences = fake.state.absences.slice(1);
    await expect(pages.next()).rejects.toThrow(UpstreamRejectedError);
  });

  it('asks for a second look, because one that goes while another comes leaves the total as it was', async () => {
    const slipped = String(fake.state.absences[100]?.id);
    const pages = streamOf('absences')
      .pages(connect(), { since: null, ...WINDOW })
      [Symbol.asyncIterator]();
    await pages.next();
    const [first, ...others] = fake.state.absences;
    if (first) fake.state.absences = [...others, { ...first, id: 999_999 }];
    const rest = [];
    for (let page = await pages.next(); !page.done; page = await pages.next()) rest.push(page.value);
    expect(refsOf(rest)).toContain('999999');
    expect(refsOf(rest)).not.toContain(slipped);
    expect(adapter.pull.every(({ mayShift }) => mayShift === true)).toBe(true);
  });

  it('begins at the start when the list has changed since the cursor was stored', async () => {
    const [first] = await pagesOf('absences');
    fake.state.absences = fake.state.absences.slice(1);
    expect(refsOf(await pagesOf('absences', first?.cursor))).toEqual(fake.state.absences.map(({ id }) => String(id)));
  });

  it('goes on by Total where a proxy took the links out', async () => {
    server.use(
      http.all(`${ORIGIN}/*`, async ({ request }) => {
        const answer = await fake.handle(request);
        answer.headers.delete('link');
        return answer;
      }),
    );
    expect(refsOf(await pagesOf('staffMembers'))).toHaveLength(6);
  });

  it('takes of a link the number alone, so that the key goes nowhere else', async () => {
    server.use(
      http.all(`${ORIGIN}/*`, async ({ request }) => {
        const answer = await fake.handle(request);
        const link = answer.headers.get('link');
        if (link !== null) answer.headers.set('link', link.replaceAll(ORIGIN, 'https://elsewhere.example.invalid'));
        return answer;
      }),
    );
    expect(refsOf(await pagesOf('staffMembers'))).toHaveLength(6);
    expect(requests.every(({ url }) => new URL(url).origin === ORIGIN)).toBe(true);
  });

  it('refuses a link that leads back', async () => {
    server.use(http.all(`${ORIGIN}/*`, () => Response.json({ employees: [] }, { headers: { link: `<${ORIGIN}/v1/employees?page=1>; rel="next"` } })));
    await expect(pagesOf('staffMembers')).rejects.toThrow(UpstreamRejectedError);
  });

  it('tries a refused key once more, not for ever', async () => {
    fake.trap('credentials-refused');
    await expect(pagesOf('staffMembers')).rejects.toThrow(UpstreamAuthError);
    expect(requests).toHaveLength(2);
  });

  it('leaves sicknesses out where the settings say so', () => {
    const offered = (changed: Partial<BreatheHrSettings>) => streamOf('sicknesses').offered?.(connect(changed));
    expect([offered({}), offered({ readSicknesses: false })]).toEqual([true, false]);
  });

  it('gives nothing that nobody needs out of the reader', async () => {
    const all = JSON.stringify(await Promise.all(adapter.pull.map(({ name }) => pagesOf(name))));
    for (const word of [
      'Pennyfold wedding',
      'Gastrointestinal',
      'Stomach',
      'Compassionate',
      'WFH',
      'fit_note',
      'deducted',
      'approved_by',
      '750.0',
      'Notes go here',
    ]) {
      expect(all).not.toContain(word);
    }
  });
});

describe('what an absence means', () => {
  const joined = { account: 'a', kind: 'ANNUAL', morningEndsAt: '13:00', from: WINDOW.from.toISOString(), to: WINDOW.to.toISOString() };
  const leave = (fields: object) =>
    toLeave(
      BreatheAbsence.parse({
        id: 1,
        employee: { id: 2 },
        start_date: '2026-11-04',
        end_date: '2026-11-04',
        half_start: false,
        half_end: false,
        joined,
        ...fields,
      }),
    );
  const hours = (fields: object) => {
    const mapped = leave(fields);
    return 'startsAt' in mapped ? [mapped.startsAt.toISOString().slice(0, 16), mapped.endsAt.toISOString().slice(0, 16), mapped.allDay] : mapped;
  };

  it.each([
    ['a whole day', {}, ['2026-11-04T00:00', '2026-11-05T00:00', true]],
    ['a morning, as Breathe tells it', { half_start_am_pm: 'am', half_end: true, half_end_am_pm: 'am' }, ['2026-11-04T00:00', '2026-11-04T13:00', false]],
    ['an afternoon', { half_start: true, half_start_am_pm: 'pm' }, ['2026-11-04T13:00', '2026-11-05T00:00', false]],
    [
      'three days and a half, "3.5" deducted',
      { end_date: '2026-11-07', half_end: true, half_end_am_pm: 'am', deducted: '3.5' },
      ['2026-11-04T00:00', '2026-11-07T13:00', false],
    ],
    ['from noon for some days', { end_date: '2026-11-06', half_start: true, half_start_am_pm: 'pm' }, ['2026-11-04T13:00', '2026-11-07T00:00', false]],
    ['am or pm without its flag', { end_date: '2026-11-06', half_start_am_pm: 'pm' }, ['2026-11-04T00:00', '2026-11-07T00:00', true]],
    ['the Sunday on which the clocks go back', { start_date: '2026-10-25', end_date: '2026-10-25' }, ['2026-10-24T23:00', '2026-10-26T00:00', true]],
    [
      'noon of the Sunday on which they go forward',
      { start_date: '2026-03-29', end_date: '2026-03-30', half_start: true },
      ['2026-03-29T12:00', '2026-03-30T23:00', false],
    ],
    ['one that lasts', { end_date: '' }, ['2026-11-04T00:00', '2027-01-01T00:00', true]],
  ])('%s', (_what, fields, expected) => {
    expect(hours(fields)).toEqual(expected);
  });

  it.each([
    ['a half day that says not which', { half_start: true }, 'half_start_am_pm: expected am or pm'],
    ['both halves of one day', { half_start: true, half_start_am_pm: 'pm', half_end: true, half_end_am_pm: 'am' }, 'half_start_am_pm: expected am or pm'],
    ['a first day that is off in the morning only', { end_date: '2026-11-06', half_start: true, half_start_am_pm: 'am' }, 'half_start_am_pm: expected pm'],
    ['a last day that is off in the afternoon only', { end_date: '2026-11-06', half_end: true, half_end_am_pm: 'pm' }, 'half_end_am_pm: expected am'],
  ])('refuses %s', (_what, fields, words) => {
    expect(() => leave(fields)).toThrow(words);
  });

  it('skips what was cancelled, and what is no absence at all', () => {
    expect(leave({ cancelled: true })).toEqual({ skipped: 'cancelled' });
    expect(leave({ joined: { ...joined, kind: null } })).toEqual({ skipped: 'a reason that is no absence' });
    expect(leave({ start_date: '2027-02-01', end_date: '' })).toEqual({ skipped: 'outside the window' });
  });
});

describe('what an employee means', () => {
  const joined = { account: 'a', payroll: null, organisationCode: 'Z99001', role: 'RECEPTIONIST', kind: 'SALARIED' };
  const engagement = (fields: object) => toEngagement(BreatheEmployee.parse({ id: 1, job_title: 'Receptionist', joined, ...fields }));

  it('has hours as text', () => {
    expect(engagement({ total_hours: '40.0' })).toMatchObject({ contractedMinutesPerWeek: 2400 });
    expect(() => engagement({ total_hours: '400' })).toThrow('got a larger number');
  });

  it('starts when they joined, else when they began this job, and ends after the last day', () => {
    expect(engagement({ join_date: '', job_start_date: '2024-02-29', leaving_date: '2026-12-31' })).toMatchObject({
      startsOn: '2024-02-29',
      endsOn: '2027-01-01',
    });
    expect(() => engagement({ join_date: '31/12/2026' })).toThrow('join_date: expected a date as YYYY-MM-DD');
  });

  it('has no fixed hours at the bank', () => {
    expect(engagement({ total_hours: '12.0', joined: { ...joined, kind: 'BANK' } })).toMatchObject({ contractedMinutesPerWeek: null });
  });
});

it('takes a course for proof only once it was done', () => {
  const course = (status: string, completed: boolean) =>
    toCredential(BreatheCourse.parse({ id: 1, employee: { id: 2 }, status, joined: { account: 'a', kind: 'DBS', completed } }));
  expect(course('Completed', true)).toEqual({ staffKey: 'ref:a:2', kind: 'DBS', expiresOn: null });
  expect(course('Booked', false)).toEqual({ skipped: 'a course that is booked, not done' });
  expect(() => course('Attended', false)).toThrow('completedStatuses');
});

/** The vendor's example answers, where they lie beside the project. */
const EXAMPLES = fileURLToPath(new URL('../../../shared/data/vendors/breathe/', import.meta.url));
(existsSync(EXAMPLES) ? it : it.skip)("reads the vendor's own examples: nothing falls over, nothing vanishes", () => {
  const read = (name: string) => JSON.parse(readFileSync(`${EXAMPLES}${name}.json`, 'utf8'))[name][0];
  const absence = read('absences');
  const joined = { account: 'a', kind: 'ANNUAL', morningEndsAt: '13:00', from: '2014-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z' };
  expect(toLeave(BreatheAbsence.parse({ ...absence, joined }))).toEqual({ skipped: 'cancelled' });
  expect(toLeave(BreatheAbsence.parse({ ...absence, cancelled: false, joined }))).toMatchObject({
    endsAt: new Date('2014-11-07T13:00:00Z'),
  });
  const sickness = read('sicknesses');
  expect(toLeave(BreatheAbsence.parse({ ...sickness, joined }))).toMatchObject({
    startsAt: new Date('2020-01-08T00:00:00Z'),
    allDay: true,
  });
  expect(BreatheEmployee.safeParse({ ...read('employees'), joined: { account: 'a', payroll: null, organisationCode: 'Z99001', kind: null } }).success).toBe(
    false,
  );
});
