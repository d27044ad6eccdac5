import { describe, expect, test } from '@jest/globals';
import writeExcelFile from 'write-excel-file/node';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { testFolder } from '../../tests/support/files.ts';
import { zipOf } from '../../tests/support/zip.ts';
import { openTable, type Table, type TableOptions } from './table.ts';

const folder = testFolder();
let files = 0;

async function open(content: string | Uint8Array, options?: TableOptions): Promise<Table> {
  files += 1;
  return openTable(await folder.write(`${files}.xlsx`, content), options);
}

async function rowsOf(content: Uint8Array, options?: TableOptions) {
  return Array.fromAsync((await open(content, options)).rows);
}

interface Parts {
  /** XML within `sheetData`, by sheet name. `!` before a name hides the sheet. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly afterRows?: string;
  readonly texts?: string;
  readonly styles?: string;
  readonly workbookProperties?: string;
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook with these very parts, as other programs than ours may write them. */
function workbookOf({ sheets, afterRows = '', texts = '', styles = '', workbookProperties = '' }: Parts): Promise<Buffer> {
  const names = Object.keys(sheets);
  const listed = names.map(
    (name, index) => `<sheet name="${name.replace('!', '')}" sheetId="${index + 1}" r:id="r${index}"${name.startsWith('!') ? ' state="hidden"' : ''}/>`,
  );
  const relationships = [
    ...names.map((_, index) => `<Relationship Id="r${index}" Type="${TYPE}/worksheet" Target="/xl/worksheets/s${index}.xml"/>`),
    `<Relationship Id="t" Type="${TYPE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="y" Type="${TYPE}/styles" Target="styles.xml"/>`,
  ];
  return zipOf({
    '_rels/.rels': `<Relationships><Relationship Id="a" Type="${TYPE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${TYPE}"><workbookPr ${workbookProperties}/><sheets>${listed.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relationships.join('')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${texts}</sst>`,
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}">${styles}</styleSheet>`,
    ...Object.fromEntries(
      Object.values(sheets).map((rows, index) => [
        `xl/worksheets/s${index}.xml`,
        `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData>${afterRows}</worksheet>`,
      ]),
    ),
  });
}

/** A workbook whose directory says that one part is this large. */
async function claimingToHold(part: string, bytes: number): Promise<Buffer> {
  const workbook = await workbookOf({ sheets: { Rota: header('A') } });
  const startOfEntry = workbook.lastIndexOf(part) - 46;
  workbook.writeUInt32LE(bytes, startOfEntry + 24);
  return workbook;
}

const text = (cell: string, value: string) => `<c r="${cell}" t="inlineStr"><is><t>${value}</t></is></c>`;
const header = (...names: string[]) => `<row r="1">${names.map((name, index) => text(`${String.fromCharCode(65 + index)}1`, name)).join('')}</row>`;

