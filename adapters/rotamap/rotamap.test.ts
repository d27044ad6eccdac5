import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../../platform/http.ts';
import { RecordInvalidError, UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { Cursor, PullStream } from '../contract.ts';
import adapter from './adapter.ts';
import { CREDENTIALS, fixtures, ORIGIN, sampleState, sharedSettings } from './fixtures/config.ts';
import { createFakeRotamap, type FakeRotamap } from './fixtures/upstream.ts';
import { toLeave, toShift } from './map.ts';
import { RotamapSettings } from './settings.ts';
import type { RotamapAssignment, RotamapLeave } from './wire.ts';

const WINDOW = { from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) };
const PUBLIC = {
  ...sharedSettings,
  api: 'public',
  username: CREDENTIALS.username,
  password: CREDENTIALS.password,
  sessions: { am: { minutes: 240 }, pm: { minutes: 240 }, night: { minutes: 480 } },
  roles: { 'Alderbrook Surgery': 'GENERAL_PRACTITIONER', 'Registrar On call': 'GP_REGISTRAR' },
  sites: { 'Alderbrook Surgery': 'Z99001', 'Registrar On call': null },
  people: { 'Dr M Testerton': 'm.testerton@example.nhs.invalid', 'Dr B Fictionby': 'B.Fictionby@example.nhs.invalid' },
};

let fake: FakeRotamap;
let requests: { readonly url: URL; readonly headers: Headers; readonly method: string }[] = [];
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
beforeEach(() => serve());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function serve(options: { ignoresWindow?: boolean } = {}): void {
  requests = [];
  fake = createFakeRotamap({ ...CREDENTIALS, state: sampleState(), ...options });
  server.use(
    http.all(`${ORIGIN}/*`, ({ request }) => {
      requests.push({ url: new URL(request.url), headers: request.headers, method: request.method });
      return fake.handle(request);
    }),
  );
}

const answerInstead = (path: string, answer: () => Response) => server.use(http.all(`${ORIGIN}${path}`, answer));
const connect = (settings: object = fixtures.settings) =>
  adapter.connect(RotamapSettings.parse(settings), createTools({ now: () => new Date(fixtures.now), resolvePath: (path) => path, sleep: async () => {} }));
type Client = ReturnType<typeof connect>;
const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<Client>;

/** Reference → what it means, why it is skipped, or the paths of what is wrong with it. */
async function read(client: Client, name = 'shifts', since: Cursor | null = null): Promise<(readonly [string, unknown])[]> {
  const stream = streamOf(name);
  const results: (readonly [string, unknown])[] = [];
  for await (const { records } of stream.pages(client, { since, ...WINDOW })) {
    for (const { ref, raw, problems = [] } of records) {
      let result: unknown = problems.map(({ path }) => path);
      if (problems.length === 0) {
        try {
          result = stream.read(raw);
        } catch (error) {
          if (!(error instanceof RecordInvalidError)) throw error;
          result = error.problems.map(({ path }) => path);
        }
      }
      results.push([String(ref), result]);
    }
  }
  return results;
}

