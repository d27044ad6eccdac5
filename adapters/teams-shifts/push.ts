/**
 * Writes shifts and open shifts to Teams.
 *
 * Graph knows no idempotency key, so ours is kept as a mark in the notes of what it made: before anything is written, it
 * is looked for. A person's own notes stay beside it, unread.
 */
import { createHash } from 'node:crypto';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Push } from '../contract.ts';
import type { TeamsClient } from './client.ts';
import { groupsByRecord, usersByKey } from './joins.ts';
import { GraphOpenShiftToWrite, GraphShiftToWrite } from './wire.ts';

type Shift = Canonical['shift'];
type Item = NonNullable<GraphShiftToWrite['sharedShift']>;

const UPSTREAM = 'Microsoft Graph';

/** https://learn.microsoft.com/graph/api/schedule-post-shifts, shift-put, schedule-post-openshifts, openshift-put (names of pages as of 2026-11) */
export const saveShift: Push<TeamsClient, 'saveShift'> = async (client, { upstreamRef, shift }, key) => {
  if (shift.status === 'CANCELLED') throw refused('a shift that takes place', 'one that is cancelled: remove it');
  if (shift.organisationCode !== client.settings.organisationCode) throw refused('a shift of the organisation of this team', 'one of another');
  const mark = markOf(key);
  const isOpen = shift.status === 'OPEN';
  if (upstreamRef !== null && isOpen !== isOpenRef(upstreamRef)) {
    throw refused(`an ${isOpen ? 'open shift' : 'assigned shift'} under this reference`, 'one of the other kind: save it as a new one, and remove this');
  }
  return isOpen ? saveOpenShift(client, upstreamRef, shift, mark) : saveAssignedShift(client, upstreamRef, shift, mark);
};

/**
 * A slot of an open shift is taken away by its count; the last one by deleting it. The reference is that which the next pull no longer has.
 * https://learn.microsoft.com/graph/api/shift-delete, openshift-delete
 */
export const removeShift: Push<TeamsClient, 'removeShift'> = async (client, { upstreamRef }, key) => {
  const [id = ''] = upstreamRef.split('#');
  const mark = markOf(key);
  const path = `schedule/${isOpenRef(upstreamRef) ? 'openShifts' : 'shifts'}/${encodeURIComponent(id)}`;
  const open = isOpenRef(upstreamRef) ? await existing(client, path, GraphOpenShiftToWrite) : null;
  const item = open?.sharedOpenShift ?? null;
  if (item && hasMark(item, mark)) return { upstreamRef: `${id}#${item.openSlotCount + 1}` };
  if (open && item && item.openSlotCount > 1) {
    const { schedulingGroupId, draftOpenShift } = open;
    const sharedOpenShift = marked({ ...item, openSlotCount: item.openSlotCount - 1 }, mark);
    await client.send('PUT', path, { schedulingGroupId, draftOpenShift, sharedOpenShift });
    return { upstreamRef: `${id}#${item.openSlotCount}` };
  }
  await client.send('DELETE', path).catch((error: unknown) => {
    if (!(error instanceof UpstreamRejectedError) || error.status !== 404) throw error;
  });
  return { upstreamRef };
};

async function saveAssignedShift(client: TeamsClient, ref: string | null, shift: Shift, mark: string): Promise<{ upstreamRef: string }> {
  const path = 'schedule/shifts';
  const before = ref === null ? null : await existing(client, `${path}/${encodeURIComponent(ref)}`, GraphShiftToWrite);
  if (ref !== null && before === null) throw refused('a shift under this reference', 'none: it may have been deleted');
  const made = before ?? (await madeBefore(client, path, GraphShiftToWrite, shift, ({ sharedShift }) => hasMark(sharedShift, mark)));
  if (made && hasMark(made.sharedShift, mark)) return { upstreamRef: made.id };
  const [userOf, groupOf] = [await usersByKey(client), await groupsByRecord(client)];
  const userId = userOf(shift.staffKey ?? '');
  if (userId === null) throw refused('a person who is a member of the team', 'one who is none. Add them to the team');
  const body = {
    userId,
    schedulingGroupId: groupOf(shift) ?? noGroup(),
    sharedShift: marked(itemOf(shift, before?.sharedShift ?? null), mark),
    draftShift: before?.draftShift ?? null,
  };
  if (before === null) return { upstreamRef: idOf(await client.send('POST', path, body)) };
  await client.send('PUT', `${path}/${encodeURIComponent(before.id)}`, body);
  return { upstreamRef: before.id };
}

/** A new one has one slot: each open shift of ours needs one person. */
async function saveOpenShift(client: TeamsClient, ref: string | null, shift: Shift, mark: string): Promise<{ upstreamRef: string }> {
  const path = 'schedule/openShifts';
  const [id = ''] = (ref ?? '').split('#');
  const before = ref === null ? null : await existing(client, `${path}/${encodeURIComponent(id)}`, GraphOpenShiftToWrite);
  if (ref !== null && before === null) throw refused('an open shift under this reference', 'none: it may have been deleted');
  const made = before ?? (await madeBefore(client, path, GraphOpenShiftToWrite, null, ({ sharedOpenShift }) => hasMark(sharedOpenShift, mark)));
  if (made && hasMark(made.sharedOpenShift, mark)) return { upstreamRef: ref ?? `${made.id}#1` };
  const openSlotCount = before?.sharedOpenShift?.openSlotCount ?? 1;
  if (openSlotCount > 1)
    throw refused('an open shift with one slot', 'one with more: a change would be of all of them. Change it in Teams, or remove a slot and save a new one');
  const groupOf = await groupsByRecord(client);
  const body = {
    schedulingGroupId: groupOf(shift) ?? noGroup(),
    sharedOpenShift: marked({ ...itemOf(shift, before?.sharedOpenShift ?? null), openSlotCount: 1 }, mark),
    draftOpenShift: before?.draftOpenShift ?? null,
  };
  if (before === null) return { upstreamRef: `${idOf(await client.send('POST', path, body))}#1` };
  await client.send('PUT', `${path}/${encodeURIComponent(before.id)}`, body);
  return { upstreamRef: ref ?? `${before.id}#1` };
}

