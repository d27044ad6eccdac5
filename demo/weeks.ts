/**
 * One week of the demo's rotas.
 *
 * A week is a function of the seed, the people and its Monday, so a week that was planned is still the same when the
 * four weeks that are shown move on.
 */
import type { JobRole } from '../schema/domain/codes.ts';
import { addDays, type Day, type LocalTime, londonInstant } from '../schema/domain/time.ts';
import type { DeliveryMode, FillSource, LeaveKind, ShiftStatus } from '../schema/domain/values.ts';
import type { Person } from './people.ts';
import { CLINIC_SITE, HUB_SITE, NETWORK, ONLINE_SITE, PRACTICES } from './places.ts';
import { type Random, randomOf } from './random.ts';

export interface WorldShift {
  /** What the rota calls it: unique in its rota, and the same whoever comes to work it. */
  readonly ref: string;
  readonly organisationCode: string;
  readonly siteCode: string;
  readonly role: JobRole;
  readonly deliveryMode: DeliveryMode;
  /** The London day on which it starts. */
  readonly startsOn: Day;
  /** London wall-clock times, `HH:MM`. An end that is not after the start is on the next day. */
  readonly start: string;
  readonly end: string;
  readonly unpaidBreakMinutes: number;
  readonly skillsNeeded: readonly string[];
  readonly status: ShiftStatus;
  /** Who works it; null when it is open or cancelled. */
  readonly person: Person | null;
  /** Written on the rota only where it is not plain from who comes: bank, agency, locum. */
  readonly cover: Extract<FillSource, 'BANK' | 'AGENCY' | 'LOCUM'> | null;
}

export interface WorldLeave {
  readonly person: Person;
  readonly kind: LeaveKind;
  readonly startsOn: Day;
  /** The last day away. */
  readonly lastDay: Day;
}

export interface Week {
  readonly shifts: readonly WorldShift[];
  readonly leave: readonly WorldLeave[];
}

/** Work that is there to be done, whoever does it. */
interface Need {
  readonly organisationCode: string;
  readonly siteCode: string;
  readonly role: JobRole;
  readonly deliveryMode: DeliveryMode;
  readonly weekday: number;
  readonly start: string;
  readonly end: string;
  readonly unpaidBreakMinutes: number;
  readonly skillsNeeded: readonly string[];
  /** Whose work it is; null for a post that is vacant and for the hub, which anybody of the role may take. */
  readonly usually: Person | null;
}

type Hours = Pick<Need, 'start' | 'end' | 'unpaidBreakMinutes'>;

/** A session of a GP: 4 h 10 min. Source: BMA model salaried contract, nine sessions are 37.5 hours; read 2026-11-23. */
const MORNING: Hours = { start: '08:30', end: '12:40', unpaidBreakMinutes: 0 };
const AFTERNOON: Hours = { start: '14:00', end: '18:10', unpaidBreakMinutes: 0 };
const NURSE_DAY: Hours = { start: '08:30', end: '17:00', unpaidBreakMinutes: 30 };
const LONG_DAY: Hours = { start: '08:00', end: '18:00', unpaidBreakMinutes: 60 };
const OFFICE_DAY: Hours = { start: '09:00', end: '17:00', unpaidBreakMinutes: 30 };
const EARLY_DESK: Hours = { start: '08:00', end: '13:00', unpaidBreakMinutes: 0 };
const LATE_DESK: Hours = { start: '13:00', end: '18:30', unpaidBreakMinutes: 15 };
const EVENING: Hours = { start: '18:30', end: '21:00', unpaidBreakMinutes: 0 };
const SATURDAY: Hours = { start: '09:00', end: '17:00', unpaidBreakMinutes: 30 };
const OVERNIGHT: Hours = { start: '22:00', end: '02:00', unpaidBreakMinutes: 0 };

const FRIDAY = 4;
const SATURDAY_DAY = 5;
const SESSION_HOURS = 37.5 / 9;

