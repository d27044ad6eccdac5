/** CSV, read as practices write it: stray quotes, mixed line ends and ragged rows are told, not fatal. */
import { type CsvError, Parser } from 'csv-parse';
import { type RecordProblem, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { type Columns, columnsOf, rowOf } from './columns.ts';
import type { Bytes } from './source.ts';
import type { Table, TableOptions, TableRow } from './table.ts';
import { decodeText, inspectText } from './text.ts';

/** No row of a rota comes near; a quotation mark that is never closed does. */
const MAX_ROW_CHARACTERS = 256 * 1024;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

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

function isBlank({ cells, cutOff }: Line): boolean {
  return cutOff !== 'open quotation mark' && cells.every((cell) => cell.trim() === '');
}

function tableRow(columns: Columns, { number, cells, cutOff }: Line): TableRow {
  return rowOf(columns, number, cells, widthProblems(columns.width, cells, cutOff));
}

function widthProblems(width: number, cells: readonly string[], cutOff: Line['cutOff']): readonly RecordProblem[] {
  if (cutOff === 'open quotation mark' || (cutOff !== null && cells.length < width)) {
    return [{ path: '', expected: 'a whole line', got: 'a last line that is half written: the file ends within it' }];
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
async function* linesOf(name: string, text: AsyncIterable<string | Buffer>, delimiter: string): AsyncIterable<Line> {
  const cutter = createCutter(delimiter);
  let number = 0;
  let endsWithNewline = true;
  let held: readonly string[] | null = null;
  const release = function* (lines: readonly (readonly string[])[]): Iterable<Line> {
    for (const cells of lines) {
      if (held) yield { number: ++number, cells: held, cutOff: null };
      held = cells;
    }
  };
  for await (const piece of text) {
    if (piece.length === 0) continue;
    const last = typeof piece === 'string' ? piece.charCodeAt(piece.length - 1) : piece.at(-1);
    endsWithNewline = last === LINE_FEED || last === CARRIAGE_RETURN;
    yield* release(await cutter.cut(piece));
    if (cutter.failure()) break;
  }
  yield* release(await cutter.end());
  const failure = cutter.failure();
  if (held) yield { number: ++number, cells: held, cutOff: failure || endsWithNewline ? null : 'no final newline' };
  if (failure === 'half-written') yield { number: number + 1, cells: [], cutOff: 'open quotation mark' };
  else if (failure) throw new UpstreamRejectedError(`${name}: row ${number + 1}: ${failure}`);
}

interface Cutter {
  cut(piece: string | Buffer): Promise<readonly string[][]>;
  end(): Promise<readonly string[][]>;
  /** Why cutting had to stop, in words, or `half-written` when the text ends within a quoted cell of its last line. */
  failure(): string | null;
}

function createCutter(delimiter: string): Cutter {
  let cut: string[][] = [];
  let lastLine = 0;
  let failure: CsvError | null = null;
  const parser = new Parser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MAX_ROW_CHARACTERS,
    // Rows are taken here and not from the stream: a stream that fails throws away the rows before the bad one.
    on_record: (record: string[], { lines }) => {
      cut.push(record);
      lastLine = lines;
      return null;
    },
  });
  parser.on('error', (error) => {
    failure = error as CsvError;
  });
  const taken = () => {
    const lines = cut;
    cut = [];
    return lines;
  };
  return {
    async cut(piece) {
      await new Promise<void>((resolve) => parser.write(piece, () => resolve()));
      return taken();
    },
    async end() {
      if (!failure) await new Promise<void>((resolve) => parser.end(() => resolve()));
      return taken();
    },
    failure() {
      if (!failure) return null;
      if (failure.code === 'CSV_QUOTE_NOT_CLOSED' && Number(failure.lines) - lastLine <= 1) return 'half-written';
      if (failure.code === 'CSV_QUOTE_NOT_CLOSED') return 'expected each quotation mark to be closed, got one that is open to the end of the file.';
      if (failure.code === 'CSV_MAX_RECORD_SIZE')
        return `expected a row of at most ${MAX_ROW_CHARACTERS} characters, got more; a quotation mark may not have been closed.`;
      return `it cannot be read as CSV (${failure.code}).`;
    },
  };
}

/** The delimiter that the header has most of outside quotation marks. */
async function guessDelimiter(text: AsyncIterable<string | Buffer>, headerRow: number): Promise<string> {
  let start = '';
  for await (const piece of text) {
    start += piece.toString();
    if (start.length > MAX_ROW_CHARACTERS) break;
  }
  const header = start.replace(/"[^"]*"/g, '').split(/\r\n|\r|\n/)[headerRow - 1] ?? '';
  const countOf = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (countOf(delimiter) > countOf(best) ? delimiter : best));
}
