import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../platform/db.ts';
import { workedMinutes } from '../../schema/domain/shift.ts';
import { londonDay, mondayOf } from '../../schema/domain/time.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import { type ActorName, fillSmallNetwork, insertShifts, type PersonName, shiftId, type TestShift } from '../support/small-network.ts';

/** The clocks go back in the night to 25 October 2026, a Sunday: the week from Monday 19 October has 169 hours. */
const FROM = '2026-10-18T23:00:00.000Z';
const TO = '2026-11-02T00:00:00.000Z';

const minute = (iso: string) => new Date(iso).getTime() / 60_000;
const anyShift: fc.Arbitrary<TestShift> = fc
  .record({
    organisation: fc.constantFrom('Z99001', 'Z99002', 'Z99003', 'U99999', 'Z98001'),
    role: fc.constantFrom('GENERAL_PRACTITIONER', 'PRACTICE_NURSE', 'PHARMACIST'),
    status: fc.constantFrom('OPEN' as const, 'FILLED' as const, 'CANCELLED' as const),
    fillSource: fc.constantFrom(null, 'OWN', 'SHARED', 'BANK', 'LOCUM', 'AGENCY', 'AGENCY'),
    starts: fc.integer({ min: minute(FROM) - 2880, max: minute(TO) + 2880 }),
    // Often within minutes of midnight on Monday, where a week ends in London before or after it does in UTC.
    atWeekEnd: fc.option(fc.tuple(fc.constantFrom('2026-10-18T23:00:00Z', '2026-10-26T00:00:00Z', '2026-11-02T00:00:00Z'), fc.integer({ min: -90, max: 90 }))),
    minutes: fc.integer({ min: 15, max: 1440 }),
    breakMinutes: fc.integer({ min: 0, max: 14 }),
  })
  .map(({ starts, atWeekEnd, minutes, status, ...given }) => {
    const begin = atWeekEnd ? minute(atWeekEnd[0]) + atWeekEnd[1] : starts;
    const iso = (at: number) => new Date(at * 60_000).toISOString();
    return { ...given, status, startsAt: iso(begin), endsAt: iso(begin + minutes), person: status === 'OPEN' ? null : ('alderGp' as PersonName) };
  });

const SHIFTS = fc.sample(anyShift, { numRuns: 400, seed: 20261124 });

interface Cell {
  readonly organisationCode: string | null;
  readonly role: string | null;
  readonly weekStartsOn: string | null;
  readonly neededHours: number;
  readonly filledHours: number;
  readonly unfilledHours: number;
  readonly fillRateByHours: number | null;
  readonly agencyHours: number;
  readonly agencyRateByHours: number | null;
}

type Group = 'ORGANISATION' | 'ROLE' | 'WEEK';

/** The same figures by going through the rows, one by one, in whole minutes. */
function byHand(groups: readonly Group[], organisations: readonly string[], from = FROM, to = TO): readonly Cell[] {
  const counted = SHIFTS.filter(
    ({ organisation = '', startsAt, status }) =>
      status !== 'CANCELLED' && organisations.includes(organisation) && new Date(startsAt) >= new Date(from) && new Date(startsAt) < new Date(to),
  );
  const keyOf = ({ organisation, role, startsAt }: TestShift) =>
    JSON.stringify([
      groups.includes('ORGANISATION') ? organisation : null,
      groups.includes('ROLE') ? role : null,
      groups.includes('WEEK') ? mondayOf(londonDay(new Date(startsAt))) : null,
    ]);
  const total = (shifts: readonly TestShift[]) =>
    shifts.reduce(
      (sum, { startsAt, endsAt, breakMinutes = 0 }) =>
        sum + workedMinutes({ startsAt: new Date(startsAt), endsAt: new Date(endsAt), unpaidBreakMinutes: breakMinutes }),
      0,
    );
  return [...Map.groupBy(counted, keyOf)].map(([key, shifts]) => {
    const [organisationCode, role, weekStartsOn] = JSON.parse(key);
    const filled = shifts.filter(({ status }) => status === 'FILLED');
    const known = total(filled.filter(({ fillSource }) => fillSource !== null));
    const agency = total(filled.filter(({ fillSource }) => fillSource === 'AGENCY'));
    const needed = total(shifts);
    return {
      organisationCode,
      role,
      weekStartsOn,
      neededHours: needed / 60,
      filledHours: total(filled) / 60,
      unfilledHours: (needed - total(filled)) / 60,
      fillRateByHours: needed > 0 ? total(filled) / needed : null,
      agencyHours: agency / 60,
      agencyRateByHours: known > 0 ? agency / known : null,
    };
  });
}

const inOrder = (cells: readonly Cell[]) => cells.map((cell) => JSON.stringify(cell)).sort();

