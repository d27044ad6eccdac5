import { describe, expect, test } from '@jest/globals';
import writeExcelFile from 'write-excel-file/node';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { testFolder } from '../../tests/support/files.ts';
import { zipOf } from '../../tests/support/zip.ts';
import { openSheets, type SheetsOptions } from './sheets.ts';

const folder = testFolder();

async function cellsOf(name: string, content: string | Uint8Array, options?: SheetsOptions) {
  const { sheets } = await openSheets(await folder.write(name, content), options);
  return Promise.all(sheets.map(async (sheet) => ({ name: sheet.name, rows: await Array.fromAsync(sheet.rows) })));
}

describe('cells as they stand', () => {
  test('of a CSV keep ragged rows and the numbers of rows, and tell a last one that may be half written', async () => {
    expect(await cellsOf('grid.csv', 'Rota\n\n,Mon,"Tue ""x"""\na, AM \nb,PM')).toEqual([
      {
        name: null,
        rows: [
          { number: 1, cells: ['Rota'], problems: new Map(), cutOff: false },
          { number: 3, cells: ['', 'Mon', 'Tue "x"'], problems: new Map(), cutOff: false },
          { number: 4, cells: ['a', 'AM'], problems: new Map(), cutOff: false },
          { number: 5, cells: ['b', 'PM'], problems: new Map(), cutOff: true },
        ],
      },
    ]);
  });

  test('of a CSV in UTF-16 with semicolons', async () => {
    const content = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Rota\r\n;Mon;Tue\r\n', 'utf16le')]);
    expect((await cellsOf('wide.csv', content))[0]?.rows.map(({ cells }) => cells)).toEqual([['Rota'], ['', 'Mon', 'Tue']]);
  });

  test('of a workbook come sheet by sheet, and say which are merged', async () => {
    const workbook = await writeExcelFile([
      {
        sheet: 'Week 1',
        data: [
          [{ value: 'Mon', columnSpan: 2 }, null],
          [{ value: 'x', rowSpan: 2 }, { value: 'AM' }],
          [null, { value: 'PM' }],
        ],
      },
      { sheet: 'Week 2', data: [[{ value: 'Tue' }]] },
    ]).toBuffer();
    const plain = { problems: new Map(), cutOff: false };
    expect(await cellsOf('weeks.xlsx', workbook)).toEqual([
      {
        name: 'Week 1',
        rows: [
          {
            number: 1,
            cells: ['Mon', 'Mon'],
            ...plain,
            merged: new Map([
              [0, 'A1'],
              [1, 'A1'],
            ]),
          },
          { number: 2, cells: ['x', 'AM'], ...plain, merged: new Map([[0, 'A2']]) },
          { number: 3, cells: ['x', 'PM'], ...plain, merged: new Map([[0, 'A2']]) },
        ],
      },
      { name: 'Week 2', rows: [{ number: 1, cells: ['Tue'], ...plain }] },
    ]);
    expect((await cellsOf('weeks.xlsx', workbook, { sheets: '2$' })).map(({ name }) => name)).toEqual(['Week 2']);
    await expect(cellsOf('weeks.xlsx', workbook, { sheets: '^March' })).rejects.toThrow('expected a sheet that fits /^March/i, got none');
    expect((await cellsOf('weeks.zip', await zipOf({ 'weeks.xlsx': Buffer.from(workbook) }))).map(({ name }) => name)).toEqual(['Week 1', 'Week 2']);
  });

  test('are refused where there are none', async () => {
    await expect(cellsOf('empty.csv', '')).rejects.toBeInstanceOf(UpstreamRejectedError);
    await expect(cellsOf('text.xlsx', 'a,b\n')).rejects.toBeInstanceOf(UpstreamRejectedError);
  });
});
