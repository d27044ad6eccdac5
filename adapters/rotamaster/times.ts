/** Times of the Data API. Pure. How they are written is not published: what is certain is read, and the rest is told. */
import { parseDay, parseTime } from '../../platform/table/cells.ts';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import { type Day, isDay, londonInstant } from '../../schema/domain/time.ts';
import { kindOf } from '../contract.ts';

export interface When {
  readonly day: Day;
  /** Null for a day alone, and for a midnight that .NET writes after one. */
  readonly clock: string | null;
  readonly offset: string;
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00(?:\.0+)?)?(Z|[+-]\d\d:\d\d)?$/;

/** A day, or a day with a time. Null, and a problem, for anything else. */
export function whenOf(text: string, path: string, problems: RecordProblem[]): When | null {
  const [, day = '', time = '', offset = ''] = DATE_TIME.exec(text) ?? [];
  const clock = parseTime(time);
  if (isDay(day) && clock !== null) return { day, clock: clock === '00:00' && offset === '' ? null : clock, offset };
  const only = parseDay(text, 'dmy');
  if (only !== null) return { day: only, clock: null, offset: '' };
  problems.push({ path, expected: 'a day, or a day and a time as 2026-03-02T09:00:00', got: kindOf(text) });
  return null;
}

export function instantOf({ day, clock, offset }: When, path: string, problems: RecordProblem[]): Date | null {
  if (offset !== '') return new Date(`${day}T${clock ?? '00:00'}:00${offset}`);
  const result = londonInstant(`${day}T${clock ?? '00:00'}`);
  if (result.ok) return result.at;
  problems.push({
    path,
    expected: 'a time that exists once',
    got: result.problem === 'skipped' ? 'one that the clocks skip' : 'one that the clocks show twice',
  });
  return null;
}

/** A time of day on a day. Null without a day, and for text that is no time of day alone. */
export function onDay(day: Day | null, text: string): When | null {
  const clock = day === null ? null : parseTime(text);
  return day === null || clock === null ? null : { day, clock, offset: '' };
}
