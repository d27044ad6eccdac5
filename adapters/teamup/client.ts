/** Teamup's events, a quarter at a time: the API has no pages, and refuses a range of more than 366 days. */
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { addDays, type Day, LONDON, londonDay } from '../../schema/domain/time.ts';
import type { Cursor, PullRequest, Tools } from '../contract.ts';
import { fieldsOf } from '../places-and-roles.ts';
import type { TeamupSettings } from './settings.ts';

export interface TeamupClient {
  readonly settings: TeamupSettings;
  /** The events of the window in pages of 13 weeks, each event in the one in which it begins. */
  events(request: PullRequest): AsyncIterable<EventPage>;
  subcalendars(): Promise<readonly unknown[]>;
}

export interface EventPage {
  readonly values: readonly unknown[];
  readonly cursor: Cursor | null;
  readonly asOf: Date;
}

const UPSTREAM = 'Teamup';
const PAGE_DAYS = 91;

/** Whether an event that only reaches into a range comes is not documented: so what began shortly before is asked for as well. */
const MARGIN_DAYS = 31;

export function connect(settings: TeamupSettings, tools: Tools): TeamupClient {
  const baseUrl = `${settings.baseUrl.replace(/\/$/, '')}/${settings.calendarKey}`;
  const headers = { accept: 'application/json', 'teamup-token': settings.apiKey };

  async function list(path: string, name: string): Promise<readonly unknown[]> {
    const { [name]: values } = fieldsOf(await json(await tools.fetch(`${baseUrl}/${path}`, { headers }), UPSTREAM));
    if (Array.isArray(values)) return values;
    throw new UpstreamRejectedError(`${UPSTREAM}: expected a list with "${name}", got something else.`);
  }

  return {
    settings,
    /** GET /{calendarKey}/events https://apidocs.teamup.com/docs/api/0f9f896800ffe-get-events-collection-get-events-changed-search-events */
    async *events({ from, to, since }) {
      const firstDay = addDays(londonDay(from), -MARGIN_DAYS);
      const lastDay = londonDay(to);
      const isOfThisPass = since?.firstDay === firstDay && since.lastDay === lastDay;
      for (let startDate: Day = isOfThisPass ? String(since?.next) : firstDay; startDate <= lastDay; ) {
        const next = addDays(startDate, PAGE_DAYS);
        const endDate = next > lastDay ? lastDay : addDays(next, -1);
        const found = await list(`events?${new URLSearchParams({ startDate, endDate, tz: LONDON })}`, 'events');
        const values = startDate === firstDay ? found : found.filter((event) => !beganBefore(event, startDate));
        yield { values, cursor: next > lastDay ? null : { next, firstDay, lastDay }, asOf: tools.now() };
        startDate = next;
      }
    },
    /** GET /{calendarKey}/subcalendars */
    subcalendars: () => list('subcalendars', 'subcalendars'),
  };
}

/** Such an event came with an earlier page already. One whose start cannot be read comes with each, to be found wrong. */
function beganBefore(event: unknown, day: Day): boolean {
  const { start_dt } = fieldsOf(event);
  const start = typeof start_dt === 'string' ? new Date(start_dt) : null;
  return start !== null && !Number.isNaN(start.getTime()) && londonDay(start) < day;
}
