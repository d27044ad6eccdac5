import { describe, expect, test } from '@jest/globals';
import { knownSpans } from './bank-holiday.ts';

const holiday = (day: string, nextOn: string | null) => ({ day, nextOn });

describe('the spans that a list of bank holidays covers', () => {
  test('are one where each holiday names the next, up to and with the last', () => {
    expect(knownSpans([holiday('2027-12-28', null), holiday('2026-12-28', '2027-01-01'), holiday('2027-01-01', '2027-12-28')])).toEqual([
      { from: '2026-12-28', to: '2027-12-29' },
    ]);
  });

  test('have a gap behind a holiday whose next could not be read', () => {
    expect(knownSpans([holiday('2026-12-28', null), holiday('2027-01-04', '2027-03-26'), holiday('2027-03-26', null)])).toEqual([
      { from: '2026-12-28', to: '2026-12-29' },
      { from: '2027-01-04', to: '2027-03-27' },
    ]);
  });

  test('end on the day of a holiday that is named and is not there', () => {
    expect(knownSpans([holiday('2027-03-26', '2027-03-29')])).toEqual([{ from: '2027-03-26', to: '2027-03-29' }]);
  });

  test('of two lists that overlap are joined', () => {
    expect(knownSpans([holiday('2026-12-25', '2026-12-28'), holiday('2026-12-26', null), holiday('2026-12-28', null)])).toEqual([
      { from: '2026-12-25', to: '2026-12-29' },
    ]);
  });

  test('are none of no list', () => {
    expect(knownSpans([])).toEqual([]);
  });
});
