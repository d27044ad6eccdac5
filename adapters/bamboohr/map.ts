/** What a record of BambooHR means. Pure. It has days, and no times. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, type Day, isDay, overlaps, startOfLondonDay } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import type { BambooEmployee, BambooTimeOff } from './wire.ts';

/** What is sent for a date that is not set. */
const NO_DATE = '0000-00-00';

const keyOf = (company: string, employeeId: string) => `ref:bamboohr-${company}:${employeeId}`.toLowerCase();
const textOf = (value: string | number | null | undefined) => value?.toString().trim() || null;

export function toStaffMember(employee: BambooEmployee): Canonical['staffMember'] {
  const { company, payroll } = employee.joined;
  const workEmail = textOf(employee.workEmail)?.toLowerCase() ?? null;
  const number = textOf(employee.employeeNumber);
  return {
    keys: [
      keyOf(company, employee.id),
      ...(workEmail === null ? [] : [`work-email:${workEmail}`]),
      ...(payroll === null || number === null ? [] : [`payroll:${payroll}:${number}`.toLowerCase()]),
    ],
    givenName: nameOf(employee.firstName, 'firstName'),
    familyName: nameOf(employee.lastName, 'lastName'),
    workEmail,
    registrations: [],
    skills: [],
  };
}

function nameOf(value: string | null | undefined, field: string): string {
  const name = textOf(value);
  if (name === null) throw invalid(field, 'a name: the directory must show it', 'nothing');
  return name;
}

export function toEngagement(employee: BambooEmployee): Canonical['engagement'] | Skipped {
  const { company, organisationCode, role, kind } = employee.joined;
  if (kind === null) return skip('a job title that is not wanted');
  const jobTitle = textOf(employee.jobTitle);
  if (role === undefined) throw invalid('jobTitle', 'a known role, or one that the setting roles maps', kindOf(jobTitle));
  const hasFixedHours = kind !== 'BANK' && kind !== 'LOCUM' && kind !== 'AGENCY';
  const lastDay = dayIn(employee.terminationDate, 'terminationDate');
  return {
    staffKey: keyOf(company, employee.id),
    organisationCode,
    kind,
    role,
    roleAsSent: jobTitle,
    contractedMinutesPerWeek: hasFixedHours ? minutesPerWeek(employee.standardHoursPerWeek) : null,
    startsOn: dayIn(employee.hireDate, 'hireDate'),
    endsOn: lastDay && addDays(lastDay, 1),
  };
}

function dayIn(value: string | null | undefined, field: string): Day | null {
  const day = textOf(value);
  if (day === null || day === NO_DATE) return null;
  if (isDay(day)) return day;
  throw invalid(field, 'a date as YYYY-MM-DD', 'text');
}

function minutesPerWeek(hours: string | number | null | undefined): number | null {
  const text = textOf(hours);
  if (text === null) return null;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 168) return Math.round(value * 60);
  throw invalid('standardHoursPerWeek', 'hours a week, 0 to 168', Number.isNaN(value) ? 'text' : 'a larger number');
}

const NOT_APPROVED = {
  denied: 'a request that was denied',
  superceded: 'a request that another has replaced',
  requested: 'a request that is not approved yet',
  canceled: 'a request that was cancelled',
} as const;

/** Whole days: of part of a day BambooHR says how much, and not which part. */
export function toLeave({ employeeId, status, start, end, joined }: BambooTimeOff): Canonical['leave'] | Skipped {
  const { company, kind, from, to } = joined;
  if (status !== 'approved') return skip(NOT_APPROVED[status]);
  if (kind === null) return skip('a type that is no absence');
  if (end < start) throw invalid('end', 'a day not before start', 'an earlier one');
  const interval = { startsAt: startOfLondonDay(start), endsAt: startOfLondonDay(addDays(end, 1)) };
  if (!overlaps(interval, { startsAt: new Date(from), endsAt: new Date(to) })) return skip('outside the window');
  return { staffKey: keyOf(company, employeeId), kind, ...interval, allDay: true };
}