interface Wire<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false };
}

/** The record as it is, or null when there is none. */
async function existing<Value>(client: TeamsClient, path: string, wire: Wire<Value>): Promise<Value | null> {
  const answer = await client.get(path).catch((error: unknown) => {
    if (error instanceof UpstreamRejectedError && error.status === 404) return null;
    throw error;
  });
  if (answer === null) return null;
  const parsed = wire.safeParse(answer);
  if (!parsed.success) throw new UpstreamRejectedError(`${UPSTREAM}: expected a shift as its reference describes it, got something else. Nothing was written.`);
  return parsed.data;
}

/** What an earlier call with the same key made, of which the answer may have been lost. Shifts are asked for by their time. */
async function madeBefore<Value>(
  client: TeamsClient,
  path: string,
  wire: Wire<Value>,
  at: Shift | null,
  isOurs: (value: Value) => boolean,
): Promise<Value | null> {
  const [from, to] = [at?.startsAt.toISOString(), at?.endsAt.toISOString()];
  const filter = at && `sharedShift/startDateTime ge ${from} and sharedShift/endDateTime le ${to}`;
  for (const value of await client.all(filter ? `${path}?$filter=${encodeURIComponent(filter)}` : path)) {
    const parsed = wire.safeParse(value);
    if (parsed.success && isOurs(parsed.data)) return parsed.data;
  }
  return null;
}

/** What people set in Teams stays: label, colour, and and activities while times and break are the same. */
function itemOf(shift: Shift, before: Item | null): Omit<Item, 'notes'> & { readonly notes: string | null } {
  const { startsAt, endsAt, unpaidBreakMinutes } = shift;
  const times = { startDateTime: startsAt.toISOString(), endDateTime: endsAt.toISOString() };
  const isSame = (one: string, other: Date) => Date.parse(one) === other.getTime();
  const hasTimes = before !== null && isSame(before.startDateTime, startsAt) && isSame(before.endDateTime, endsAt);
  const activities = hasTimes && unpaidMinutesOf(before) === unpaidBreakMinutes ? (before.activities ?? []) : breakOf(shift);
  return { displayName: null, theme: 'blue', ...before, ...times, notes: before?.notes ?? null, activities };
}

const unpaidMinutesOf = ({ activities }: Item) =>
  (activities ?? []).reduce(
    (sum, { isPaid, startDateTime, endDateTime }) => sum + (isPaid ? 0 : (Date.parse(endDateTime) - Date.parse(startDateTime)) / 60_000),
    0,
  );

/** Graph wants to know when a break is, which we do not: it is put in the middle. */
function breakOf({ startsAt, endsAt, unpaidBreakMinutes }: Shift): NonNullable<Item['activities']> {
  if (unpaidBreakMinutes === 0) return [];
  const middle = Math.floor((startsAt.getTime() + endsAt.getTime()) / 2 / 60_000);
  const from = (middle - Math.floor(unpaidBreakMinutes / 2)) * 60_000;
  const at = (ms: number) => new Date(ms).toISOString();
  return [{ isPaid: false, startDateTime: at(from), endDateTime: at(from + unpaidBreakMinutes * 60_000), code: '', displayName: 'Break' }];
}

const MARK = /\n?\[rotagraph [0-9a-f]{16}\]/g;

/** A digest: the key itself may say something of who asked. */
function markOf(key: string): string {
  return `[rotagraph ${createHash('sha256').update(key).digest('hex').slice(0, 16)}]`;
}

const hasMark = (item: { readonly notes?: string | null } | null | undefined, mark: string) => item?.notes?.includes(mark) === true;

function marked<Marked extends { readonly notes?: string | null }>(item: Marked, mark: string): Marked & { readonly notes: string } {
  const own = (item.notes ?? '').replace(MARK, '').trim();
  return { ...item, notes: own === '' ? mark : `${own}\n${mark}` };
}

function idOf(answer: unknown): string {
  const id = answer !== null && typeof answer === 'object' && 'id' in answer ? answer.id : null;
  if (typeof id === 'string' && id !== '') return id;
  throw new UpstreamRejectedError(`${UPSTREAM}: expected the id of what was made, got an answer without. Look for it in Teams.`);
}

const isOpenRef = (ref: string) => ref.includes('#');

function refused(expected: string, got: string): UpstreamRejectedError {
  return new UpstreamRejectedError(`${UPSTREAM}: expected ${expected}, got ${got}. Nothing was written.`);
}

function noGroup(): never {
  throw refused('one group of the team that has the role, site and mode of the shift', 'none, or more than one. Set it under "groups"');
}
