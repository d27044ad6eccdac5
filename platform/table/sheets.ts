/** Cells of a CSV or of the sheets of a workbook as they stand, row by row, for what is no table with a header: a grid of a week. */
import { extname } from 'node:path';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import { openCsvCells } from './csv.ts';
import { isWorkbookName, openFile, openZipEntry } from './source.ts';
import type { TableOptions } from './table.ts';
import { openXlsxCells } from './xlsx.ts';

export interface SheetsOptions extends Pick<TableOptions, 'entry' | 'encoding'> {
  /** XLSX: source of a regular expression on the names of the sheets that are wanted, any case. Default all that are not hidden. */
  readonly sheets?: string;
  /** CSV. Default `auto`: of comma, semicolon and tab the one that the start of the file has most of. */
  readonly delimiter?: string;
}

export interface CellRow {
  /** As a spreadsheet program numbers it. */
  readonly number: number;
  /** From the first column on, trimmed, in the words of `TableRow.cells`. Those that are merged all hold their value. */
  readonly cells: readonly string[];
  /** By position, counted from 0: what is wrong with a cell. */
  readonly problems: ReadonlyMap<number, Omit<RecordProblem, 'path'>>;
  /** By position: the first of the merged cells that a cell is one of. */
  readonly merged?: ReadonlyMap<number, string>;
  /** The file ends within this row, or without a line end: it may be half written. */
  readonly cutOff: boolean;
}

export interface SheetOfCells {
  /** Null for a CSV. */
  readonly name: string | null;
  /** Rows that hold anything. @throws UpstreamUnavailableError while reading, when the file is changed under way. */
  readonly rows: AsyncIterable<CellRow>;
}

export interface Sheets {
  /** In the order of the workbook. */
  readonly sheets: readonly SheetOfCells[];
  readonly modifiedAt: Date;
  /** Of the content: another one means that the file changed. */
  readonly fingerprint: string;
}

/**
 * Opens a file without looking for a header. Errors are those of `openTable`.
 *
 * @throws UpstreamRejectedError also when no sheet is wanted.
 */
export async function openSheets(path: string, options: SheetsOptions = {}): Promise<Sheets> {
  const file = await openFile(path);
  const bytes = extname(path).toLowerCase() === '.zip' ? await openZipEntry(file, options.entry ?? String.raw`\.(?:csv|xlsx)$`) : file;
  return isWorkbookName(bytes.name) ? openXlsxCells(bytes, options) : openCsvCells(bytes, options);
}
