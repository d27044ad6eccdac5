/** What Deputy sends, as far as it is read, and what each record is joined with before it is mapped. */
import { z } from 'zod';
import { isDay } from '../../schema/domain/time.ts';
import { LEAVE_KINDS } from '../../schema/domain/values.ts';
import { Place, Role } from '../places-and-roles.ts';

const id = z.number().int().min(1);

/** The first second of 2100: a later one is a count of milliseconds. */
const END_OF_TIME = 4_102_444_800;
const unixSeconds = z.number().int().min(0).max(END_OF_TIME, 'seconds since 1970');

/** `2022-05-05T00:00:00+10:00`: the day is meant, as it is written, whatever the offset. */
const dayOfDateTime = z
  .string()
  .transform((text) => text.slice(0, 10))
  .refine(isDay, 'a date');

const window = z.object({ from: z.date(), to: z.date() });

/** https://developer.deputy.com/deputy-docs/docs/company */
export const DeputyCompany = z.object({ Id: id, CompanyName: z.string() });

/** https://developer.deputy.com/deputy-docs/docs/resource-api-objects */
export const DeputyArea = z.object({ Id: id, Company: id, OperationalUnitName: z.string() });

/** The names of fields that are read: pay, birth dates, addresses, comments and photos do not come in. */
export const ROSTER_FIELDS = ['Id', 'StartTime', 'EndTime', 'Mealbreak', 'OperationalUnit', 'Employee', 'Published', 'Open'] as const;
export const EMPLOYEE_FIELDS = ['Id', 'FirstName', 'LastName'] as const;
export const LEAVE_FIELDS = ['Id', 'Employee', 'LeaveRule', 'Status', 'AllDay', 'DateStart', 'DateEnd', 'Start', 'End'] as const;

/** https://developer.deputy.com/deputy-docs/docs/roster */
export const DeputyRoster = z.object({
  Id: id,
  StartTime: unixSeconds,
  EndTime: unixSeconds,
  /** A duration, dressed as a time of the day of the shift. */
  Mealbreak: z.string().nullish(),
  OperationalUnit: z.number().int().nullish(),
  /** 0 is nobody. */
  Employee: z.number().int().min(0),
  Published: z.boolean(),
  Open: z.boolean(),
  joined: z.object({ account: z.string(), window, place: Place.nullable(), role: Role.nullable(), location: z.number().nullable() }),
});
export type DeputyRoster = z.output<typeof DeputyRoster>;

/** https://developer.deputy.com/deputy-docs/docs/employee, with the address of its Contact */
export const DeputyEmployee = z.object({
  Id: id,
  FirstName: z.string(),
  LastName: z.string(),
  email: z.string().nullish(),
  joined: z.object({ account: z.string() }),
});
export type DeputyEmployee = z.output<typeof DeputyEmployee>;

/** https://developer.deputy.com/deputy-docs/docs/leave: the rule is read to tell the kind, and goes no further. */
export const DeputyLeave = z.object({
  Id: id,
  Employee: id,
  Status: z.number().int(),
  AllDay: z.boolean().nullish(),
  DateStart: dayOfDateTime,
  DateEnd: dayOfDateTime,
  Start: unixSeconds.nullish(),
  End: unixSeconds.nullish(),
  joined: z.object({ account: z.string(), window, kind: z.enum(LEAVE_KINDS) }),
});
export type DeputyLeave = z.output<typeof DeputyLeave>;
