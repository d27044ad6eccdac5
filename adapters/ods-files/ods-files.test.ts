import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { pullAll } from '../../tests/support/pull.ts';
import adapter, { OdsFilesSettings } from './adapter.ts';
import { odsFiles } from './fixtures/upstream.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));

type StreamName = 'practices' | 'hubs' | 'pcns' | 'memberships' | 'branches';

const pull = (settings: unknown, folder = FIXTURES) => pullAll<StreamName>(adapter, settings, folder);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ods-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the list of practices', () => {
  test('means the same in the values of either year', async () => {
    const { practices: old } = await pull({ practicesFile: 'epraccur_2025-11.csv', practicesTakenOn: '2025-09-01' });
    const { practices: current } = await pull({ practicesFile: 'epraccur_2026-02.csv', practicesTakenOn: '2026-02-03' });
    const statusesOf = (kept: ReadonlyMap<string, unknown>) => ['A81001', 'A81003', 'Z99008'].map((code) => (kept.get(code) as { status: string }).status);
    expect(statusesOf(old.kept)).toEqual(['ACTIVE', 'CLOSED', 'PROPOSED']);
    expect(statusesOf(current.kept)).toEqual(['ACTIVE', 'CLOSED', 'PROPOSED']);
    expect(old.kept.get('A81634')).toMatchObject({ status: 'DORMANT' });
    expect(current.kept.get('A81065')).toMatchObject({ status: 'DORMANT' });
  });

  test('counts what is not a GP practice under the same reasons in either year', async () => {
    const { practices: old } = await pull({ practicesFile: 'epraccur_2025-11.csv' });
    expect(old.skipped).toEqual({
      'not a GP practice: network hub': 1,
      'not a GP practice: other': 1,
      'not a GP practice: out of hours and walk-in centre': 1,
      'in Wales': 1,
    });
    const { practices: current } = await pull({ practicesFile: 'epraccur_2026-02.csv' });
    expect(Object.keys(current.skipped)).toEqual(expect.arrayContaining(Object.keys(old.skipped)));
  });

  test('takes a practice with a second role for a practice', async () => {
    const { practices } = await pull({ practicesFile: 'epraccur_2026-02.csv' });
    expect(practices.kept.get('B81042')).toMatchObject({ name: 'MANOR ROAD SURGERY', status: 'ACTIVE' });
  });

  test.each(['epraccur_2025-11.csv', 'epraccur_2026-02.csv'])(
    'keeps Wales when it is asked for, without an English commissioner: %s',
    async (practicesFile) => {
      const { practices } = await pull({ practicesFile, includeWales: true });
      expect(practices.skipped['in Wales']).toBeUndefined();
      expect(practices.kept.get('W00005')).toMatchObject({ name: 'ABER MEDICAL CENTRE', icbCode: null, subIcbLocationCode: null });
    },
  );

  test('opens on the day that it opens: a later file of the same row is ACTIVE', async () => {
    const { practices } = await pull({ practicesFile: 'epraccur_2026-02.csv', practicesTakenOn: '2027-04-01' });
    expect(practices.kept.get('Z99008')).toMatchObject({ status: 'ACTIVE' });
  });

  test.each(['epraccur_2025-11.csv', 'epraccur_2026-02.csv'])(
    'gives the hubs that the settings tie to a network, in the values of either year: %s',
    async (practicesFile) => {
      const { hubs } = await pull({ practicesFile, hubs: { Y04182: 'U99999' } });
      expect([...hubs.kept.values()]).toMatchObject([{ code: 'Y04182', organisationCode: 'U99999', kind: 'ACCESS_HUB' }]);
      expect((await pull({ practicesFile })).hubs).toBeUndefined();
    },
  );

  test('is refused with another width, and says which', async () => {
    const rows = (await readFile(join(FIXTURES, 'epraccur_2026-02.csv'), 'utf8')).split('\r\n').filter((row) => row !== '');
    await writeFile(
      join(folder, 'narrow.csv'),
      rows
        .map((row) => row.split('","').slice(0, 26).join('","').concat('"'))
        .join('\r\n')
        .concat('\r\n'),
    );
    await expect(pull({ practicesFile: 'narrow.csv' }, folder)).rejects.toThrow(
      'practice list (epraccur): expected 27 columns without a header, got 26 in the first row.',
    );
  });

  test('is refused with a header', async () => {
    const header = [...Array(27).keys()].map((index) => `"Column ${index}"`).join(',');
    await writeFile(join(folder, 'headed.csv'), `${header}\r\n${await readFile(join(FIXTURES, 'epraccur_2026-02.csv'), 'utf8')}`);
    await expect(pull({ practicesFile: 'headed.csv' }, folder)).rejects.toThrow(UpstreamRejectedError);
  });
});