/** Posts that nobody holds: their sessions are there each week. */
const VACANT_POSTS: readonly {
  readonly organisationCode: string;
  readonly role: JobRole;
  readonly days: readonly number[];
  readonly hours: readonly Hours[];
}[] = [
  { organisationCode: 'Z99002', role: 'GENERAL_PRACTITIONER', days: [0, 3], hours: [MORNING, AFTERNOON] },
  { organisationCode: 'Z99004', role: 'PRACTICE_NURSE', days: [1, 2], hours: [NURSE_DAY] },
  { organisationCode: 'Z99005', role: 'GENERAL_PRACTITIONER', days: [4], hours: [MORNING] },
];

/** The enhanced access that the network must offer: evenings and Saturdays, over every way of meeting patients. */
// biome-ignore format: a table is read by its columns.
const HUB_NEEDS: readonly { readonly role: JobRole; readonly deliveryMode: DeliveryMode; readonly siteCode: string; readonly days: readonly number[]; readonly hours: Hours }[] = [
  { role: 'GENERAL_PRACTITIONER', deliveryMode: 'ON_SITE',      siteCode: HUB_SITE,    days: [0, 1, 2, 3, 4], hours: EVENING },
  { role: 'GENERAL_PRACTITIONER', deliveryMode: 'TELEPHONE',    siteCode: HUB_SITE,    days: [0, 2],          hours: EVENING },
  { role: 'PRACTICE_NURSE',       deliveryMode: 'ON_SITE',      siteCode: HUB_SITE,    days: [1, 3],          hours: EVENING },
  { role: 'PHARMACIST',           deliveryMode: 'VIDEO',        siteCode: HUB_SITE,    days: [2],             hours: EVENING },
  { role: 'GENERAL_PRACTITIONER', deliveryMode: 'ASYNC_ONLINE', siteCode: ONLINE_SITE, days: [1, 3],          hours: EVENING },
  { role: 'GENERAL_PRACTITIONER', deliveryMode: 'ASYNC_ONLINE', siteCode: ONLINE_SITE, days: [FRIDAY],        hours: OVERNIGHT },
  { role: 'GENERAL_PRACTITIONER', deliveryMode: 'ON_SITE',      siteCode: HUB_SITE,    days: [SATURDAY_DAY],  hours: SATURDAY },
  { role: 'GENERAL_PRACTITIONER', deliveryMode: 'ASYNC_ONLINE', siteCode: HUB_SITE,    days: [SATURDAY_DAY],  hours: SATURDAY },
  { role: 'PRACTICE_NURSE',       deliveryMode: 'ON_SITE',      siteCode: HUB_SITE,    days: [SATURDAY_DAY],  hours: SATURDAY },
  { role: 'PARAMEDIC',            deliveryMode: 'TELEPHONE',    siteCode: HUB_SITE,    days: [SATURDAY_DAY],  hours: SATURDAY },
  { role: 'RECEPTIONIST',         deliveryMode: 'ON_SITE',      siteCode: HUB_SITE,    days: [SATURDAY_DAY],  hours: SATURDAY },
];

export function makeWeek(seed: string, people: readonly Person[], monday: Day): Week {
  const random = randomOf(seed, 'week', monday);
  const leave = people.flatMap((person) => leaveOf(person, monday, random));
  const needs = [...people.flatMap((person, index) => usualWork(seed, person, index)), ...vacantWork(), ...hubWork()];
  return { shifts: fill(needs, people, leave, monday, random), leave };
}

