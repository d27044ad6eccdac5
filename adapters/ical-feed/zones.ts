/** The zones of a feed: which of their many names mean London, and those that a feed describes itself. */
import ICAL from 'ical.js';
import { isFollowed } from './rules.ts';
import type { Component } from './split.ts';

/** The clocks of London as a rule. It serves to step from one recurrence to the next; instants are made by `time.ts`. */
const LONDON_RULES = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/London',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0100',
  'DTSTART:19700329T010000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0000',
  'DTSTART:19701025T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
];

export const LONDON_ZONE = zoneOf(LONDON_RULES);

/** As Olson, Windows, Exchange and old programs write it. Of two zones of a name Outlook numbers the second: "… 1". */
const LONDON_NAMES =
  /(?:^|\/)(?:Europe\/(?:London|Belfast|Jersey|Guernsey|Isle_of_Man)|GB|GB-Eire)$|^GMT Standard Time(?: \d+)?$|Dublin, Edinburgh, Lisbon, London$/i;
const UTC_NAMES = /^(?:UTC|Etc\/UTC|Etc\/GMT|Z|Coordinated Universal Time)$/i;

/** A zone by the name that a time gives. Null when the feed does not describe it. */
export type ZoneOf = (name: string) => ICAL.Timezone | null;

/** London's clocks are known: what a feed says of them is passed over, because many describe them wrongly. */
export function zonesOf(components: readonly Component[]): ZoneOf {
  const described = new Map<string, ICAL.Timezone>();
  for (const { kind, lines, isWhole } of components) {
    const name = lines.map((line) => /^TZID(?:;[^:]*)?:(.*)$/i.exec(line)?.[1]?.trim()).find(Boolean);
    if (kind !== 'VTIMEZONE' || !isWhole || !name) continue;
    try {
      if (!lines.every(isSafe)) continue;
      described.set(name, zoneOf(['BEGIN:VTIMEZONE', ...lines, 'END:VTIMEZONE']));
    } catch {
      // Events that need it say that they have no zone.
    }
  }
  return (name) => {
    if (LONDON_NAMES.test(name)) return LONDON_ZONE;
    return UTC_NAMES.test(name) ? ICAL.Timezone.utcTimezone : (described.get(name) ?? null);
  };
}

/** The day that suits the fewest rules. */
const ANY_DAY = { month: 2, day: 29 };

/** A rule by which clocks change is searched for as one by which events recur, with the same danger. */
function isSafe(line: string): boolean {
  const rule = /^RRULE:(.*)$/i.exec(line)?.[1];
  return rule === undefined ? !/^RRULE/i.test(line) : isFollowed(ICAL.Recur.fromString(rule.trim()), ANY_DAY);
}

function zoneOf(lines: readonly string[]): ICAL.Timezone {
  const zone = new ICAL.Timezone(new ICAL.Component(ICAL.parse(lines.join('\r\n')) as unknown[]));
  zone.utcOffset(ICAL.Time.fromDateTimeString('2026-01-01T00:00:00'));
  return zone;
}
