/** RotaMaster by its Data API: people, who is away and, by what the settings call their fields, shifts. */
import { addDays, londonDay } from '../../schema/domain/time.ts';
import type { LeaveKind } from '../../schema/domain/values.ts';
import { defineAdapter, stream, type UpstreamRecord } from '../contract.ts';
import { foldWords, wordList } from '../words.ts';
import { connect, type RotaMasterClient } from './client.ts';
import { type Fields, textAt, textsOf } from './fields.ts';
import { toLeave, toShift, toStaffMember } from './map.ts';
import { RotaMasterSettings } from './settings.ts';
import { personKey, postsOf, shiftReader } from './shift-words.ts';
import { ADJUSTMENT_FIELDS, PERSON_FIELDS, RotaMasterAdjustment, RotaMasterPerson, RotaMasterShift } from './wire.ts';

const NO_RECORD = [{ path: '', expected: 'a record with fields', got: 'something else' }];

/** What of a list is no record is told by its place. */
function recordsOf(what: string, list: readonly (Fields | null)[], read: (fields: Fields, place: string) => UpstreamRecord): readonly UpstreamRecord[] {
  return list.map((fields, index) => {
    const place = `${what} ${index + 1} of the list`;
    return fields === null ? { ref: null, where: place, raw: {}, problems: NO_RECORD } : read(fields, place);
  });
}

const refOf = (id: string) => (id === '' ? null : id);
const whereOf = (what: string, id: string, place: string) => (id === '' ? place : `${what} ${id}`);

/** GET /api/People: those who are active. */
const people = stream({
  name: 'people',
  entity: 'staffMember',
  removals: 'absence',
  wire: RotaMasterPerson,
  async *pages(client: RotaMasterClient) {
    const { settings } = client;
    const records = recordsOf('person', await client.list('People'), (fields, place) => {
      const { email, ...person } = textsOf(fields, PERSON_FIELDS);
      const joined = { key: personKey(settings, person.id) ?? '', workEmail: workEmailOf(settings, email) };
      return { ref: refOf(person.id), where: whereOf('person', person.id, place), raw: { ...person, joined } };
    });
    yield { records, cursor: null, asOf: client.now() };
  },
  map: toStaffMember,
});

function workEmailOf({ workEmailDomains }: RotaMasterSettings, text: string): string | null {
  const email = text.toLowerCase();
  const domain = /^[^\s@,;<>]+@([^\s@,;<>]+\.[^\s@,;<>]+)$/.exec(email)?.[1];
  const isWork = domain !== undefined && workEmailDomains.some((work) => domain === work.toLowerCase() || domain.endsWith(`.${work.toLowerCase()}`));
  return isWork ? email : null;
}

const LEAVE_REASONS: Readonly<Record<string, LeaveKind>> = { 'Annual leave': 'ANNUAL', Annual: 'ANNUAL', 'Study leave': 'STUDY', Study: 'STUDY' };

/** Whether the service goes by the start of leave, or by any of its days, is not published: a year before is asked for as well. */
const LEAVE_MARGIN_DAYS = 366;

/** GET /api/Adjustments?FromDate&ToDate */
const leave = stream({
  name: 'leave',
  entity: 'leave',
  removals: 'absence',
  wire: RotaMasterAdjustment,
  async *pages(client: RotaMasterClient, { from, to }) {
    const { settings } = client;
    const kindOf = wordList<LeaveKind>(settings.leaveReasons, LEAVE_REASONS);
    const notLeave = new Set(settings.notLeave.map(foldWords));
    const query = { FromDate: addDays(londonDay(from), -LEAVE_MARGIN_DAYS), ToDate: londonDay(to) };
    const records = recordsOf('adjustment', await client.list('Adjustments', query), (fields, place) => {
      const { id, personID, reason, ...adjustment } = textsOf(fields, ADJUSTMENT_FIELDS);
      const staffKey = personKey(settings, personID);
      const joined = { window: { from, to }, staffKey, kind: kindOf(reason) ?? 'AWAY', isLeave: !notLeave.has(foldWords(reason)) };
      return { ref: refOf(id), where: whereOf('adjustment', id, place), raw: { ...adjustment, joined } };
    });
    yield { records, cursor: null, asOf: client.now() };
  },
  map: toLeave,
});

/** GET /api/ViewRota: only its address is published, so the settings name its fields. */
const shifts = stream({
  name: 'shifts',
  entity: 'shift',
  removals: 'absence',
  wire: RotaMasterShift,
  offered: ({ settings }: RotaMasterClient) => settings.shiftFields !== undefined,
  async *pages(client: RotaMasterClient, request) {
    const { shiftFields, shiftParameters } = client.settings;
    if (!shiftFields) return;
    const postOf = await postsOf(client);
    const joinedOf = shiftReader(client.settings, request, postOf);
    // A night reaches into the next day.
    const query = { [shiftParameters.from]: addDays(londonDay(request.from), -1), [shiftParameters.to]: londonDay(request.to) };
    const records = recordsOf('shift', await client.list('ViewRota', query), (fields, place) => {
      const id = textAt(fields, shiftFields.id);
      const [date, start, end, breakMinutes] = [shiftFields.date, shiftFields.start, shiftFields.end, shiftFields.breakMinutes].map((path) =>
        textAt(fields, path),
      );
      return { ref: refOf(id), where: whereOf('shift', id, place), raw: { date, start, end, breakMinutes, joined: joinedOf(fields) } };
    });
    yield { records, cursor: null, asOf: client.now() };
  },
  map: toShift,
});

export default defineAdapter<RotaMasterSettings, RotaMasterClient>({
  id: 'rotamaster',
  title: 'RotaMaster',
  kind: 'ROTA',
  docs: 'https://help.rotamaster.co.uk/knowledge/data-api',
  partial: 'The fields of a shift (ViewRota) are not published: the settings name them from your own swagger. How times are written was not seen.',
  settings: RotaMasterSettings,
  connect,
  async check({ list, now }) {
    const today = londonDay(now());
    await list('Adjustments', { FromDate: today, ToDate: today });
  },
  pull: [people, leave, shifts],
});
