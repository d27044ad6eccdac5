import { describe, expect, test } from '@jest/globals';
import { cleanName, type DateOrder, foldName, parseDay, parseTime } from './cells.ts';

describe('a day', () => {
  test.each<[string, DateOrder, string | null]>([
    ['02/03/2026', 'dmy', '2026-03-02'],
    ['2/3/26', 'dmy', '2026-03-02'],
    ['02.03.2026', 'dmy', '2026-03-02'],
    ['02-03-2026', 'dmy', '2026-03-02'],
    ['02/03/2026', 'mdy', '2026-02-03'],
    ['2026/03/02', 'ymd', '2026-03-02'],
    ['2026-03-02', 'dmy', '2026-03-02'],
    ['2026-03-02T00:00', 'mdy', '2026-03-02'],
    ['2026-03-02 00:00:00', 'dmy', '2026-03-02'],
    ['20260302', 'dmy', '2026-03-02'],
    ['Mon 02/03/2026', 'dmy', '2026-03-02'],
    ['Monday, 2 March 2026', 'dmy', '2026-03-02'],
    ['2nd Mar 26', 'dmy', '2026-03-02'],
    ['02-Mar-2026', 'mdy', '2026-03-02'],
    ['01Jul2026', 'dmy', '2026-07-01'],
    [' 29/02/2028 ', 'dmy', '2028-02-29'],
    ['29/02/2027', 'dmy', null],
    ['31/04/2026', 'dmy', null],
    ['03/25/2026', 'dmy', null],
    ['2026-03-02T09:00', 'dmy', null],
    ['02/03', 'dmy', null],
    ['02/03-2026', 'dmy', null],
    ['2 Sept 2026', 'dmy', '2026-09-02'],
    ['2 Marches 2026', 'dmy', null],
    ['tomorrow', 'dmy', null],
    ['46083', 'dmy', null],
    ['', 'dmy', null],
  ])('%j read as %s is %j', (text, order, day) => {
    expect(parseDay(text, order)).toBe(day);
  });
});

describe('a time of day', () => {
  test.each<[string, string | null]>([
    ['09:00', '09:00'],
    ['9:00', '09:00'],
    ['9.00', '09:00'],
    ['09:00:00', '09:00'],
    ['0900', '09:00'],
    ['900', '09:00'],
    ['1830', '18:30'],
    ['9am', '09:00'],
    ['9 AM', '09:00'],
    ['9.30pm', '21:30'],
    ['12am', '00:00'],
    ['12pm', '12:00'],
    ['00:00', '00:00'],
    ['23:59', '23:59'],
    ['13h30', '13:30'],
    ['24:00', null],
    ['9', null],
    ['9.3', null],
    ['09:60', null],
    ['13pm', null],
    ['09:00:30', null],
    ['nine', null],
    ['', null],
  ])('%j is %j', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });
});

test('a name is shown on one line, and compared without case or white space', () => {
  expect(cleanName(' Unpaid\r\nbreak  (mins) ')).toBe('Unpaid break (mins)');
  expect(foldName('Unpaid Break\u00a0(mins)')).toBe(foldName('unpaid\nbreak (MINS)'));
});
