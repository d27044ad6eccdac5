import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../../platform/http.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { PullStream } from '../contract.ts';
import adapter from './adapter.ts';
import type { BambooClient } from './client.ts';
import { fixtures, sampleState } from './fixtures/config.ts';
import { createFakeBamboo, type FakeBamboo } from './fixtures/upstream.ts';
import { toEngagement, toLeave, toStaffMember } from './map.ts';
import { BambooHrSettings } from './settings.ts';
import { BambooEmployee, BambooTimeOff } from './wire.ts';

const ORIGIN = 'https://bamboo.example.invalid';
const WINDOW = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
const settings = BambooHrSettings.parse(fixtures.settings);

describe('BambooHR over HTTP', () => {
  let fake: FakeBamboo;
  let requests: Request[] = [];
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  beforeEach(() => {
    requests = [];
    fake = createFakeBamboo({ company: settings.company, apiKey: settings.apiKey, state: sampleState() });
    server.use(
      http.all(`${ORIGIN}/*`, ({ request }) => {
        requests.push(request);
        return fake.handle(request);
      }),
    );
  });
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const connect = ({ payroll, ...changed }: Partial<BambooHrSettings> = settings) =>
    adapter.connect(
      { ...settings, ...changed, payroll },
      createTools({ now: () => new Date(fixtures.now), resolvePath: (path) => path, sleep: async () => {} }),
    );
  const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<BambooClient>;
  const pagesOf = (name: string, client = connect()) => Array.fromAsync(streamOf(name).pages(client, { since: null, ...WINDOW }));
  const paths = () => requests.map(({ url }) => url.slice(`${ORIGIN}/api/gateway.php/brackenford/v1/`.length));

  it('is asked for JSON, with the key as a user of its own', async () => {
    await pagesOf('timeOff');
    const [request] = requests;
    expect(request?.headers.get('accept')).toBe('application/json');
    expect(Buffer.from(request?.headers.get('authorization')?.slice('Basic '.length) ?? '', 'base64').toString()).toBe(`${settings.apiKey}:x`);
    expect(paths()).toEqual(['time_off/requests?start=2024-12-31&end=2028-01-02']);
  });

  it('asks for the fields of each person only where they are wanted, and for no other field', async () => {
    await pagesOf('staffMembers', connect({}));
    expect(paths()).toEqual(['employees/directory']);
    await pagesOf('engagements', connect({}));
    expect(paths()[2]).toBe('employees/4?fields=employeeNumber,hireDate,terminationDate,standardHoursPerWeek');
  });

  it('says which field the directory should show', async () => {
    fake.state.fields = fake.state.fields.filter((field) => field !== 'jobTitle');
    await expect(adapter.check(connect())).rejects.toThrow('expected the directory to show jobTitle');
  });

  it('refuses the fields of another person', async () => {
    server.use(http.get(`${ORIGIN}/api/gateway.php/brackenford/v1/employees/4`, () => Response.json({ id: '5', hireDate: '2020-01-01' })));
    await expect(pagesOf('engagements')).rejects.toThrow(UpstreamRejectedError);
  });

  it('gives nothing that nobody needs out of the reader', async () => {
    const all = JSON.stringify(await Promise.all(adapter.pull.map(({ name }) => pagesOf(name))));
    for (const word of ['1970-01-01', '52000', 'Diploma', 'Sick', 'Parental', 'supervisor', 'photo', '3.75']) expect(all).not.toContain(word);
  });
});

describe('what an employee means', () => {
  const joined = { company: 'c', payroll: null, organisationCode: 'Z99001', role: 'RECEPTIONIST', kind: 'SALARIED' };
  const employee = (fields: object) => BambooEmployee.parse({ id: '4', firstName: 'One', lastName: 'Two', jobTitle: 'Receptionist', joined, ...fields });

  it('takes numbers for text, as the reference has them', () => {
    expect(toStaffMember(employee({ id: 4, employeeNumber: 77, joined: { ...joined, payroll: 'p' } })).keys).toEqual(['ref:bamboohr-c:4', 'payroll:p:77']);
    expect(toEngagement(employee({ standardHoursPerWeek: 37.5 }))).toMatchObject({ contractedMinutesPerWeek: 2250 });
  });

  it('knows that 0000-00-00 is no date', () => {
    expect(toEngagement(employee({ hireDate: '2024-02-29', terminationDate: '0000-00-00' }))).toMatchObject({ startsOn: '2024-02-29', endsOn: null });
    expect(() => toEngagement(employee({ hireDate: '2023-02-29' }))).toThrow('hireDate: expected a date as YYYY-MM-DD');
  });

  it('says that the directory must show the name', () => {
    expect(() => toStaffMember(employee({ lastName: null }))).toThrow('lastName: expected a name: the directory must show it, got nothing');
  });
});

describe('what time off means', () => {
  const joined = { company: 'c', kind: 'ANNUAL', from: WINDOW.from.toISOString(), to: WINDOW.to.toISOString() };
  const timeOff = (fields: object) =>
    toLeave(BambooTimeOff.parse({ id: '1659', employeeId: '12', status: 'approved', start: '2026-04-10', end: '2026-04-13', joined, ...fields }));

  it('spans the weekend between its days, which have an amount of "0"', () => {
    expect(timeOff({})).toMatchObject({ startsAt: new Date('2026-04-09T23:00:00Z'), endsAt: new Date('2026-04-13T23:00:00Z'), allDay: true });
  });

  it('has ids, amounts and days as text, where the reference says numbers: either means the same', () => {
    const asText = { id: '1659', employeeId: '12', amount: { unit: 'days', amount: '5' }, dates: { '2026-04-10': '1', '2026-04-11': '0' } };
    const asNumbers = { id: 1659, employeeId: 12, amount: { unit: 'days', amount: 5 }, dates: { '2026-04-10': 1, '2026-04-11': 0 } };
    expect(timeOff(asText)).toMatchObject({ staffKey: 'ref:bamboohr-c:12' });
    expect(timeOff(asNumbers)).toEqual(timeOff(asText));
  });

  it('lasts 25 hours on the Sunday on which the clocks go back', () => {
    expect(timeOff({ start: '2026-10-25', end: '2026-10-25' })).toMatchObject({
      startsAt: new Date('2026-10-24T23:00:00Z'),
      endsAt: new Date('2026-10-26T00:00:00Z'),
    });
  });

  it.each(['denied', 'superceded', 'requested', 'canceled'])('is not kept when it is %s', (status) => {
    expect(timeOff({ status })).toHaveProperty('skipped');
  });
});
