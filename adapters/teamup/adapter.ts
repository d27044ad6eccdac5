/** A Teamup calendar: who works when, shifts that nobody has, and who is away. */
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { defineAdapter, kindOf, type Page, type PullRequest, stream } from '../contract.ts';
import { type Fields, fieldsOf, onlyFields } from '../places-and-roles.ts';
import { foldWords } from '../words.ts';
import { connect, type TeamupClient } from './client.ts';
import { toLeave, toShift } from './map.ts';
import { meanings, staffKeys } from './meaning.ts';
import { TeamupSettings } from './settings.ts';
import { EVENT_FIELDS, TeamupEvent, TeamupSubcalendar } from './wire.ts';

/** Both streams read the same events, and each skips those of the other. */
async function* events(client: TeamupClient, request: PullRequest): AsyncIterable<Page> {
  const { personIn } = client.settings;
  const meaningOf = meanings(client.settings, await subcalendars(client));
  const staffKeyOf = staffKeys(client.settings);
  const window = { from: request.from, to: request.to };
  for await (const page of client.events(request)) {
    yield {
      ...page,
      records: page.values.map((value) => {
        const { subcalendar_ids, ...sent } = onlyFields(value, EVENT_FIELDS);
        return recordOf({ ...sent, joined: { window, meaning: meaningOf(subcalendar_ids), staffKey: staffKeyOf(fieldsOf(value)[personIn]), personIn } });
      }),
    };
  }
}

/** GET /{calendarKey}/events */
const shifts = stream({ name: 'shifts', entity: 'shift', removals: 'absence', wire: TeamupEvent, pages: events, map: toShift });

/** GET /{calendarKey}/events */
const leave = stream({ name: 'leave', entity: 'leave', removals: 'absence', wire: TeamupEvent, pages: events, map: toLeave });

/** The id as a whole: what stands before `-rid-` is the same for every event of a series. */
function recordOf(raw: Fields) {
  const { id } = raw;
  const ref = typeof id === 'string' && id !== '' ? id : null;
  return { ref, where: `event ${ref ?? 'without an id'}`, raw };
}

/** A list of which every record matters. @throws UpstreamRejectedError when one is not what the reference says. */
async function subcalendars(client: TeamupClient) {
  return (await client.subcalendars()).map((value) => {
    const parsed = TeamupSubcalendar.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new UpstreamRejectedError(`Teamup, subcalendars: expected an id and a name in each record, got ${kindOf(value)} without one of them.`);
  });
}

/** The sub-calendars: a setting that names one which is not there is a mistake that would read nothing. */
async function check(client: TeamupClient): Promise<void> {
  const names = new Set((await subcalendars(client)).map(({ name }) => foldWords(name)));
  const missing = Object.keys(client.settings.subcalendars).filter((name) => !names.has(foldWords(name)));
  if (missing.length > 0) throw new UpstreamRejectedError(`Teamup has no sub-calendar called "${missing.join('", "')}". Check the setting subcalendars.`);
}

export default defineAdapter<TeamupSettings, TeamupClient>({
  id: 'teamup',
  title: 'Teamup calendar',
  kind: 'ROTA',
  docs: 'https://apidocs.teamup.com/',
  partial: 'It knows people as free text: it gives neither staff nor engagements.',
  settings: TeamupSettings,
  connect,
  check,
  pull: [shifts, leave],
});
