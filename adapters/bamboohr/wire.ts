/**
 * What BambooHR sends, as far as it is read, and what each record is joined with before it is mapped.
 *
 * https://documentation.bamboohr.com/reference, read 2026-11-24. The reference says numbers where real answers have
 * text, for ids and amounts alike, so both are taken. Only the fields below leave the reader.
 */
import { z } from 'zod';
import { ENGAGEMENT_KINDS, jobRole, LEAVE_KINDS } from '../../schema/domain/values.ts';

const id = z.union([z.number().int(), z.string().regex(/\S/)], 'an id').transform(String);
const blankable = z.string().nullish();
const day = z.iso.date('a date as YYYY-MM-DD');

/** Of the directory. Which fields it has is for each company to set. */
export const DIRECTORY_FIELDS = ['id', 'firstName', 'lastName', 'workEmail', 'jobTitle'] as const;
/** Of one employee, asked for by name: https://documentation.bamboohr.com/docs/list-of-field-names */
export const DETAIL_FIELDS = ['employeeNumber', 'hireDate', 'terminationDate', 'standardHoursPerWeek'] as const;

export const BambooEmployee = z.object({
  id,
  firstName: blankable,
  lastName: blankable,
  workEmail: blankable,
  jobTitle: blankable,
  employeeNumber: z.union([z.string(), z.number()], 'a number, as text').nullish(),
  hireDate: blankable,
  terminationDate: blankable,
  standardHoursPerWeek: z.union([z.string(), z.number()], 'hours, as text').nullish(),
  joined: z.object({
    company: z.string(),
    payroll: z.string().nullable(),
    organisationCode: z.string(),
    role: jobRole.optional(),
    kind: z.enum(ENGAGEMENT_KINDS).nullable(),
  }),
});
export type BambooEmployee = z.output<typeof BambooEmployee>;

/** "superceded" is their spelling. */
export const REQUEST_STATUSES = ['approved', 'denied', 'superceded', 'requested', 'canceled'] as const;

export const BambooTimeOff = z.object({
  id,
  employeeId: id,
  status: z.enum(REQUEST_STATUSES),
  start: day,
  end: day,
  joined: z.object({
    company: z.string(),
    /** Null where the settings say that the type is no absence. */
    kind: z.enum(LEAVE_KINDS).nullable(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
  }),
});
export type BambooTimeOff = z.output<typeof BambooTimeOff>;
