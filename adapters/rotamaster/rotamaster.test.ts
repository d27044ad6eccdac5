import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../../platform/http.ts';
import { RecordInvalidError, UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { PullStream } from '../contract.ts';
import adapter from './adapter.ts';
import type { RotaMasterClient } from './client.ts';
import { CREDENTIALS, fixtures, ORIGIN, sampleState } from './fixtures/config.ts';
import { createFakeRotaMaster, type FakeRotaMaster } from './fixtures/upstream.ts';
import { toLeave, toShift } from './map.ts';
import { RotaMasterSettings } from './settings.ts';
import type { RotaMasterAdjustment, RotaMasterShift } from './wire.ts';

const WINDOW = { from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) };

let now = new Date(fixtures.now);
let fake: FakeRotaMaster;
let requests: { readonly url: URL; readonly method: string }[] = [];
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
beforeEach(() => {
  now = new Date(fixtures.now);
  requests = [];
  fake = createFakeRotaMaster({ ...CREDENTIALS, now: () => now, state: sampleState() });
  server.use(
    http.all(`${ORIGIN}/*`, ({ request }) => {
      requests.push({ url: new URL(request.url), method: request.method });
      return fake.handle(request);
    }),
  );
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const connect = (changed: object = {}) =>
  adapter.connect(
    RotaMasterSettings.parse({ ...fixtures.settings, ...changed }),
    createTools({ now: () => now, resolvePath: (path) => path, sleep: async () => {} }),
  );
const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<RotaMasterClient>;
const signIns = () => requests.filter(({ method }) => method === 'POST').length;

/** Reference → what it means, why it is skipped, or the paths of what is wrong with it. */
async function read(client: RotaMasterClient, name = 'shifts'): Promise<Record<string, unknown>> {
  const stream = streamOf(name);
  const results: Record<string, unknown> = {};
  for await (const { records } of stream.pages(client, { since: null, ...WINDOW })) {
    for (const { ref, where, raw, problems = [] } of records) {
      try {
        results[ref ?? where] = problems.length > 0 ? problems.map(({ path }) => path) : stream.read(raw);
      } catch (error) {
        if (!(error instanceof RecordInvalidError)) throw error;
        results[ref ?? where] = error.problems.map(({ path }) => path);
      }
    }
  }
  return results;
}

describe('the token', () => {
  it('is found between braces, which are no JSON, and serves for four minutes', async () => {
    const client = connect();
    await read(client, 'people');
    now = new Date(now.getTime() + 3 * 60_000);
    await read(client, 'leave');
    expect(signIns()).toBe(1);
    now = new Date(now.getTime() + 60_000);
    await read(client, 'leave');
    expect(signIns()).toBe(2);
  });

  it.each([['"eyJx.eyJ5.c2ln"'], ['{"token":"eyJx.eyJ5.c2ln"}'], ['eyJx.eyJ5.c2ln']])('is found in %s as well', async (answer) => {
    server.use(http.post(`${ORIGIN}/api/Authentication`, () => new Response(answer)));
    let sent = '';
    server.use(
      http.get(`${ORIGIN}/api/*`, ({ request }) => {
        sent = request.headers.get('authorization') ?? '';
        return Response.json([]);
      }),
    );
    await adapter.check(connect());
    expect(sent).toBe('Bearer eyJx.eyJ5.c2ln');
  });

  it.each([
    ['half of it', '{ "eyJx.eyJ5.c2', UpstreamRejectedError],
    ['a web page', '<html><a href="www.example.invalid">Sign in</a></html>', UpstreamRejectedError],
    ['nothing', '', UpstreamUnavailableError],
  ])('is not taken from %s', async (_words, answer, errorClass) => {
    server.use(http.post(`${ORIGIN}/api/Authentication`, () => new Response(answer)));
    await expect(adapter.check(connect())).rejects.toThrow(errorClass);
  });

  it('is asked for again when the service stumbles', async () => {
    let failures = 1;
    server.use(http.post(`${ORIGIN}/api/Authentication`, () => (failures-- > 0 ? new Response('', { status: 500 }) : new Response('"eyJx.eyJ5.c2ln"'))));
    server.use(http.get(`${ORIGIN}/api/*`, () => Response.json([])));
    await adapter.check(connect());
  });

  it('is fetched once more when it is refused, and not for ever', async () => {
    const client = connect();
    await read(client, 'people');
    fake.trap('credentials-refused');
    await expect(read(client, 'people')).rejects.toThrow(UpstreamAuthError);
    // Once when it was good, and once more, which is itself tried twice.
    expect(signIns()).toBe(1 + 2);
  });

  it('that does not come is a matter of three settings, which are not told', async () => {
    const error = (await adapter.check(connect({ accessKey: 'quite-another-key' })).catch((caught: unknown) => caught)) as Error;
    expect(error).toBeInstanceOf(UpstreamAuthError);
    expect(error.message).toContain('Check apiKey, accessKey and entId.');
    expect(error.message).not.toContain('quite-another');
  });
});

describe('what comes in', () => {
  it('holds no birth date, pay, phone or comment', async () => {
    const pages = [];
    for (const { name } of adapter.pull) for await (const page of streamOf(name).pages(connect(), { since: null, ...WINDOW })) pages.push(page);
    expect(JSON.stringify(pages)).not.toMatch(/1980|07700|Italy|swapped|grossPay|Sickness|private\.invalid/);
  });

  it('tells of what is no record, and goes on', async () => {
    fake.state.people = ['text' as never, null as never, ...fake.state.people.slice(0, 1)];
    expect(await read(connect(), 'people')).toMatchObject({ 'person 1 of the list': [''], 'person 2 of the list': [''], 501: { givenName: 'Marigold' } });
  });

  it('takes subdomains of work e-mail for work, and no domain that only ends like it', async () => {
    fake.state.people = ['a@trust.nhs.invalid', 'b@nhs.invalid', 'c@notnhs.invalid'].map((email, id) => ({ id: id + 1, firstName: 'A', lastName: 'B', email }));
    const people = Object.values(await read(connect(), 'people')) as { workEmail: string | null }[];
    expect(people.map(({ workEmail }) => workEmail)).toEqual(['a@trust.nhs.invalid', 'b@nhs.invalid', null]);
  });
});

describe('shifts', () => {
  it('are not offered until the settings name their fields', () => {
    expect(streamOf('shifts').offered?.(connect({ shiftFields: undefined }))).toBe(false);
    expect(streamOf('shifts').offered?.(connect())).toBe(true);
  });

  it('ask for posts only where they name one', async () => {
    const { post: _post, ...withoutPost } = fixtures.settings.shiftFields as Record<string, string>;
    const results = await read(connect({ shiftFields: withoutPost, defaultRole: 'GENERAL_PRACTITIONER', defaultSite: 'Z99001' }));
    expect(requests.some(({ url }) => url.pathname.endsWith('/Posts'))).toBe(false);
    expect(results).toMatchObject({ 7001: { role: 'GENERAL_PRACTITIONER', roleAsSent: null, siteCode: 'Z99001' } });
  });

  it('are asked for by the parameters that the settings name', async () => {
    await read(connect({ shiftParameters: { from: 'begin', to: 'end' } })).catch(() => {});
    expect(requests.at(-1)?.url.search).toBe('?begin=2026-03-22&end=2026-10-31');
  });

  it('that name nobody are not called open unless the settings say so', async () => {
    expect(await read(connect({ withoutPerson: 'quarantine' }))).toMatchObject({ 7004: ['made_up_person.number'], 7005: { status: 'CANCELLED' } });
  });

  it('are found at paths as they are written, and nowhere else', async () => {
    const results = await read(
      connect({ shiftFields: { ...(fixtures.settings.shiftFields as object), person: 'constructor.name' }, withoutPerson: 'quarantine' }),
    );
    expect(results).toMatchObject({ 7001: ['constructor.name'] });
  });
});

describe('times', () => {
  const joined: RotaMasterShift['joined'] = {
    window: WINDOW,
    organisationCode: 'Z99001',
    names: { date: 'theDay', start: 'theStart', end: 'theEnd', breakMinutes: 'theBreak' },
    state: 'keep',
    role: 'GENERAL_PRACTITIONER',
    roleAsSent: null,
    siteCode: null,
    deliveryMode: 'ON_SITE',
    staffKey: 'ref:a:1',
    unknown: [],
  };
  const shift = (date: string, start: string, end: string) => () => toShift({ date, start, end, breakMinutes: '', joined });

  it.each([
    ['date-times without a zone', '', '2026-06-01T20:00:00', '2026-06-02T08:00:00', '2026-06-01T19:00Z', '2026-06-02T07:00Z'],
    ['date-times in UTC', '', '2026-06-01T20:00:00.000Z', '2026-06-02T08:00:00Z', '2026-06-01T20:00Z', '2026-06-02T08:00Z'],
    ['times on a day', '2026-06-01', '08:00', '12:30:00', '2026-06-01T07:00Z', '2026-06-01T11:30Z'],
    ['a night on a day, over the change in October', '24/10/2026', '22:00', '06:00', '2026-10-24T21:00Z', '2026-10-25T06:00Z'],
    ['a midnight at the end', '', '2026-06-01T20:00:00', '2026-06-02T00:00:00', '2026-06-01T19:00Z', '2026-06-01T23:00Z'],
    ['a day with date-times beside it', '2026-06-01T00:00:00', '2026-06-01T20:00', '2026-06-02T08:00', '2026-06-01T19:00Z', '2026-06-02T07:00Z'],
  ])('are read: %s', (_words, date, start, end, from, to) => {
    expect(shift(date, start, end)()).toMatchObject({ startsAt: new Date(from), endsAt: new Date(to) });
  });

  it.each([
    ['no time', '', 'noon', '2026-06-01T12:00', 'theStart: expected a day, or a day and a time as 2026-03-02T09:00:00, got text'],
    ['a time that the clocks skip', '', '2026-03-29T01:30', '2026-03-29T06:00', 'theStart: expected a time that exists once, got one that the clocks skip'],
    ['a time that comes twice', '', '2026-10-25T01:30', '2026-10-25T06:00', 'theStart: expected a time that exists once, got one that the clocks show twice'],
    ['an end before the start', '', '2026-06-01T12:00', '2026-06-01T08:00', 'theEnd: expected an end after the start, got an earlier one'],
    ['no day', 'Monday', '08:00', '12:00', 'theDay: expected a day as 2026-03-02, got text'],
  ])('are refused: %s', (_words, date, start, end, message) => {
    expect(shift(date, start, end)).toThrow(message);
  });

  const leave = (from: string, to: string, changed: Partial<RotaMasterAdjustment> = {}) =>
    toLeave({ from, to, approved: 'true', shiftAdjustment: '', joined: { window: WINDOW, staffKey: 'ref:a:1', kind: 'AWAY', isLeave: true }, ...changed });

  it('of leave are whole days where both are midnights, over a clock change too', () => {
    expect(leave('2026-03-28T00:00:00', '2026-03-29T00:00:00')).toMatchObject({
      allDay: true,
      startsAt: new Date('2026-03-28T00:00Z'),
      endsAt: new Date('2026-03-29T23:00Z'),
    });
    expect(leave('2026-06-01T00:00:00', '2026-06-01T12:00:00')).toMatchObject({ allDay: false, endsAt: new Date('2026-06-01T11:00Z') });
  });

  it('of leave that is not approved are not asked after', () => {
    expect(leave('x', 'y', { approved: 'No' })).toEqual({ skipped: 'leave that is not approved' });
  });

  it('of leave of which nothing says whether it is approved are not taken for withdrawn', () => {
    expect(() => leave('2026-06-01', '2026-06-02', { approved: '' })).toThrow('Approved: expected yes or no, got nothing');
  });
});

describe('settings', () => {
  it('refuse to send keys in the clear, and fields that are no names', () => {
    const refused = (changed: object) => RotaMasterSettings.safeParse({ ...fixtures.settings, ...changed }).error?.issues.map(({ message }) => message);
    expect(refused({ baseUrl: 'http://data-api.rotamaster.example.invalid' })).toEqual(['an address that begins with https://']);
    expect(refused({ shiftFields: { id: 'a', start: 'b', end: 'c d' } })).toEqual(['the name of a field, as shiftId or post.name']);
  });
});