describe('the Central API', () => {
  it('gives the same where it passes over the days that it is asked for', async () => {
    const heeding = await read(connect());
    serve({ ignoresWindow: true });
    const ignoring = await read(connect());
    expect(ignoring).toEqual(heeding);
    expect(requests).toHaveLength(3);
  });

  it('tells once of a row of another year, wherever it comes', async () => {
    serve({ ignoresWindow: true });
    const [row] = fake.state.assignments;
    fake.state.assignments.push({ ...row, date: '2024-03-23' }, { ...row, date: '2027-05-23' });
    const results = await read(connect());
    expect(results.filter(([, result]) => JSON.stringify(result) === '{"skipped":"outside the window"}')).toHaveLength(1 + 2);
  });

  it('is asked for no name, note or detail of anybody', async () => {
    await read(connect());
    await read(connect(), 'leave');
    const fields = requests.flatMap(({ url }) => url.searchParams.get('fields')?.split(',') ?? []);
    expect(fields.filter((field) => /first_name|last_name|rota_name|notes|title|detail|speciality/.test(field))).toEqual([]);
  });

  it('says which field it does not know, so that the setting can name it', async () => {
    answerInstead('/central_api/*', () => Response.json({ error: 'Unknown field: extra_type.name' }, { status: 400 }));
    await expect(adapter.check(connect())).rejects.toThrow('Unknown field: extra_type.name');
    server.resetHandlers();
    serve();
    await adapter.check(connect({ ...fixtures.settings, omitFields: ['extra_type.name'] }));
    expect(requests[0]?.url.searchParams.get('fields')).not.toContain('extra_type');
  });

  it('ends the pass when a column that was asked for does not come', async () => {
    answerInstead('/central_api/*', () => Response.json({ columns: [{ field_name: 'date' }], rows: [] }));
    await expect(read(connect())).rejects.toThrow('expected the columns session.rota_label, start_time');
  });

  it('is read where rows come as objects, and tells of a row that is none', async () => {
    const fields = ['date', 'start_time', 'end_time', 'session.rota_label', 'person.email', 'person.local_id', 'place.name', 'place.external_code'];
    const types = ['role.name', 'assignment_type.name', 'extra_type.name', 'service.local_name'];
    const row = { date: '2026-03-24', start_time: '08:00', end_time: '12:00', 'person.local_id': 7, 'role.name': 'GP', 'place.name': 'Alderbrook Surgery' };
    answerInstead('/central_api/*', () =>
      Response.json({ columns: [...fields, ...types].map((field_name) => ({ field_name })), rows: [row, ['2026-03-24'], 'text', null] }),
    );
    const results = await read(connect({ ...fixtures.settings, daysPerRequest: 400 }));
    expect(results.map(([, result]) => (Array.isArray(result) ? result : 'kept'))).toEqual(['kept', [''], [''], ['']]);
  });

  it('goes on after the span that was stored, and begins anew for another window', async () => {
    const all = await read(connect());
    const cursor = { from: WINDOW.from.toISOString(), to: WINDOW.to.toISOString(), next: '2026-06-22' };
    expect((await read(connect(), 'shifts', cursor)).length).toBe(all.filter(([ref]) => ref === fixtures.clockChanges?.[1]?.ref).length);
    expect(await read(connect(), 'shifts', { ...cursor, to: '2027-01-01T00:00:00.000Z' })).toEqual(all);
  });

  it('tells two parts of one day apart, however their times are written', async () => {
    const day = { ...fake.state.leaveEvents[0], date: '2026-06-01' };
    const written = (start_time: string, end_time: string) => ({ ...day, start_time, end_time });
    fake.state.leaveEvents = [
      written('2026-06-01T09:00:00+01:00', '2026-06-01T12:00:00+01:00'),
      written('2026-06-01T13:00:00+01:00', '2026-06-01T17:00:00+01:00'),
    ];
    const refs = (await read(connect(), 'leave')).map(([ref]) => ref);
    expect(new Set(refs).size).toBe(2);
    fake.state.leaveEvents = [written('09:00:00', '12:00:00'), written('13:00:00', '17:00:00')];
    expect((await read(connect(), 'leave')).map(([ref]) => ref)).toEqual(refs);
  });

  it('gives leave as whole requests where the settings say so', async () => {
    const request = { 'person.local_id': 7, 'leave_request.local_id': 1, 'leave_request.start_date': '2026-03-01', 'leave_request.end_date': '2026-03-27' };
    fake.state.leaveEvents = [{ ...request, date: '2026-03-23' }];
    const results = await read(connect({ ...fixtures.settings, leaveRows: 'each-request' }), 'leave');
    expect(results).toMatchObject([['1', { allDay: true, startsAt: new Date('2026-03-01T00:00Z'), endsAt: new Date('2026-03-28T00:00Z') }]]);
  });
});

