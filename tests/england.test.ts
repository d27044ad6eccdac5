/**
 * The reference files of the whole of England, where a copy of them lies beside the project; the committed excerpts of
 * the same files where it does not. The same is asserted of both, with other figures.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import bankHolidays from '../adapters/bank-holidays/adapter.ts';
import listSizes from '../adapters/list-sizes/adapter.ts';
import odsFiles from '../adapters/ods-files/adapter.ts';
import pcnWorkforce from '../adapters/pcn-workforce/adapter.ts';
import type { Database } from '../platform/db.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { SyncReport } from '../sync/report.ts';
import { openTestDatabase } from './support/database.ts';
import { type PulledStream, pullAll } from './support/pull.ts';

const WHOLE_FOLDER = fileURLToPath(new URL('../../shared/data/nhs/', import.meta.url));
const EXCERPT_FOLDER = fileURLToPath(new URL('../adapters/', import.meta.url));

interface Copy {
  /** Where an adapter's files are. */
  readonly folderOf: (adapter: string) => string;
  readonly files: { readonly map: string; readonly listSizes: string; readonly branches: string; readonly workforce: string };
  readonly icbs: number;
  readonly subIcbLocations: number;
  readonly practicesOfMap: number;
  readonly practicesInNoNetwork: number;
  readonly networksOfMap: number;
  readonly networkSizes: { readonly ofOne: number; readonly largest: number };
  readonly clinicalSystems: Readonly<Record<string, number>>;
  readonly patients: number;
  readonly registeredPatients: StreamFigures;
  readonly registeredPatientsByAge: StreamFigures;
  readonly oldStyle: PracticeFigures;
  readonly newStyle: PracticeFigures;
  readonly networks: number;
  readonly networksClosed: number;
  readonly memberships: number;
  readonly membershipsEnded: number;
  readonly branches: number;
  readonly workforce: StreamFigures & { readonly networks: number; readonly fte: number; readonly networksOfMapWithout: number };
  readonly bankHolidays: StreamFigures & { readonly divisions: Readonly<Record<string, number>> };
}

interface StreamFigures {
  readonly received: number;
  readonly kept: number;
  readonly quarantined: number;
}

interface PracticeFigures {
  readonly received: number;
  readonly inWales: number;
  readonly networkHubs: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly quarantined: number;
}

const WHOLE: Copy = {
  folderOf: () => WHOLE_FOLDER,
  files: {
    ...{ map: 'gp-reg-pat-prac-map_2026-07.zip', listSizes: 'gp-reg-pat-prac-quin-age_2026-07.zip', branches: 'ebranchs_2017-08_partial.csv' },
    workforce: 'pcn-workforce-individual_2026-06.zip',
  },
  icbs: 36,
  subIcbLocations: 106,
  practicesOfMap: 6_139,
  practicesInNoNetwork: 52,
  networksOfMap: 1_298,
  networkSizes: { ofOne: 93, largest: 31 },
  clinicalSystems: { EMIS: 3_586, TPP: 2_545, unknown: 8 },
  patients: 63_436_508,
  registeredPatients: { received: 326_241, kept: 6_139, quarantined: 0 },
  registeredPatientsByAge: { received: 326_241, kept: 245_560, quarantined: 0 },
  oldStyle: { received: 16_685, inWales: 422, networkHubs: 609, statuses: { ACTIVE: 6_220, CLOSED: 1_942, DORMANT: 71 }, quarantined: 0 },
  newStyle: { received: 15_389, inWales: 422, networkHubs: 620, statuses: { ACTIVE: 6_208, CLOSED: 1_511, DORMANT: 48 }, quarantined: 0 },
  networks: 1_329,
  networksClosed: 65,
  memberships: 7_455,
  membershipsEnded: 1_064,
  branches: 2_615,
  workforce: { received: 39_940, kept: 15_576, quarantined: 0, networks: 1_271, fte: 31_253, networksOfMapWithout: 27 },
  bankHolidays: { received: 471, kept: 471, quarantined: 0, divisions: { ENGLAND_AND_WALES: 140, SCOTLAND: 157, NORTHERN_IRELAND: 174 } },
};