describe('staffing measures', () => {
  let database: Database;
  let graph: Graph;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await insertShifts(database, SHIFTS);
    await insertShifts(database, [{ startsAt: '2026-10-20T08:00:00Z', endsAt: '2026-10-20T18:00:00Z' }], 900);
    await database.query('UPDATE rota.shift SET removed_at = now() WHERE id = $1', [shiftId(900)]);
    graph = await openGraph(database);
  });
  afterAll(async () => {
    await graph.close();
    await database.close();
  });

  const measure = (who: ActorName, { from = FROM, to = TO, groupBy = [] as readonly Group[], organisationCodes = null as readonly string[] | null } = {}) =>
    graph.ask(
      who,
      `query ($from: DateTime!, $to: DateTime!, $groupBy: [MeasureGroup!]!, $organisationCodes: [String!]) {
         staffingMeasures(from: $from, to: $to, groupBy: $groupBy, organisationCodes: $organisationCodes) {
           organisationCode role weekStartsOn neededHours filledHours unfilledHours fillRateByHours agencyHours agencyRateByHours } }`,
      { from, to, groupBy, organisationCodes },
    );
  const EVERYWHERE = ['Z99001', 'Z99002', 'Z99003', 'U99999', 'Z98001'];
  const NETWORK = ['Z99001', 'Z99002', 'Z99003', 'U99999'];

  it.each<readonly [string, readonly Group[]]>([
    ['as one', []],
    ['by organisation', ['ORGANISATION']],
    ['by role', ['ROLE']],
    ['by week', ['WEEK']],
    ['by role and week', ['ROLE', 'WEEK']],
    ['by all three', ['WEEK', 'ORGANISATION', 'ROLE']],
  ])('%s are what the rows add up to, over the night on which the clocks go back', async (_name, groupBy) => {
    const { data, codes } = await measure('service', { groupBy });
    expect(codes).toEqual([]);
    const expected = byHand(groupBy, EVERYWHERE);
    expect(expected.length).toBeGreaterThan(groupBy.length);
    expect(inOrder(data.staffingMeasures)).toEqual(inOrder(expected));
  });

  it('count from and to as they are given, to the minute', async () => {
    const [from, to] = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'];
    const { data } = await measure('service', { from, to });
    expect(data.staffingMeasures).toEqual(
      byHand([], EVERYWHERE, from, to).length > 0 ? byHand([], EVERYWHERE, from, to) : [expect.objectContaining({ neededHours: 0 })],
    );
  });

  it('name the Monday of the week, by London’s midnight', async () => {
    const { data } = await measure('service', { groupBy: ['WEEK'] });
    expect(data.staffingMeasures.map(({ weekStartsOn }: Cell) => weekStartsOn)).toEqual(['2026-10-19', '2026-10-26']);
  });

  it.each<readonly [ActorName, readonly string[] | null, readonly string[]]>([
    ['service', ['QZZ'], NETWORK],
    ['service', ['U99999'], NETWORK],
    ['service', ['U99999', 'Z98001'], EVERYWHERE],
    ['analyst', null, NETWORK],
    ['analyst', ['QYY', 'Z99001'], ['Z99001']],
    ['coordinator', null, NETWORK],
    ['alderManager', null, ['Z99001']],
    ['alderManager', ['U99999'], ['Z99001']],
  ])('for %s asking about %j are those of %j', async (who, organisationCodes, within) => {
    const { data } = await measure(who, { organisationCodes, groupBy: ['ORGANISATION'] });
    expect(inOrder(data.staffingMeasures)).toEqual(inOrder(byHand(['ORGANISATION'], within)));
  });

  it('of nothing are one cell of zeros whose rates are not known', async () => {
    const { data } = await measure('alderManager', { organisationCodes: ['Z98001'] });
    expect(data.staffingMeasures).toEqual([
      {
        organisationCode: null,
        role: null,
        weekStartsOn: null,
        neededHours: 0,
        filledHours: 0,
        unfilledHours: 0,
        fillRateByHours: null,
        agencyHours: 0,
        agencyRateByHours: null,
      },
    ]);
    expect((await measure('alderManager', { organisationCodes: ['Z98001'], groupBy: ['ROLE'] })).data.staffingMeasures).toEqual([]);
  });

  it('name the practice of a cell, and none for a network', async () => {
    const { data } = await graph.ask(
      'coordinator',
      `{ staffingMeasures(from: "${FROM}", to: "${TO}", groupBy: [ORGANISATION], organisationCodes: ["Z99001", "U99999"]) { organisationCode practice { name } } }`,
    );
    expect(data.staffingMeasures).toContainEqual({ organisationCode: 'Z99001', practice: { name: 'Alderbrook Surgery' } });
  });

  it.each([
    ['alderGp', { from: FROM, to: TO }, 'FORBIDDEN'],
    ['service', { from: TO, to: FROM }, 'BAD_USER_INPUT'],
    ['service', { from: FROM, to: FROM }, 'BAD_USER_INPUT'],
    ['service', { from: '2026-08-01T23:00:00.000Z', to: '2026-11-02T00:00:00.000Z' }, undefined],
    ['service', { from: '2026-08-01T22:00:00.000Z', to: '2026-11-02T00:00:00.000Z' }, 'BAD_USER_INPUT'],
  ] as const)('asked for by %s over %j answer with %s', async (who, range, code) => {
    expect((await measure(who, range)).codes).toEqual(code === undefined ? [] : [code]);
  });

  it('say what they mean', async () => {
    const { data } = await graph.ask('alderGp', '{ measureDefinitions { name version title unit numerator denominator caveat source } }');
    expect(data.measureDefinitions.map(({ name, version, denominator }: Record<string, unknown>) => [name, version, denominator !== null])).toEqual([
      ['FILL_RATE_HOURS', 1, true],
      ['UNFILLED_HOURS', 1, false],
      ['AGENCY_RATE_HOURS', 1, true],
    ]);
  });
});