/** What a person does in every week in which nothing comes between: from the seed, so that a pattern lasts. */
function usualWork(seed: string, person: Person, index: number): readonly Need[] {
  const random = randomOf(seed, 'pattern', person.employeeNumber);
  const [{ organisationCode, hoursPerWeek } = { organisationCode: NETWORK.code, hoursPerWeek: null }] = person.engagements;
  if (hoursPerWeek === null) return [];
  const at = (code: string) => ({ organisationCode: code, siteCode: code, role: person.role, usually: person });
  const skillsNeeded = (likelihood: number) => (person.skills[0] && random.chance(likelihood) ? [person.skills[0]] : []);
  const days = (count: number) => random.shuffled([0, 1, 2, 3, 4]).slice(0, Math.min(5, count)).sort();
  switch (person.role) {
    case 'GENERAL_PRACTITIONER':
    case 'GP_REGISTRAR':
      return days(Math.round(hoursPerWeek / SESSION_HOURS / 2)).flatMap((weekday) =>
        [MORNING, AFTERNOON].map((hours) => ({ ...at(organisationCode), ...hours, weekday, deliveryMode: gpMode(random), skillsNeeded: skillsNeeded(0.1) })),
      );
    case 'ADVANCED_NURSE_PRACTITIONER':
      return days(4).map((weekday) => ({
        ...at(organisationCode),
        ...LONG_DAY,
        weekday,
        deliveryMode: random.chance(0.3) ? 'TELEPHONE' : 'ON_SITE',
        skillsNeeded: [],
      }));
    case 'PRACTICE_NURSE':
    case 'HEALTHCARE_ASSISTANT':
      return days(Math.round(hoursPerWeek / 8)).map((weekday) => ({
        ...at(organisationCode),
        ...NURSE_DAY,
        weekday,
        deliveryMode: 'ON_SITE',
        skillsNeeded: skillsNeeded(0.4),
      }));
    case 'RECEPTIONIST':
      return days(5).map((weekday) => ({
        ...at(organisationCode),
        ...(index % 2 === 0 ? EARLY_DESK : LATE_DESK),
        weekday,
        deliveryMode: random.chance(0.3) ? 'TELEPHONE' : 'ON_SITE',
        skillsNeeded: [],
      }));
    case 'PHARMACIST':
    case 'PHYSICIAN_ASSOCIATE':
    case 'PHYSIOTHERAPIST':
    case 'PARAMEDIC':
    case 'SOCIAL_PRESCRIBING_LINK_WORKER':
      return days(Math.round(hoursPerWeek / 7.5)).map((weekday) => ({
        ...networkPlace(person, index + weekday),
        ...OFFICE_DAY,
        weekday,
        deliveryMode: networkMode(person.role, random),
        skillsNeeded: [],
      }));
    default:
      return [];
  }
}

/** Staff of the network go round its practices; first contact physiotherapists are in the library one day in three. */
function networkPlace(person: Person, turn: number): Pick<Need, 'organisationCode' | 'siteCode' | 'role' | 'usually'> {
  const code = PRACTICES[turn % PRACTICES.length]?.code as string;
  const inLibrary = person.role === 'PHYSIOTHERAPIST' && turn % 3 === 0;
  return { organisationCode: inLibrary ? NETWORK.code : code, siteCode: inLibrary ? CLINIC_SITE : code, role: person.role, usually: person };
}

function gpMode(random: Random): DeliveryMode {
  const mark = random.next();
  if (mark < 0.6) return 'ON_SITE';
  if (mark < 0.82) return 'TELEPHONE';
  return mark < 0.9 ? 'VIDEO' : 'ASYNC_ONLINE';
}

function networkMode(role: JobRole, random: Random): DeliveryMode {
  if (role === 'PHYSIOTHERAPIST' || role === 'PARAMEDIC' || role === 'PHYSICIAN_ASSOCIATE') return 'ON_SITE';
  const mark = random.next();
  if (mark < 0.4) return 'ON_SITE';
  return mark < 0.8 ? 'TELEPHONE' : 'VIDEO';
}

function vacantWork(): readonly Need[] {
  return VACANT_POSTS.flatMap(({ organisationCode, role, days, hours }) =>
    days.flatMap((weekday) =>
      hours.map(
        (span): Need => ({ organisationCode, siteCode: organisationCode, role, deliveryMode: 'ON_SITE', weekday, ...span, skillsNeeded: [], usually: null }),
      ),
    ),
  );
}

function hubWork(): readonly Need[] {
  return HUB_NEEDS.flatMap(({ days, hours, ...need }) =>
    days.map((weekday): Need => ({ ...need, ...hours, weekday, organisationCode: NETWORK.code, skillsNeeded: [], usually: null })),
  );
}

