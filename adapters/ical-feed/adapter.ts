/** A calendar as a rota: any iCalendar feed or file, for tools that publish nothing else. */
import ICAL from 'ical.js';
import { addDays, type Day } from '../../schema/domain/time.ts';
import { defineAdapter, type Page, type PullRequest, stream, type UpstreamRecord } from '../contract.ts';
import { pagesOf } from '../table-pages.ts';
import { connect, type FeedClient } from './client.ts';
import { readEvent } from './event.ts';
import { toLeave, toShift } from './map.ts';
import { type Occurrence, occurrencesOf } from './occurrences.ts';
import { IcalFeedSettings } from './settings.ts';
import type { Component } from './split.ts';
import { createReader, type Meaning } from './vocabulary.ts';
import { type IcalOccurrence, type IcalOther, IcalRecord } from './wire.ts';
import { LONDON_ZONE, zonesOf } from './zones.ts';

/** Every occurrence is a record of both streams; each skips what is the other's. A feed has no pages and is read whole. */
async function* pages(client: FeedClient, request: PullRequest): AsyncIterable<Page> {
  const { calendar, asOf } = await client.read();
  yield* pagesOf(recordsOf(client, calendar.components, request), () => asOf);
}

const OTHER_COMPONENTS: Readonly<Record<string, string>> = { VTODO: 'a task', VJOURNAL: 'a journal entry', VFREEBUSY: 'free and busy times' };

async function* recordsOf({ settings }: FeedClient, components: readonly Component[], { from, to }: PullRequest): AsyncIterable<UpstreamRecord> {
  for (const { kind, line } of components) {
    if (kind === 'VEVENT' || kind === 'VTIMEZONE') continue;
    const raw: IcalOther = { component: OTHER_COMPONENTS[kind] ?? 'a part of the calendar that is no event' };
    yield { ref: `line ${line}`, where: `line ${line} of the calendar`, raw };
  }
  const zoneOf = zonesOf(components);
  const floatingZone = settings.floatingTimes === 'UTC' ? ICAL.Timezone.utcTimezone : LONDON_ZONE;
  const events = components.filter(({ kind }) => kind === 'VEVENT').map((component) => readEvent(component, zoneOf, floatingZone));
  const meaningsOf = createReader(settings);
  const joined = { organisationCode: settings.organisationCode, window: { from, to } };
  for (const occurrence of occurrencesOf(events, { from, to, recurringEnds: settings.recurringEnds })) {
    const { event, suffix, problems } = occurrence;
    const ref = event.uid === null ? null : `${event.uid}${suffix}`;
    const where = `event at line ${event.line} of the calendar${suffix && `, ${suffix.slice(1)}`}`;
    if (problems.length > 0) yield { ref, where, raw: {}, problems };
    else {
      for (const [index, meaning] of meaningsOf(event).entries()) {
        const { person, ...meant } = meaning;
        for (const { day, start, end } of timesOf(occurrence, meaning, settings)) {
          yield {
            ref: ref && `${ref}${day && `#${day}`}${person}`,
            where: `${where}${day && `, ${day}`}${person && `, person ${index + 1}`}`,
            raw: { start, end, ...meant, joined } satisfies { [Name in keyof IcalOccurrence]: unknown },
          };
        }
      }
    }
  }
}

interface Times extends Pick<Occurrence, 'start' | 'end'> {
  /** '' where the event is one record. */
  readonly day: Day | '';
}

/** More days in one event are no shift on each of them. */
const MAX_DAYS = 31;

/** Where the settings give the hours of whole days, a shift over several days is one on each. */
function timesOf({ start, end }: Occurrence, { leave, unwanted }: Meaning, { allDayHours }: IcalFeedSettings): readonly Times[] {
  const days = allDayHours && leave === null && unwanted === null && start && 'day' in start && end && 'day' in end ? daysOf(start.day, end.day) : [];
  if (!allDayHours || days.length === 0) return [{ day: '', start, end }];
  return days.map((day) => {
    const last = allDayHours.end > allDayHours.start ? day : addDays(day, 1);
    return { day: days.length > 1 ? day : '', start: { london: `${day}T${allDayHours.start}:00` }, end: { london: `${last}T${allDayHours.end}:00` } };
  });
}

function daysOf(first: Day, end: Day): readonly Day[] {
  const days: Day[] = [];
  for (let day = first; day < end; day = addDays(day, 1)) {
    if (days.length === MAX_DAYS) return [];
    days.push(day);
  }
  return days;
}

const shifts = stream({ name: 'shifts', entity: 'shift', removals: 'absence', wire: IcalRecord, pages, map: toShift });
const leave = stream({ name: 'leave', entity: 'leave', removals: 'absence', wire: IcalRecord, pages, map: toLeave });

export default defineAdapter<IcalFeedSettings, FeedClient>({
  id: 'ical-feed',
  title: 'Calendar feeds (iCalendar)',
  kind: 'ROTA',
  docs: 'https://www.rfc-editor.org/rfc/rfc5545',
  settings: IcalFeedSettings,
  connect,
  async check({ read }) {
    await read();
  },
  pull: [shifts, leave],
});