describe('a workbook', () => {
  test('gives dates, times, numbers and booleans as text', async () => {
    const workbook = await writeExcelFile([
      [{ value: 'Date' }, { value: 'Start' }, { value: 'At' }, { value: 'Hours' }, { value: 'Minutes' }, { value: 'Remote' }, { value: 'Role' }],
      [
        { value: new Date(Date.UTC(2026, 2, 2)), type: Date, format: 'dd/mm/yyyy' },
        { value: 9.5 / 24, format: 'hh:mm' },
        { value: 46083 + 13 / 24, format: 'dd/mm/yyyy hh:mm' },
        { value: 26 / 24, format: '[h]:mm' },
        { value: 30 },
        { value: true },
        { value: ' GP & "lead" ' },
      ],
    ]).toBuffer();
    expect(await rowsOf(workbook)).toEqual([
      {
        number: 2,
        cells: { Date: '2026-03-02', Start: '09:30', At: '2026-03-02T13:00', Hours: '26:00', Minutes: '30', Remote: 'TRUE', Role: 'GP & "lead"' },
        problems: [],
      },
    ]);
  });

  test('that counts its days from 1904 gives the same dates', async () => {
    const workbook = await workbookOf({
      sheets: { Rota: `${header('Date')}<row r="2"><c r="A2" s="1"><v>44621</v></c></row>` },
      styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
      workbookProperties: 'date1904="1"',
    });
    expect((await rowsOf(workbook)).map(({ cells }) => cells)).toEqual([{ Date: '2026-03-02' }]);
  });

  test('may share its texts, with parts in bold and readings beside them', async () => {
    const workbook = await workbookOf({
      sheets: {
        Rota: '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row><row r="3"><c r="A3" t="s"><v>7</v></c></row>',
      },
      texts:
        '<si><t>Unpaid&#10;break_x000A_(mins)</t></si><si><r><t>Nurse</t></r><r><t xml:space="preserve"> lead</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si>',
    });
    expect(await rowsOf(workbook)).toEqual([
      { number: 2, cells: { 'Unpaid break (mins)': 'Nurse lead' }, problems: [] },
      {
        number: 3,
        cells: { 'Unpaid break (mins)': '' },
        problems: [{ path: 'Unpaid break (mins)', expected: 'a text of the workbook', got: 'a text that it does not hold' }],
      },
    ]);
  });

  test('gives a formula as its stored value, and tells one without and an error', async () => {
    const cells = '<c r="A2" t="str"><f>B2</f><v>GP</v></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2"><f>NOW()</f></c><c r="D2" t="e"><v>#REF!</v></c>';
    expect(await rowsOf(await workbookOf({ sheets: { Rota: `${header('A', 'B', 'C', 'D')}<row r="2">${cells}</row>` } }))).toEqual([
      {
        number: 2,
        cells: { A: 'GP', B: '2', C: '', D: '' },
        problems: [
          { path: 'C', expected: 'a value', got: 'a formula without a stored value: open and save the workbook in Excel' },
          { path: 'D', expected: 'a value', got: 'the Excel error #REF!' },
        ],
      },
    ]);
  });

  test('tells a date that does not exist', async () => {
    const workbook = await workbookOf({
      sheets: { Rota: `${header('Date')}<row r="2"><c r="A2" s="0"><v>-3</v></c></row>` },
      styles: '<cellXfs><xf numFmtId="14"/></cellXfs>',
    });
    expect((await rowsOf(workbook))[0]?.problems).toEqual([{ path: 'Date', expected: 'a date between 1900 and 9999', got: 'a number that is no such date' }]);
  });

  test('shows a merged cell in all the rows and columns that it covers', async () => {
    const rows = `${header('Date', 'Role', 'Site')}<row r="2">${text('A2', '2026-03-02')}${text('B2', 'GP')}${text('C2', 'Z')}</row><row r="3"><c r="A3"/>${text('B3', 'Nurse')}</row><row r="4">${text('B4', 'Both')}</row><row r="5">${text('A5', 'x')}</row>`;
    const workbook = await workbookOf({
      sheets: { Rota: rows },
      afterRows: '<mergeCells count="2"><mergeCell ref="A2:A4"/><mergeCell ref="B4:C4"/></mergeCells>',
    });
    expect((await rowsOf(workbook)).map(({ cells }) => Object.values(cells))).toEqual([
      ['2026-03-02', 'GP', 'Z'],
      ['2026-03-02', 'Nurse', ''],
      ['2026-03-02', 'Both', 'Both'],
      ['x', '', ''],
    ]);
  });

  test('counts rows as the sheet does, past those that are blank or not there', async () => {
    const rows = `<row r="2">${text('B2', 'Role')}</row><row><c r="B3"/></row><row r="9">${text('B9', 'GP')}${text('D9', 'beside the table')}</row>`;
    expect(await rowsOf(await workbookOf({ sheets: { Rota: rows } }), { headerRow: 2 })).toEqual([{ number: 9, cells: { Role: 'GP' }, problems: [] }]);
  });

  test('may leave out where its cells are, and prefix its tags', async () => {
    const rows = '<x:row xmlns:x="x"><x:c t="inlineStr"><x:is><x:t>A</x:t></x:is></x:c></x:row><row><c><v>1</v></c></row>';
    expect(await rowsOf(await workbookOf({ sheets: { Rota: rows } }))).toEqual([{ number: 2, cells: { A: '1' }, problems: [] }]);
  });

  test('within a zip is read too', async () => {
    const inner = await workbookOf({ sheets: { Rota: `${header('A')}<row r="2">${text('A2', 'x')}</row>` } });
    const path = await folder.write('outer.zip', await zipOf({ 'rota.xlsx': inner }));
    expect((await Array.fromAsync((await openTable(path, { entry: 'xlsx$' })).rows)).map(({ cells }) => cells)).toEqual([{ A: 'x' }]);
  });
});

describe('a sheet', () => {
  const workbook = () => workbookOf({ sheets: { '!Lists': header('Hidden'), 'Rota  March': header('March'), April: header('April') } });

  test('that is hidden is passed over, but can be asked for', async () => {
    expect((await open(await workbook())).columns).toEqual(['March']);
    expect((await open(await workbook(), { sheet: 'lists' })).columns).toEqual(['Hidden']);
  });

  test('is asked for by name, and refused when there is none', async () => {
    expect((await open(await workbook(), { sheet: 'rota march' })).columns).toEqual(['March']);
    await expect(open(await workbook(), { sheet: 'May' })).rejects.toThrow(/expected a sheet "May", got none/);
  });
});

describe('what is no workbook is refused, and the message says what it is:', () => {
  test.each<[string, () => string | Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['an old workbook', () => Buffer.from('d0cf11e0a1b11ae100', 'hex'), /old Excel workbook/],
    ['a web page', () => '<html><table>', /a web page/],
    ['a CSV', () => 'A,B\n1,2\n', /expected a whole zip file/],
    ['an empty file', () => '', /an empty file/],
    ['another zip', () => zipOf({ 'word/document.xml': '<x/>' }), /expected an Excel workbook \(\.xlsx\), got a zip of something else/],
    ['XML that is cut off', () => workbookOf({ sheets: { Rota: `${header('A')}<row r="2"><c` } }), /expected well-formed XML/],
    ['no header', () => workbookOf({ sheets: { Rota: '' } }), /expected a header in row 1 of the sheet/],
    ['entities that multiply', () => workbookOf({ sheets: { Rota: `${header('A')}<row r="2">${text('A2', '&lol;')}</row>` } }), /expected well-formed XML/],
    [
      'texts past the limit',
      async () => claimingToHold('xl/sharedStrings.xml', 65 * 1024 * 1024),
      /sharedStrings\.xml is 68157440 bytes unpacked; at most 67108864 are read/,
    ],
    ['a cell without end', () => workbookOf({ sheets: { Rota: header('A'.repeat(300_000)) } }), /expected a cell of at most 262144 characters/],
  ])('%s', async (_, content, message) => {
    const opening = open(await content()).then(({ rows }) => Array.fromAsync(rows));
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toBeInstanceOf(UpstreamRejectedError);
  });
});
