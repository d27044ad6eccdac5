/** Headings of days, and the calendar days that they mean. Pure. */
import { type DateOrder, parseDay } from '../../platform/table/cells.ts';
import { addDays, type Day, isDay, mondayOf } from '../../schema/domain/time.ts';

/** ISO 8601: Monday is 1, Sunday is 7. */
export type Weekday = number;

/** What a heading says of its day, each part null where it does not. */
export interface DayHeading {
  readonly weekday: Weekday | null;
  readonly day: Day | null;
  readonly dayOfMonth: number | null;
  readonly month: number | null;
}

const WEEKDAY = /^(mon|tue|wed|thu|fri|sat|sun)(?:days?|s|sdays?|nesdays?|rs|r|rsdays?|urdays?)?\b[\s.,:()–—-]*/i;
const WEEKDAY_ORDER = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MONTH_ORDER = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const NONE: DayHeading = { weekday: null, day: null, dayOfMonth: null, month: null };

/** What stands between days and is none, a slip of the pen for instance: what is below it belongs to no day, and is told. */
export const NO_DAY: DayHeading = { ...NONE };

/** Null when it is no heading of a day. A number alone is one only below a heading that names the weekday. */
export function readDayHeading(text: string, order: DateOrder): DayHeading | null {
  const line = text.replace(/\s+/g, ' ').trim();
  const named = WEEKDAY.exec(line);
  const weekday = named ? WEEKDAY_ORDER.indexOf((named[1] ?? '').toLowerCase()) + 1 : null;
  const rest = (named ? line.slice(named[0].length) : line).replace(/[)\s]+$/, '');
  if (rest === '') return weekday === null ? null : { ...NONE, weekday };
  const day = parseDay(rest, order);
  if (day !== null) return { ...NONE, weekday, day };
  const partial = partOfDate(rest, order, weekday !== null);
  if (partial === null || (weekday === null && partial.month === null)) return null;
  return { ...NONE, weekday, ...partial };
}

/** The day of the month that a number alone below a weekday means. */
export function readDayNumber(text: string): DayHeading | null {
  const number = /^(\d{1,2})(?:st|nd|rd|th)?$/i.exec(text.trim());
  return number && Number(number[1]) >= 1 && Number(number[1]) <= 31 ? { ...NONE, dayOfMonth: Number(number[1]) } : null;
}

/** `8-1` alone is more often a time than a date. */
function partOfDate(text: string, order: DateOrder, isNamed: boolean): Pick<DayHeading, 'dayOfMonth' | 'month'> | null {
  const numeric = /^(\d{1,2})[/.-](\d{1,2})$/.exec(text);
  if (numeric && (isNamed || !text.includes('-'))) {
    const [first, second] = [Number(numeric[1]), Number(numeric[2])];
    return checked(order === 'dmy' ? first : second, order === 'dmy' ? second : first);
  }
  const worded = /^(\d{1,2})(?:st|nd|rd|th)?(?: of)?[ -]?([a-z]{3,9})\.?$/i.exec(text);
  if (worded) return checked(Number(worded[1]), MONTH_ORDER.indexOf((worded[2] ?? '').slice(0, 3).toLowerCase()) + 1);
  const number = readDayNumber(text);
  return number && { dayOfMonth: number.dayOfMonth, month: null };
}

const checked = (dayOfMonth: number, month: number) => (dayOfMonth >= 1 && dayOfMonth <= 31 && month >= 1 && month <= 12 ? { dayOfMonth, month } : null);

/** Two headings above each other: what the one does not say, the other may. */
export function joinHeadings(above: DayHeading, below: DayHeading): DayHeading {
  return {
    weekday: above.weekday ?? below.weekday,
    day: above.day ?? below.day,
    dayOfMonth: above.dayOfMonth ?? below.dayOfMonth,
    month: above.month ?? below.month,
  };
}

export interface DayProblem {
  readonly expected: string;
  readonly got: string;
}

/** Headings that stand in one row reach at most over two weeks. */
const REACH_DAYS = 14;

/**
 * The day of a heading: by its own date, else the next that fits it, after the heading to its left or from the
 * beginning of the week on. A weekday beside a date must be that date's own: so a date in the wrong order is found.
 */
export function dayOf(heading: DayHeading, before: Day | null, week: Day | null): Day | DayProblem {
  const { weekday, day } = heading;
  if (heading === NO_DAY) return { expected: 'a day, as Mon or 02/03/2026, as beside it', got: 'words that name none' };
  if (day !== null) {
    if (weekday !== null && weekdayOf(day) !== weekday) return { expected: 'the weekday of its date', got: 'another weekday' };
    return day;
  }
  const from = before === null ? week : addDays(before, 1);
  if (from === null) return { expected: 'a date with its year, or a week commencing above', got: 'a day without either' };
  for (let offset = 0; offset < REACH_DAYS; offset += 1) {
    const candidate = addDays(from, offset);
    if (fits(candidate, heading)) return candidate;
  }
  return { expected: 'a day of the week that commences above', got: 'a day that is not in it' };
}

function fits(day: Day, { weekday, dayOfMonth, month }: DayHeading): boolean {
  if (weekday !== null && weekdayOf(day) !== weekday) return false;
  if (month !== null && Number(day.slice(5, 7)) !== month) return false;
  return dayOfMonth === null || Number(day.slice(8, 10)) === dayOfMonth;
}

export function weekdayOf(day: Day): Weekday {
  const monday = mondayOf(day);
  return WEEKDAY_ORDER.findIndex((_, offset) => addDays(monday, offset) === day) + 1;
}

const WEEK_WORDS = /\b(?:w\s*[/.]?\s*[cbe]|wk|week)\b\.?(?:\s*(?:commencing|beginning|starting|ending|from|of))?/i;
const ENDING = /\b(?:w\s*[/.]?\s*e|week\s+ending)\b/i;
const DATE_WITHIN =
  /\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}[/.]\d{1,2}[/.]\d{1,2}|\d{1,2}(?:st|nd|rd|th)?[ -](?:of )?[a-z]{3,9}\.?,?[ -]\d{2,4}\b/gi;

/** Whether a cell speaks of a week, as `Week commencing`, `W/C 02/03/2026`, `Wk beginning` do. */
export function speaksOfWeek(text: string): boolean {
  return WEEK_WORDS.test(text);
}

export function speaksOfWeekEnding(text: string): boolean {
  return ENDING.test(text);
}

/** The first whole date within a text, or null. */
export function dateWithin(text: string, order: DateOrder): Day | null {
  for (const [match] of text.replace(/\s+/g, ' ').matchAll(DATE_WITHIN)) {
    const day = parseDay(match.replace(/ of /i, ' '), order);
    if (day !== null && isDay(day)) return day;
  }
  return null;
}

/** The first day of the week that holds this day. */
export function weekOf(day: Day, startsOn: Weekday): Day {
  return addDays(day, -((weekdayOf(day) - startsOn + 7) % 7));
}
