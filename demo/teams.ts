/** The rota of one practice as Microsoft Teams Shifts holds it. */
import { createHash } from 'node:crypto';
import type { FakeTeamsState, GraphMember, GraphSchedulingGroup, GraphShiftItem } from '../adapters/teams-shifts/fixtures/upstream.ts';
import type { JobRole } from '../schema/domain/codes.ts';
import { addDays, startOfLondonDay } from '../schema/domain/time.ts';
import type { DeliveryMode, LeaveKind } from '../schema/domain/values.ts';
import type { Person } from './people.ts';
import { instantsOf, type WorldShift } from './weeks.ts';
import { MODE_WORDS, roleWords } from './words.ts';
import type { World } from './world.ts';

/** The practice whose rota is in Teams. */
export const TEAMS_PRACTICE = 'Z99001';

/** What a real tenant would give; the secret opens nothing but the demo's stand-in. */
export const TEAMS_ACCESS = {
  tenantId: idOf('tenant'),
  clientId: idOf('client'),
  clientSecret: 'demo-only',
  teamId: idOf('team'),
} as const;

/** A group that no setting knows: what is in it is set aside, with a reason. */
const NEW_GROUP = 'Winter clinic (new)';
/** A group that the settings leave out. */
export const MEETINGS_GROUP = 'Practice meeting';

const REASONS: Readonly<Record<LeaveKind, string>> = { ANNUAL: 'Vacation', STUDY: 'Study day', AWAY: 'Sick Day' };
export const LEAVE_REASONS = { [REASONS.ANNUAL]: 'ANNUAL', [REASONS.STUDY]: 'STUDY' } as const;

type Group = Pick<WorldShift, 'role' | 'deliveryMode'>;

function groupName({ role, deliveryMode }: Group): string {
  return deliveryMode === 'ON_SITE' ? roleWords(role) : `${roleWords(role)}, ${MODE_WORDS[deliveryMode].toLowerCase()}`;
}

/** Group name → its meaning, as the adapter's settings want it. */
export function teamsGroups(
  world: World,
): Readonly<Record<string, { readonly role: JobRole; readonly deliveryMode: DeliveryMode } | { readonly leaveOut: true }>> {
  const known = teamsShifts(world).map(({ role, deliveryMode }) => [groupName({ role, deliveryMode }), { role, deliveryMode }] as const);
  return { ...Object.fromEntries(known), [MEETINGS_GROUP]: { leaveOut: true } };
}

export function teamsState(world: World): FakeTeamsState {
  const shifts = teamsShifts(world);
  const away = world.leave.filter(({ person }) => person.engagements[0]?.organisationCode === TEAMS_PRACTICE);
  const people = [...new Set([...shifts.flatMap(({ person }) => person ?? []), ...away.map(({ person }) => person)])];
  const groups = [...new Set([...shifts.map(groupName), MEETINGS_GROUP, NEW_GROUP])];
  const filled = shifts.flatMap(({ person, ...shift }) => (person ? [{ ...shift, person }] : []));
  const [someone] = filled;
  return {
    members: people.map(memberOf),
    schedulingGroups: groups.map((name): GraphSchedulingGroup => ({ id: groupId(name), displayName: name, isActive: true, userIds: [] })),
    shifts: [
      ...filled.map((shift) => ({
        id: `SHFT_${idOf(shift.ref)}`,
        userId: userId(shift.person),
        schedulingGroupId: groupId(groupName(shift)),
        sharedShift: itemOf(shift),
        draftShift: null,
      })),
      ...(someone ? unusualShifts(someone) : []),
    ],
    openShifts: shifts
      .filter(({ status }) => status === 'OPEN')
      .map((shift) => ({
        id: `OPNSHFT_${idOf(shift.ref)}`,
        schedulingGroupId: groupId(groupName(shift)),
        sharedOpenShift: { ...itemOf(shift), openSlotCount: 1 },
        draftOpenShift: null,
      })),
    timesOff: away.map(({ person, kind, startsOn, lastDay }) => ({
      id: `TOFF_${idOf(`${person.employeeNumber} ${startsOn}`)}`,
      userId: userId(person),
      sharedTimeOff: {
        timeOffReasonId: reasonId(kind),
        startDateTime: startOfLondonDay(startsOn).toISOString(),
        endDateTime: startOfLondonDay(addDays(lastDay, 1)).toISOString(),
        theme: 'gray',
      },
      draftTimeOff: null,
    })),
    timeOffReasons: (Object.keys(REASONS) as LeaveKind[]).map((kind) => ({ id: reasonId(kind), displayName: REASONS[kind], iconType: 'none', isActive: true })),
  };
}

/** Teams has no cancelled shifts: they are deleted. */
function teamsShifts({ shifts }: World): readonly WorldShift[] {
  return shifts.filter(({ organisationCode, status }) => organisationCode === TEAMS_PRACTICE && status !== 'CANCELLED');
}

/** A plan that is not shared yet, a meeting, and a group that somebody has just made. */
function unusualShifts(shift: WorldShift & { readonly person: Person }) {
  const base = { userId: userId(shift.person), sharedShift: itemOf(shift), draftShift: null };
  return [
    { ...base, id: `SHFT_${idOf('draft')}`, schedulingGroupId: groupId(groupName(shift)), sharedShift: null, draftShift: itemOf(shift) },
    { ...base, id: `SHFT_${idOf('meeting')}`, schedulingGroupId: groupId(MEETINGS_GROUP) },
    { ...base, id: `SHFT_${idOf('new group')}`, schedulingGroupId: groupId(NEW_GROUP) },
  ];
}

function memberOf(person: Person): GraphMember {
  return {
    id: idOf(`membership ${person.employeeNumber}`),
    displayName: `${person.givenName} ${person.familyName}`,
    userId: userId(person),
    email: person.email,
  };
}

/** The break is an activity of its own in Teams, in the middle of the shift. */
function itemOf(shift: WorldShift): GraphShiftItem {
  const { startsAt, endsAt } = instantsOf(shift);
  const middle = (startsAt.getTime() + endsAt.getTime()) / 2;
  const half = shift.unpaidBreakMinutes * 30_000;
  const lunch = {
    isPaid: false,
    startDateTime: new Date(middle - half).toISOString(),
    endDateTime: new Date(middle + half).toISOString(),
    code: '',
    displayName: 'Break',
  };
  return {
    displayName: null,
    notes: null,
    startDateTime: startsAt.toISOString(),
    endDateTime: endsAt.toISOString(),
    theme: 'blue',
    activities: half > 0 ? [lunch] : [],
  };
}

const userId = ({ employeeNumber }: Person) => idOf(`user ${employeeNumber}`);
const groupId = (name: string) => `TAG_${idOf(`group ${name}`)}`;
const reasonId = (kind: LeaveKind) => `TOR_${idOf(`reason ${kind}`)}`;

/** An id in the form of those of Microsoft, the same for the same words. */
function idOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
