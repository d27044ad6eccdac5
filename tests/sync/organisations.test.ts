import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { practiceRecord, record, upstreamOf } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness, later } from './harness.ts';

let database: Database;
let harness: Harness;
beforeAll(async () => {
  database = await openTestDatabase();
  harness = createHarness(database);
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

type Given = Parameters<typeof practiceRecord>[1] & object;

/** An upstream that gives one practice as it stood so many minutes after `NOW`. */
const source = (id: string, minutes: number, changes: Given, odsCodes: readonly string[] = ['Z99001']) =>
  upstreamOf(id, [{ name: 'practices', entity: 'practice', asOf: later(minutes), records: () => odsCodes.map((code) => practiceRecord(code, changes)) }]);

const practice = async () =>
  (await harness.rows('SELECT name, postcode, address_lines, icb_code, source, as_of, removed_at, changed_at FROM practices.practice ORDER BY ods_code'))[0];

describe('a practice that several sources give', () => {
  it('has each field from the newest source that gives it; a null never erases', async () => {
    await harness.sync([
      source('ods', 10, { name: 'Old name', postcode: 'ZZ99 1AA', addressLines: ['1 Alder Road'] }),
      source('map', 20, { name: 'New name', icbCode: 'QZZ' }),
      source('list', 15, { name: 'Middle name', postcode: 'ZZ99 2BB' }),
    ]);
    expect(await practice()).toMatchObject({
      name: 'New name',
      postcode: 'ZZ99 2BB',
      address_lines: ['1 Alder Road'],
      icb_code: 'QZZ',
      source: 'map',
      as_of: later(20),
    });
  });

  it('is the same in whatever order they come', async () => {
    const field = fc.option(fc.constantFrom('ZZ99 1AA', 'ZZ99 2BB', 'ZZ99 3CC'), { nil: null });
    const giving = fc.record({ minutes: fc.integer({ min: 0, max: 3 }), postcode: field, clinicalSystem: field });
    const cases = fc
      .array(giving, { minLength: 2, maxLength: 4 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], { minLength: all.length })));
    await fc.assert(
      fc.asyncProperty(cases, async ([all, order]) => {
        const sources = all.map(({ minutes, ...fields }, index) => source(`s${index}`, minutes, { name: `Name ${index}`, ...fields }));
        await emptyTables(database);
        await harness.sync(sources);
        const one = await practice();
        await emptyTables(database);
        await harness.sync(order.flatMap((index) => sources[index] ?? []));
        expect(await practice()).toEqual(one);
      }),
      { numRuns: 25, seed: 20_261_123 },
    );
  });

  it('stands while one of them gives it, then without what only the other said', async () => {
    const both = ['Z99001', 'Z99002'];
    await harness.sync([source('ods', 10, { postcode: 'ZZ99 1AA' }, both), source('map', 20, { name: 'On the map' }, both)]);
    const [run] = await harness.sync(source('ods', 30, { postcode: 'ZZ99 1AA' }, ['Z99002']), { minutesLater: 30 });
    expect(run).toMatchObject({ removed: 1 });
    expect(await practice()).toMatchObject({ name: 'On the map', postcode: null, removed_at: null, changed_at: later(30) });
    await harness.sync(source('map', 40, { name: 'On the map' }, ['Z99002']), { minutesLater: 40 });
    expect(await practice()).toMatchObject({ name: 'On the map', removed_at: later(40) });
    await harness.sync(source('map', 50, { name: 'On the map' }, both), { minutesLater: 50 });
    expect(await practice()).toMatchObject({ removed_at: null, changed_at: later(50) });
  });

  it('keeps its changed_at while the same is said of it', async () => {
    await harness.sync(source('ods', 10, { postcode: 'ZZ99 1AA' }));
    await harness.sync(source('ods', 20, { postcode: 'ZZ99 1AA' }), { minutesLater: 20 });
    expect(await practice()).toMatchObject({ changed_at: later(0), as_of: later(20) });
  });
});

it('two streams of one upstream that give practices leave each other’s', async () => {
  const upstream = (epraccur: readonly string[], map: readonly string[]) =>
    upstreamOf('ods', [
      { name: 'epraccur', entity: 'practice', records: () => epraccur.map((code) => practiceRecord(code)) },
      { name: 'map', entity: 'practice', records: () => map.map((code) => practiceRecord(code)) },
    ]);
  await harness.sync(upstream(['Z99001', 'Z99002', 'Z99003'], ['Z99003', 'Z99004', 'Z99005']));
  await harness.sync(upstream(['Z99001', 'Z99002'], ['Z99003', 'Z99004']));
  const standing = await harness.rows<{ ods_code: string }>('SELECT ods_code FROM practices.practice WHERE removed_at IS NULL ORDER BY 1');
  expect(standing.map(({ ods_code }) => ods_code)).toEqual(['Z99001', 'Z99002', 'Z99003', 'Z99004']);
});

