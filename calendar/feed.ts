/**
 * A person's shifts and leave as iCalendar text (RFC 5545). Pure: the same contents give the same bytes.
 *
 * One event a shift and no recurrence: readers disagree about where a recurring night shift ends when the clocks change.
 * No alarm, no attendee, no organiser, no method, and no colleague's name: subscribers strip alarms or double them, and
 * a subscription copies its text to whoever runs the person's calendar.
 */
import { createHash } from 'node:crypto';
import ical, { type ICalCalendar, ICalEventBusyStatus, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { JOB_ROLES } from '../schema/domain/codes.ts';
import { workedMinutes } from '../schema/domain/shift.ts';
import { addDays, isRepeatedInLondon, LONDON, londonDay, toLondon } from '../schema/domain/time.ts';
import type { DeliveryMode } from '../schema/domain/values.ts';
import type { CalendarContents, CalendarLeave, CalendarShift } from './contents.ts';
import { clean, cleanLine, foldLine, unfold } from './text.ts';

/** When the words or the form of events last changed. Moving it on tells calendars to take every event anew. */
const TEMPLATE_CHANGED_AT = new Date('2026-11-24T00:00:00Z');

/** SEQUENCE counts the seconds from here, so that it rises with every change and never falls. Nine digits until 2051. */
const SEQUENCE_BEGINS_AT = new Date('2020-01-01T00:00:00Z');

/** Google is reported to leave out events of a feed above 1 MB; half of it leaves room for what it counts otherwise. */
export const MAX_FEED_OCTETS = 500_000;

const MAX_LINE = 200;
const MAX_TEXT = 2_000;
const REFRESH_SECONDS = 3_600;

const MODE_IN_TITLE: Readonly<Record<DeliveryMode, string>> = {
  ON_SITE: '',
  TELEPHONE: ' (telephone)',
  VIDEO: ' (video)',
  ASYNC_ONLINE: ' (online requests)',
};

/** The text of a feed, at most 500 kB: where the contents give more, the last events are left out, and the feed says so. */
export function renderFeed(contents: CalendarContents): string {
  const text = render(contents);
  const octets = Buffer.byteLength(text);
  if (octets <= MAX_FEED_OCTETS) return text;
  const share = (0.95 * MAX_FEED_OCTETS) / octets;
  const cut = <Item>(items: readonly Item[]) => items.slice(0, Math.floor(items.length * share));
  return renderFeed({ ...contents, shifts: cut(contents.shifts), leave: cut(contents.leave), isCut: true });
}

function render({ staffId, shifts, leave, isCut }: CalendarContents): string {
  const calendar = ical({
    prodId: { company: 'Rotagraph', product: 'Shifts', language: 'EN' },
    name: 'Shifts',
    description: describeFeed(isCut),
    ttl: REFRESH_SECONDS,
  });
  for (const shift of shifts) addShift(calendar, staffId, shift);
  for (const away of leave) addLeave(calendar, away);
  return finish(calendar.toString());
}

/** ical-generator does not escape the calendar's description: the commas are escaped here. */
function describeFeed(isCut: boolean): string {
  const about = 'Your shifts in every connected rota. Calendars fetch them when they choose\\, some once a day: a late change reaches you another way.';
  return isCut ? `${about} Only the first part is shown\\, for want of room.` : about;
}

function addShift(calendar: ICalCalendar, staffId: string, shift: CalendarShift): void {
  const { role, deliveryMode, organisationCode, siteCode, isCancelled } = shift;
  const title = `[${siteCode ?? organisationCode}] ${JOB_ROLES[role].title}${MODE_IN_TITLE[deliveryMode]}`;
  calendar.createEvent({
    id: uidOf('shift', shift.shiftId, staffId),
    ...times(shift),
    ...revision(shift.changedAt),
    summary: cleanLine(isCancelled ? `CANCELLED: ${title}` : title, MAX_LINE),
    location: cleanLine(locationOf(shift), MAX_LINE),
    description: clean(describeShift(shift), MAX_TEXT),
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    transparency: isCancelled ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
    busystatus: isCancelled ? ICalEventBusyStatus.FREE : ICalEventBusyStatus.BUSY,
  });
}

/** Never why: the reason for an absence may be health data. */
function addLeave(calendar: ICalCalendar, leave: CalendarLeave): void {
  calendar.createEvent({
    id: uidOf('leave', leave.leaveId),
    ...(leave.allDay ? days(leave) : times(leave)),
    ...revision(leave.changedAt),
    summary: 'Leave',
    status: ICalEventStatus.CONFIRMED,
    transparency: ICalEventTransparency.OPAQUE,
    busystatus: ICalEventBusyStatus.OOF,
  });
}

/**
 * Stable, and tells nothing: a shift that goes to another person is another event, in their calendar. In letters alone,
 * for ten digits in a row may by chance read as an NHS number to a filter that looks for such.
 */
function uidOf(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);
  return `${hash.replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}@calendar.rotagraph`;
}

