/**
 * Instants, wall-clock times and intervals: the only file that knows when the clocks change.
 *
 * An `Instant` is a point in UTC, carried as a `Date`; a field that holds one ends in `At`. A calendar day is a
 * `YYYY-MM-DD` string; a field that holds one ends in `On`. A `LocalTime` is a wall-clock time in Europe/London.
 * Every interval is half open, `[start, end)`.
 */
import { Temporal } from 'temporal-polyfill';

export const LONDON = 'Europe/London';

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** A wall-clock time, `YYYY-MM-DDTHH:MM` or with seconds, that has no zone of its own. */
export type LocalTime = string;

/** `[startsAt, endsAt)`. */
export interface Interval {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** Why a wall-clock time names no single instant. */
export type LocalTimeProblem = 'skipped' | 'repeated' | 'malformed';

export type LocalTimeResult = { readonly ok: true; readonly at: Date } | { readonly ok: false; readonly problem: LocalTimeProblem };

/**
 * The instant of a London wall-clock time.
 *
 * Not ok for a time that does not exist (01:30 on the last Sunday of March: `skipped`) and, unless `fold` says which
 * is meant, for one that exists twice (01:30 on the last Sunday of October: `repeated`). `fold` 0 is the first (BST),
 * 1 the second (GMT).
 */
export function londonInstant(local: LocalTime, fold?: 0 | 1): LocalTimeResult {
  const midnight = CLOCK.test(local) ? startOfSteadyDay(local.slice(0, DAY_LENGTH)) : null;
  if (midnight === null) return londonInstantByRules(local, fold);
  const seconds = local.length === CLOCK_LENGTH ? 0 : digitsAt(local, 17);
  return { ok: true, at: new Date(midnight + (digitsAt(local, 11) * 3600 + digitsAt(local, 14) * 60 + seconds) * 1000) };
}

const DAY_LENGTH = 'YYYY-MM-DD'.length;
const CLOCK_LENGTH = 'YYYY-MM-DDTHH:MM'.length;
const CLOCK = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/;

/** The number that two digits make, where it is known that they are digits. */
function digitsAt(text: string, position: number): number {
  return text.charCodeAt(position) * 10 + text.charCodeAt(position + 1) - DIGIT_ZERO * 11;
}

const DIGIT_ZERO = '0'.charCodeAt(0);

/** Enough for the days of two decades of rotas; past it, we begin anew rather than grow. */
const MAX_DAYS_KEPT = 8192;
const steadyDays = new Map<Day, number | null>();

/**
 * Midnight, in epoch milliseconds, of a day on which the clocks do not change; null for a day on which they do and for
 * what is no day.
 *
 * The time zone rules are asked once for each day: a rota has a hundred shifts a day, and to ask for each of them
 * takes longer than all else that is done with it.
 */
function startOfSteadyDay(day: Day): number | null {
  const known = steadyDays.get(day);
  if (known !== undefined) return known;
  if (steadyDays.size >= MAX_DAYS_KEPT) steadyDays.clear();
  const start = isDay(day) ? startOfLondonDay(day).getTime() : null;
  const isSteady = start !== null && startOfLondonDay(addDays(day, 1)).getTime() - start === MS_PER_DAY;
  const midnight = isSteady ? start : null;
  steadyDays.set(day, midnight);
  return midnight;
}

const MS_PER_DAY = 86_400_000;

function londonInstantByRules(local: LocalTime, fold: 0 | 1 | undefined): LocalTimeResult {
  let plain: Temporal.PlainDateTime;
  try {
    plain = Temporal.PlainDateTime.from(local, { overflow: 'reject' });
  } catch {
    return { ok: false, problem: 'malformed' };
  }
  const earlier = plain.toZonedDateTime(LONDON, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(LONDON, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return { ok: true, at: new Date(earlier.epochMilliseconds) };
  const exists = earlier.toPlainDateTime().equals(plain) && later.toPlainDateTime().equals(plain);
  if (!exists) return { ok: false, problem: 'skipped' };
  if (fold === undefined) return { ok: false, problem: 'repeated' };
  return { ok: true, at: new Date((fold === 0 ? earlier : later).epochMilliseconds) };
}

/** The London wall-clock time of an instant, as a value that ical-generator and Temporal take. */
export function toLondon(at: Date): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(LONDON);
}

/** Whether the clocks in London show this time a second time, an hour before or after: 01:00 to 01:59 on the last Sunday of October. */
export function isRepeatedInLondon(at: Date): boolean {
  const local = londonInstant(toLondon(at).toPlainDateTime().toString());
  return !local.ok && local.problem === 'repeated';
}

/** The London calendar day on which an instant falls. */
export function londonDay(at: Date): Day {
  return toLondon(at).toPlainDate().toString();
}

/** Midnight in London at the start of a day. London's midnights are never skipped or repeated. */
export function startOfLondonDay(day: Day): Date {
  const midnight = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: LONDON });
  return new Date(midnight.epochMilliseconds);
}

/** The Monday of the week that holds this day. */
export function mondayOf(day: Day): Day {
  const date = Temporal.PlainDate.from(day);
  return date.subtract({ days: date.dayOfWeek - 1 }).toString();
}

export function addDays(day: Day, days: number): Day {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** Whether text is a real calendar day as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const day = digitsAt(text, 8);
  return day >= 1 && day <= daysInMonth(digitsAt(text, 0) * 100 + digitsAt(text, 2), digitsAt(text, 5));
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 0 for what is no month. */
function daysInMonth(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** Elapsed minutes, so a night on which the clocks change is 60 minutes longer or shorter than it looks. */
export function durationMinutes({ startsAt, endsAt }: Interval): number {
  return (endsAt.getTime() - startsAt.getTime()) / 60_000;
}

/** Whether two intervals share any time. Back to back is no overlap. */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}