it('counts and sites are known by their codes, and one that comes twice under two references is a repeat', async () => {
  const count = (ref: string, patients: number) => record(ref, { practiceOdsCode: 'Z99001', countedOn: '2026-07-01', patients });
  const site = record('row 2', {
    code: 'U99999-HUB',
    organisationCode: 'U99999',
    name: 'Brackenford access hub',
    kind: 'ACCESS_HUB',
    deliveryModes: ['ON_SITE', 'VIDEO'],
    addressLines: [],
    postcode: null,
  });
  const runs = await harness.sync(
    upstreamOf('ods', [
      { name: 'counts', entity: 'registeredPatients', records: () => [count('a', 9_000), count('b', 9_001)] },
      { name: 'sites', entity: 'site', records: () => [site] },
    ]),
  );
  expect(runs.map(({ kept, quarantined }) => [kept, quarantined])).toEqual([
    [1, 1],
    [1, 0],
  ]);
  expect(await harness.rows('SELECT counted_on, patients, source_ref FROM practices.registered_patients')).toEqual([
    { counted_on: '2026-07-01', patients: 9_000, source_ref: 'a' },
  ]);
  expect(await harness.rows('SELECT delivery_modes, address_lines FROM practices.site')).toEqual([{ delivery_modes: ['ON_SITE', 'VIDEO'], address_lines: [] }]);
});

it('every other entity is stored as it came', async () => {
  const entities = upstreamOf('ods', [
    { name: 'icbs', entity: 'icb', records: () => [record('QZZ', { code: 'QZZ', name: 'NHS Brackenshire ICB' })] },
    { name: 'locations', entity: 'subIcbLocation', records: () => [record('Z99', { code: 'Z99', name: 'Brackenshire', icbCode: 'QZZ' })] },
    { name: 'pcns', entity: 'pcn', records: () => [record('U99999', { odsCode: 'U99999', name: 'Brackenford PCN', openedOn: '2019-07-01', closedOn: null })] },
    {
      name: 'memberships',
      entity: 'pcnMembership',
      records: () => [record('m1', { practiceOdsCode: 'Z99001', pcnOdsCode: 'U99999', startsOn: '2019-07-01', endsOn: null })],
    },
    { name: 'credentials', entity: 'credential', records: () => [record('c1', { staffKey: 'ref:hr:1', kind: 'DBS', expiresOn: '2027-02-28' })] },
    {
      name: 'ages',
      entity: 'registeredPatientsByAge',
      records: () => [record('a1', { practiceOdsCode: 'Z99001', countedOn: '2026-07-01', sex: 'FEMALE', ageFrom: 95, ageBelow: null, patients: 12 })],
    },
    {
      name: 'workforce',
      entity: 'publishedWorkforce',
      records: () => [
        record('w1', {
          ...{ pcnOdsCode: 'U99999', countedOn: '2026-06-30', staffGroup: 'Other GPs', role: 'Salaried GPs', detailedRole: 'Salaried By PCN' },
          ...{ jobRole: 'GENERAL_PRACTITIONER', byServiceContract: false, fte: 1.2345 },
        }),
      ],
    },
    {
      name: 'holidays',
      entity: 'bankHoliday',
      records: () => [record('h1', { division: 'SCOTLAND', day: '2026-11-30', title: 'St Andrew’s Day', substitute: false, nextOn: '2026-12-25' })],
    },
    { name: 'bank', entity: 'bankMembership', records: () => [record('b1', { staffKey: 'ref:hr:1', bankCode: 'U99999', startsOn: null, endsOn: null })] },
  ]);
  expect((await harness.sync(entities)).map(({ kept }) => kept)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(await harness.rows('SELECT code, name FROM practices.icb')).toEqual([{ code: 'QZZ', name: 'NHS Brackenshire ICB' }]);
  expect(await harness.rows('SELECT code, icb_code FROM practices.sub_icb_location')).toEqual([{ code: 'Z99', icb_code: 'QZZ' }]);
  expect(await harness.rows('SELECT ods_code, opened_on::text, closed_on FROM practices.pcn')).toEqual([
    { ods_code: 'U99999', opened_on: '2019-07-01', closed_on: null },
  ]);
  expect(await harness.rows('SELECT practice_ods_code, pcn_ods_code FROM practices.current_membership')).toEqual([
    { practice_ods_code: 'Z99001', pcn_ods_code: 'U99999' },
  ]);
  expect(await harness.rows('SELECT kind, expires_on FROM workforce.credential')).toEqual([{ kind: 'DBS', expires_on: '2027-02-28' }]);
  expect(
    await harness.rows('SELECT practice_ods_code, counted_on::text, sex, age_from, age_below, patients FROM practices.registered_patients_by_age'),
  ).toEqual([{ practice_ods_code: 'Z99001', counted_on: '2026-07-01', sex: 'FEMALE', age_from: 95, age_below: null, patients: 12 }]);
  expect(await harness.rows('SELECT pcn_ods_code, job_role, by_service_contract, fte FROM practices.published_workforce')).toEqual([
    { pcn_ods_code: 'U99999', job_role: 'GENERAL_PRACTITIONER', by_service_contract: false, fte: 1.2345 },
  ]);
  expect(await harness.rows('SELECT division, day::text, title, substitute, next_on::text FROM practices.bank_holiday')).toEqual([
    { division: 'SCOTLAND', day: '2026-11-30', title: 'St Andrew’s Day', substitute: false, next_on: '2026-12-25' },
  ]);
  expect(await harness.rows('SELECT bank_code FROM workforce.bank_membership')).toEqual([{ bank_code: 'U99999' }]);
});
