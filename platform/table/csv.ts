/** CSV, read as practices write it: stray quotes, mixed line ends and ragged rows are told, not fatal. */
import { HALF_WRITTEN, type RecordProblem, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { type Columns, columnsOf, rowOf } from './columns.ts';
import { CsvCutter, MAX_ROW_CHARACTERS } from './csv-cutter.ts';
import type { CellRow, Sheets, SheetsOptions } from './sheets.ts';
import type { Bytes } from './source.ts';
import type { Table, TableOptions, TableRow } from './table.ts';
import { decodeText, inspectText } from './text.ts';

/** One line as it was cut up, before it has a header. */
interface Line {
  readonly number: number;
  readonly cells: readonly string[];
  /** The file ends within this line. */
  readonly cutOff: 'no final newline' | 'open quotation mark' | null;
}

export async function openCsv(bytes: Bytes, options: TableOptions): Promise<Table> {
  const { encoding, fingerprint } = await inspectText(bytes, options.encoding ?? 'auto');
  const text = () => decodeText(bytes, encoding);
  const headerRow = options.headerRow ?? 1;
  const delimiter = options.delimiter === 'auto' ? await guessDelimiter(text(), headerRow) : (options.delimiter ?? ',');
  const listed = typeof options.header === 'object' ? options.header : null;
  const columns = columnsOf(bytes.name, listed ?? (await headerOf(bytes.name, linesOf(bytes.name, text(), delimiter), headerRow)));
  const firstRow = listed ? 1 : headerRow + 1;
  return {
    columns: columns.names,
    modifiedAt: bytes.modifiedAt,
    fingerprint,
    rows: {
      async *[Symbol.asyncIterator]() {
        for await (const line of linesOf(bytes.name, text(), delimiter)) {
          if (line.number < firstRow || isBlank(line)) continue;
          yield tableRow(columns, line);
        }
        await bytes.assertUnchanged();
      },
    },
  };
}

/** The rows as they stand, for what has no header: see `openSheets`. */
export async function openCsvCells(bytes: Bytes, options: SheetsOptions): Promise<Sheets> {
  const { encoding, fingerprint } = await inspectText(bytes, options.encoding ?? 'auto');
  const text = () => decodeText(bytes, encoding);
  const delimiter = (options.delimiter ?? 'auto') === 'auto' ? await guessDelimiter(text(), null) : (options.delimiter ?? ',');
  const rows = async function* (): AsyncIterable<CellRow> {
    for await (const line of linesOf(bytes.name, text(), delimiter)) {
      if (!isBlank(line)) yield { number: line.number, cells: line.cells.map((cell) => cell.trim()), problems: NO_CELL_PROBLEMS, cutOff: line.cutOff !== null };
    }
    await bytes.assertUnchanged();
  };
  return { sheets: [{ name: null, rows: { [Symbol.asyncIterator]: () => rows()[Symbol.asyncIterator]() } }], modifiedAt: bytes.modifiedAt, fingerprint };
}

const NO_CELL_PROBLEMS: CellRow['problems'] = new Map();

function isBlank({ cells, cutOff }: Line): boolean {
  return cutOff !== 'open quotation mark' && cells.every((cell) => cell.trim() === '');
}

function tableRow(columns: Columns, { number, cells, cutOff }: Line): TableRow {
  return rowOf(columns, number, cells, widthProblems(columns.width, cells, cutOff));
}

function widthProblems(width: number, cells: readonly string[], cutOff: Line['cutOff']): readonly RecordProblem[] {
  if (cutOff === 'open quotation mark' || (cutOff !== null && cells.length < width)) {
    return [HALF_WRITTEN];
  }
  const surplus = cells.slice(width).some((cell) => cell.trim() !== '');
  if (cells.length >= width && !surplus) return NO_PROBLEMS;
  return [{ path: '', expected: `${width} columns, as in the header`, got: `${cells.length}` }];
}

const NO_PROBLEMS: readonly RecordProblem[] = [];

async function headerOf(name: string, lines: AsyncIterable<Line>, headerRow: number): Promise<readonly string[]> {
  for await (const { number, cells } of lines) if (number === headerRow) return cells;
  throw new UpstreamRejectedError(`${name}: expected a header in row ${headerRow}, got fewer rows.`);
}

/**
 * Cuts text into lines.
 *
 * @throws UpstreamRejectedError when a quotation mark is opened and not closed before the next line: which of what
 * follows is text and which are rows can no longer be told.
 */
async function* linesOf(name: string, text: AsyncIterable<string>, delimiter: string): AsyncIterable<Line> {
  const cutter = new CsvCutter(delimiter);
  let number = 0;
  const refuse = (why: string) => new UpstreamRejectedError(`${name}: row ${number + 1}: ${why}`);
  for await (const piece of text) {
    for (const cells of cutter.cut(piece)) yield { number: ++number, cells, cutOff: null };
    if (cutter.isOverlong) throw refuse(`expected a row of at most ${MAX_ROW_CHARACTERS} characters, got more; a quotation mark may not have been closed.`);
  }
  const ending = cutter.end();
  if (ending.kind === 'nothing') return;
  if (ending.kind === 'row') yield { number: number + 1, cells: ending.cells, cutOff: ending.hasLineEnd ? null : 'no final newline' };
  else if (ending.spansLines) throw refuse('expected each quotation mark to be closed, got one that is open to the end of the file.');
  else yield { number: number + 1, cells: [], cutOff: 'open quotation mark' };
}

/** The delimiter that the header, or where there is none the start of the file, has most of outside quotation marks. */
async function guessDelimiter(text: AsyncIterable<string>, headerRow: number | null): Promise<string> {
  let start = '';
  for await (const piece of text) {
    start += piece;
    if (start.length > MAX_ROW_CHARACTERS) break;
  }
  const unquoted = start.replace(/"[^"]*"/g, '');
  const header = headerRow === null ? unquoted : (unquoted.split(/\r\n|\r|\n/)[headerRow - 1] ?? '');
  const countOf = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (countOf(delimiter) > countOf(best) ? delimiter : best));
}
