/** One event as the feed writes it, its times as they stand there. */
import ICAL from 'ical.js';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import type { Component } from './split.ts';
import type { ZoneOf } from './zones.ts';

/** A time of the feed: a day, or a wall-clock time with the zone whose clock it is. */
export interface FeedTime {
  readonly time: ICAL.Time;
  readonly zone: 'day' | ICAL.Timezone;
}

export interface Attendee {
  readonly address: string;
  readonly email: string;
  readonly name: string;
  readonly type: string;
  readonly role: string;
  readonly answer: string;
}

export interface FeedEvent {
  readonly line: number;
  readonly uid: string | null;
  readonly start: FeedTime | null;
  readonly end: FeedTime | null;
  readonly duration: ICAL.Duration | null;
  readonly rules: readonly ICAL.Recur[];
  readonly extraTimes: readonly FeedTime[];
  readonly exceptTimes: readonly FeedTime[];
  /** Which occurrence of the series of this uid it stands for. */
  readonly recurrenceId: FeedTime | null;
  readonly summary: string;
  readonly location: string;
  readonly attendees: readonly Attendee[];
  readonly status: string;
  readonly classification: string;
  /** What of it cannot be read. */
  readonly problems: readonly RecordProblem[];
}

const LONGEST_TEXT = 400;

export function readEvent({ lines, line, isWhole }: Component, zoneOf: ZoneOf, floatingZone: ICAL.Timezone): FeedEvent {
  const problems: RecordProblem[] = isWhole ? [] : [{ path: 'END', expected: 'the end of the event', got: 'the next one, or the end of the calendar' }];
  const properties = lines.flatMap((content) => readLine(content, problems));
  const first = (name: string) => properties.find((property) => property.name === name);
  const all = (name: string) => properties.filter((property) => property.name === name);
  const timesOf = (property: ICAL.Property | undefined): readonly FeedTime[] => (property ? readTimes(property, zoneOf, floatingZone, problems) : []);
  const textOf = (name: string) =>
    String(first(name)?.getFirstValue() ?? '')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST_TEXT);
  const recurrence = first('recurrence-id');
  if (recurrence?.getParameter('range')) problems.push({ path: 'RECURRENCE-ID', expected: 'a change of one occurrence', got: 'one of all that follow' });
  if (all('exrule').length > 0) problems.push({ path: 'EXRULE', expected: 'exceptions that are listed one by one', got: 'a rule' });
  if (!first('dtstart')) problems.push({ path: 'DTSTART', expected: 'when it begins', got: 'nothing' });
  return {
    line,
    uid: textOf('uid') || null,
    start: timesOf(first('dtstart'))[0] ?? null,
    end: timesOf(first('dtend'))[0] ?? null,
    duration: durationOf(first('duration'), problems),
    rules: all('rrule').flatMap((property) => property.getValues() as ICAL.Recur[]),
    extraTimes: all('rdate').flatMap(timesOf),
    exceptTimes: all('exdate').flatMap(timesOf),
    recurrenceId: timesOf(recurrence)[0] ?? null,
    summary: textOf('summary'),
    location: textOf('location'),
    attendees: all('attendee').map(attendeeOf),
    status: textOf('status').toUpperCase(),
    classification: textOf('class').toUpperCase(),
    problems,
  };
}

/** A line that is none is told by its name alone; one that we can do without is left to `problems` of the whole. */
function readLine(content: string, problems: RecordProblem[]): readonly ICAL.Property[] {
  const path = /^[\w-]+/.exec(content)?.[0]?.toUpperCase() ?? '';
  try {
    const property = ICAL.Property.fromString(content);
    property.getValues();
    return [property];
  } catch {
    problems.push({ path, expected: 'a value as RFC 5545 has it', got: 'another' });
    return [];
  }
}

const DAY_OR_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(Z?))?$/;

function readTimes(property: ICAL.Property, zoneOf: ZoneOf, floatingZone: ICAL.Timezone, problems: RecordProblem[]): readonly FeedTime[] {
  const path = property.name.toUpperCase();
  const zoneName = property.getFirstParameter('tzid');
  const values = (property.jCal as unknown[]).slice(3);
  return values.flatMap((value): readonly FeedTime[] => {
    const parts = typeof value === 'string' ? DAY_OR_TIME.exec(value) : null;
    const [year, month, day, hour = 0, minute = 0, second = 0] = (parts ?? []).slice(1, 7).map((part) => (part === undefined ? undefined : Number(part)));
    const isDay = parts?.[4] === undefined;
    const time = parts && new ICAL.Time({ year, month, day, hour, minute, second: Math.min(second, 59), isDate: isDay }, ICAL.Timezone.localTimezone);
    // The library turns 31 February into March: what it gives back must be what came.
    const isReal = time && time.toString().slice(0, 16) === (isDay ? String(value) : String(value).slice(0, 16));
    if (!isReal) {
      problems.push({ path, expected: 'a day, or a day and a time, that exists', got: 'something else' });
      return [];
    }
    if (isDay) return [{ time, zone: 'day' }];
    const zone = parts[7] === 'Z' ? ICAL.Timezone.utcTimezone : zoneName ? zoneOf(String(zoneName)) : floatingZone;
    if (zone === null) {
      problems.push({ path, expected: 'a time zone that the feed describes (VTIMEZONE)', got: 'the name of one that it does not' });
      return [];
    }
    time.zone = zone;
    return [{ time, zone }];
  });
}

function durationOf(property: ICAL.Property | undefined, problems: RecordProblem[]): ICAL.Duration | null {
  const value = property?.getFirstValue();
  if (value === undefined || value === null) return null;
  if (value instanceof ICAL.Duration && value.toSeconds() > 0) return value;
  problems.push({ path: 'DURATION', expected: 'a length as PT4H', got: 'another value' });
  return null;
}

function attendeeOf(property: ICAL.Property): Attendee {
  const parameter = (name: string) => String(property.getFirstParameter(name) ?? '').trim();
  return {
    address: String(property.getFirstValue() ?? '').trim(),
    email: parameter('email'),
    name: parameter('cn'),
    type: parameter('cutype').toUpperCase(),
    role: parameter('role').toUpperCase(),
    answer: parameter('partstat').toUpperCase(),
  };
}
