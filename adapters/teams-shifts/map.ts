/** What a record of Teams Shifts means. Pure. Graph's times are instants in UTC; the schedule's zone only matters for whole days. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { type Interval, londonDay, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import type { Group } from '../teams-groups.ts';
import type { TeamsOpenShift, TeamsShift, TeamsTimeOff } from './wire.ts';

/** Only managers see a draft. Once shared, a later draft beside it changes nothing until it is shared in its turn. */
const DRAFT = 'a draft that has not been shared';
const OUTSIDE = 'outside the window';
const LEFT_OUT = 'of a group that the settings leave out';
const NO_SLOT = 'an open shift without open slots';

export function toShift({ sharedShift, schedulingGroupId, joined }: TeamsShift): Canonical['shift'] | Skipped {
  if (!sharedShift) return skip(DRAFT);
  return shiftOf(sharedShift, schedulingGroupId, joined, { status: 'FILLED', staffKey: joined.staffKey });
}

/** One open slot: `pages` gives the record once for each. */
export function toOpenShift({ sharedOpenShift, schedulingGroupId, joined }: TeamsOpenShift): Canonical['shift'] | Skipped {
  if (!sharedOpenShift) return skip(DRAFT);
  if (sharedOpenShift.openSlotCount === 0) return skip(NO_SLOT);
  return shiftOf(sharedOpenShift, schedulingGroupId, joined, { status: 'OPEN', staffKey: null });
}

export function toLeave({ sharedTimeOff, joined }: TeamsTimeOff): Canonical['leave'] | Skipped {
  if (!sharedTimeOff) return skip(DRAFT);
  const interval = intervalOf(sharedTimeOff);
  if (!isWithin(interval, joined.window)) return skip(OUTSIDE);
  return { staffKey: joined.staffKey, kind: joined.kind, ...interval, allDay: isLondonMidnight(interval.startsAt) && isLondonMidnight(interval.endsAt) };
}

function shiftOf(
  item: NonNullable<TeamsShift['sharedShift']>,
  groupId: string | null | undefined,
  { organisationCode, window, group }: TeamsOpenShift['joined'],
  who: Pick<Canonical['shift'], 'status' | 'staffKey'>,
): Canonical['shift'] | Skipped {
  const interval = intervalOf(item);
  if (!isWithin(interval, window)) return skip(OUTSIDE);
  if (group?.leftOut) return skip(LEFT_OUT);
  const { name, role, siteCode, deliveryMode, skillsNeeded } = group ?? unknownGroup(groupId);
  return {
    organisationCode,
    siteCode,
    role,
    roleAsSent: name,
    skillsNeeded,
    deliveryMode,
    ...interval,
    unpaidBreakMinutes: unpaidMinutes(item.activities ?? [], interval),
    ...who,
    fillSource: null,
  };
}

function unknownGroup(groupId: string | null | undefined): Extract<Group, { leftOut: false }> {
  throw invalid('schedulingGroupId', 'a group whose role is known, or set under "groups"', groupId ? `the group ${groupId}` : kindOf(groupId));
}

interface Spell {
  readonly startDateTime: string;
  readonly endDateTime: string;
}

function intervalOf({ startDateTime, endDateTime }: Spell): Interval {
  return { startsAt: new Date(startDateTime), endsAt: new Date(endDateTime) };
}

/** One that ends before it starts is let through, to be found wrong. */
function isWithin(interval: Interval, window: { readonly from: Date; readonly to: Date }): boolean {
  return interval.endsAt <= interval.startsAt || overlaps(interval, { startsAt: window.from, endsAt: window.to });
}

/** Minutes of the unpaid activities that lie in the shift. Where two overlap, the time counts once. */
function unpaidMinutes(activities: readonly (Spell & { readonly isPaid: boolean })[], shift: Interval): number {
  const unpaid = activities
    .filter(({ isPaid }) => !isPaid)
    .map(intervalOf)
    .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  let total = 0;
  let countedTo = shift.startsAt.getTime();
  for (const { startsAt, endsAt } of unpaid) {
    const from = Math.max(startsAt.getTime(), countedTo);
    const to = Math.min(endsAt.getTime(), shift.endsAt.getTime());
    if (to <= from) continue;
    total += to - from;
    countedTo = to;
  }
  return Math.round(total / 60_000);
}

function isLondonMidnight(at: Date): boolean {
  return startOfLondonDay(londonDay(at)).getTime() === at.getTime();
}