const EXCERPT: Copy = {
  folderOf: (adapter) => join(EXCERPT_FOLDER, adapter, 'fixtures'),
  files: {
    ...{ map: 'gp-reg-pat-prac-map_2026-07.zip', listSizes: 'gp-reg-pat-prac-quin-age_2026-07.csv', branches: 'ebranchs_2017-08.csv' },
    workforce: 'pcn-workforce_2026-06.zip',
  },
  icbs: 7,
  subIcbLocations: 8,
  practicesOfMap: 13,
  practicesInNoNetwork: 2,
  networksOfMap: 7,
  networkSizes: { ofOne: 5, largest: 4 },
  clinicalSystems: { EMIS: 1, TPP: 11, unknown: 1 },
  patients: 131_260,
  registeredPatients: { received: 88, kept: 13, quarantined: 1 },
  registeredPatientsByAge: { received: 88, kept: 40, quarantined: 3 },
  oldStyle: { received: 10, inWales: 1, networkHubs: 1, statuses: { ACTIVE: 3, CLOSED: 1, DORMANT: 1, PROPOSED: 1 }, quarantined: 0 },
  newStyle: { received: 27, inWales: 1, networkHubs: 2, statuses: { ACTIVE: 13, CLOSED: 1, DORMANT: 2, PROPOSED: 1 }, quarantined: 1 },
  networks: 10,
  networksClosed: 2,
  memberships: 10,
  membershipsEnded: 3,
  branches: 3,
  workforce: { received: 26, kept: 17, quarantined: 5, networks: 4, fte: 18, networksOfMapWithout: 7 },
  bankHolidays: { received: 25, kept: 22, quarantined: 3, divisions: { ENGLAND_AND_WALES: 10, SCOTLAND: 6, NORTHERN_IRELAND: 6 } },
};

const copy = existsSync(WHOLE_FOLDER) ? WHOLE : EXCERPT;

/** The list sizes of England have 326,241 rows. */
const READING_TIMEOUT_MS = 600_000;

const SOURCES = [
  { id: 'nhs-list-sizes', adapter: listSizes, settings: { mapFile: copy.files.map, listSizesFile: copy.files.listSizes } },
  {
    id: 'nhs-reference',
    adapter: odsFiles,
    settings: {
      ...{ practicesFile: 'epraccur_2026-02.csv', practicesTakenOn: '2026-02-03', networksFile: 'ePCN_2023-02.xlsx', networksTakenOn: '2023-02-24' },
      ...{ branchesFile: copy.files.branches, branchesTakenOn: '2017-08-01' },
      // Whose hub it is stands in no file: this network is invented.
      hubs: { Y04182: 'U99999' },
    },
  },
  { id: 'nhs-workforce', adapter: pcnWorkforce, settings: { file: copy.files.workforce } },
] as const;

const bankHolidaysDocument = () => readFileSync(join(copy.folderOf('bank-holidays'), 'bank-holidays.json'));

/** The streams of one of the adapters, by name. */
type Streams = Readonly<Record<string, PulledStream>>;

const countBy = <Item>(items: Iterable<Item>, keyOf: (item: Item) => string) =>
  Object.fromEntries([...Map.groupBy(items, keyOf)].map(([key, group]) => [key, group.length]));

const valuesOf = <Record>({ kept }: PulledStream) => [...kept.values()] as Record[];

const sumOf = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, count) => sum + count, 0);

