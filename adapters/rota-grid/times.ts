/** The times that people write into a cell: `8-1`, `0800-1300`, `9.30am to 1`. Pure. */

/** Wall-clock times as HH:MM. An end that is not after its start is on the next day. */
export interface Times {
  readonly start: string;
  readonly end: string;
}

const TIME = String.raw`(\d{1,2})(?:[:.h]?(\d{2}))? ?(am|pm|a\.m\.|p\.m\.)?`;
const RANGE = new RegExp(String.raw`(?<![\w:.])${TIME} ?(?:[-–—]|to|till|until) ?${TIME}(?![\w:.])`, 'gi');
/** `8-1` typed into Excel becomes 8 January of the year, and 1 August in an American one: which it was is not told by the cell. */
const EATEN = /^(?:\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?|\d{1,2}-[a-z]{3}(?:-\d{2,4})?|[a-z]{3}-\d{2})$/i;

export function isEatenByExcel(text: string): boolean {
  return EATEN.test(text);
}

/** The ranges within a text, and the text without them. Null when one of them is not possible, for instance `25-30`. */
export function takeRanges(text: string, earliestStart: number): { readonly ranges: readonly Times[]; readonly rest: string } | null {
  const ranges: (Times | null)[] = [];
  const rest = text.replace(RANGE, (_match, ...parts: (string | undefined)[]) => {
    ranges.push(rangeOf(momentOf(parts[0], parts[1], parts[2]), momentOf(parts[3], parts[4], parts[5]), earliestStart));
    return ' ';
  });
  return ranges.includes(null) ? null : { ranges: ranges as Times[], rest };
}

interface Moment {
  readonly hour: number;
  readonly minute: number;
  readonly half: 'am' | 'pm' | null;
  /** Written so that it can only be of a clock of 24 hours: 08, 0800, 13, 10:00. */
  readonly isOf24Hours: boolean;
}

function momentOf(hours = '', minutes = '', suffix = ''): Moment {
  const hour = Number(hours);
  const half = suffix === '' ? null : suffix.toLowerCase().startsWith('p') ? 'pm' : 'am';
  const isOf24Hours = half === null && (hour > 12 || hours.startsWith('0') || (hours.length === 2 && minutes !== ''));
  return { hour, minute: Number(minutes || 0), half, isOf24Hours };
}

function rangeOf(start: Moment, end: Moment, earliestStart: number): Times | null {
  if (!isPossible(start) || !isPossible(end) || start.hour === 24) return null;
  const startsAt = startOf(start, end, earliestStart);
  return { start: clock(startsAt), end: clock(endOf(end, startsAt) % DAY_MINUTES) };
}

function isPossible({ hour, minute, half }: Moment): boolean {
  if (half !== null && (hour < 1 || hour > 12)) return false;
  return minute < 60 && (hour < 24 || (hour === 24 && minute === 0));
}

const HALF_DAY_MINUTES = 12 * 60;
const DAY_MINUTES = 24 * 60;

/** Minutes since midnight or midday: 12:30 is 30. */
const onTheDial = ({ hour, minute }: Moment) => (hour % 12) * 60 + minute;
const afterMidnight = (moment: Moment) =>
  moment.half === null ? moment.hour * 60 + moment.minute : onTheDial(moment) + (moment.half === 'pm' ? HALF_DAY_MINUTES : 0);

/** `1-5pm` is all in the afternoon, `8-1pm` begins in the morning. Without any, an early hour is in the afternoon: nobody begins at 2. */
function startOf(start: Moment, end: Moment, earliestStart: number): number {
  if (start.half !== null || start.isOf24Hours) return afterMidnight(start);
  if (end.half !== null) {
    const isSameHalf = onTheDial(start) < onTheDial(end);
    return onTheDial(start) + ((end.half === 'pm') === isSameHalf ? HALF_DAY_MINUTES : 0);
  }
  const isAfternoon = start.hour === 12 || start.hour < earliestStart;
  return onTheDial(start) + (isAfternoon ? HALF_DAY_MINUTES : 0);
}

/** The next time that a dial shows it after the start. */
function endOf(end: Moment, startsAt: number): number {
  if (end.half !== null || end.isOf24Hours) return afterMidnight(end);
  const dial = onTheDial(end);
  return [dial, dial + HALF_DAY_MINUTES].find((candidate) => candidate > startsAt) ?? dial;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
