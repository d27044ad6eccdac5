/** Merged cells: a workbook stores their value in the first alone, and a person reads it in all of them. */
import { MAX_COLUMNS } from './columns.ts';
import { cellPosition } from './excel-values.ts';
import type { SheetRow } from './sheet.ts';

interface Merge {
  /** Its first cell, as a spreadsheet program calls it. */
  readonly first: string;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Merges stand after the rows in a sheet's file. Beyond this much of it, they are not looked for. */
const MAX_TAIL_CHARACTERS = 16 * 1024 * 1024;
const END_OF_ROWS = '</sheetData>';
const MERGE = /<(?:\w+:)?mergeCell\s+ref="([A-Z]+\d+):([A-Z]+\d+)"/g;

/** Ranges of a sheet that are merged, from top to bottom. Looks for them as text: to parse every cell twice is dear. */
export async function readMerges(chunks: AsyncIterable<Buffer>): Promise<readonly Merge[]> {
  let tail = '';
  let found = false;
  for await (const chunk of chunks) {
    tail += chunk.toString('latin1');
    if (!found) {
      const end = tail.search(/<\/(?:\w+:)?sheetData>/);
      found = end >= 0;
      tail = found ? tail.slice(end) : tail.slice(-END_OF_ROWS.length * 4);
    }
    if (tail.length > MAX_TAIL_CHARACTERS) break;
  }
  const merges = [...tail.matchAll(MERGE)].flatMap(([, first = '', last = '']) => {
    const from = cellPosition(first);
    const to = cellPosition(last);
    return from && to ? [{ first, top: from.row, bottom: to.row, left: from.column, right: Math.min(to.column, MAX_COLUMNS - 1) }] : [];
  });
  return merges.sort((a, b) => a.top - b.top);
}

/** Gives a function that fills merged cells, to be called with each row in order. */
export function mergeFiller(merges: readonly Merge[]): (row: SheetRow) => void {
  let next = 0;
  let active: { readonly merge: Merge; value: string }[] = [];
  return (row) => {
    const { number, cells } = row;
    active = active.filter(({ merge }) => merge.bottom >= number);
    for (let merge = merges[next]; merge && merge.top <= number; merge = merges[++next]) {
      if (merge.bottom >= number) active.push({ merge, value: merge.top === number ? (cells[merge.left] ?? '') : '' });
    }
    for (const { merge, value } of active) {
      if (value === '') continue;
      while (cells.length <= merge.right) cells.push('');
      cells.fill(value, merge.left, merge.right + 1);
      row.merged ??= new Map();
      for (let column = merge.left; column <= merge.right; column += 1) row.merged.set(column, merge.first);
    }
  };
}
