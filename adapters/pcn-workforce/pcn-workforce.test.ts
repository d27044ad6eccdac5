import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { pullAll } from '../../tests/support/pull.ts';
import adapter from './adapter.ts';
import { censusDay } from './map.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));
const pull = async (file: string, folder = FIXTURES) => (await pullAll<'publishedWorkforce'>(adapter, { file }, folder)).publishedWorkforce;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pcn-workforce-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a role is the sum of its rows, apart from those who come by a contract', async () => {
  const { kept, received, skipped, quarantined } = await pull('pcn-workforce_2026-06.csv');
  const pharmacist = (source: string) => kept.get(`U67183/2026-06/${source}/Other Direct Patient Care staff/Pharmacists/Pharmacist`);
  expect(pharmacist('NWRS Staff')).toMatchObject({ fte: 2.68, byServiceContract: false, jobRole: 'PHARMACIST' });
  expect(pharmacist('NWRS contracted services')).toMatchObject({ fte: 2, byServiceContract: true });
  expect(kept.size + sum(Object.values(skipped)) + Object.keys(quarantined).length).toBe(received);
});

test('a sum of which one row cannot be read is not told, and its neighbours are', async () => {
  const { kept, quarantined } = await pull('pcn-workforce_2026-06.csv');
  const ofNetwork = [...kept.keys()].filter((ref) => ref.startsWith('U99999'));
  expect(ofNetwork).toEqual(['U99999/2026-06/NWRS Staff/Other Direct Patient Care staff/Paramedics/Paramedic']);
  expect(quarantined['row 21 of the workforce file']).toEqual([{ path: 'FTE', expected: 'a number in every row of the role', got: 'one or more without' }]);
});

test('an en dash is one in either encoding, with a byte order mark and without', async () => {
  const bytesOf = (file: string) => readFile(join(FIXTURES, file));
  expect((await bytesOf('pcn-workforce_2026-06.csv')).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  expect((await bytesOf('pcn-workforce_cp1252.csv')).includes(0x96)).toBe(true);
  for (const file of ['pcn-workforce_2026-06.csv', 'pcn-workforce_cp1252.csv']) {
    expect([...(await pull(file)).kept.keys()]).toContain('U35821/2026-06/NWRS Staff/Directors/Medical Clinical Director (GP)/Clinical Director – Medical');
  }
});

test('a row with too few columns ends the pass: nobody knows to which sum it belongs', async () => {
  const [header, ...rows] = (await readFile(join(FIXTURES, 'pcn-workforce_2026-06.csv'), 'utf8')).split('\r\n');
  await writeFile(join(folder, 'short.csv'), [header, 'NWRS Staff,2026,6', ...rows].join('\r\n'));
  await expect(pull('short.csv', folder)).rejects.toThrow(UpstreamRejectedError);
  await expect(pull('short.csv', folder)).rejects.toThrow(/row 2 of the workforce file: .* No sum can be trusted/);
});

test.each([
  ['2026', '6', '2026-06-30'],
  ['2024', '2', '2024-02-29'],
  ['2026', '12', '2026-12-31'],
  ['2026', '13', null],
  ['26', '6', null],
  ['', '', null],
])('the census of %s-%s is of %s', (CENSUS_YEAR, CENSUS_MONTH, day) => {
  expect(censusDay({ CENSUS_YEAR, CENSUS_MONTH })).toBe(day);
});

test('is of the end of its month, whatever the date of the file on disk', async () => {
  expect((await pull('pcn-workforce_2026-06.csv')).asOf).toEqual([new Date('2026-06-29T23:00:00Z')]);
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