/**
 * London times, or UTC where the start or the end is a time that London's clocks show twice: RFC 5545 reads those as
 * the first, ical.js, node-ical and python3-icalendar all as the second. (A `Date` without a zone is written in UTC; with one it
 * would be written in the server's zone.)
 */
function times({ startsAt, endsAt }: { readonly startsAt: Date; readonly endsAt: Date }) {
  if (isRepeatedInLondon(startsAt) || isRepeatedInLondon(endsAt)) return { start: startsAt, end: endsAt };
  return { start: toLondon(startsAt), end: toLondon(endsAt), timezone: LONDON };
}

/** Whole days, up to and without the day after the last. */
function days({ startsAt, endsAt }: CalendarLeave) {
  const lastDay = londonDay(new Date(endsAt.getTime() - 1));
  return { start: asUtcDay(londonDay(startsAt)), end: asUtcDay(addDays(lastDay, 1)), allDay: true };
}

/** ical-generator takes a day from a `Date` without a zone as its day in UTC. */
function asUtcDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** The three by which calendars tell that an event changed. All come from the data: nothing here reads a clock. */
function revision(changedAt: Date) {
  const newest = new Date(Math.max(changedAt.getTime(), TEMPLATE_CHANGED_AT.getTime()));
  return { stamp: newest, lastModified: newest, sequence: Math.floor((newest.getTime() - SEQUENCE_BEGINS_AT.getTime()) / 1000) };
}

function locationOf({ organisationCode, organisationName, siteCode, siteName, addressLines, postcode }: CalendarShift): string {
  const place = siteName ?? organisationName ?? siteCode ?? organisationCode;
  return [place, ...addressLines, postcode].filter((part) => part).join(', ');
}

function describeShift(shift: CalendarShift): string {
  const { organisationCode, organisationName, unpaidBreakMinutes, isCancelled } = shift;
  const lines = [
    isCancelled && 'You do not work this shift: it was cancelled or is covered otherwise.',
    `On the rota of ${organisationName ? `${cleanLine(organisationName, MAX_LINE)} (${organisationCode})` : organisationCode}`,
    `Working time: ${hoursAndMinutes(workedMinutes(shift))}`,
    unpaidBreakMinutes > 0 && `Unpaid break: ${hoursAndMinutes(unpaidBreakMinutes)}`,
  ];
  return lines.filter((line) => line !== false).join('\n');
}

function hoursAndMinutes(minutes: number): string {
  return [minutes >= 60 && `${Math.floor(minutes / 60)} h`, minutes % 60 > 0 && `${minutes % 60} min`].filter((part) => part !== false).join(' ');
}

/**
 * London's clock changes since 1970 as two yearly rules: Outlook keeps one rule each way, and loses lists of dates.
 * The same until Parliament changes the law.
 */
const LONDON_ZONE = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/London',
  'X-LIC-LOCATION:Europe/London',
  'BEGIN:DAYLIGHT',
  'TZNAME:BST',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0100',
  'DTSTART:19700329T010000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZNAME:GMT',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0000',
  'DTSTART:19701025T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
] as const;

/**
 * Mends what ical-generator leaves: it folds within escapes, puts a zone before properties of the calendar, and does
 * not end the last line. The zone is there when a time refers to it, or when nothing else is: a calendar without any
 * component is refused.
 */
function finish(generated: string): string {
  const lines = unfold(generated).split('\r\n');
  const firstEvent = lines.indexOf('BEGIN:VEVENT');
  const needsZone = firstEvent === -1 || lines.some((line) => line.startsWith(`DTSTART;TZID=${LONDON}:`));
  const zoneAt = firstEvent === -1 ? lines.length - 1 : firstEvent;
  return [...lines.slice(0, zoneAt), ...(needsZone ? LONDON_ZONE : []), ...lines.slice(zoneAt)].map((line) => `${foldLine(line)}\r\n`).join('');
}
