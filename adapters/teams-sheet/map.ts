/** What a row of the sheet means. Pure. */
import { parseDay, parseTime } from '../../platform/table/cells.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem } from '../../schema/domain/errors.ts';
import { addDays, londonInstant, overlaps } from '../../schema/domain/time.ts';
import { kindOf, type Skipped, skip } from '../contract.ts';
import type { Field, TeamsSheetRow } from './wire.ts';

/** `1. Shared` and `2. Not Shared`: a number stands before the words, as before every choice of the sheet. */
const SHARED: Readonly<Record<string, boolean>> = { shared: true, 'not shared': false };

const DATE_WORDS = { dmy: 'DD/MM/YYYY', mdy: 'M/D/YYYY', ymd: 'YYYY/MM/DD' } as const;

export function toShift(row: TeamsSheetRow): Canonical['shift'] | Skipped {
  const { cells, group, sheet, repeats } = row;
  const shared = SHARED[cells.shared.replace(/^\d+\s*\.\s*/, '').toLowerCase()];
  if (shared === false) return skip('a draft that has not been shared');
  if (group?.leftOut) return skip('of a group that the settings leave out');
  const problems: RecordProblem[] = [];
  const problem = (field: Field, expected: string, got: string) => void problems.push({ path: sheet.columns[field], expected, got });
  const startsAt = instantOf(row, 'startDate', 'startTime', problem);
  const endsAt = instantOf(row, 'endDate', 'endTime', problem);
  if (startsAt && endsAt && endsAt > startsAt && !overlaps({ startsAt, endsAt }, { startsAt: sheet.from, endsAt: sheet.to })) return skip('outside the window');
  if (shared === undefined) problem('shared', '1. Shared or 2. Not Shared', kindOf(cells.shared));
  if (group === null) problem('group', 'a group whose role is known, or set under "groups"', 'another or none');
  const email = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(cells.email) ? cells.email.toLowerCase() : null;
  if (email === null) problem('email', 'a work e-mail address: open shifts are not read from the sheet', kindOf(cells.email));
  const isBreak = /^\d{0,4}$/.test(cells.unpaidBreak);
  if (!isBreak) problem('unpaidBreak', 'minutes as a whole number', kindOf(cells.unpaidBreak));
  if (startsAt && endsAt && endsAt <= startsAt) problem('endTime', 'an end after the start', 'an earlier one');
  if (repeats !== null) problem('email', 'a shift that no earlier row has given', `a repeat of row ${repeats}`);
  if (problems.length > 0 || !startsAt || !endsAt || group === null) throw new RecordInvalidError(problems);
  const { name, role, siteCode, deliveryMode, skillsNeeded } = group;
  return {
    organisationCode: sheet.organisationCode,
    siteCode,
    role,
    roleAsSent: name,
    skillsNeeded,
    deliveryMode,
    startsAt,
    endsAt,
    unpaidBreakMinutes: Number(cells.unpaidBreak),
    status: 'FILLED',
    staffKey: `work-email:${email}`,
    fillSource: null,
  };
}

/** The instant of a wall-clock time in London: that the sheet writes these, and no others, is inferred. */
function instantOf(
  { cells, sheet: { dateOrder } }: TeamsSheetRow,
  dateField: 'startDate' | 'endDate',
  timeField: 'startTime' | 'endTime',
  problem: (field: Field, expected: string, got: string) => void,
): Date | null {
  const day = parseDay(cells[dateField], dateOrder);
  const isEndOfDay = timeField === 'endTime' && /^24:00(?::00)?$/.test(cells[timeField]);
  const time = isEndOfDay ? '00:00' : parseTime(cells[timeField]);
  if (day === null) problem(dateField, `a date as ${DATE_WORDS[dateOrder]}`, kindOf(cells[dateField]));
  if (time === null) problem(timeField, 'a time as HH:MM', kindOf(cells[timeField]));
  if (day === null || time === null) return null;
  const result = londonInstant(`${isEndOfDay ? addDays(day, 1) : day}T${time}`);
  if (result.ok) return result.at;
  if (result.problem === 'repeated') problem(timeField, 'a time that exists once', 'a time that exists twice: the clocks go back over it');
  else problem(timeField, 'a time that exists', 'a time that does not exist: the clocks go forward over it');
  return null;
}
