/** Rows of one worksheet, streamed. */
import { type RecordProblem, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { MAX_COLUMNS } from './columns.ts';
import { cellPosition, numberText, unescapeText } from './excel-values.ts';
import type { WorkbookParts } from './workbook.ts';
import { readXml, type XmlHandlers } from './xml.ts';

/** Excel itself keeps at most 32,767 in a cell. */
const MAX_CELL_CHARACTERS = 256 * 1024;

/** A row before it has a header. */
export interface SheetRow {
  readonly number: number;
  readonly cells: string[];
  /** By position: what is wrong with a cell. */
  readonly problems: ReadonlyMap<number, Omit<RecordProblem, 'path'>>;
  /** By position: the first cell of the merged cells that it is one of. Set where there are any. */
  merged?: Map<number, string>;
}

const NO_PROBLEMS: SheetRow['problems'] = new Map();

/** The text of a cell, or what is wrong with it. */
type CellValue = string | Omit<RecordProblem, 'path'>;

export async function* readSheet(name: string, chunks: AsyncIterable<Buffer>, workbook: WorkbookParts): AsyncIterable<SheetRow> {
  const reader = new SheetReader(workbook);
  for await (const _ of readXml(name, chunks, reader)) yield* reader.take();
}

class SheetReader implements XmlHandlers {
  readonly #workbook: WorkbookParts;
  #rows: SheetRow[] = [];
  #number = 0;
  #cells: string[] = [];
  #problems: Map<number, Omit<RecordProblem, 'path'>> | null = null;
  #column = -1;
  #type = 'n';
  #style = 0;
  #text = '';
  #within = false;
  #aside = false;
  #hasFormula = false;

  constructor(workbook: WorkbookParts) {
    this.#workbook = workbook;
  }

  take(): readonly SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(tag: string, attribute: (name: string) => string | undefined): void {
    if (tag === 'c') this.#openCell(attribute);
    else if (tag === 'v' || (tag === 't' && !this.#aside)) this.#within = true;
    else if (tag === 'f') this.#hasFormula = true;
    else if (tag === 'rPh') this.#aside = true;
    else if (tag === 'row') this.#openRow(Number(attribute('r') ?? this.#number + 1));
  }

  text(piece: string): void {
    if (!this.#within) return;
    this.#text += piece;
    if (this.#text.length > MAX_CELL_CHARACTERS) {
      throw new UpstreamRejectedError(`row ${this.#number} of the sheet: expected a cell of at most ${MAX_CELL_CHARACTERS} characters, got more.`);
    }
  }

  close(tag: string): void {
    if (tag === 'v' || tag === 't') this.#within = false;
    else if (tag === 'rPh') this.#aside = false;
    else if (tag === 'c') this.#closeCell();
    else if (tag === 'row') this.#rows.push({ number: this.#number, cells: this.#cells, problems: this.#problems ?? NO_PROBLEMS });
  }

  #openRow(number: number): void {
    this.#number = number;
    this.#cells = [];
    this.#problems = null;
    this.#column = -1;
  }

  #openCell(attribute: (name: string) => string | undefined): void {
    this.#column = cellPosition(attribute('r') ?? '')?.column ?? this.#column + 1;
    this.#type = attribute('t') ?? 'n';
    this.#style = Number(attribute('s') ?? 0);
    this.#text = '';
    this.#hasFormula = false;
  }

  #closeCell(): void {
    // Cells far to the right belong to no column that has a name.
    if (this.#column >= MAX_COLUMNS) return;
    const value = this.#value();
    if (value === '') return;
    while (this.#cells.length < this.#column) this.#cells.push('');
    this.#cells[this.#column] = typeof value === 'string' ? value : '';
    if (typeof value === 'string') return;
    this.#problems ??= new Map();
    this.#problems.set(this.#column, value);
  }

  #value(): CellValue {
    const text = this.#text;
    switch (this.#type) {
      case 's':
        return this.#sharedText(text);
      case 'inlineStr':
      case 'str':
        return unescapeText(text);
      case 'b':
        return text.trim() === '1' ? 'TRUE' : 'FALSE';
      case 'e':
        return { expected: 'a value', got: `the Excel error ${/^#[A-Z0-9/!?]+$/.test(text) ? text : ''}`.trim() };
      case 'd':
        return text.replace(/:00(?:\.0+)?Z?$/, '').slice(0, 19);
      default:
        return this.#numberCell(text);
    }
  }

  #sharedText(text: string): CellValue {
    return this.#workbook.texts[Number(text)] ?? { expected: 'a text of the workbook', got: 'a text that it does not hold' };
  }

  #numberCell(text: string): CellValue {
    if (text.trim() === '')
      return this.#hasFormula ? { expected: 'a value', got: 'a formula without a stored value: open and save the workbook in Excel' } : '';
    const value = Number(text);
    if (!Number.isFinite(value)) return { expected: 'a number', got: 'text' };
    const kind = this.#workbook.kinds[this.#style] ?? 'number';
    return numberText(value, kind, this.#workbook.uses1904) ?? { expected: 'a date between 1900 and 9999', got: 'a number that is no such date' };
  }
}
