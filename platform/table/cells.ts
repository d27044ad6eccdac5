/** What a cell's text means. Pure; null for anything that is not certain. */
import { type Day, isDay } from '../../schema/domain/time.ts';

export type DateOrder = 'dmy' | 'ymd' | 'mdy';

/** A column's name as shown: line feeds and runs of white space folded to one blank, trimmed. */
export function cleanName(name: string): string {
  return name.replace(/\s+/g, ' ').trim();
}

/** A name for comparison: white space and case do not matter. */
export function foldName(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, '').toLowerCase();
}

/**
 * The same text, for keeping. The text of a cell is a window on the piece of the file that it was cut from, and whoever
 * keeps the one keeps the other: a list of 200,000 references would hold the whole file.
 */
export function keepable(text: string): string {
  return Buffer.from(text).toString();
}

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const ISO_DAY = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/;
const COMPACT_DAY = /^(\d{4})(\d{2})(\d{2})$/;
const NUMERIC_DAY = /^(?:[a-z]{3,9},? +)?(\d{1,4})([/.\- ])(\d{1,2})\2(\d{1,4})$/i;
const WORDED_DAY = /^(?:[a-z]{3,9},? +)?(\d{1,2})(?:st|nd|rd|th)?[ \-/]?([a-z]{3,9})\.?,?[ \-/]?(\d{4}|\d{2})$/i;

/**
 * The calendar day that text names, or null.
 *
 * `order` says how days of digits alone are written; `2026-03-02`, `20260302`, `2 March 2026` and `2 Mar 26` say so themselves.
 * Two digits of a year mean 2000 to 2099. A midnight after the day is dropped, any other time makes it no day. A name
 * of a weekday before it is passed over.
 */
export function parseDay(text: string, order: DateOrder): Day | null {
  const known = knownDays[order];
  const day = known.get(text);
  if (day !== undefined) return day;
  if (known.size >= MAX_KNOWN_DAYS) known.clear();
  const read = readDay(text.trim(), order);
  known.set(keepable(text), read);
  return read;
}

/** A rota writes each of its days on every shift of that day. */
const knownDays: Readonly<Record<DateOrder, Map<string, Day | null>>> = { dmy: new Map(), ymd: new Map(), mdy: new Map() };
const MAX_KNOWN_DAYS = 4096;

function readDay(trimmed: string, order: DateOrder): Day | null {
  const iso = ISO_DAY.exec(trimmed) ?? COMPACT_DAY.exec(trimmed);
  if (iso) return dayOf(iso[1], iso[2], iso[3]);
  const numeric = NUMERIC_DAY.exec(trimmed);
  if (numeric) {
    const [, first, , second, third] = numeric;
    if (order === 'ymd') return dayOf(first, second, third);
    return order === 'dmy' ? dayOf(third, second, first) : dayOf(third, first, second);
  }
  const worded = WORDED_DAY.exec(trimmed);
  if (!worded) return null;
  const month = MONTHS.findIndex((name) => name.startsWith((worded[2] ?? '').toLowerCase())) + 1;
  return month === 0 ? null : dayOf(worded[3], String(month), worded[1]);
}

function dayOf(year = '', month = '', day = ''): Day | null {
  if (year.length !== 4 && year.length !== 2) return null;
  const text = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(text) ? text : null;
}

/** As Excel and most rotas write it, and as it is given: worth a look of its own. */
const PLAIN_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const CLOCK_TIME = /^(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2})(?:\.0+)?)? *(am|pm|a\.m\.|p\.m\.)?$/i;
const COMPACT_TIME = /^(\d{1,2})(\d{2}) *(am|pm)?$/i;

/**
 * The time of day that text names as `HH:MM`, or null.
 *
 * Reads `09:00`, `9:00`, `9.00`, `09:00:00`, `0900`, `900`, `9am`, `9.30 pm`, and `9.3` as nothing: it may be 9:03 or
 * 9:30. A bare `9` is nothing either, and so are seconds other than zero.
 */
export function parseTime(text: string): string | null {
  if (PLAIN_TIME.test(text)) return text;
  const trimmed = text.trim();
  const clock = CLOCK_TIME.exec(trimmed);
  if (clock) {
    const [, hour, minute, second, half] = clock;
    if ((minute === undefined && half === undefined) || Number(second ?? 0) !== 0) return null;
    return timeOf(Number(hour), Number(minute ?? 0), half);
  }
  const compact = COMPACT_TIME.exec(trimmed);
  return compact ? timeOf(Number(compact[1]), Number(compact[2]), compact[3]) : null;
}

function timeOf(hour: number, minute: number, half: string | undefined): string | null {
  if (minute > 59 || hour > 23) return null;
  if (half === undefined) return clockText(hour, minute);
  if (hour < 1 || hour > 12) return null;
  return clockText((hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0), minute);
}

function clockText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