function leaveOf(person: Person, monday: Day, random: Random): readonly WorldLeave[] {
  const mark = random.next();
  const first = random.between(0, 4);
  if (person.engagements[0]?.hoursPerWeek === null) return [];
  const away = (kind: LeaveKind, from: number, days: number): WorldLeave[] => [
    { person, kind, startsOn: addDays(monday, from), lastDay: addDays(monday, Math.min(4, from + days - 1)) },
  ];
  if (mark < 0.05) return away('ANNUAL', 0, 5);
  if (mark < 0.1) return away('ANNUAL', first, 2);
  if (mark < 0.13) return away('STUDY', first, 1);
  return mark < 0.16 ? away('AWAY', first, 2) : [];
}

/** Decides who does each piece of work. Nobody is in two places, and nobody works while away. */
function fill(needs: readonly Need[], people: readonly Person[], leave: readonly WorldLeave[], monday: Day, random: Random): readonly WorldShift[] {
  const diary = new Diary(leave);
  const serials = new Map<string, number>();
  const shiftOf = (need: Need): Omit<WorldShift, 'status' | 'person' | 'cover'> => {
    const { weekday, usually: _usually, ...rest } = need;
    const startsOn = addDays(monday, weekday);
    const day = `${need.organisationCode.slice(-2)}-${startsOn.replaceAll('-', '')}`;
    const serial = (serials.get(day) ?? 0) + 1;
    serials.set(day, serial);
    return { ...rest, startsOn, ref: `${day}-${String(serial).padStart(2, '0')}` };
  };
  // Usual work comes first: cover is asked of whoever is free beside it.
  const planned = needs.map((need) => ({ need, shift: shiftOf(need) }));
  const usual = new Map(planned.map(({ need, shift }) => [shift.ref, need.usually && diary.take(need.usually, shift) ? need.usually : null]));
  return planned.map(({ need, shift }): WorldShift => {
    const person = usual.get(shift.ref) ?? null;
    if (person) return { ...shift, status: 'FILLED', person, cover: null };
    if (need.usually && random.chance(0.2)) return { ...shift, status: 'CANCELLED', person: null, cover: null };
    if (random.chance(need.organisationCode === NETWORK.code ? 0.12 : 0.4)) return { ...shift, status: 'OPEN', person: null, cover: null };
    const cover = random.shuffled(people.filter(({ role }) => role === need.role)).find((candidate) => diary.take(candidate, shift));
    return cover ? { ...shift, status: 'FILLED', person: cover, cover: coverOf(cover) } : { ...shift, status: 'OPEN', person: null, cover: null };
  });
}

function coverOf(person: Person): WorldShift['cover'] {
  const kind = person.engagements[0]?.kind;
  return kind === 'BANK' || kind === 'AGENCY' || kind === 'LOCUM' ? kind : null;
}

type Time = Pick<WorldShift, 'startsOn' | 'start' | 'end'>;

/** A shift's instants. */
export function instantsOf(shift: Time): { readonly startsAt: Date; readonly endsAt: Date } {
  const { from, to } = localTimesOf(shift);
  return { startsAt: instantOf(from), endsAt: instantOf(to) };
}

function localTimesOf({ startsOn, start, end }: Time): { readonly from: LocalTime; readonly to: LocalTime } {
  return { from: `${startsOn}T${start}`, to: `${end <= start ? addDays(startsOn, 1) : startsOn}T${end}` };
}

function instantOf(local: LocalTime): Date {
  const result = londonInstant(local);
  if (!result.ok) throw new Error(`The demo plans nothing in the hours in which clocks change, and ${local} is ${result.problem}.`);
  return result.at;
}

/** Who is busy when, by the clock on the wall. */
class Diary {
  readonly #leave: readonly WorldLeave[];
  readonly #busy = new Map<Person, { readonly from: string; readonly to: string }[]>();

  constructor(leave: readonly WorldLeave[]) {
    this.#leave = leave;
  }

  /** Enters the shift for the person and says true, or false when they are away or busy. */
  take(person: Person, shift: Time): boolean {
    const away = this.#leave.some((leave) => leave.person === person && leave.startsOn <= shift.startsOn && shift.startsOn <= leave.lastDay);
    const { from, to } = localTimesOf(shift);
    const entries = this.#busy.get(person) ?? [];
    if (away || entries.some((entry) => entry.from < to && from < entry.to)) return false;
    this.#busy.set(person, [...entries, { from, to }]);
    return true;
  }
}
