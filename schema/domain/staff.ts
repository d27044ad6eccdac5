/** People who work, on what terms, with what proof, and when they are away. */
import { z } from 'zod';
import { hasRegistrationForm, REGULATOR_CODES, REGULATORS, type Regulator } from './codes.ts';
import { day, ENGAGEMENT_KINDS, instant, jobRole, LEAVE_KINDS, odsCode, staffKey, text } from './values.ts';

export const registration = z
  .object({ regulator: z.enum(REGULATOR_CODES as unknown as readonly [Regulator, ...Regulator[]]), number: z.string() })
  .superRefine(({ regulator, number }, context) => {
    if (hasRegistrationForm(regulator, number)) return;
    context.addIssue({ code: 'custom', path: ['number'], message: `a ${regulator} number: ${REGULATORS[regulator].formInWords}` });
  });

/**
 * A person. `keys` are all the keys by which this source knows them; two sources that share a key mean one person.
 * No date of birth, no national insurance number, no pay: nothing here needs them.
 */
export const staffMember = z.object({
  keys: z.array(staffKey).min(1),
  givenName: text,
  familyName: text,
  workEmail: z.email().nullable(),
  registrations: z.array(registration),
  skills: z.array(text),
});

export const engagement = z.object({
  staffKey,
  organisationCode: odsCode,
  kind: z.enum(ENGAGEMENT_KINDS),
  role: jobRole,
  roleAsSent: text.nullable(),
  /** Null for work without fixed hours: locum, bank, agency. */
  contractedMinutesPerWeek: z.number().int().min(0).max(10_080).nullable(),
  startsOn: day.nullable(),
  endsOn: day.nullable(),
});

/** Hours of one full-time equivalent a week. Source: NHS workforce statistics, FTE = hours ÷ 37.5; read 2026-11-23. */
export const FULL_TIME_MINUTES_PER_WEEK = 37.5 * 60;

/** Full-time equivalent, or null where no hours are contracted. */
export function fteOf(contractedMinutesPerWeek: number | null): number | null {
  return contractedMinutesPerWeek === null ? null : contractedMinutesPerWeek / FULL_TIME_MINUTES_PER_WEEK;
}

/** Proof that a person holds until a day: a check, a certificate, mandatory training. */
export const CREDENTIAL_KINDS = ['DBS', 'BASIC_LIFE_SUPPORT', 'SAFEGUARDING_ADULTS', 'SAFEGUARDING_CHILDREN', 'INDEMNITY', 'RIGHT_TO_WORK', 'INFORMATION_GOVERNANCE'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export const credential = z.object({
  staffKey,
  kind: z.enum(CREDENTIAL_KINDS),
  /** The last day on which it holds; null where it does not expire. */
  expiresOn: day.nullable(),
});

/** A person may be asked to work through this organisation's bank, `[startsOn, endsOn)`. */
export const bankMembership = z.object({
  staffKey,
  bankCode: odsCode,
  startsOn: day.nullable(),
  endsOn: day.nullable(),
});

export const leave = z
  .object({ staffKey, kind: z.enum(LEAVE_KINDS), startsAt: instant, endsAt: instant, allDay: z.boolean() })
  .refine(({ startsAt, endsAt }) => startsAt < endsAt, { path: ['endsAt'], message: 'an end after the start' });
