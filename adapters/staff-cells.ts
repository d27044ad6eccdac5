/** What the cells of a staff list mean, whoever keeps the list. Pure. */
import { type DateOrder, parseDay, parseTime } from '../platform/table/cells.ts';
import type { Canonical } from '../schema/domain/canonical.ts';
import { hasRegistrationForm, REGULATOR_CODES, REGULATORS, type Regulator } from '../schema/domain/codes.ts';
import { FULL_TIME_MINUTES_PER_WEEK } from '../schema/domain/staff.ts';
import { addDays, type Day, londonInstant } from '../schema/domain/time.ts';
import { invalid, kindOf } from './contract.ts';

type Registration = Canonical['staffMember']['registrations'][number];

/** Whether a cell says that there is nothing: a receptionist's registration is often "N/A". */
export function saysNothing(text: string): boolean {
  return /^(?:[\s.–—-]*|n\/?a|none|nil|not applicable)$/i.test(text);
}

export const dateInWords = (order: DateOrder) => `a date as ${{ dmy: 'DD/MM/YYYY', ymd: 'YYYY/MM/DD', mdy: 'MM/DD/YYYY' }[order]} or 01-Apr-2026`;

/** The day that a cell names, null when it is empty. */
export function dayIn(text: string, column: string, order: DateOrder): Day | null {
  if (text === '') return null;
  const day = parseDay(text, order);
  if (day === null) throw invalid(column, dateInWords(order), kindOf(text));
  return day;
}

/** A list gives the last day; ours is the day after. */
export function dayAfterIn(text: string, column: string, order: DateOrder): Day | null {
  const lastDay = dayIn(text, column, order);
  return lastDay && addDays(lastDay, 1);
}

/** The instant of a wall-clock time that stands in a cell of its own. */
export function instantOf(day: Day, time: string, column: string): Date {
  const clock = parseTime(time);
  if (clock === null) throw invalid(column, 'a time as HH:MM', kindOf(time));
  const result = londonInstant(`${day}T${clock}`);
  if (result.ok) return result.at;
  throw invalid(column, 'a time that exists once on that day', result.problem === 'skipped' ? 'one that the clocks skip' : 'one that the clocks repeat');
}

/** Contracted work of a week as a list gives it: the first of these that is there. */
export interface WorkingWeek {
  readonly hours: Measure;
  readonly fte: Measure;
  readonly sessions: Measure & { readonly minutes: number };
}

interface Measure {
  readonly text: string;
  readonly column: string;
}

/** Null when the list says nothing. */
export function minutesPerWeek({ hours, fte, sessions }: WorkingWeek): number | null {
  if (hours.text !== '') return Math.round(decimalIn(hours, 'hours a week, 0 to 168', 168) * 60);
  if (fte.text !== '') return Math.round(decimalIn(fte, 'full-time equivalents, 0 to 4', 4) * FULL_TIME_MINUTES_PER_WEEK);
  if (sessions.text !== '') return Math.round(decimalIn(sessions, 'sessions a week, 0 to 21', 21) * sessions.minutes);
  return null;
}

function decimalIn({ text, column }: Measure, expected: string, most: number): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw invalid(column, expected, Number.isNaN(value) ? kindOf(text) : 'a larger number');
}

const NAMED_NUMBER = /^(GMC|NMC|HCPC|GPHC)[\s:.#-]+(?:(?:no|number|pin)[\s:.]+)?(\S.*)$/i;

/**
 * The registration that a cell holds.
 *
 * `regulator` is what another column says: null for a register that is not kept here. Where no column says it, the
 * number does: by the name before it ("GMC 9000001"), or by a form that one regulator alone gives. Seven digits of which
 * the first is 2 may be of two, so they are told to name theirs.
 */
export function registrationIn(text: string, column: string, regulator?: Regulator | null): Registration | null {
  const named = NAMED_NUMBER.exec(text);
  const number = (named?.[2] ?? text).replace(/\s+/g, '').toUpperCase();
  if (number === '' || regulator === null) return null;
  const owner = regulator ?? (named?.[1]?.toUpperCase() as Regulator | undefined) ?? onlyRegulatorOf(number, column);
  if (hasRegistrationForm(owner, number)) return { regulator: owner, number };
  throw invalid(column, `a ${owner} number: ${REGULATORS[owner].formInWords}`, kindOf(number));
}

/** The regulators whose numbers have this form. */
export function regulatorsOf(number: string): readonly Regulator[] {
  return REGULATOR_CODES.filter((regulator) => hasRegistrationForm(regulator, number));
}

function onlyRegulatorOf(number: string, column: string): Regulator {
  const [regulator, ...others] = regulatorsOf(number);
  if (regulator === undefined) throw invalid(column, 'a number of the GMC, NMC, HCPC or GPhC', kindOf(number));
  if (others.length === 0) return regulator;
  throw invalid(column, 'a number with the name of its regulator before it or in a column of its own', 'a number that two regulators could have given');
}

const TITLE = /^(?:dr|doctor|mr|mrs|ms|miss|mx|prof|professor|sr|sister|rev)\.?\s+/i;

/**
 * The two names of a cell that holds a whole one: "Thornbury, Marigold" or "Dr Marigold Thornbury". Of more than two
 * words without a comma the last is the family's.
 */
export function namesIn(text: string, column: string): { readonly givenName: string; readonly familyName: string } {
  const [before = '', after, ...more] = text.split(',').map((part) => part.replace(/\([^)]*\)/g, '').trim());
  if (after !== undefined && more.length === 0 && before !== '' && after.replace(TITLE, '') !== '')
    return { givenName: after.replace(TITLE, ''), familyName: before };
  const words = before.replace(TITLE, '').split(/\s+/);
  const familyName = words.pop() ?? '';
  if (after !== undefined || words.length === 0) throw invalid(column, 'a given and a family name, or "Family, Given"', kindOf(text));
  return { givenName: words.join(' '), familyName };
}