describe(copy === WHOLE ? 'England, whole' : 'England, in excerpt', () => {
  let counted: Streams;
  let current: Streams;
  let old: Streams;
  let workforce: Streams;
  let holidays: Streams;
  beforeAll(async () => {
    const pulled = await Promise.all(SOURCES.map(({ adapter, settings }) => pullAll(adapter, settings, copy.folderOf(adapter.id))));
    [counted, current, workforce] = pulled as [Streams, Streams, Streams];
    const fetch = async () => new Response(bankHolidaysDocument(), { headers: { 'content-type': 'application/json' } });
    holidays = await pullAll(bankHolidays, {}, copy.folderOf('bank-holidays'), { fetch });
    old = await pullAll(odsFiles, { practicesFile: 'epraccur_2025-11.csv', practicesTakenOn: '2025-08-01' }, copy.folderOf('ods-files'));
  }, READING_TIMEOUT_MS);

  const published = (name: string): PulledStream => counted[name] as PulledStream;
  const reference = (name: string): PulledStream => current[name] as PulledStream;

  test('every record is kept, skipped for a reason, or quarantined', () => {
    for (const { received, kept, skipped, quarantined } of [counted, current, old, workforce, holidays].flatMap(Object.values<PulledStream>)) {
      expect(kept.size + sumOf(skipped) + Object.keys(quarantined).length).toBe(received);
    }
  });

  test('has its ICBs and sub-ICB locations, with codes of three and of five characters', () => {
    expect(published('icbs').kept.size).toBe(copy.icbs);
    expect(published('subIcbLocations').kept.size).toBe(copy.subIcbLocations);
    expect(new Set([...published('icbs').kept.keys()].map((code) => code.length))).toEqual(new Set([3, 5]));
  });

  test('has its practices, networks and clinical systems of July 2026', () => {
    const practices = valuesOf<{ clinicalSystem: string | null }>(published('practices'));
    expect(practices.length).toBe(copy.practicesOfMap);
    expect(countBy(practices, ({ clinicalSystem }) => clinicalSystem ?? 'unknown')).toEqual(copy.clinicalSystems);
    expect(published('pcns').kept.size).toBe(copy.networksOfMap);
    expect(published('memberships').kept.size).toBe(copy.practicesOfMap - copy.practicesInNoNetwork);
    expect(published('memberships').skipped).toEqual({ 'a practice in no network': copy.practicesInNoNetwork });
    expect(published('pcns').kept.get('U00000')).toMatchObject({ name: 'WEST NORWICH PCN' });
  });

  test('has networks of one practice, and one of many', () => {
    const members = valuesOf<{ pcnOdsCode: string }>(published('memberships'));
    const sizes = Object.values(countBy(members, ({ pcnOdsCode }) => pcnOdsCode));
    expect({ ofOne: sizes.filter((size) => size === 1).length, largest: Math.max(...sizes) }).toEqual(copy.networkSizes);
  });

  test('has one network that lies in two ICBs', () => {
    const icbOf = new Map(valuesOf<{ odsCode: string; icbCode: string }>(published('practices')).map(({ odsCode, icbCode }) => [odsCode, icbCode]));
    const memberships = valuesOf<{ practiceOdsCode: string; pcnOdsCode: string }>(published('memberships'));
    const icbsOf = [...Map.groupBy(memberships, ({ pcnOdsCode }) => pcnOdsCode)].map(
      ([pcn, members]) => [pcn, [...new Set(members.map(({ practiceOdsCode }) => icbOf.get(practiceOdsCode)))].sort()] as const,
    );
    expect(icbsOf.filter(([, icbs]) => icbs.length > 1)).toEqual([['U41591', ['QJK', 'QT6']]]);
  });

  test('has its patients, each counted once', () => {
    const { received, kept, quarantined } = published('registeredPatients');
    const counts = valuesOf<{ patients: number; countedOn: string }>(published('registeredPatients'));
    expect({ received, kept: kept.size, quarantined: Object.keys(quarantined).length }).toEqual(copy.registeredPatients);
    expect(counts.reduce((sum, { patients }) => sum + patients, 0)).toBe(copy.patients);
    expect(new Set(counts.map(({ countedOn }) => countedOn))).toEqual(new Set(['2026-07-01']));
  });

  test('has its patients by sex and five-year age band, whose sum is each practice with all its bands', () => {
    const { received, kept, quarantined } = published('registeredPatientsByAge');
    expect({ received, kept: kept.size, quarantined: Object.keys(quarantined).length }).toEqual(copy.registeredPatientsByAge);
    const bands = Map.groupBy(
      valuesOf<{ practiceOdsCode: string; patients: number }>(published('registeredPatientsByAge')),
      ({ practiceOdsCode }) => practiceOdsCode,
    );
    const totals = new Map(
      valuesOf<{ practiceOdsCode: string; patients: number }>(published('registeredPatients')).map((row) => [row.practiceOdsCode, row.patients]),
    );
    for (const [practice, group] of bands) {
      expect([practice, group.length, group.reduce((sum, { patients }) => sum + patients, 0)]).toEqual([practice, 40, totals.get(practice)]);
    }
  });

  test.each(['oldStyle', 'newStyle'] as const)('has its practices of every status in the values of either year: %s', (style) => {
    const practices = (style === 'oldStyle' ? old : current).practices as PulledStream;
    expect({
      received: practices.received,
      inWales: practices.skipped['in Wales'],
      networkHubs: practices.skipped['not a GP practice: network hub'],
      statuses: countBy(valuesOf<{ status: string }>(practices), ({ status }) => status),
      quarantined: Object.keys(practices.quarantined).length,
    }).toEqual(copy[style]);
  });

  test('has the networks and dated memberships of February 2023', () => {
    expect(reference('pcns').kept.size).toBe(copy.networks);
    expect(valuesOf<{ closedOn: string | null }>(reference('pcns')).filter(({ closedOn }) => closedOn !== null).length).toBe(copy.networksClosed);
    const memberships = valuesOf<{ practiceOdsCode: string; endsOn: string | null; startsOn: string | null }>(reference('memberships'));
    expect(memberships.length).toBe(copy.memberships);
    expect(memberships.filter(({ endsOn }) => endsOn !== null).length).toBe(copy.membershipsEnded);
    expect(memberships.filter(({ startsOn }) => startsOn === null)).toEqual([]);
    const current = memberships.filter(({ endsOn }) => endsOn === null).map(({ practiceOdsCode }) => practiceOdsCode);
    expect(new Set(current).size).toBe(current.length);
  });

  test('has the workforce of its networks in June 2026, and networks of which none was published', () => {
    const { received, kept, quarantined } = workforce.publishedWorkforce as PulledStream;
    const rows = [...kept.values()] as { pcnOdsCode: string; fte: number; countedOn: string }[];
    const networks = new Set(rows.map(({ pcnOdsCode }) => pcnOdsCode));
    expect({
      ...{ received, kept: kept.size, quarantined: Object.keys(quarantined).length, networks: networks.size },
      fte: Math.round(rows.reduce((total, { fte }) => total + fte, 0)),
      networksOfMapWithout: [...published('pcns').kept.keys()].filter((code) => !networks.has(code)).length,
    }).toEqual(copy.workforce);
    expect(new Set(rows.map(({ countedOn }) => countedOn))).toEqual(new Set(['2026-06-30']));
  });

  test('has its bank holidays by division', () => {
    const { received, kept, quarantined } = holidays.bankHolidays as PulledStream;
    const divisions = countBy([...kept.values()] as { division: string }[], ({ division }) => division);
    expect({ received, kept: kept.size, quarantined: Object.keys(quarantined).length, divisions }).toEqual(copy.bankHolidays);
    expect(kept.get('england-and-wales/2026-12-28')).toMatchObject({ title: 'Boxing Day', substitute: true, nextOn: '2027-01-01' });
  });

  test('has branches of practices', () => {
    expect(reference('branches').kept.size).toBe(copy.branches);
  });
});

