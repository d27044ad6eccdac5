/**
 * Which recurrence rules are followed.
 *
 * Some rules name days that never come (31 February, every seventh day if it is a Tuesday), and the library searches
 * for them without end, or gives up, or turns 29 February into 1 March. So only rules are followed of which it is certain
 * that a next day comes, and which: those that Google, Outlook and Apple let people choose. Any other series is quarantined.
 */
import type ICAL from 'ical.js';

const MAX_INTERVAL: Readonly<Record<string, number>> = { DAILY: 366, WEEKLY: 104, MONTHLY: 60, YEARLY: 10 };
const LONGEST_MONTH_DAY = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

type Parts = Readonly<Record<string, readonly (string | number)[]>>;

/** `start` is the first day of the series. */
export function isFollowed(rule: ICAL.Recur, start: { readonly month: number; readonly day: number }): boolean {
  const { freq, interval } = rule;
  if (!Number.isInteger(interval) || interval < 1 || interval > (MAX_INTERVAL[freq] ?? 0)) return false;
  const parts = rule.parts as Parts;
  const names = Object.keys(parts).filter((name) => (parts[name]?.length ?? 0) > 0);
  const only = (...allowed: string[]) => names.every((name) => allowed.includes(name));
  const days = (parts.BYDAY ?? []).map(String);
  const monthDays = (parts.BYMONTHDAY ?? []).map(Number);
  const months = (parts.BYMONTH ?? []).map(Number);
  const areWeekdays = days.every((day) => /^(?:MO|TU|WE|TH|FR|SA|SU)$/.test(day));
  const areInMonth = days.every((day) => /^(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)$/.test(day));
  // "The second of these days of the month": each weekday comes four times, but a fifth Sunday has no second.
  const positions = parts.BYSETPOS ?? [];
  const areThere = positions.length === 0 || (areWeekdays && positions.every((position) => [1, 2, 3, 4, -1].includes(Number(position))));
  if (freq === 'DAILY') return only('BYDAY') && areWeekdays && (days.length === 0 || interval === 1);
  if (freq === 'WEEKLY') return only('BYDAY') && areWeekdays;
  if (freq === 'MONTHLY') {
    const isSteady = interval === 1;
    const isDayOfMonth = only('BYMONTHDAY') && monthDays.length > 0 && monthDays.every((day) => day !== 0 && day >= -28 && day <= (isSteady ? 31 : 28));
    const isWeekdayOfMonth = days.length > 0 && areInMonth && only('BYDAY', 'BYSETPOS') && (isSteady || !days.some((day) => day.includes('5')));
    return names.length === 0 || isDayOfMonth || (isWeekdayOfMonth && areThere);
  }
  if (freq !== 'YEARLY') return false;
  if (names.length === 0) return start.month !== 2 || start.day <= 28;
  const areMonths = months.length > 0 && months.every((month) => month >= 1 && month <= 12);
  if (!areMonths) return false;
  if (only('BYMONTH')) return start.day <= 28;
  if (only('BYMONTH', 'BYMONTHDAY'))
    return months.every((month) => monthDays.every((day) => day >= 1 && day <= (LONGEST_MONTH_DAY[month - 1] ?? 0) && (month !== 2 || day <= 28)));
  const isRare = (months.includes(2) || interval > 1) && days.some((day) => day.includes('5'));
  return only('BYMONTH', 'BYDAY', 'BYSETPOS') && areInMonth && !isRare && areThere;
}
