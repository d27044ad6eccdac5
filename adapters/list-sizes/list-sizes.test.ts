import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pullAll } from '../../tests/support/pull.ts';
import adapter, { ListSizesSettings } from './adapter.ts';
import { listSizeFiles } from './fixtures/upstream.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));

type StreamName = 'icbs' | 'subIcbLocations' | 'practices' | 'pcns' | 'memberships' | 'registeredPatients' | 'registeredPatientsByAge';

const pull = (settings: unknown, folder = FIXTURES) => pullAll<StreamName>(adapter, settings, folder);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'list-sizes-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the practice map', () => {
  test('tells the placeholder U from the network U00000', async () => {
    const { memberships, pcns } = await pull({ mapFile: 'gp-reg-pat-prac-map_2026-07.csv' });
    expect(pcns.kept.get('U00000')).toMatchObject({ name: 'WEST NORWICH PCN' });
    expect(pcns.kept.has('U')).toBe(false);
    expect(memberships.skipped).toEqual({ 'a practice in no network': 2 });
  });

  test('has ICBs and sub-ICB locations whose codes have three characters or five', async () => {
    const [header = '', row = ''] = (await readFile(join(FIXTURES, 'gp-reg-pat-prac-map_2026-07.csv'), 'utf8')).split(/\r?\n/);
    const columns = header.split(',');
    const cells = row.split(',');
    cells[columns.indexOf('SUB_ICB_LOCATION_CODE')] = 'A3A8R';
    cells[columns.indexOf('ICB_CODE')] = 'S0E4D';
    await writeFile(join(folder, 'merged.csv'), `${header}\n${row}\n${cells.join(',').replaceAll('A81001', 'A81009')}\n`);
    const { icbs, subIcbLocations, practices } = await pull({ mapFile: 'merged.csv' }, folder);
    expect([...icbs.kept.keys()]).toEqual(['QHM', 'S0E4D']);
    expect([...subIcbLocations.kept.values()]).toMatchObject([
      { code: '16C', icbCode: 'QHM' },
      { code: 'A3A8R', icbCode: 'S0E4D' },
    ]);
    expect(practices.kept.get('A81009')).toMatchObject({ icbCode: 'S0E4D', subIcbLocationCode: 'A3A8R' });
    expect([icbs, subIcbLocations, practices].flatMap(({ quarantined }) => Object.keys(quarantined))).toEqual([]);
  });

  test('has a network that lies in two ICBs once, and its practices each in their own', async () => {
    const { pcns, practices, memberships } = await pull({ mapFile: 'gp-reg-pat-prac-map_2026-07.csv' });
    const members = [...memberships.kept.values()] as { practiceOdsCode: string; pcnOdsCode: string }[];
    const icbsOf = (pcn: string) =>
      members
        .filter(({ pcnOdsCode }) => pcnOdsCode === pcn)
        .map(({ practiceOdsCode }) => (practices.kept.get(practiceOdsCode) as { icbCode: string }).icbCode)
        .toSorted();
    expect(pcns.kept.get('U41591')).toEqual({ odsCode: 'U41591', name: expect.any(String), openedOn: null, closedOn: null });
    expect(icbsOf('U41591')).toEqual(['QJK', 'QJK', 'QT6', 'QT6']);
  });

  test.each([1, 31])('has networks of %i practices, each given once', async (size) => {
    const [header = '', row = ''] = (await readFile(join(FIXTURES, 'gp-reg-pat-prac-map_2026-07.csv'), 'utf8')).split(/\r?\n/);
    const rows = Array.from({ length: size }, (_, index) => row.replaceAll('A81001', `A81${String(index + 100)}`));
    await writeFile(join(folder, 'network.csv'), [header, ...rows, ''].join('\n'));
    const { pcns, memberships } = await pull({ mapFile: 'network.csv' }, folder);
    expect([pcns.kept.size, memberships.kept.size, pcns.received]).toEqual([1, size, size]);
    expect(pcns.skipped).toEqual(size === 1 ? {} : { 'a network that an earlier row gave': size - 1 });
  });

  test('is of its own day, whatever the date of the file on disk', async () => {
    const { icbs } = await pull({ mapFile: 'gp-reg-pat-prac-map_2026-07.zip' });
    expect(icbs.asOf).toEqual([new Date('2026-06-30T23:00:00Z')]);
  });

  test('is read under the headers of commissioning groups, without suppliers', async () => {
    const { icbs, subIcbLocations, practices } = await pull({ mapFile: 'gp-reg-pat-prac-map_2022-01.csv' });
    expect([...icbs.kept.values()]).toEqual([{ code: 'QZZ', name: 'BRACKENSHIRE PARTNERSHIP' }]);
    expect([...subIcbLocations.kept.values()]).toEqual([{ code: 'Z99', name: 'NHS BRACKENSHIRE CCG', icbCode: 'QZZ' }]);
    expect(practices.kept.get('Z99001')).toMatchObject({ clinicalSystem: null, status: null, addressLines: null });
  });

  test('is refused without its columns, and the message names those that are missing', async () => {
    await writeFile(join(folder, 'other.csv'), 'PRACTICE_CODE,PRACTICE_NAME\nZ99001,ALDERBROOK SURGERY\n');
    await expect(pull({ mapFile: 'other.csv' }, folder)).rejects.toThrow(
      /"SUB_ICB_LOCATION_CODE" or "CCG_CODE".*the header has "PRACTICE_CODE", "PRACTICE_NAME"/,
    );
  });
});

