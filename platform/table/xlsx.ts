/** XLSX workbooks. */
import { type RecordProblem, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { foldName } from './cells.ts';
import { type Columns, columnsOf, rowOf } from './columns.ts';
import { mergeFiller, readMerges } from './merges.ts';
import { readSheet, type SheetRow } from './sheet.ts';
import type { CellRow, Sheets, SheetsOptions } from './sheets.ts';
import { type Bytes, fingerprintOf } from './source.ts';
import type { Table, TableOptions, TableRow } from './table.ts';
import { refuseImpostor } from './text.ts';
import { readWorkbook, type Workbook, type Worksheet } from './workbook.ts';
import { openZip } from './zip.ts';

export async function openXlsx(bytes: Bytes, options: TableOptions): Promise<Table> {
  await refuseOther(bytes);
  const zip = await openZip(bytes);
  const workbook = await readWorkbook(bytes.name, zip);
  const { path } = sheetOf(bytes.name, workbook, options.sheet);
  const merges = await readMerges(zip.read(path));
  const rows = () => filledRows(bytes.name, zip.read(path), workbook, merges);
  const headerRow = options.headerRow ?? 1;
  const listed = typeof options.header === 'object' ? options.header : null;
  const columns = columnsOf(bytes.name, listed ?? (await headerOf(bytes.name, rows(), headerRow)));
  const firstRow = listed ? 1 : headerRow + 1;
  return {
    columns: columns.names,
    modifiedAt: bytes.modifiedAt,
    fingerprint: await fingerprintOf(bytes),
    rows: {
      async *[Symbol.asyncIterator]() {
        for await (const row of rows()) if (row.number >= firstRow && !isBlank(row)) yield tableRow(columns, row);
        await bytes.assertUnchanged();
      },
    },
  };
}

/** @throws UpstreamRejectedError when there is no such sheet. */
function sheetOf(name: string, { sheets }: Workbook, wanted: string | undefined): Worksheet {
  const sheet = sheets.find((candidate) => (wanted === undefined ? !candidate.hidden : foldName(candidate.name) === foldName(wanted)));
  if (!sheet) throw new UpstreamRejectedError(`${name}: expected ${wanted === undefined ? 'a sheet that is not hidden' : `a sheet "${wanted}"`}, got none.`);
  return sheet;
}

async function* filledRows(
  name: string,
  chunks: AsyncIterable<Buffer>,
  workbook: Workbook,
  merges: Parameters<typeof mergeFiller>[0],
): AsyncIterable<SheetRow> {
  const fill = mergeFiller(merges);
  for await (const row of readSheet(name, chunks, workbook)) {
    fill(row);
    yield row;
  }
}

/** The rows of every sheet that is wanted, as they stand, for what has no header: see `openSheets`. */
export async function openXlsxCells(bytes: Bytes, { sheets: wanted }: SheetsOptions): Promise<Sheets> {
  await refuseOther(bytes);
  const zip = await openZip(bytes);
  const workbook = await readWorkbook(bytes.name, zip);
  const pattern = wanted === undefined ? null : new RegExp(wanted, 'i');
  const sheets = workbook.sheets.filter(({ name, hidden }) => (pattern ? pattern.test(name) : !hidden));
  if (sheets.length === 0)
    throw new UpstreamRejectedError(`${bytes.name}: expected ${pattern ? `a sheet that fits ${pattern}` : 'a sheet that is not hidden'}, got none.`);
  const rowsOf = async function* (path: string): AsyncIterable<CellRow> {
    const merges = await readMerges(zip.read(path));
    for await (const row of filledRows(bytes.name, zip.read(path), workbook, merges)) {
      if (isBlank(row)) continue;
      const { number, cells, problems, merged } = row;
      yield { number, cells: Array.from(cells, (cell) => cell.trim()), problems, cutOff: false, ...(merged && { merged }) };
    }
    await bytes.assertUnchanged();
  };
  return {
    sheets: sheets.map(({ name, path }) => ({ name, rows: { [Symbol.asyncIterator]: () => rowsOf(path)[Symbol.asyncIterator]() } })),
    modifiedAt: bytes.modifiedAt,
    fingerprint: await fingerprintOf(bytes),
  };
}

/** @throws UpstreamRejectedError that says what the file is, when it is not a zip: an old `.xls` or a web page under this name. */
async function refuseOther(bytes: Bytes): Promise<void> {
  for await (const start of bytes.read()) {
    if (!start.subarray(0, 2).equals(ZIP_START)) refuseImpostor(bytes.name, start);
    return;
  }
  throw new UpstreamRejectedError(`${bytes.name}: expected a table, got an empty file.`);
}

const ZIP_START = Buffer.from('PK');

async function headerOf(name: string, rows: AsyncIterable<SheetRow>, headerRow: number): Promise<readonly string[]> {
  for await (const { number, cells } of rows) if (number === headerRow) return cells;
  throw new UpstreamRejectedError(`${name}: expected a header in row ${headerRow} of the sheet, got nothing there.`);
}

function isBlank({ cells, problems }: SheetRow): boolean {
  return problems.size === 0 && cells.every((cell) => cell.trim() === '');
}

function tableRow(columns: Columns, { number, cells, problems }: SheetRow): TableRow {
  return rowOf(
    columns,
    number,
    cells,
    problems.size === 0 ? NO_PROBLEMS : [...problems].flatMap(([position, problem]) => inColumn(columns, position, problem)),
  );
}

const NO_PROBLEMS: readonly RecordProblem[] = [];

/** Cells beside the table have no column: what is wrong with them is nobody's concern. */
function inColumn({ byPosition }: Columns, position: number, problem: Omit<RecordProblem, 'path'>): readonly RecordProblem[] {
  const path = byPosition[position];
  return path ? [{ path, ...problem }] : [];
}
