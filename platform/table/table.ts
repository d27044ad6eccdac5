/**
 * Rows of a CSV or XLSX file, one at a time: a file of any length is never held whole.
 *
 * What a cell holds is always text, whatever the format, so that an adapter reads one thing: see `TableRow.cells`.
 */
import { extname } from 'node:path';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import { openCsv } from './csv.ts';
import { isWorkbookName, openFile, openZipEntry } from './source.ts';
import type { Encoding } from './text.ts';
import { openXlsx } from './xlsx.ts';

export interface TableOptions {
  /** Default: by the file's ending. In a `.zip` one entry is read, as what its own ending says. */
  readonly format?: 'csv' | 'xlsx';
  /** Which file within a zip: source of a regular expression on its path, any case. Default the first `.csv`. */
  readonly entry?: string;
  /** XLSX: name of the sheet, compared without white space and case. Default the first that is not hidden. */
  readonly sheet?: string;
  /** `first-row` by default. A list when the file has no header: its columns in order. */
  readonly header?: 'first-row' | readonly string[];
  /** 1-based row that holds the header, default 1. Rows above it are ignored. */
  readonly headerRow?: number;
  /** CSV. Default `auto`: a byte order mark, else UTF-8 where the whole file is valid, else Windows-1252. */
  readonly encoding?: 'auto' | Encoding;
  /** CSV. Default `,`. `auto` takes of comma, semicolon and tab the one that the header has most of. */
  readonly delimiter?: string;
}

export interface TableRow {
  /** As a spreadsheet program numbers it: 1 is the first row of the file or sheet. */
  readonly number: number;
  /**
   * By column name. Line feeds and runs of white space in a name are folded to one blank; the second column of a name
   * is `Name (2)`; a column without a name is left out. Trimmed, '' where there is nothing.
   *
   * An Excel date is `YYYY-MM-DD`, a date with a time `YYYY-MM-DDTHH:MM`, a time of day `HH:MM` (seconds follow only
   * where they are not zero), a number its shortest decimal, a boolean `TRUE` or `FALSE`, a formula its stored value.
   */
  readonly cells: Readonly<Record<string, string>>;
  /** What is wrong with the row as a row: too few columns, a last line that was half written, an Excel error value. */
  readonly problems: readonly RecordProblem[];
}

export interface Table {
  readonly columns: readonly string[];
  /**
   * Rows below the header that hold anything. May be gone through more than once.
   *
   * @throws UpstreamUnavailableError while reading, when the file is changed under way.
   */
  readonly rows: AsyncIterable<TableRow>;
  readonly modifiedAt: Date;
  /** Of the content: another one means that the file changed. */
  readonly fingerprint: string;
}

/**
 * Opens a table and reads its header.
 *
 * @throws UpstreamUnavailableError when the file is not there or may not be read.
 * @throws UpstreamRejectedError when it is not what it should be: empty, a web page, an old `.xls`, not a zip, no such
 * sheet, NUL bytes, past a limit.
 */
export async function openTable(path: string, options: TableOptions = {}): Promise<Table> {
  const file = await openFile(path);
  const bytes = extname(path).toLowerCase() === '.zip' ? await openZipEntry(file, options.entry ?? String.raw`\.csv$`) : file;
  const format = options.format ?? (isWorkbookName(bytes.name) ? 'xlsx' : 'csv');
  return format === 'xlsx' ? openXlsx(bytes, options) : openCsv(bytes, options);
}
