import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvCutter, type Ending } from './csv-cutter.ts';

function cut(pieces: readonly string[], delimiter = ','): { rows: (readonly string[])[]; ending: Ending } {
  const cutter = new CsvCutter(delimiter);
  return { rows: pieces.flatMap((piece) => [...cutter.cut(piece)]), ending: cutter.end() };
}

function allRows(pieces: readonly string[], delimiter?: string): (readonly string[])[] {
  const { rows, ending } = cut(pieces, delimiter);
  return ending.kind === 'row' ? [...rows, ending.cells] : rows;
}

const oracle = (text: string, delimiter: string): string[][] =>
  parse(text, { delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_quotes: true, relax_column_count: true });

describe('text is cut', () => {
  test.each<[string, string[][]]>([
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a\rb\r', [['a'], ['b']]],
    ['a,\n\n,b\n', [['a', ''], [''], ['', 'b']]],
    ['"a,b","c""d"\n', [['a,b', 'c"d']]],
    ['"a\r\nb",c\n""\n', [['a\r\nb', 'c'], ['']]],
    ['6" needle,"x"y,z\n', [['6" needle', '"x"y', 'z']]],
    ['"x"y\n"z"\n', [['"x"y'], ['z']]],
    ['', []],
  ])('%j', (text, rows) => {
    expect(allRows([text])).toEqual(rows);
  });

  test('into the rows that csv-parse makes of it, wherever the pieces end', () => {
    const cell = fc.oneof(
      fc.constantFrom('', 'GP', '02/03/2026', ' 9.00 ', '6" needle', "Carer's leave"),
      fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' '), maxLength: 6 }).map((text) => `"${text.replaceAll('"', '""')}"`),
    );
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    const line = fc.tuple(fc.array(cell, { minLength: 1, maxLength: 4 }), lineEnd);
    const delimiters = fc.constantFrom(',', ';', '\t', '||');
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), delimiters, sizes, fc.boolean(), (lines, delimiter, pieceSizes, hasLineEnd) => {
        const whole = lines.map(([cells, end]) => cells.join(delimiter) + end).join('');
        const text = hasLineEnd ? whole : whole.replace(/[\r\n]+$/, '');
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = pieceSizes[turn % pieceSizes.length] ?? 1;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        expect(allRows(pieces, delimiter)).toEqual(oracle(text, delimiter));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the end of the text', () => {
  test.each<[string, Ending]>([
    ['a\n', { kind: 'nothing' }],
    ['a\r', { kind: 'row', cells: ['a'], hasLineEnd: true }],
    ['a\nb,c', { kind: 'row', cells: ['b', 'c'], hasLineEnd: false }],
    ['a\n"b"', { kind: 'row', cells: ['b'], hasLineEnd: false }],
    ['a\nb,"c', { kind: 'open-quotes', spansLines: false }],
    ['a\nb,"c\nd', { kind: 'open-quotes', spansLines: true }],
  ])('%j', (text, ending) => {
    expect(cut([text]).ending).toEqual(ending);
  });

  test('a row that does not end is overlong', () => {
    const cutter = new CsvCutter(',');
    cutter.cut(`a,"${'b\n'.repeat(100_000)}`);
    expect(cutter.isOverlong).toBe(false);
    cutter.cut('b\n'.repeat(100_000));
    expect(cutter.isOverlong).toBe(true);
  });
});
