import { describe, expect, test } from '@jest/globals';
import { RecordInvalidError } from '../../schema/domain/errors.ts';
import { testFolder } from '../../tests/support/files.ts';
import adapter from './adapter.ts';
import { shiftsCsv, shiftsXlsx } from './fixtures/upstream.ts';

const folder = testFolder();
const YEAR = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
const [shifts] = adapter.pull;
const row = (changed: Readonly<Record<number, string>> = {}) =>
  ['Someone', 'one@example.nhs.invalid', 'GP', '3/2/2026', '08:30', '3/2/2026', '12:40', '1. DarkPink', 'Cover', '', 'For a friend', '1. Shared'].map(
    (cell, at) => changed[at] ?? cell,
  );

async function recordsOf(content: string | Uint8Array, changed: object = {}) {
  const file = typeof content === 'string' ? 'shifts.csv' : 'shifts.xlsx';
  await folder.write(file, content);
  const tools = { resolvePath: folder.path, now: () => new Date('2026-03-01T09:00:00Z'), fetch: () => Promise.reject(new Error('no request')) };
  const client = adapter.connect(adapter.settings.parse({ file, organisationCode: 'Z99001', ...changed }), tools);
  const pages = await Array.fromAsync(shifts?.pages(client, { since: null, ...YEAR }) ?? []);
  return pages.flatMap(({ records }) => records);
}

function meaningOf(raw: unknown): unknown {
  try {
    return shifts?.read(raw);
  } catch (error) {
    if (error instanceof RecordInvalidError) return error.message;
    throw error;
  }
}

const meaningsOf = async (...parameters: Parameters<typeof recordsOf>) => (await recordsOf(...parameters)).map(({ raw }) => meaningOf(raw));

describe('the sheet of Teams Shifts', () => {
  test('has American dates, unless the settings say otherwise', async () => {
    const content = shiftsCsv([row({ 3: '4/3/2026', 5: '4/3/2026' })]);
    expect(await meaningsOf(content)).toMatchObject([{ startsAt: new Date('2026-04-03T07:30:00Z') }]);
    expect(await meaningsOf(content, { dateOrder: 'dmy' })).toMatchObject([{ startsAt: new Date('2026-03-04T08:30:00Z') }]);
    expect(await meaningsOf(shiftsCsv([row({ 3: '13/3/2026' })]))).toEqual(['Start Date: expected a date as M/D/YYYY, got text']);
  });

  test('goes by the same name as a workbook with real dates, and as text', async () => {
    const refs = async (content: string | Uint8Array) => (await recordsOf(content)).map(({ ref }) => ref);
    expect(await refs(await shiftsXlsx([row(), row({ 4: '14:00', 6: '18:10' })]))).toEqual(await refs(shiftsCsv([row(), row({ 4: '14:00', 6: '18:10' })])));
  });

  test.each<[string, unknown]>([
    ['2. Not Shared', { skipped: 'a draft that has not been shared' }],
    ['Shared', expect.objectContaining({ status: 'FILLED' })],
    ['', 'Shared: expected 1. Shared or 2. Not Shared, got nothing'],
    ['3. Maybe', 'Shared: expected 1. Shared or 2. Not Shared, got text'],
  ])('says whether a shift is shared: %j', async (shared, expected) => {
    expect(await meaningsOf(shiftsCsv([row({ 11: shared })]))).toEqual([expected]);
  });

  test('keeps a draft and a shared shift of one start apart', async () => {
    expect(await meaningsOf(shiftsCsv([row({ 11: '2. Not Shared' }), row(), row()]))).toEqual([
      { skipped: 'a draft that has not been shared' },
      expect.objectContaining({ status: 'FILLED' }),
      'Work Email: expected a shift that no earlier row has given, got a repeat of row 3',
    ]);
  });

  test('is read over the change of the clocks', async () => {
    const night = (date: string) => row({ 3: date, 4: '01:30', 5: date, 6: '09:00' });
    expect(await meaningsOf(shiftsCsv([night('3/29/2026'), night('10/25/2026')]))).toEqual([
      'Start Time: expected a time that exists, got a time that does not exist: the clocks go forward over it',
      'Start Time: expected a time that exists once, got a time that exists twice: the clocks go back over it',
    ]);
  });

  test('gives neither names nor labels nor notes on', async () => {
    expect(JSON.stringify(await recordsOf(shiftsCsv([row()])))).not.toMatch(/Someone|Cover|friend|Pink/);
  });

  test('that is not in the workbook is asked for by name', async () => {
    await expect(recordsOf(await shiftsXlsx([row()]), { sheet: 'Rota' })).rejects.toThrow('expected a sheet "Rota", got none');
  });
});
