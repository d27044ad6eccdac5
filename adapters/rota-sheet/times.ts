/** From what a rota writes about time to instants. Pure. */
import { type DateOrder, parseDay, parseTime } from '../../platform/table/cells.ts';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import { addDays, type Day, type Interval, type LocalTimeProblem, londonInstant } from '../../schema/domain/time.ts';
import { kindOf } from '../contract.ts';
import type { RotaSheetRow } from './wire.ts';

type Row = Pick<RotaSheetRow, 'cells' | 'sheet'>;
type TimeField = 'start' | 'end';
type Result<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problems: readonly RecordProblem[] };

const good = <Value>(value: Value): Result<Value> => ({ ok: true, value });
const bad = (path: string, expected: string, got: string): Result<never> => ({ ok: false, problems: [{ path, expected, got }] });

const dateInWords = (order: DateOrder) => `a date as ${{ dmy: 'DD/MM/YYYY', ymd: 'YYYY/MM/DD', mdy: 'MM/DD/YYYY' }[order]}`;

/** What a start or end cell says: a time, and where the cell has them its day and which of two times it means. */
interface Moment {
  readonly day: Day | null;
  readonly time: string;
  /** 24:00 is the midnight at the end of the day. */
  readonly isEndOfDay: boolean;
  readonly fold: 0 | 1 | null;
}

/**
 * `[startsAt, endsAt)` of a row.
 *
 * An end that is not after the start is on the next day, unless the row has an end date. A time that does not exist is a
 * problem, and so is one that exists twice, unless `BST` or `GMT` stands behind it or in the clock column.
 */
export function readInterval(row: Row): Result<Interval> {
  const start = readMoment(row, 'start');
  const end = readMoment(row, 'end');
  const startDay = start.ok ? readStartDay(row, start.value) : readDay(row, 'date');
  if (!start.ok || !end.ok || !startDay.ok) return { ok: false, problems: [startDay, start, end].flatMap((part) => (part.ok ? [] : part.problems)) };
  if (start.value.isEndOfDay) return bad(row.sheet.columns.start, 'a time from 00:00 to 23:59', '24:00');
  const endDay = readEndDay(row, startDay.value, start.value, end.value);
  if (!endDay.ok) return endDay;
  const startsAt = instantOf(row, 'start', startDay.value, start.value);
  const endsAt = instantOf(row, 'end', endDay.value, end.value);
  if (!startsAt.ok || !endsAt.ok) return { ok: false, problems: [startsAt, endsAt].flatMap((part) => (part.ok ? [] : part.problems)) };
  if (endsAt.value <= startsAt.value) return bad(row.sheet.columns.end, 'an end after the start', 'an earlier one');
  return good({ startsAt: startsAt.value, endsAt: endsAt.value });
}

/** The day that a cell names. */
export function readDay({ cells, sheet: { columns, dateOrder } }: Row, field: 'date' | 'endDate'): Result<Day> {
  const day = parseDay(cells[field], dateOrder);
  return day === null ? bad(columns[field], dateInWords(dateOrder), kindOf(cells[field])) : good(day);
}

const CLOCK_SUFFIX = / *(BST|GMT)$/i;
const DAY_AND_TIME = /^([\d/.-]+)(?:T| +)(\d.*)$/;
const END_OF_DAY = /^24[:.]?00(?::00)?$/;

function readMoment({ cells, sheet: { columns, dateOrder } }: Row, field: TimeField): Result<Moment> {
  const suffix = CLOCK_SUFFIX.exec(cells[field])?.[1]?.toUpperCase();
  const fold = suffix === undefined ? null : suffix === 'BST' ? 0 : 1;
  const text = suffix === undefined ? cells[field] : cells[field].replace(CLOCK_SUFFIX, '');
  const time = clockTime(text);
  if (time !== null) return good({ day: null, fold, ...time });
  const parts = DAY_AND_TIME.exec(text);
  const day = parts && parseDay(parts[1] ?? '', dateOrder);
  const timeOfDay = parts && clockTime(parts[2] ?? '');
  if (!day || !timeOfDay) return bad(columns[field], 'a time as HH:MM', kindOf(text));
  return good({ day, fold, ...timeOfDay });
}

function clockTime(text: string): Pick<Moment, 'time' | 'isEndOfDay'> | null {
  if (END_OF_DAY.test(text)) return { time: '00:00', isEndOfDay: true };
  const time = parseTime(text);
  return time === null ? null : { time, isEndOfDay: false };
}

function readStartDay(row: Row, { day }: Moment): Result<Day> {
  if (day !== null && (row.cells.date === '' || row.sheet.columns.date === row.sheet.columns.start)) return good(day);
  const dated = readDay(row, 'date');
  if (!dated.ok || day === null || day === dated.value) return dated;
  return bad(row.sheet.columns.start, `a time on the day in ${row.sheet.columns.date}`, 'a time on another day');
}

function readEndDay(row: Row, startDay: Day, start: Moment, end: Moment): Result<Day> {
  const written = end.day ?? (row.cells.endDate === '' ? null : readDay(row, 'endDate'));
  if (typeof written === 'string') return good(end.isEndOfDay ? addDays(written, 1) : written);
  if (written !== null) return written.ok && end.isEndOfDay ? good(addDays(written.value, 1)) : written;
  // 01:30 BST to 01:15 GMT is 45 minutes: the hour between them comes twice.
  const isWithinRepeatedHour = start.fold === 0 && end.fold === 1 && start.time.startsWith('01') && end.time.startsWith('01');
  return good(end.time > start.time || isWithinRepeatedHour ? startDay : addDays(startDay, 1));
}

function instantOf({ cells, sheet: { columns } }: Row, field: TimeField, day: Day, { time, fold }: Moment): Result<Date> {
  const local = `${day}T${time}`;
  const result = londonInstant(local, fold ?? foldOf(cells.clock));
  if (!result.ok) return bad(columns[field], ...wordsFor(result.problem, columns.clock));
  if (fold === null) return good(result.at);
  const isSummerTime = Date.parse(`${local}:00Z`) !== result.at.getTime();
  if (isSummerTime !== (fold === 0)) {
    return bad(columns[field], `a time in ${isSummerTime ? 'BST' : 'GMT'}, which clocks show on that day`, `one in ${isSummerTime ? 'GMT' : 'BST'}`);
  }
  return good(result.at);
}

function foldOf(clock: string): 0 | 1 | undefined {
  return { BST: 0 as const, GMT: 1 as const }[clock.trim().toUpperCase()];
}

function wordsFor(problem: LocalTimeProblem, clockColumn: string): readonly [string, string] {
  if (problem === 'skipped') return ['a time that exists', 'a time that does not exist: the clocks go forward over it'];
  return [`BST or GMT behind the time or in ${clockColumn}`, 'a time that exists twice: the clocks go back over it'];
}
