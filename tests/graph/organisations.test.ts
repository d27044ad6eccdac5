import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { createLoaders } from '../../subgraphs/practices/loaders.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import { fillSmallNetwork, from, insert } from '../support/small-network.ts';

/** Days that are past and to come whenever the tests run. */
const PAST = '2020-04-01';
const TO_COME = '2999-04-01';

const member = (practice: string, pcn: string, startsOn: string | null, endsOn: string | null, ref: string, asOf = '2026-10-01T09:00:00Z') => ({
  practice_ods_code: practice,
  pcn_ods_code: pcn,
  starts_on: startsOn,
  ends_on: endsOn,
  ...from('files', ref),
  as_of: asOf,
});

const practice = (odsCode: string, name: string, changes: object = {}) => ({
  ods_code: odsCode,
  name,
  status: 'ACTIVE',
  address_lines: [],
  icb_code: 'QZZ',
  sub_icb_location_code: 'Z99',
  closed_on: null,
  removed_at: null,
  ...from('ods', odsCode),
  ...changes,
});

/** Beside the small network: U99998, with practices that join, leave, are gone and have closed. */
async function fillMemberships(database: Database): Promise<void> {
  await insert(database, 'practices.pcn', [
    { ods_code: 'U99998', name: 'Otherford PCN', removed_at: null, ...from('ods', 'U99998') },
    { ods_code: 'U99997', name: 'Gone PCN', removed_at: '2026-10-01T08:00:00Z', ...from('ods', 'U99997') },
  ]);
  await insert(database, 'practices.practice', [
    practice('Z97001', 'Leaving Surgery'),
    practice('Z97002', 'Joining Surgery'),
    practice('Z97003', 'Twice Told Surgery'),
    practice('Z97004', 'Gone Surgery', { removed_at: '2026-10-01T08:00:00Z' }),
    practice('Z97005', 'Closed Surgery', { status: 'CLOSED', closed_on: PAST }),
  ]);
  await insert(database, 'practices.pcn_membership', [
    member('Z97001', 'U99998', PAST, TO_COME, 'leaving'),
    member('Z97002', 'U99998', TO_COME, null, 'joining'),
    member('Z97003', 'U99998', PAST, null, 'dated'),
    member('Z97003', 'U99998', null, null, 'now', '2026-11-01T09:00:00Z'),
    member('Z97004', 'U99998', PAST, null, 'gone'),
    member('Z97005', 'U99998', PAST, null, 'closed'),
  ]);
  const counted = (code: string, patients: number) => ({ practice_ods_code: code, counted_on: '2026-07-01', patients, ...from('counts', code) });
  await insert(database, 'practices.registered_patients', [
    counted('Z97001', 1_000),
    counted('Z97003', 2_000),
    counted('Z97004', 4_000),
    counted('Z97005', 8_000),
  ]);
}

