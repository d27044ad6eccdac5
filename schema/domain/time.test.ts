import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { addDays, durationMinutes, isDay, LONDON, londonDay, londonInstant, mondayOf, overlaps, startOfLondonDay } from './time.ts';

function instantOf(local: string, fold?: 0 | 1): string {
  const result = londonInstant(local, fold);
  return result.ok ? result.at.toISOString() : result.problem;
}

describe('the instant of a London wall-clock time', () => {
  test('is an hour behind in summer and the same in winter', () => {
    expect(instantOf('2026-07-01T09:00')).toBe('2026-07-01T08:00:00.000Z');
    expect(instantOf('2026-12-01T09:00')).toBe('2026-12-01T09:00:00.000Z');
    expect(instantOf('2026-12-01T09:00:30')).toBe('2026-12-01T09:00:30.000Z');
  });

  test.each(['2026-03-29', '2027-03-28'])('from 01:00 to 02:00 on %s does not exist', (day) => {
    expect(instantOf(`${day}T00:59`)).toBe(`${day}T00:59:00.000Z`);
    expect(instantOf(`${day}T01:00`)).toBe('skipped');
    expect(instantOf(`${day}T01:59`)).toBe('skipped');
    expect(instantOf(`${day}T01:30`, 0)).toBe('skipped');
    expect(instantOf(`${day}T02:00`)).toBe(`${day}T01:00:00.000Z`);
    expect(instantOf(`${day}T23:59`)).toBe(`${day}T22:59:00.000Z`);
  });

  test.each(['2026-10-25', '2027-10-31'])('from 01:00 to 02:00 on %s exists twice, and the fold says which is meant', (day) => {
    expect(instantOf(`${day}T00:30`)).toBe(`${addDays(day, -1)}T23:30:00.000Z`);
    expect(instantOf(`${day}T01:00`)).toBe('repeated');
    expect(instantOf(`${day}T01:59`)).toBe('repeated');
    expect(instantOf(`${day}T01:30`, 0)).toBe(`${day}T00:30:00.000Z`);
    expect(instantOf(`${day}T01:30`, 1)).toBe(`${day}T01:30:00.000Z`);
    expect(instantOf(`${day}T02:00`)).toBe(`${day}T02:00:00.000Z`);
  });

  test('a fold is passed over for a time that exists once', () => {
    expect(instantOf('2026-07-01T09:00', 1)).toBe('2026-07-01T08:00:00.000Z');
  });

  test('midnight belongs to the day that begins, on the days around a change too', () => {
    expect(instantOf('2026-03-29T00:00')).toBe('2026-03-29T00:00:00.000Z');
    expect(instantOf('2026-03-30T00:00')).toBe('2026-03-29T23:00:00.000Z');
    expect(instantOf('2026-10-25T00:00')).toBe('2026-10-24T23:00:00.000Z');
    expect(instantOf('2026-10-26T00:00')).toBe('2026-10-26T00:00:00.000Z');
  });

  test('29 February exists in a leap year alone', () => {
    expect(instantOf('2028-02-29T09:00')).toBe('2028-02-29T09:00:00.000Z');
    expect(instantOf('2027-02-29T09:00')).toBe('malformed');
    expect(instantOf('2100-02-29T09:00')).toBe('malformed');
  });

  test.each(['', 'nine', '2026-13-01T09:00', '2026-01-01T24:00', '2026-01-01T09:60', '2026-1-1T09:00'])('%j is malformed', (text) => {
    expect(instantOf(text)).toBe('malformed');
  });

  test('the years of permanent summer time keep their hour', () => {
    expect(instantOf('1970-01-01T01:00')).toBe('1970-01-01T00:00:00.000Z');
  });

  test('agrees with the time zone rules at any minute of any day', () => {
    const minutes = fc.integer({ min: 0, max: 1439 });
    const days = fc.integer({ min: 0, max: 365 * 60 }).map((offset) => addDays('1996-01-01', offset));
    fc.assert(
      fc.property(days, minutes, (day, minute) => {
        const plain = Temporal.PlainDate.from(day).toPlainDateTime(Temporal.PlainTime.from('00:00').add({ minutes: minute }));
        const exact = plain.toZonedDateTime(LONDON);
        const result = londonInstant(plain.toString({ smallestUnit: 'minute' }), 0);
        if (!exact.toPlainDateTime().equals(plain)) expect(result).toEqual({ ok: false, problem: 'skipped' });
        else expect(result).toEqual({ ok: true, at: new Date(exact.epochMilliseconds) });
      }),
    );
  });
});

describe('days', () => {
  test('are real, and written in full', () => {
    expect(['2026-02-28', '2028-02-29', '2000-02-29', '0001-01-01'].map(isDay)).toEqual([true, true, true, true]);
    expect(['2026-02-29', '1900-02-29', '2026-04-31', '2026-00-10', '2026-01-00', '2026-1-01', '2026-01-01T00:00', ''].some(isDay)).toBe(false);
  });

  test('a London day begins at its own midnight', () => {
    expect(startOfLondonDay('2026-07-01').toISOString()).toBe('2026-06-30T23:00:00.000Z');
    expect(londonDay(new Date('2026-06-30T23:30:00Z'))).toBe('2026-07-01');
    expect(londonDay(new Date('2026-12-31T23:30:00Z'))).toBe('2026-12-31');
  });

  test('a week begins on its Monday, over the end of a year too', () => {
    expect(mondayOf('2026-03-29')).toBe('2026-03-23');
    expect(mondayOf('2027-01-01')).toBe('2026-12-28');
    expect(mondayOf('2026-03-23')).toBe('2026-03-23');
  });
});

describe('intervals', () => {
  const interval = (startsAt: string, endsAt: string) => ({ startsAt: new Date(startsAt), endsAt: new Date(endsAt) });

  test('a night on which the clocks go forward is an hour shorter than it looks', () => {
    // 22:00 GMT to 08:00 BST
    expect(durationMinutes(interval('2026-03-28T22:00:00Z', '2026-03-29T07:00:00Z'))).toBe(9 * 60);
  });

  test('back to back is no overlap', () => {
    const morning = interval('2026-03-02T09:00:00Z', '2026-03-02T13:00:00Z');
    expect(overlaps(morning, interval('2026-03-02T13:00:00Z', '2026-03-02T17:00:00Z'))).toBe(false);
    expect(overlaps(morning, interval('2026-03-02T12:59:00Z', '2026-03-02T17:00:00Z'))).toBe(true);
  });
});
