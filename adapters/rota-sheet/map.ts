/** What a row of a rota means. Pure. */
import { parseTime } from '../../platform/table/cells.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem } from '../../schema/domain/errors.ts';
import { MAX_SHIFT_HOURS } from '../../schema/domain/shift.ts';
import { addDays, durationMinutes, type Interval, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import { kindOf, type Skipped, skip } from '../contract.ts';
import { readDay, readInterval } from './times.ts';
import type { Field, RotaSheetRow } from './wire.ts';

const OUTSIDE = skip('outside the period');

export function toShift(row: RotaSheetRow): Canonical['shift'] | Skipped {
  if (row.leave !== null) return skip('leave, not a shift');
  const times = readInterval(row);
  if (times.ok && !(times.value.startsAt >= row.sheet.from && times.value.startsAt < row.sheet.to)) return OUTSIDE;
  const breakMinutes = readBreak(row.cells.breakMinutes);
  const staffKey = readStaffKey(row);
  const status = row.status ?? (row.cells.staff === '' ? 'OPEN' : 'FILLED');
  const problems = times.ok ? lengthProblems(row, times.value, breakMinutes) : [...times.problems];
  if (row.repeats !== null) problems.push(repeatProblem(row));
  if (row.unknown.length > 0) problems.push(...wordProblems(row));
  if (breakMinutes === null) problems.push({ path: row.sheet.columns.breakMinutes, expected: 'minutes, as 30 or 0:30', got: kindOf(row.cells.breakMinutes) });
  if (staffKey === undefined) problems.push(staffProblem(row));
  if (status === 'FILLED' && staffKey === null) problems.push({ path: row.sheet.columns.staff, expected: 'who works a filled shift', got: 'nobody' });
  if (status === 'OPEN' && staffKey) problems.push({ path: row.sheet.columns.staff, expected: 'nobody on an open shift', got: 'somebody' });
  if (problems.length > 0 || !times.ok || row.role === null) throw new RecordInvalidError(problems);
  return {
    organisationCode: row.organisationCode,
    siteCode: row.siteCode,
    role: row.role,
    roleAsSent: row.cells.role,
    skillsNeeded: readSkills(row.cells.skills),
    deliveryMode: row.deliveryMode,
    ...times.value,
    unpaidBreakMinutes: breakMinutes ?? 0,
    status,
    staffKey: staffKey ?? null,
    fillSource: status === 'OPEN' ? null : row.cover,
  };
}

/** Whole days where the row has no times: from its date to its end date, both included. */
export function toLeave(row: RotaSheetRow): Canonical['leave'] | Skipped {
  if (row.leave === null) return skip('a shift, not leave');
  const allDay = row.cells.start === '' && row.cells.end === '';
  const times = allDay ? readDays(row) : readInterval(row);
  if (times.ok && !overlaps(times.value, { startsAt: row.sheet.from, endsAt: row.sheet.to })) return OUTSIDE;
  const staffKey = readStaffKey(row);
  const problems = times.ok ? [] : [...times.problems];
  if (row.repeats !== null) problems.push(repeatProblem(row));
  if (staffKey === null) problems.push({ path: row.sheet.columns.staff, expected: 'who is away', got: 'nobody' });
  if (staffKey === undefined) problems.push(staffProblem(row));
  if (problems.length > 0 || !times.ok || !staffKey) throw new RecordInvalidError(problems);
  return { staffKey, kind: row.leave, ...times.value, allDay };
}

function readDays(row: RotaSheetRow): ReturnType<typeof readInterval> {
  const first = readDay(row, 'date');
  if (!first.ok) return first;
  const last = row.cells.endDate === '' ? first : readDay(row, 'endDate');
  if (!last.ok) return last;
  if (last.value < first.value)
    return { ok: false, problems: [{ path: row.sheet.columns.endDate, expected: `a day from ${row.sheet.columns.date} on`, got: 'an earlier one' }] };
  return { ok: true, value: { startsAt: startOfLondonDay(first.value), endsAt: startOfLondonDay(addDays(last.value, 1)) } };
}

const WORD_SETTING: Readonly<Partial<Record<Field, string>>> = {
  organisation: 'an ODS code, or a name that the setting organisations has',
  site: 'a site code, or a name that the setting sites has',
  role: 'a known role, or one that the setting roles has',
  deliveryMode: 'a known mode, or one that the setting deliveryModes has',
  status: 'a known status, or one that the setting statuses or leave has',
  cover: 'a known cover, or one that the setting covers has',
};

function wordProblems({ unknown, isNoRole, sheet: { columns } }: RotaSheetRow): readonly RecordProblem[] {
  return unknown.map((field) => ({
    path: columns[field],
    expected: WORD_SETTING[field] ?? 'a known word',
    got: field === 'role' && isNoRole ? 'nothing' : 'a word that is not known',
  }));
}

function repeatProblem({ repeats, sheet: { columns } }: RotaSheetRow): RecordProblem {
  return { path: columns.ref, expected: 'a row that no earlier one has given', got: `a repeat of row ${repeats}` };
}

function lengthProblems({ sheet: { columns } }: RotaSheetRow, times: Interval, breakMinutes: number | null): RecordProblem[] {
  const minutes = durationMinutes(times);
  if (minutes > MAX_SHIFT_HOURS * 60) return [{ path: columns.end, expected: `an end within ${MAX_SHIFT_HOURS} hours of the start`, got: 'a later one' }];
  if (breakMinutes !== null && breakMinutes >= minutes)
    return [{ path: columns.breakMinutes, expected: 'a break shorter than the shift', got: 'a longer one' }];
  return [];
}

/** Nothing is no break. `30`, `30 min`, `0:30` as Excel writes a duration, `1h` and `1.5 hours`; null for anything else. */
function readBreak(text: string): number | null {
  if (text === '' || /^(none|nil|no)$/i.test(text)) return 0;
  const minutes = /^(\d{1,4})(?: *m(?:in(?:ute)?s?)?\.?)?$/i.exec(text);
  if (minutes) return Number(minutes[1]);
  const hours = /^(\d{1,2}(?:\.\d{1,2})?) *h(?:(?:ou)?rs?)?\.?$/i.exec(text);
  if (hours) return Number.isInteger(Number(hours[1]) * 60) ? Number(hours[1]) * 60 : null;
  const clock = text.includes(':') ? parseTime(text) : null;
  return clock === null ? null : Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

function readSkills(text: string): string[] {
  if (text === '') return [];
  return [...new Set(text.split(/[;\n]/).map((skill) => skill.trim()))].filter((skill) => skill !== '');
}

/** Null when nobody has the shift, undefined when it cannot be told who has. */
function readStaffKey({ cells: { staff }, sheet: { payrollNamespace } }: RotaSheetRow): string | null | undefined {
  if (staff === '') return null;
  if (payrollNamespace !== null) return /^[A-Z0-9/-]{1,30}$/i.test(staff) ? `payroll:${payrollNamespace}:${staff.toLowerCase()}` : undefined;
  return /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(staff) ? `work-email:${staff.toLowerCase()}` : undefined;
}

function staffProblem({ sheet: { columns, payrollNamespace } }: RotaSheetRow): RecordProblem {
  const expected = payrollNamespace === null ? 'a work e-mail address' : 'a payroll number';
  return { path: columns.staff, expected, got: 'text that is none' };
}
