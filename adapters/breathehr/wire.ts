/**
 * What Breathe sends, as far as it is read, and what each record is joined with before it is mapped.
 *
 * https://developer.breathehr.com and the example answers of github.com/dxw/breathe_ruby (MIT), read 2026-11-24. Only
 * the fields below leave the reader: names of approvers, notes, reasons, kinds of sickness, pay and photographs do not.
 */
import { z } from 'zod';
import { CREDENTIAL_KINDS } from '../../schema/domain/staff.ts';
import { ENGAGEMENT_KINDS, jobRole, LEAVE_KINDS } from '../../schema/domain/values.ts';

const id = z.union([z.number().int(), z.string().regex(/\S/)], 'an id').transform(String);
/** Breathe sends '' as well as null for what is not there. */
const blankable = z.string().nullish();
const day = z.iso.date('a date as YYYY-MM-DD');
/** '' or null where there is none. */
const dayOrNone = z.union([day, z.literal('')], 'a date as YYYY-MM-DD').nullish();
const employee = z.object({ id });
const amPm = z.enum(['am', 'pm']).nullish();

export const EMPLOYEE_FIELDS = [
  ...['id', 'first_name', 'last_name', 'email', 'employee_ref', 'job_title'],
  ...['join_date', 'company_join_date', 'job_start_date', 'leaving_date'],
] as const;

export const BreatheEmployee = z.object({
  id,
  first_name: blankable,
  last_name: blankable,
  email: blankable,
  employee_ref: blankable,
  job_title: blankable,
  join_date: blankable,
  company_join_date: blankable,
  job_start_date: blankable,
  leaving_date: blankable,
  /** "40.0": hours as text. */
  total_hours: z.union([z.string(), z.number()], 'hours, as text').nullish(),
  joined: z.object({
    account: z.string(),
    payroll: z.string().nullable(),
    organisationCode: z.string(),
    role: jobRole.optional(),
    kind: z.enum(ENGAGEMENT_KINDS).nullable(),
  }),
});
export type BreatheEmployee = z.output<typeof BreatheEmployee>;

export const ABSENCE_FIELDS = ['id', 'start_date', 'half_start', 'half_start_am_pm', 'end_date', 'half_end', 'half_end_am_pm', 'cancelled'] as const;

/** Of an absence and of a sickness alike. What it deducts is text ("3.5") and is not needed: the days say it. */
export const BreatheAbsence = z.object({
  id,
  employee,
  start_date: day,
  half_start: z.boolean().nullish(),
  half_start_am_pm: amPm,
  /** Empty while a sickness lasts. */
  end_date: dayOrNone,
  half_end: z.boolean().nullish(),
  half_end_am_pm: amPm,
  cancelled: z.boolean().nullish(),
  joined: z.object({
    account: z.string(),
    /** Null where the settings say that the reason is no absence. */
    kind: z.enum(LEAVE_KINDS).nullable(),
    morningEndsAt: z.string(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
  }),
});
export type BreatheAbsence = z.output<typeof BreatheAbsence>;

export const COURSE_FIELDS = ['id', 'expires_on', 'status'] as const;

export const BreatheCourse = z.object({
  id,
  employee,
  expires_on: dayOrNone,
  status: blankable,
  joined: z.object({
    account: z.string(),
    /** Null where it is not wanted, left out where no word of it is known. */
    kind: z.enum(CREDENTIAL_KINDS).nullish(),
    completed: z.boolean(),
  }),
});
export type BreatheCourse = z.output<typeof BreatheCourse>;