describe(`${copy === WHOLE ? 'England, whole' : 'England, in excerpt'}, synced into a database`, () => {
  let database: Database;
  let report: SyncReport;

  const sync = (at: string, streams?: readonly string[]) =>
    createSyncEngine({ database, now: () => new Date(at) }).run(
      SOURCES.map(({ id, adapter, settings }) => ({
        ...{
          id,
          adapter,
          title: adapter.title,
          organisationCodes: [],
          everyMinutes: 1440,
          freshWithinMinutes: 5760,
          webhookToken: null,
          settings: adapter.settings.parse(settings),
        },
        resolvePath: (path: string) => join(copy.folderOf(adapter.id), path),
      })),
      { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-01T00:00:00Z'), ...(streams && { streams }) },
    );
  const countOf = async (from: string) => Number((await database.query<{ count: string }>(`SELECT count(*) AS count FROM ${from}`))[0]?.count);

  beforeAll(async () => {
    database = await openTestDatabase();
    report = await sync('2026-11-24T09:00:00Z');
  }, READING_TIMEOUT_MS);
  afterAll(() => database.close());

  test('every stream is read to its end, and every record accounted for', () => {
    expect(report.runs.map(({ stream }) => stream)).toEqual(SOURCES.flatMap(({ adapter }) => adapter.pull.map(({ name }) => name)));
    for (const { status, received, kept, skipped, quarantined } of report.runs) {
      expect(status).toBe('COMPLETE');
      expect(kept + skipped + quarantined).toBe(received);
    }
  });

  test('an organisation that several files speak of is one row', async () => {
    const byPractice = report.runs.filter(({ entity }) => entity === 'practice').map(({ kept }) => kept);
    expect(await countOf('practices.icb WHERE removed_at IS NULL')).toBe(copy.icbs);
    expect(await countOf('practices.sub_icb_location WHERE removed_at IS NULL')).toBe(copy.subIcbLocations);
    expect(byPractice).toEqual([copy.practicesOfMap, sumOf(copy.newStyle.statuses)]);
    const { unknown, ...known } = copy.clinicalSystems;
    expect(await countOf('practices.practice WHERE clinical_system IS NOT NULL')).toBe(sumOf(known));
    expect(await countOf("practices.practice WHERE status = 'CLOSED'")).toBe(copy.newStyle.statuses.CLOSED);
  });

  test('a practice has its status from one file and its system and newest ICB from the other', async () => {
    const [practice] = await database.query("SELECT status, clinical_system, icb_code, address_lines FROM practices.practice WHERE ods_code = 'D82017'");
    expect(practice).toEqual({ status: 'ACTIVE', clinical_system: 'TPP', icb_code: 'T6Y0W', address_lines: ['1 TRINITY STREET', 'NORWICH'] });
  });

  test('a network lies in the ICBs of its practices', async () => {
    const icbs = await database.query<{ ancestor: string }>(
      "SELECT ancestor FROM practices.organisation_within WHERE organisation_code = 'U41591' AND ancestor <> 'U41591' ORDER BY ancestor",
    );
    expect(icbs.map(({ ancestor }) => ancestor)).toEqual(['QJK', 'QT6']);
  });

  test('the patients of all ICBs are the patients of England', async () => {
    const [total] = await database.query<{ patients: string }>(
      `SELECT sum(r.patients) AS patients FROM practices.icb i
       JOIN practices.practice p ON p.icb_code = i.code JOIN practices.registered_patients r ON r.practice_ods_code = p.ods_code`,
    );
    expect(Number(total?.patients)).toBe(copy.patients);
  });

  test(
    'a second sync removes nothing and changes nothing',
    async () => {
      const before = await database.query('SELECT max(changed_at) AS at, count(*) AS rows FROM practices.practice');
      const ofOrganisations = report.runs.filter(({ entity }) => !entity.startsWith('registeredPatients'));
      const again = await sync(
        '2026-11-25T09:00:00Z',
        ofOrganisations.map(({ stream }) => stream),
      );
      expect(again.runs.map(({ removed, kept }) => ({ removed, kept }))).toEqual(ofOrganisations.map(({ kept }) => ({ removed: 0, kept })));
      expect(await database.query('SELECT max(changed_at) AS at, count(*) AS rows FROM practices.practice')).toEqual(before);
    },
    READING_TIMEOUT_MS,
  );
});
