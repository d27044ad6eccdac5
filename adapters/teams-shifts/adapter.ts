/** Microsoft Teams Shifts, by Microsoft Graph: who works when, open shifts, and who is away. Shifts are written too. */
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { defineAdapter, type PullRequest, stream } from '../contract.ts';
import { connect, type TeamsClient } from './client.ts';
import { type Fields, fieldsOf, groups, leaveKinds, staffKeys } from './joins.ts';
import { limits } from './limits.ts';
import { toLeave, toOpenShift, toShift } from './map.ts';
import { minimal } from './minimal.ts';
import { removeShift, saveShift } from './push.ts';
import { TeamsShiftsSettings } from './settings.ts';
import { MAX_OPEN_SLOTS, TeamsOpenShift, TeamsShift, TeamsTimeOff } from './wire.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** No shift is longer, so none that touches the window begins or ends further away. */
const SHIFT_MARGIN_MS = DAY_MS;

/** Time off may last: a year of parental leave is the longest that is looked for. */
const TIME_OFF_MARGIN_MS = 366 * DAY_MS;

/**
 * Graph takes `startDateTime ge` and `endDateTime le` and nothing else, each once, so it can only be asked for what lies
 * wholly within. Asking for a wider window brings what straddles the edges; `map` cuts what lies outside.
 * https://learn.microsoft.com/graph/api/schedule-list-shifts
 */
function filterAround(property: string, { from, to }: PullRequest, marginMs: number): string {
  const earliest = new Date(from.getTime() - marginMs).toISOString();
  const latest = new Date(to.getTime() + marginMs).toISOString();
  return `${property}/startDateTime ge ${earliest} and ${property}/endDateTime le ${latest}`;
}

/** GET /teams/{id}/schedule/shifts */
const shifts = stream({
  name: 'shifts',
  entity: 'shift',
  removals: 'absence',
  mayShift: true,
  wire: TeamsShift,
  async *pages(client: TeamsClient, request) {
    const staffKeyOf = await staffKeys(client);
    const groupOf = await groups(client);
    const { organisationCode } = client.settings;
    for await (const page of client.pages('schedule/shifts', filterAround('sharedShift', request, SHIFT_MARGIN_MS), request)) {
      yield {
        ...page,
        records: page.values.map((value) => {
          const sent = fieldsOf(value);
          const joined = { organisationCode, window: request, group: groupOf(sent.schedulingGroupId), staffKey: staffKeyOf(sent.userId) };
          return { ref: refOf(sent), where: whereOf('shift', sent), raw: { ...minimal(sent, 'sharedShift'), joined } };
        }),
      };
    }
  },
  map: toShift,
});

/**
 * GET /teams/{id}/schedule/openShifts: one record for each open slot, `OPNSHFT_…#1`, `#2`, …
 *
 * Read whole: no filter is promised for this list.
 */
const openShifts = stream({
  name: 'openShifts',
  entity: 'shift',
  removals: 'absence',
  mayShift: true,
  wire: TeamsOpenShift,
  async *pages(client: TeamsClient, request) {
    const groupOf = await groups(client);
    const { organisationCode } = client.settings;
    for await (const page of client.pages('schedule/openShifts', null, request)) {
      yield {
        ...page,
        records: page.values.flatMap((value) => {
          const sent = fieldsOf(value);
          const raw = { ...minimal(sent, 'sharedOpenShift'), joined: { organisationCode, window: request, group: groupOf(sent.schedulingGroupId) } };
          const slots = slotsOf(sent);
          // Of a count that cannot be right it cannot be told which slots it meant: none of them is taken for gone.
          if (slots === null) return [{ ref: null, where: whereOf('open shift', sent), raw }];
          return slots.map((slot) => ({ ref: refOf(sent, slot), where: `${whereOf('open shift', sent)}${slot}`, raw }));
        }),
      };
    }
  },
  map: toOpenShift,
});

/** `#1` to `#n`; one where there is nothing to count. Null for a count that cannot be right. */
function slotsOf({ sharedOpenShift }: Fields): readonly string[] | null {
  const count = fieldsOf(sharedOpenShift).openSlotCount;
  if (!sharedOpenShift || count === 0) return ['#1'];
  const isCount = typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= MAX_OPEN_SLOTS;
  return isCount ? Array.from({ length: count }, (_, index) => `#${index + 1}`) : null;
}

/** GET /teams/{id}/schedule/timesOff */
const timesOff = stream({
  name: 'timesOff',
  entity: 'leave',
  removals: 'absence',
  mayShift: true,
  wire: TeamsTimeOff,
  async *pages(client: TeamsClient, request) {
    const staffKeyOf = await staffKeys(client);
    const kindOfReason = await leaveKinds(client);
    for await (const page of client.pages('schedule/timesOff', filterAround('sharedTimeOff', request, TIME_OFF_MARGIN_MS), request)) {
      yield {
        ...page,
        records: page.values.map((value) => {
          const sent = fieldsOf(value);
          const joined = { window: request, staffKey: staffKeyOf(sent.userId), kind: kindOfReason(fieldsOf(sent.sharedTimeOff).timeOffReasonId) };
          return { ref: refOf(sent), where: whereOf('time off', sent), raw: { ...minimal(sent, 'sharedTimeOff'), joined } };
        }),
      };
    }
  },
  map: toLeave,
});

const refOf = ({ id }: Fields, slot = ''): string | null => (typeof id === 'string' && id !== '' ? `${id}${slot}` : null);
const whereOf = (what: string, { id }: Fields): string => `${what} ${typeof id === 'string' && id !== '' ? id : 'without an id'}`;

/** GET /teams/{id}/schedule, and the members, which need a permission of their own. */
async function check(client: TeamsClient): Promise<void> {
  const { enabled, provisionStatus } = fieldsOf(await client.get('schedule'));
  if (enabled !== true) throw new UpstreamRejectedError('Microsoft Graph: expected a team with a schedule, got one that is off. Open Shifts in Teams once.');
  if (String(provisionStatus).toLowerCase() !== 'completed') {
    throw new UpstreamRejectedError('Microsoft Graph: expected a schedule that is set up, got one that is not ready. Try again in some minutes.');
  }
  await client.get('members?$top=1');
}

export default defineAdapter<TeamsShiftsSettings, TeamsClient>({
  id: 'teams-shifts',
  title: 'Microsoft Teams Shifts',
  kind: 'ROTA',
  docs: 'https://learn.microsoft.com/graph/api/resources/shift',
  settings: TeamsShiftsSettings,
  limits,
  connect,
  check,
  pull: [shifts, openShifts, timesOff],
  push: { saveShift, removeShift },
});
