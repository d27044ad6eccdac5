/** From the events of a feed to those that take place: a series becomes its occurrences in the window, each with its changes. */
import ICAL from 'ical.js';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import type { FeedEvent, FeedTime } from './event.ts';
import { isFollowed } from './rules.ts';
import type { Moment } from './wire.ts';
import { LONDON_ZONE } from './zones.ts';

export interface Occurrence {
  readonly event: FeedEvent;
  /** Of an occurrence of a series: when it was to begin by the rule, as text. */
  readonly suffix: string;
  readonly start: Moment | null;
  readonly end: Moment | { readonly minutes: number } | null;
  readonly problems: readonly RecordProblem[];
}

/** `[from, to)`, and where an event that recurs ends when the clocks change under it. */
export interface ExpandOptions {
  readonly from: Date;
  readonly to: Date;
  readonly recurringEnds: 'clock' | 'elapsed';
}

/** A rota of a person has some thousands of shifts in ten years. */
const MAX_OCCURRENCES = 2_000;
/** Steps before the window is reached: every day for over fifty years. */
const MAX_STEPS = 20_000;
/** What begins this long before the window, or after it, is left to `map` to cut: zones differ by less. */
const MARGIN_SECONDS = 2 * 24 * 3600;

export function* occurrencesOf(events: readonly FeedEvent[], options: ExpandOptions): Iterable<Occurrence> {
  const overrides = Map.groupBy(
    events.filter(({ recurrenceId, uid }) => recurrenceId !== null && uid !== null),
    ({ uid }) => uid,
  );
  for (const event of events) {
    const isSeries = event.rules.length > 0 || event.extraTimes.length > 0;
    const changes = event.recurrenceId === null ? (overrides.get(event.uid) ?? []) : [];
    const cannotFollow = event.problems.length === 0 && isSeries ? seriesProblems(event, changes) : [];
    if (event.problems.length > 0 || cannotFollow.length > 0 || event.start === null) {
      yield { event, suffix: suffixOf(event.recurrenceId), start: null, end: null, problems: [...event.problems, ...cannotFollow] };
    } else if (event.recurrenceId !== null || !isSeries) yield single(event, event.start, suffixOf(event.recurrenceId));
    else yield* series(event, event.start, changes, options);
  }
}

function single(event: FeedEvent, start: FeedTime, suffix: string): Occurrence {
  return { event, suffix, start: momentOf(start.time, start.zone), end: endOf(event, start.time, start, 'clock'), problems: [] };
}

function* series(event: FeedEvent, start: FeedTime, changes: readonly FeedEvent[], { from, to, recurringEnds }: ExpandOptions): Iterable<Occurrence> {
  const left = new Set([...event.exceptTimes, ...changes.flatMap(({ recurrenceId }) => recurrenceId ?? [])].map(keyOf));
  const wholeDays = new Set(event.exceptTimes.filter(({ zone }) => zone === 'day').map(({ time }) => time.toString()));
  const length = event.end ? secondsOf(event.end.time) - secondsOf(start.time) : (event.duration?.toSeconds() ?? 24 * 3600);
  const earliest = from.getTime() / 1000 - MARGIN_SECONDS - Math.max(0, length);
  const latest = to.getTime() / 1000 + MARGIN_SECONDS;
  let given = 0;
  for (const time of timesOf(event, start, earliest, latest)) {
    if (time && (left.has(keyOf({ time, zone: start.zone })) || wholeDays.has(time.toString().slice(0, 10)))) continue;
    given += 1;
    const moment = time && momentOf(time, start.zone);
    if (!time || !moment || given > MAX_OCCURRENCES) {
      yield { event, suffix: '#more', start: null, end: null, problems: [{ path: 'RRULE', expected: `at most ${MAX_OCCURRENCES} occurrences`, got: 'more' }] };
      return;
    }
    yield { event, suffix: suffixOf({ time, zone: start.zone }), start: moment, end: endOf(event, time, start, recurringEnds), problems: [] };
  }
}