describe('the PublicAPI', () => {
  it('gives shifts by the names that the settings know, with the length of their session', async () => {
    const results = await read(connect(PUBLIC));
    expect(results.map(([, result]) => result)).toEqual([
      expect.objectContaining({
        staffKey: 'work-email:m.testerton@example.nhs.invalid',
        siteCode: 'Z99001',
        startsAt: new Date('2026-03-23T08:00Z'),
        endsAt: new Date('2026-03-23T12:00Z'),
      }),
      expect.objectContaining({
        role: 'GP_REGISTRAR',
        roleAsSent: 'Registrar On call',
        startsAt: new Date('2026-03-28T22:00Z'),
        endsAt: new Date('2026-03-29T05:00Z'),
      }),
      ['person'],
    ]);
  });

  it('has no leave to give, and says so', () => {
    expect([streamOf('leave').offered?.(connect(PUBLIC)), streamOf('leave').offered?.(connect())]).toEqual([false, true]);
  });

  it('is signed in to once, and once more when the token is refused', async () => {
    const client = connect(PUBLIC);
    await read(client);
    await read(client);
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    fake.trap('token-expired');
    await read(client);
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('refuses a wrong password, without saying it', async () => {
    const error = await adapter.check(connect({ ...PUBLIC, password: 'quite-wrong-password' })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UpstreamAuthError);
    expect((error as Error).message).not.toContain('quite-wrong');
  });

  it.each([
    ['breaks off', '<rota><person_rota_item><person>x</per', 'text/xml', UpstreamUnavailableError],
    ['is a web page', '<html><body>Sign in</body></html>', 'text/html', UpstreamRejectedError],
    ['is a web page that says it is XML', '<html><body>Sign in</body></html>', 'text/xml', UpstreamRejectedError],
    ['is nothing', '', 'text/xml', UpstreamUnavailableError],
    ['names an entity that it does not define', '<rota>&who;</rota>', 'text/xml', UpstreamUnavailableError],
  ])('takes no rota from an answer that %s', async (_words, body, type, errorClass) => {
    answerInstead('/publicapi/*/person_rota/', () => new Response(body, { headers: { 'content-type': type } }));
    await expect(read(connect(PUBLIC))).rejects.toThrow(errorClass);
  });

  it('reads neither titles nor specialities', async () => {
    expect(JSON.stringify(await read(connect(PUBLIC)))).not.toMatch(/Marigold|General"/);
  });
});

describe('what a row means', () => {
  const joined = {
    window: WINDOW,
    organisationCode: 'Z99001',
    session: { start: '20:00', minutes: 720 },
    leftOut: false,
    role: 'GENERAL_PRACTITIONER',
    roleAsSent: null,
    siteCode: null,
    deliveryMode: 'ON_SITE',
    staffKey: 'ref:a:1',
    unknown: [],
  } satisfies RotamapAssignment['joined'];
  const shift =
    (date: string, start_time: string, end_time: string, changed: Partial<RotamapAssignment['joined']> = {}) =>
    () =>
      toShift({ date, start_time, end_time, joined: { ...joined, ...changed } });

  it.each([
    ['a session in summer', '2026-06-01', '', '', '2026-06-01T19:00Z', '2026-06-02T07:00Z'],
    ['a session over the change in March', '2026-03-28', '', '', '2026-03-28T20:00Z', '2026-03-29T07:00Z'],
    ['a session over the change in October', '2026-10-24', '', '', '2026-10-24T19:00Z', '2026-10-25T08:00Z'],
    ['an end on the next day', '2026-06-01', '20:00:00', '08:00:00', '2026-06-01T19:00Z', '2026-06-02T07:00Z'],
    ['times with a day of their own', '2026-06-01', '2026-06-02 01:00', '2026-06-02T05:00:00', '2026-06-02T00:00Z', '2026-06-02T04:00Z'],
    ['times with an offset', '2026-10-25', '2026-10-25T01:30:00+00:00', '2026-10-25T06:00:00Z', '2026-10-25T01:30Z', '2026-10-25T06:00Z'],
  ])('knows when it is: %s', (_words, date, start, end, from, to) => {
    expect(shift(date, start, end)()).toMatchObject({ startsAt: new Date(from), endsAt: new Date(to) });
  });

  it.each([
    ['a start that the clocks skip', '2026-03-29', '01:30', '06:00', 'start_time: expected a time that exists once, got one that the clocks skip'],
    ['an end that the clocks show twice', '2026-10-24', '20:00', '01:30', 'end_time: expected a time that exists once, got one that the clocks show twice'],
    ['a day that is none', '2026-02-30', '', '', 'date: expected a day as YYYY-MM-DD, got text'],
    ['a day in another order', '23/03/2026', '', '', 'date: expected a day as YYYY-MM-DD, got text'],
    ['seconds that would be lost', '2026-06-01', '08:00:30', '12:00', 'start_time: expected a time as HH:MM'],
  ])('refuses %s', (_words, date, start, end, message) => {
    expect(shift(date, start, end)).toThrow(message);
  });

  it('does not make up the length of a session that the settings do not know', () => {
    expect(shift('2026-06-01', '08:00', '', { session: null })).toThrow(
      'end_time: expected an end, or the length of the session in the setting sessions, got nothing',
    );
    expect(shift('2026-06-01', '', '12:00', { session: null })).toThrow('or the start of the session in the setting sessions, got nothing');
  });

  it('skips what is outside the window, whatever else is wrong with it', () => {
    expect(shift('2020-06-01', 'x', 'y')()).toEqual({ skipped: 'outside the window' });
    expect(shift('2026-03-22', '08:00', '12:00')()).toEqual({ skipped: 'outside the window' });
    expect(shift('2026-03-22', '20:00', '08:00')()).toMatchObject({ status: 'FILLED' });
  });

  it('takes leave of some hours, and refuses a request that ends before it begins', () => {
    const leave = (changed: Partial<RotamapLeave>) => () =>
      toLeave({
        date: '2026-06-01',
        end_date: '',
        start_time: '',
        end_time: '',
        joined: { window: WINDOW, kind: 'AWAY', isGranted: true, staffKey: 'ref:a:1', unknown: [] },
        ...changed,
      });
    expect(leave({ start_time: '13:00', end_time: '17:00' })()).toMatchObject({ allDay: false, startsAt: new Date('2026-06-01T12:00Z') });
    expect(leave({ end_date: '2026-05-31' })).toThrow('leave_request.end_date: expected a day from the first on, got an earlier one');
  });
});

describe('settings', () => {
  const refused = (changed: object) => RotamapSettings.safeParse({ ...fixtures.settings, ...changed }).error?.issues.map(({ message }) => message);

  it('ask for the key, or the name and password, of the API that is read', () => {
    expect(refused({ apiKey: undefined })).toEqual(['a key, which the Central API asks for']);
    expect(refused({ api: 'public' })).toEqual(['a user, which the PublicAPI asks for', 'a password, which the PublicAPI asks for']);
  });

  it('refuse to send a key in the clear', () => {
    expect(refused({ siteUrl: 'http://alderbrook.rotamap.example.invalid' })).toEqual(['an address that begins with https://']);
  });
});