describe('the counts', () => {
  test('of all ages of a practice are the sum of its bands', async () => {
    const { registeredPatients, registeredPatientsByAge } = await pull({ listSizesFile: 'gp-reg-pat-prac-quin-age_2026-07.csv' });
    const bands = [...registeredPatientsByAge.kept.values()] as { practiceOdsCode: string; patients: number; ageFrom: number; ageBelow: number | null }[];
    const ofDensham = bands.filter(({ practiceOdsCode }) => practiceOdsCode === 'A81001');
    expect(ofDensham.length).toBe(40);
    expect(ofDensham.reduce((sum, { patients }) => sum + patients, 0)).toBe(3733);
    expect(registeredPatients.kept.get('A81001/2026-07-01')).toMatchObject({ patients: 3733 });
    expect(registeredPatientsByAge.kept.get('A81001/2026-07-01/FEMALE/95+')).toMatchObject({ ageFrom: 95, ageBelow: null });
  });

  test('of a file without age bands are totals alone', async () => {
    const { registeredPatients, registeredPatientsByAge } = await pull({ listSizesFile: 'gp-reg-pat-prac-all_2026-04.csv' });
    expect(registeredPatients.kept.size).toBe(14);
    expect(registeredPatients.kept.get('A81001/2026-04-01')).toEqual({ practiceOdsCode: 'A81001', countedOn: '2026-04-01', patients: 3747 });
    expect(registeredPatientsByAge.kept.size).toBe(0);
    expect(registeredPatientsByAge.skipped).toEqual({ 'all ages of a practice': 14 });
  });

  test('of single years of age are not taken for bands', async () => {
    const header = 'PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS';
    await writeFile(
      join(folder, 'sing-age.csv'),
      `${header}\nX,01Jan2022,GP,Z99001,,,ALL,ALL,9\nX,01Jan2022,GP,Z99001,,,MALE,0,4\nX,01Jan2022,GP,Z99001,,,MALE,95+,5\n`,
    );
    const { registeredPatients, registeredPatientsByAge } = await pull({ listSizesFile: 'sing-age.csv' }, folder);
    expect([...registeredPatients.kept.keys()]).toEqual(['Z99001/2022-01-01']);
    expect(registeredPatientsByAge.skipped).toEqual({ 'all ages of a practice': 1, 'a single year of age': 2 });
  });
});

test('a setting that names no file is refused', () => {
  expect(ListSizesSettings.safeParse({}).success).toBe(false);
});

test('what listSizeFiles writes is read back', async () => {
  const files = listSizeFiles({
    icbs: [{ code: 'QZZ', name: 'NHS Brackenshire ICB' }],
    subIcbLocations: [{ code: 'Z99', name: 'NHS Brackenshire ICB - Z99', icbCode: 'QZZ' }],
    pcns: [{ code: 'U99999', name: 'Brackenford PCN', subIcbLocationCode: 'Z99' }],
    practices: [
      {
        ...{ code: 'Z99001', name: 'Alderbrook Surgery', addressLines: ['1 The Row', 'Brackenford'], postcode: 'ZZ9 9AA', openedOn: '1990-04-01' },
        ...{ subIcbLocationCode: 'Z99', pcnCode: 'U99999', joinedPcnOn: '2019-07-01', supplier: 'EMIS' },
      },
    ],
    counts: [{ practiceCode: 'Z99001', countedOn: '2026-10-01', patients: 8001 }],
  });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const streams = await pull({ mapFile: 'gp-reg-pat-prac-map.csv', listSizesFile: 'gp-reg-pat-prac-quin-age.csv' }, folder);
  expect(Object.values(streams).flatMap(({ quarantined }) => Object.keys(quarantined))).toEqual([]);
  expect(streams.practices.kept.get('Z99001')).toMatchObject({ name: 'Alderbrook Surgery', icbCode: 'QZZ', clinicalSystem: 'EMIS' });
  expect(streams.registeredPatients.kept.get('Z99001/2026-10-01')).toMatchObject({ patients: 8001 });
  const bands = [...streams.registeredPatientsByAge.kept.values()] as { patients: number }[];
  expect([bands.length, bands.reduce((sum, { patients }) => sum + patients, 0)]).toEqual([40, 8001]);
});
