import { utimes } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import { testFolder } from '../../tests/support/files.ts';
import { zipOf } from '../../tests/support/zip.ts';
import { MAX_COLUMNS } from './columns.ts';
import { openTable, type TableOptions, type TableRow } from './table.ts';

const folder = testFolder();
let files = 0;

async function rowsOf(content: string | Uint8Array, options?: TableOptions): Promise<TableRow[]> {
  files += 1;
  return Array.fromAsync((await openTable(await folder.write(`${files}.csv`, content), options)).rows);
}

const cellsOf = (rows: readonly TableRow[]) => rows.map(({ cells }) => Object.values(cells));

async function failureOf(content: string | Uint8Array, options?: TableOptions): Promise<Error> {
  try {
    await rowsOf(content, options);
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was read.');
}

describe('a CSV', () => {
  test('gives its rows by column name, numbered as a spreadsheet program numbers them', async () => {
    const rows = await rowsOf('Date,Role\r\n2026-03-02, GP \r\n,\r\n\r\n2026-03-03,"Nurse, ""lead"""\r\n');
    expect(rows).toEqual([
      { number: 2, cells: { Date: '2026-03-02', Role: 'GP' }, problems: [] },
      { number: 5, cells: { Date: '2026-03-03', Role: 'Nurse, "lead"' }, problems: [] },
    ]);
  });

  test('may have line feeds in cells and in column names, and either kind of line end', async () => {
    const rows = await rowsOf('"Unpaid\n break",Role\nx,"GP\r\nlead"\ry,z\r\n');
    expect(rows.map(({ number, cells }) => [number, cells])).toEqual([
      [2, { 'Unpaid break': 'x', Role: 'GP\r\nlead' }],
      [3, { 'Unpaid break': 'y', Role: 'z' }],
    ]);
  });

  test('may have its header further down, or none', async () => {
    expect(await rowsOf('Rota for March,\n\nA,B\n1,2\n', { headerRow: 3 })).toEqual([{ number: 4, cells: { A: '1', B: '2' }, problems: [] }]);
    expect(await rowsOf('1,2\n', { header: ['A', 'B'] })).toEqual([{ number: 1, cells: { A: '1', B: '2' }, problems: [] }]);
  });

  test('tells columns of one name apart, and leaves out those without', async () => {
    expect(await rowsOf('A,,A,\n1,2,3,\n')).toEqual([{ number: 2, cells: { A: '1', 'A (2)': '3' }, problems: [] }]);
  });

  test.each([';', '\t', ','])('finds out that it is parted by %j', async (delimiter) => {
    const lines = [
      ['"A,;\t"', 'B', 'C'],
      ['1', '2', '3'],
    ].map((cells) => cells.join(delimiter));
    expect(cellsOf(await rowsOf(lines.join('\n'), { delimiter: 'auto' }))).toEqual([['1', '2', '3']]);
  });

  test('keeps a quotation mark that stands where none belongs', async () => {
    expect(cellsOf(await rowsOf('A,B\n6" needle,"x"y\n1,2\n'))).toEqual([
      ['6" needle', '"x"y'],
      ['1', '2'],
    ]);
  });

  test('can be gone through twice', async () => {
    const { rows } = await openTable(await folder.write('twice.csv', 'A\n1\n2\n'));
    expect(await Array.fromAsync(rows)).toEqual(await Array.fromAsync(rows));
  });
});

describe('an encoding', () => {
  const text = 'Rôle,Notes\nzoë,café – “£5”\n';
  const utf16 = (littleEndian: boolean, mark: boolean) => {
    const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
    return littleEndian ? bytes : bytes.swap16();
  };
  const windows1252 = Buffer.from(text.replace('–', '\x96').replace('“', '\x93').replace('”', '\x94'), 'latin1');

  test.each<[string, Uint8Array, TableOptions]>([
    ['UTF-8', Buffer.from(text), {}],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), {}],
    ['UTF-16 LE with a mark', utf16(true, true), {}],
    ['UTF-16 BE with a mark', utf16(false, true), {}],
    ['UTF-16 LE, set', utf16(true, false), { encoding: 'utf-16le' }],
    ['UTF-16 BE, set', utf16(false, false), { encoding: 'utf-16be' }],
    ['Windows-1252', windows1252, {}],
    ['Windows-1252, set', windows1252, { encoding: 'windows-1252' }],
  ])('%s is read', async (_, bytes, options) => {
    expect((await rowsOf(bytes, options)).map(({ cells }) => cells)).toEqual([{ Rôle: 'zoë', Notes: 'café – “£5”' }]);
  });

  test('is told by the whole file, not by its beginning', async () => {
    const ascii = 'a,b\n'.repeat(70_000);
    const rows = await rowsOf(Buffer.concat([Buffer.from(`A,B\n${ascii}`), Buffer.from('caf\xe9,b\n', 'latin1')]));
    expect(rows.at(-1)).toEqual({ number: 70_002, cells: { A: 'café', B: 'b' }, problems: [] });
  });

  test('that was set and is not that of the file is refused', async () => {
    const failure = await failureOf(windows1252, { encoding: 'utf-8' });
    expect(failure).toBeInstanceOf(UpstreamRejectedError);
    expect(failure.message).toMatch(/expected UTF-8, got bytes that are not\. Try the encoding windows-1252/);
  });
});