describe('organisations', () => {
  let database: Database;
  let graph: Graph;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await fillMemberships(database);
    graph = await openGraph(database);
  });
  afterAll(async () => {
    await graph.close();
    await database.close();
  });

  const ask = async (query: string, who: Parameters<Graph['ask']>[0] = 'service') => {
    const { data, errors } = await graph.ask(who, query);
    expect(errors).toEqual([]);
    return data;
  };

  it('a membership lasts until the day on which it is to end', async () => {
    const { practice } = await ask('{ practice(odsCode: "Z97001") { pcn { odsCode } pcnMemberships { endsOn } } }');
    expect(practice).toEqual({ pcn: { odsCode: 'U99998' }, pcnMemberships: [{ endsOn: TO_COME }] });
  });

  it('a membership that is to begin does not count yet', async () => {
    expect((await ask('{ practice(odsCode: "Z97002") { pcn { odsCode } } }')).practice).toEqual({ pcn: null });
  });

  it('a membership that two files tell of, one without a start, is told once', async () => {
    const data = await ask(`{
      practice(odsCode: "Z97003") { pcn { odsCode } pcnMemberships { startsOn endsOn source { ref } } }
      pcn(odsCode: "U99998") { memberships { practiceOdsCode startsOn } }
    }`);
    expect(data.practice).toEqual({ pcn: { odsCode: 'U99998' }, pcnMemberships: [{ startsOn: PAST, endsOn: null, source: { ref: 'dated' } }] });
    expect(data.pcn.memberships.filter(({ practiceOdsCode }: { practiceOdsCode: string }) => practiceOdsCode === 'Z97003')).toEqual([
      { practiceOdsCode: 'Z97003', startsOn: PAST },
    ]);
  });

  it('a practice that is gone is in no network, and its patients are counted no more, nor are those of one that has closed', async () => {
    const data = await ask(`{
      pcn(odsCode: "U99998") { practices { odsCode } registeredPatients }
      icb(code: "QZZ") { registeredPatients }
    }`);
    expect(data.pcn.practices.map(({ odsCode }: { odsCode: string }) => odsCode)).toEqual(['Z97005', 'Z97001', 'Z97003']);
    expect(data.pcn.registeredPatients).toBe(3_000);
    expect(data.icb.registeredPatients).toBe(3_000);
  });

  it('one that is gone is within itself and nothing else, and is known by name as gone', async () => {
    const within = await database.query("SELECT ancestor FROM practices.organisation_within WHERE organisation_code = 'Z97004'");
    expect(within).toEqual([{ ancestor: 'Z97004' }]);
    const named = await database.query("SELECT code, removed_at IS NULL AS stands FROM practices.organisation_directory WHERE code = ANY('{Z97004,U99997}')");
    expect(named).toEqual([
      { code: 'Z97004', stands: false },
      { code: 'U99997', stands: false },
    ]);
  });

  it('an engagement at a practice that is gone leads to no practice', async () => {
    await database.query("UPDATE practices.practice SET removed_at = now() WHERE ods_code = 'Z98001'");
    const { staff } = await ask('{ staff(filter: { organisationCodes: ["Z98001"] }) { nodes { engagements { organisationCode practice { odsCode } } } } }');
    expect(staff.nodes).toEqual([{ engagements: [{ organisationCode: 'Z98001', practice: null }] }]);
    await database.query("UPDATE practices.practice SET removed_at = NULL WHERE ods_code = 'Z98001'");
  });

  it('patients are told by month, sex and age band, from the newer of two files', async () => {
    const band = (source: string, sex: string, ageFrom: number, ageBelow: number | null, patients: number, asOf: string) => ({
      ...{ practice_ods_code: 'Z97001', counted_on: '2026-07-01', sex, age_from: ageFrom, age_below: ageBelow, patients },
      ...from(source, `Z97001/${sex}/${ageFrom}`),
      as_of: asOf,
    });
    await insert(database, 'practices.registered_patients_by_age', [
      band('old', 'FEMALE', 0, 5, 399, '2026-07-01T00:00:00Z'),
      band('new', 'FEMALE', 0, 5, 400, '2026-07-02T00:00:00Z'),
      band('new', 'FEMALE', 95, null, 100, '2026-07-02T00:00:00Z'),
      band('new', 'MALE', 0, 5, 500, '2026-07-02T00:00:00Z'),
    ]);
    const { practice, other } = await ask(`{
      practice(odsCode: "Z97001") { registeredPatients { countedOn patients byAge { sex ageFrom ageBelow patients } women: byAge(sex: FEMALE) { patients } } }
      other: practice(odsCode: "Z97003") { registeredPatients { byAge { patients } } }
    }`);
    expect(practice.registeredPatients).toEqual([
      {
        ...{ countedOn: '2026-07-01', patients: 1_000 },
        byAge: [
          { sex: 'FEMALE', ageFrom: 0, ageBelow: 5, patients: 400 },
          { sex: 'MALE', ageFrom: 0, ageBelow: 5, patients: 500 },
          { sex: 'FEMALE', ageFrom: 95, ageBelow: null, patients: 100 },
        ],
        women: [{ patients: 400 }, { patients: 100 }],
      },
    ]);
    expect(other.registeredPatients).toEqual([{ byAge: [] }]);
  });

  it('patients by age of more counts than anybody reads are refused', async () => {
    const counts = Array.from({ length: 501 }, (_, index) => `Z${96_000 + index} 2026-07-01`);
    const [first] = await createLoaders(database).patientsByAgeOf.loadMany(counts);
    expect(first).toMatchObject({ code: 'QUERY_TOO_LARGE', message: expect.stringContaining('byAge: expected at most 500 counts in one query, got 501.') });
  });

  it('what was published of a network’s workforce stands beside its own, null where nothing was', async () => {
    const post = (countedOn: string, detailedRole: string, jobRole: string | null, byServiceContract: boolean, fte: number) => ({
      ...{ pcn_ods_code: 'U99999', counted_on: countedOn, staff_group: 'Other', role: `${detailedRole}s`, detailed_role: detailedRole },
      ...{ job_role: jobRole, by_service_contract: byServiceContract, fte },
      ...from('published', `U99999/${countedOn}/${detailedRole}/${byServiceContract}`),
    });
    await insert(database, 'practices.published_workforce', [
      post('2026-03-31', 'Pharmacist', 'PHARMACIST', false, 9),
      post('2026-06-30', 'Pharmacist', 'PHARMACIST', false, 1.1),
      post('2026-06-30', 'Pharmacist', 'PHARMACIST', true, 2.2),
      post('2026-06-30', 'Other Director', null, false, 0.5),
    ]);
    const data = await ask(`{
      pcn(odsCode: "U99999") {
        publishedWorkforce { countedOn fte serviceContractFte roles { detailedRole jobRole byServiceContract fte } }
        before: publishedWorkforce(countedOn: "2026-03-31") { fte }
        never: publishedWorkforce(countedOn: "2026-02-28") { fte }
        contractedFte(on: "2026-10-01") { staffGroup fte headcount }
      }
      other: pcn(odsCode: "U99998") { publishedWorkforce { fte } }
    }`);
    expect(data.pcn).toMatchObject({
      publishedWorkforce: {
        ...{ countedOn: '2026-06-30', fte: 3.8, serviceContractFte: 2.2 },
        roles: [
          { detailedRole: 'Pharmacist', jobRole: 'PHARMACIST', byServiceContract: true, fte: 2.2 },
          { detailedRole: 'Pharmacist', jobRole: 'PHARMACIST', byServiceContract: false, fte: 1.1 },
          { detailedRole: 'Other Director', jobRole: null, byServiceContract: false, fte: 0.5 },
        ],
      },
      before: { fte: 9 },
      never: null,
      contractedFte: [{ staffGroup: 'DIRECT_PATIENT_CARE', fte: 1, headcount: 1 }],
    });
    expect(data.other.publishedWorkforce).toBeNull();
    const own = await ask('{ pcn(odsCode: "U99999") { contractedFte { fte } publishedWorkforce { fte } } }', 'birchGp');
    expect(own.pcn).toEqual({ contractedFte: null, publishedWorkforce: { fte: 3.8 } });
  });

  describe('bank holidays', () => {
    const holiday = (day: string, title: string, nextOn: string | null) => ({
      ...{ division: 'ENGLAND_AND_WALES', day, title, substitute: title === 'Boxing Day', next_on: nextOn },
      ...from('gov-uk', day),
    });
    beforeAll(() =>
      insert(database, 'practices.bank_holiday', [
        holiday('2026-12-25', 'Christmas Day', '2026-12-28'),
        holiday('2026-12-28', 'Boxing Day', '2027-01-01'),
        holiday('2027-01-01', 'New Year’s Day', null),
        holiday('2027-03-26', 'Good Friday', '2027-03-29'),
        holiday('2027-03-29', 'Easter Monday', null),
      ]),
    );

    it('are told with the part of the period that the list covers', async () => {
      const { bankHolidays } = await ask(`{ bankHolidays(from: "2026-12-01", to: "2027-03-28") {
        division complete known { from to } holidays { day title substitute source { upstream } } } }`);
      expect(bankHolidays).toEqual({
        division: 'ENGLAND_AND_WALES',
        complete: false,
        known: [
          { from: '2026-12-25', to: '2027-01-02' },
          { from: '2027-03-26', to: '2027-03-28' },
        ],
        holidays: [
          { day: '2026-12-25', title: 'Christmas Day', substitute: false, source: { upstream: 'gov-uk' } },
          { day: '2026-12-28', title: 'Boxing Day', substitute: true, source: { upstream: 'gov-uk' } },
          { day: '2027-01-01', title: 'New Year’s Day', substitute: false, source: { upstream: 'gov-uk' } },
          { day: '2027-03-26', title: 'Good Friday', substitute: false, source: { upstream: 'gov-uk' } },
        ],
      });
    });

    it('of a period within the list are known to be all', async () => {
      const { bankHolidays } = await ask('{ bankHolidays(from: "2026-12-29", to: "2027-01-01") { complete holidays { day } } }');
      expect(bankHolidays).toEqual({ complete: true, holidays: [] });
    });

    it('are neither yes nor no outside the list, in its gaps, and in another nation', async () => {
      const { yes, no, before, gap, after, elsewhere } = await ask(`{
        yes: isBankHoliday(day: "2026-12-28") no: isBankHoliday(day: "2026-12-27")
        before: isBankHoliday(day: "2026-12-24") gap: isBankHoliday(day: "2027-01-02") after: isBankHoliday(day: "2027-03-30")
        elsewhere: isBankHoliday(day: "2026-12-25", division: SCOTLAND)
      }`);
      expect({ yes, no, before, gap, after, elsewhere }).toEqual({ yes: true, no: false, before: null, gap: null, after: null, elsewhere: null });
    });

    it('of a period that ends before it begins are refused', async () => {
      const { errors } = await graph.ask('service', '{ bankHolidays(from: "2026-12-29", to: "2026-12-29") { complete } }');
      expect(errors.map(({ message }) => message)).toEqual(['to: expected a day after 2026-12-29, got 2026-12-29.']);
    });
  });
});