describe('networks and memberships', () => {
  test('are the same from the workbook and from the list without a header, but for the dates of networks', async () => {
    const workbook = await pull({ networksFile: 'ePCN_2023-02.xlsx' });
    const list = await pull({ networksFile: 'epcncorepartnerdetails.csv' });
    expect([...list.memberships.kept]).toEqual([...workbook.memberships.kept]);
    expect(list.pcns.kept.get('U41591')).toEqual({ odsCode: 'U41591', name: 'COAST AND COUNTRY PCN', openedOn: null, closedOn: null });
    expect(workbook.pcns.kept.get('U41591')).toMatchObject({ openedOn: '2019-10-01', closedOn: null });
    expect(list.pcns.skipped).toEqual({ 'a network that an earlier row gave': 1 });
  });

  test('end on the day on which the next begins', async () => {
    const { memberships } = await pull({ networksFile: 'ePCN_2023-02.xlsx' });
    const ofBeacon = [...memberships.kept.values()].filter((membership) => (membership as { practiceOdsCode: string }).practiceOdsCode === 'B81003');
    expect(ofBeacon).toEqual([
      { practiceOdsCode: 'B81003', pcnOdsCode: 'U93462', startsOn: '2019-10-01', endsOn: '2020-04-01' },
      { practiceOdsCode: 'B81003', pcnOdsCode: 'U93843', startsOn: '2020-04-01', endsOn: '2022-04-01' },
      { practiceOdsCode: 'B81003', pcnOdsCode: 'U87666', startsOn: '2022-04-01', endsOn: null },
    ]);
  });

  test('are read from the workbook of the years of commissioning groups, whose dates are numbers', async () => {
    const { pcns, memberships } = await pull({ networksFile: 'ePCN_2019-12.xlsx' });
    expect([...pcns.kept.values()]).toEqual([{ odsCode: 'U99999', name: 'BRACKENFORD PCN', openedOn: '2019-07-01', closedOn: null }]);
    expect([...memberships.kept.values()]).toEqual([{ practiceOdsCode: 'Z99001', pcnOdsCode: 'U99999', startsOn: '2019-07-01', endsOn: null }]);
  });
});

test('settings that name no file are refused, and so are those of the files that list-sizes reads', () => {
  expect(OdsFilesSettings.safeParse({}).success).toBe(false);
  expect(OdsFilesSettings.safeParse({ practicesFile: 'epraccur.csv', mapFile: 'gp-reg-pat-prac-map.zip' }).success).toBe(false);
});

test('what odsFiles writes is read back', async () => {
  const files = odsFiles({
    icbs: [{ code: 'QZZ', name: 'NHS Brackenshire ICB' }],
    subIcbLocations: [{ code: 'Z99', name: 'NHS Brackenshire ICB - Z99', icbCode: 'QZZ' }],
    pcns: [{ code: 'U99999', name: 'Brackenford PCN', subIcbLocationCode: 'Z99' }],
    practices: [
      {
        ...{ code: 'Z99001', name: 'Alderbrook Surgery', addressLines: ['1 The Row', 'Brackenford'], postcode: 'ZZ9 9AA', openedOn: '1990-04-01' },
        ...{ subIcbLocationCode: 'Z99', pcnCode: 'U99999', joinedPcnOn: '2019-07-01', supplier: 'EMIS' },
      },
      {
        ...{ code: 'Z99009', name: 'Hawthorn Surgery', addressLines: [], postcode: 'ZZ9 9HH', openedOn: '1990-04-01', closedOn: '2020-01-31' },
        ...{ subIcbLocationCode: 'Z99', pcnCode: null, supplier: 'TPP' },
      },
    ],
  });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const streams = await pull({ practicesFile: 'epraccur.csv', networksFile: 'epcncorepartnerdetails.csv' }, folder);
  expect(Object.values(streams).flatMap(({ quarantined }) => Object.keys(quarantined))).toEqual([]);
  expect(streams.practices.kept.get('Z99009')).toMatchObject({ status: 'CLOSED', closedOn: '2020-01-31' });
  expect(streams.memberships.kept.get('Z99001/U99999/2019-07-01')).toMatchObject({ startsOn: '2019-07-01', endsOn: null });
});
