import { describe, expect, test } from '@jest/globals';
import { cellPosition, kindOfBuiltIn, kindOfFormat, type NumberKind, numberText, unescapeText } from './excel-values.ts';

describe('the kind of a format', () => {
  test.each<[string, NumberKind]>([
    ['General', 'number'],
    ['0.00', 'number'],
    ['#,##0.00;[Red]-#,##0.00', 'number'],
    ['0.00" hours, d"', 'number'],
    ['0.0E+00', 'number'],
    ['@', 'number'],
    ['dd/mm/yyyy', 'date'],
    ['[$-809]d mmmm yyyy;@', 'date'],
    ['[$-F800]dddd, mmmm dd, yyyy', 'date'],
    ['mmm-yy', 'date'],
    ['mmmm', 'date'],
    ['hh:mm', 'time'],
    ['h:mm AM/PM', 'time'],
    ['mm:ss', 'time'],
    ['[h]:mm', 'elapsed'],
    ['[Red]hh:mm', 'time'],
    ['dd/mm/yyyy\\ hh:mm', 'date-time'],
    ['"Day "dd" at "hh', 'date-time'],
  ])('%j shows a %s', (code, kind) => {
    expect(kindOfFormat(code)).toBe(kind);
  });

  test('built-in formats have numbers instead of codes', () => {
    expect([0, 14, 20, 22, 46, 164].map(kindOfBuiltIn)).toEqual(['number', 'date', 'time', 'date-time', 'elapsed', 'number']);
  });
});

describe('the text of a number', () => {
  test.each<[number, NumberKind, string | null]>([
    [46083, 'date', '2026-03-02'],
    [46083.99, 'date', '2026-03-02'],
    [46083, 'date-time', '2026-03-02T00:00'],
    [46083.375, 'date-time', '2026-03-02T09:00'],
    [0.375, 'date-time', '09:00'],
    [0.38194444444444442, 'time', '09:10'],
    [46083.38194444444, 'time', '09:10'],
    [0.999999999, 'elapsed', '24:00'],
    [1.5, 'elapsed', '36:00'],
    [0.375 + 30 / 86_400, 'time', '09:00:30'],
    [46812, 'date', '2028-02-29'],
    [1, 'date', '1900-01-01'],
    [59, 'date', '1900-02-28'],
    [60, 'date', null],
    [61, 'date', '1900-03-01'],
    [0, 'date', null],
    [-1, 'date', null],
    [3_000_000, 'date', null],
    [0.1 + 0.2, 'number', '0.3'],
    [46083, 'number', '46083'],
    [-2.5, 'number', '-2.5'],
  ])('%d as a %s is %j', (value, kind, text) => {
    expect(numberText(value, kind, false)).toBe(text);
  });

  test('a workbook that counts from 1904 is four years and a day ahead', () => {
    expect(numberText(46083 - 1462, 'date', true)).toBe('2026-03-02');
    expect(numberText(0, 'date', true)).toBe('1904-01-01');
    expect(numberText(60, 'date', true)).toBe('1904-03-01');
  });
});

test('a cell is found by its letters and its row', () => {
  expect(cellPosition('A1')).toEqual({ column: 0, row: 1 });
  expect(cellPosition('AB12')).toEqual({ column: 27, row: 12 });
  expect(['', 'A', '12', 'A0', 'ABCD1', 'a1'].map(cellPosition)).toEqual([null, null, null, null, null, null]);
});

test('characters that XML may not hold are written as their numbers', () => {
  expect(unescapeText('two_x000A_lines')).toBe('two\nlines');
  expect(unescapeText('snake_case_x')).toBe('snake_case_x');
});
