/**
 * Cuts text into rows and rows into cells, as RFC 4180 has it and as practices write it.
 *
 * A row without a quotation mark is found and cut by the engine's own search, some five times faster than by going
 * through it letter by letter: a rota of 200,000 shifts is cut in less time than it takes to store a tenth of it.
 * `csv-cutter.test.ts` holds it to what `csv-parse` makes of the same text.
 */

/** No row of a rota comes near; a quotation mark that is never closed does. */
export const MAX_ROW_CHARACTERS = 256 * 1024;

/** What is left when the text ends: nothing, a row, or a quoted cell that is never closed. */
export type Ending =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'row'; readonly cells: readonly string[]; readonly hasLineEnd: boolean }
  | { readonly kind: 'open-quotes'; readonly spansLines: boolean };

interface Row {
  readonly cells: readonly string[];
  readonly next: number;
}

interface Cell {
  readonly text: string;
  readonly end: number;
}

export class CsvCutter {
  readonly #delimiter: string;
  #text = '';
  /** Where the next of each was found; Infinity when there is none in the text at hand. Only ever looked for forwards. */
  #nextLineFeed = -1;
  #nextReturn = -1;
  #nextQuote = -1;
  #nextDelimiter = -1;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** The row that is not whole yet is longer than any row: what follows can no longer be told apart. */
  get isOverlong(): boolean {
    return this.#text.length > MAX_ROW_CHARACTERS;
  }

  /** Takes the next piece of the text and gives the rows that are whole. */
  cut(piece: string): readonly (readonly string[])[] {
    this.#begin(this.#text + piece);
    const rows: (readonly string[])[] = [];
    let start = 0;
    for (let row = this.#rowAt(start); row; row = this.#rowAt(start)) {
      rows.push(row.cells);
      start = row.next;
    }
    this.#text = this.#text.slice(start);
    return rows;
  }

  /** Says that there is no more text. */
  end(): Ending {
    const rest = this.#text;
    if (rest === '') return { kind: 'nothing' };
    this.#begin(`${rest}\n`);
    const row = this.#rowAt(0);
    if (row === null) return { kind: 'open-quotes', spansLines: /[\r\n]/.test(rest) };
    return { kind: 'row', cells: row.cells, hasLineEnd: rest.endsWith('\r') };
  }

  #begin(text: string): void {
    this.#text = text;
    this.#nextLineFeed = -1;
    this.#nextReturn = -1;
    this.#nextQuote = -1;
    this.#nextDelimiter = -1;
  }

  /** The row that starts here, or null when the text at hand ends within it. */
  #rowAt(start: number): Row | null {
    const end = this.#endOfLine(start);
    if (this.#nextQuote < start) this.#nextQuote = positionOf(this.#text, '"', start);
    if (this.#nextQuote < end) return this.#quotedRowAt(start);
    const next = this.#afterLine(end);
    return next === null ? null : { cells: this.#text.slice(start, end).split(this.#delimiter), next };
  }

  #endOfLine(from: number): number {
    if (this.#nextLineFeed < from) this.#nextLineFeed = positionOf(this.#text, '\n', from);
    if (this.#nextReturn < from) this.#nextReturn = positionOf(this.#text, '\r', from);
    return Math.min(this.#nextLineFeed, this.#nextReturn);
  }

  /** Where the next row starts, or null when the end of this line is not yet there: a line feed may follow its carriage return. */
  #afterLine(end: number): number | null {
    if (end === Number.POSITIVE_INFINITY) return null;
    if (this.#text[end] === '\n') return end + 1;
    if (end + 1 === this.#text.length) return null;
    return this.#text[end + 1] === '\n' ? end + 2 : end + 1;
  }

  #quotedRowAt(start: number): Row | null {
    const cells: string[] = [];
    for (let at = start; ; ) {
      const cell = this.#text[at] === '"' ? this.#quotedCell(at) : this.#plainCell(at, at);
      if (cell === null) return null;
      cells.push(cell.text);
      if (this.#text.startsWith(this.#delimiter, cell.end)) at = cell.end + this.#delimiter.length;
      else {
        const next = this.#afterLine(cell.end);
        return next === null ? null : { cells, next };
      }
    }
  }

  /** Up to the next delimiter or line end from `from` on. */
  #plainCell(start: number, from: number): Cell | null {
    if (this.#nextDelimiter < from) this.#nextDelimiter = positionOf(this.#text, this.#delimiter, from);
    const end = Math.min(this.#nextDelimiter, this.#endOfLine(from));
    return end === Number.POSITIVE_INFINITY ? null : { text: this.#text.slice(start, end), end };
  }

  /** A quotation mark within the cell is written twice. One that stands alone means that the cell was never quoted. */
  #quotedCell(start: number): Cell | null {
    for (let quote = this.#text.indexOf('"', start + 1); quote >= 0; quote = this.#text.indexOf('"', quote + 2)) {
      const after = this.#text[quote + 1];
      if (after === undefined) return null;
      if (after === '"') continue;
      if (after === '\n' || after === '\r' || this.#text.startsWith(this.#delimiter, quote + 1)) {
        return { text: this.#text.slice(start + 1, quote).replaceAll('""', '"'), end: quote + 1 };
      }
      return this.#plainCell(start, quote + 1);
    }
    return null;
  }
}

function positionOf(text: string, what: string, from: number): number {
  const position = text.indexOf(what, from);
  return position < 0 ? Number.POSITIVE_INFINITY : position;
}