/** The first time, what the rules give and what is listed beside them: each once, rules and lists one after the other. Null where a rule begins too long ago. */
function* timesOf({ rules, extraTimes }: FeedEvent, start: FeedTime, earliest: number, latest: number): Iterable<ICAL.Time | null> {
  const seen = new Set<string>();
  // What lies before is passed over first: to find an instant takes longer than to step on.
  const isNew = (time: ICAL.Time) => {
    if (secondsOf(time) < earliest) return false;
    const key = keyOf({ time, zone: start.zone });
    return !seen.has(key) && seen.add(key);
  };
  if (isNew(start.time)) yield start.time;
  for (const rule of rules) {
    const steps = rule.iterator(start.time.clone());
    for (let step = 0; ; step += 1) {
      const time = steps.next();
      if (!time || secondsOf(time) > latest) break;
      if (step >= MAX_STEPS) {
        yield null;
        return;
      }
      if (isNew(time)) yield time.clone();
    }
  }
  for (const { time, zone } of extraTimes) {
    const there = zone === 'day' || start.zone === 'day' ? time : time.convertToZone(start.zone);
    if (secondsOf(there) <= latest && isNew(there)) yield there;
  }
}

function seriesProblems({ rules, extraTimes, start }: FeedEvent, changes: readonly FeedEvent[]): readonly RecordProblem[] {
  const problems: RecordProblem[] = [];
  if (start && !rules.every((rule) => isFollowed(rule, start.time)))
    problems.push({ path: 'RRULE', expected: 'days, weeks, months or years that come again, as calendars let people choose', got: 'another rule' });
  if (extraTimes.some(({ zone }) => (zone === 'day') !== (start?.zone === 'day')))
    problems.push({ path: 'RDATE', expected: 'values like those of DTSTART', got: 'others' });
  if (changes.some((change) => change.problems.some(({ path }) => path === 'RECURRENCE-ID'))) {
    problems.push({ path: 'RECURRENCE-ID', expected: 'changes of one occurrence each', got: 'another change' });
  }
  return problems;
}

/**
 * By its DTEND or DURATION; a day where a day has neither.
 *
 * `clock` keeps what the clock shows at the end, as Outlook stores it; `elapsed` keeps the hours, as RFC 5545 3.8.5.3 has
 * it for DTEND. Hours and minutes of a DURATION are hours and minutes either way.
 */
function endOf({ end, duration }: FeedEvent, time: ICAL.Time, start: FeedTime, ends: 'clock' | 'elapsed'): Occurrence['end'] {
  if (end) {
    const isMixed = (end.zone === 'day') !== (start.zone === 'day');
    if (isMixed) return null;
    if (ends === 'elapsed' && end.zone !== 'day') return { minutes: (end.time.toUnixTime() - start.time.toUnixTime()) / 60 };
    if (start.zone !== end.zone && time !== start.time) return { minutes: (end.time.toUnixTime() - start.time.toUnixTime()) / 60 };
    const shifted = end.time.clone();
    shifted.addDuration(ICAL.Duration.fromSeconds(secondsOf(time) - secondsOf(start.time)));
    return momentOf(shifted, end.zone);
  }
  if (duration && start.zone !== 'day' && (duration.hours > 0 || duration.minutes > 0 || duration.seconds > 0)) return { minutes: duration.toSeconds() / 60 };
  if (!duration && start.zone !== 'day') return null;
  const later = time.clone();
  later.addDuration(duration ?? new ICAL.Duration({ days: 1 }));
  return momentOf(later, start.zone);
}

/** Seconds as the clock shows them, as if it never changed. */
function secondsOf(time: ICAL.Time): number {
  return Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second) / 1000;
}

const keyOf = ({ time, zone }: FeedTime): string => (zone === 'day' ? time.toString().slice(0, 10) : String(time.toUnixTime()));

function suffixOf(at: FeedTime | null): string {
  if (at === null) return '';
  return at.zone === 'day' ? `#${at.time.toString().slice(0, 10)}` : `#${new Date(at.time.toUnixTime() * 1000).toISOString().slice(0, 16)}Z`;
}

/** London's times stay as the clock shows them, for `map` to turn into instants; a zone that the feed describes is worked out by its rules. */
function momentOf(time: ICAL.Time, zone: FeedTime['zone']): Moment | null {
  const text = time.toString();
  if (zone === 'day') return { day: text.slice(0, 10) };
  if (zone === LONDON_ZONE) return { london: text.slice(0, 19) };
  const seconds = time.toUnixTime();
  return Number.isFinite(seconds) ? { utc: new Date(seconds * 1000).toISOString() } : null;
}