describe('a bad row', () => {
  test('of the wrong width is told, and its neighbours are kept', async () => {
    const rows = await rowsOf('A,B\n1,2\n3\n4,5,6\n7,8,\n9,10\n');
    expect(rows.map(({ number, problems }) => [number, problems.map(({ got }) => got)])).toEqual([
      [2, []],
      [3, ['1']],
      [4, ['3']],
      [5, []],
      [6, []],
    ]);
    expect(rows[1]?.problems).toEqual([{ path: '', expected: '2 columns, as in the header', got: '1' }]);
  });

  test.each(['A,B\n1,2\n3', 'A,B\n1,2\n3,"wor'])('that was half written at the end of %j is told', async (content) => {
    const rows = await rowsOf(content);
    expect(rows.map(({ number, problems }) => [number, problems])).toEqual([
      [2, []],
      [3, [{ path: '', expected: 'a whole line', got: 'a last line that is half written: the file ends within it' }]],
    ]);
  });

  test('that lacks nothing but the line feed at the end of the file is whole', async () => {
    expect((await rowsOf('A,B\n1,2\n3,4')).flatMap(({ problems }) => problems)).toEqual([]);
  });
});

describe('what is no table is refused, and the message says what it is:', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /empty file/],
    ['a file of blank lines', '\n\n\n', /expected a header with column names, got an empty row/],
    ['a NUL byte', 'A,B\n1,\0\n', /NUL byte at byte 7/],
    ['UTF-16 without a mark', Buffer.from('A,B\n', 'utf16le'), /set the encoding utf-16le/],
    ['a web page', '\ufeff\n <!DOCTYPE html><html>', /a web page/],
    ['a web page that Excel opens', '<table><tr><td>Date</td></tr></table>', /a web page/],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae100', 'hex'), /old Excel workbook \(\.xls\)/],
    ['a PDF', '%PDF-1.7', /a PDF/],
    ['a quotation mark that is not closed', 'A,B\n1,"2\n3,4\n5,6\n', /row 2: expected each quotation mark to be closed/],
    ['a row without end', `A,B\n1,"${'x\n'.repeat(200_000)}`, /row 2: expected a row of at most 262144 characters/],
    ['too many columns', `${'c,'.repeat(MAX_COLUMNS)}d\n`, /expected at most 1000 columns, got 1001/],
    ['a header beyond the end', 'A\n', /expected a header in row 3/],
  ])('%s', async (_, content, message) => {
    const failure = await failureOf(content, { headerRow: message.source.includes('row 3') ? 3 : 1 });
    expect(failure).toBeInstanceOf(UpstreamRejectedError);
    expect(failure.message).toMatch(message);
  });

  test('a workbook under the name of a CSV', async () => {
    expect((await failureOf(await zipOf({ 'xl/workbook.xml': '' }))).message).toMatch(/an Excel workbook or a zip; give it the ending/);
  });
});

describe('a file', () => {
  test('that is not there, or is a folder, is unavailable, and its folders are not told', async () => {
    const failure = await openTable(folder.path('none.csv')).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(UpstreamUnavailableError);
    expect(failure).toHaveProperty('message', 'none.csv: there is no such file. Expected the file that the settings name.');
    await expect(openTable(folder.path('.'))).rejects.toBeInstanceOf(UpstreamUnavailableError);
  });

  test('that is changed while it is read is unavailable after the rows that came', async () => {
    const path = await folder.write('changing.csv', 'A\n1\n2\n');
    const { rows } = await openTable(path);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { cells } of rows) {
        seen.push(cells.A ?? '');
        await utimes(path, new Date('2026-03-02T09:00:00Z'), new Date('2026-03-02T09:00:00Z'));
      }
    })();
    await expect(reading).rejects.toThrow(UpstreamUnavailableError);
    expect(seen).toEqual(['1', '2']);
  });

  test('has a fingerprint of its content', async () => {
    const before = await openTable(await folder.write('one.csv', 'A\n1\n'));
    const same = await openTable(await folder.write('two.csv', 'A\n1\n'));
    const other = await openTable(await folder.write('one.csv', 'A\n2\n'));
    expect(same.fingerprint).toBe(before.fingerprint);
    expect(other.fingerprint).not.toBe(before.fingerprint);
  });
});

describe('a zip', () => {
  test('is read for its first CSV, or for the file that was asked for', async () => {
    const path = await folder.write('tables.zip', await zipOf({ 'read me.txt': 'hello', 'a/One.CSV': 'A\n1\n', 'two.csv': 'A\n2\n' }));
    expect(cellsOf(await Array.fromAsync((await openTable(path)).rows))).toEqual([['1']]);
    expect(cellsOf(await Array.fromAsync((await openTable(path, { entry: 'TWO' })).rows))).toEqual([['2']]);
    await expect(openTable(path, { entry: 'three' })).rejects.toThrow(/nothing in it fits \/three\//);
  });

  test('that is cut off, or is none, is refused', async () => {
    const whole = await zipOf({ 'one.csv': 'A\n1\n' });
    await expect(openTable(await folder.write('cut.zip', whole.subarray(0, whole.length - 10)))).rejects.toThrow(UpstreamRejectedError);
    await expect(openTable(await folder.write('none.zip', 'A\n1\n'))).rejects.toThrow(/expected a whole zip file/);
  });

  test('that is a bomb is refused before it is unpacked', async () => {
    const path = await folder.write('bomb.zip', await zipOf({ 'bomb.csv': Buffer.alloc(9 * 1024 * 1024, 'A,') }));
    await expect(openTable(path)).rejects.toThrow(/packed more than 200 times; it is refused as a zip bomb/);
  });

  test('that is larger than it says is refused', async () => {
    const zip = await zipOf({ 'one.csv': `A\n${'1\n'.repeat(5000)}` });
    const directory = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    zip.writeUInt32LE(10, directory + 24);
    await expect(openTable(await folder.write('liar.zip', zip))).rejects.toThrow(UpstreamRejectedError);
  });
});
