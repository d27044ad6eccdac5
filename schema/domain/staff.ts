/** People who work, on what terms, with what proof, and when they are away. */
import { z } from 'zod';
import { hasRegistrationForm, JOB_ROLES, type JobRole, REGULATOR_CODES, REGULATORS, type Regulator, type StaffGroup } from './codes.ts';
import { day, ENGAGEMENT_KINDS, instant, jobRole, LEAVE_KINDS, odsCode, staffKey, text } from './values.ts';

export const registration = z
  .object({ regulator: z.enum(REGULATOR_CODES as unknown as readonly [Regulator, ...Regulator[]]), number: z.string() })
  .superRefine(({ regulator, number }, context) => {
    if (hasRegistrationForm(regulator, number)) return;
    context.addIssue({ code: 'custom', path: ['number'], message: `a ${regulator} number: ${REGULATORS[regulator].formInWords}` });
  });

/**
 * A person. `keys` are all the keys by which this source knows them; two sources that share a key mean one person.
 * No date of birth, no national insurance number, no pay: nothing here needs them. What a source has beside the keys
 * that helps to tell people apart may be left out.
 */
export const staffMember = z.object({
  keys: z.array(staffKey).min(1),
  givenName: text,
  familyName: text,
  workEmail: z.email().nullable(),
  registrations: z.array(registration),
  skills: z.array(text),
  /** A number by which the person is reached. Evidence of who they are, never shown. */
  phone: text.nullable().optional(),
  /** Family names that the source says they had before. Evidence of who they are, never shown. */
  formerFamilyNames: z.array(text).optional(),
  /** What `Tools.digestBirthDate` makes of a birth date. The date itself is dropped where it is read. */
  birthDateDigest: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'a digest of 32 hexadecimal digits')
    .nullable()
    .optional(),
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
export const CREDENTIAL_KINDS = [
  'DBS',
  'BASIC_LIFE_SUPPORT',
  'SAFEGUARDING_ADULTS',
  'SAFEGUARDING_CHILDREN',
  'INDEMNITY',
  'RIGHT_TO_WORK',
  'INFORMATION_GOVERNANCE',
] as const;
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

/** A period of days, `[startsOn, endsOn)`; null is open. */
interface Days {
  readonly startsOn: string | null;
  readonly endsOn: string | null;
}

export function isActiveOn({ startsOn, endsOn }: Days, day: string): boolean {
  return (startsOn === null || startsOn <= day) && (endsOn === null || endsOn > day);
}

/** Of engagements, newest first, the newest that is active on a day. Null when none is. */
export function currentEngagement<Engagement>(newestFirst: readonly Engagement[], day: string, daysOf: (engagement: Engagement) => Days): Engagement | null {
  return newestFirst.find((engagement) => isActiveOn(daysOf(engagement), day)) ?? null;
}

export interface StaffGroupFte {
  readonly staffGroup: StaffGroup;
  readonly fte: number;
  readonly headcount: number;
}

/** Full-time equivalents and people of each staff group that has contracted hours. A person counts once in a group. */
export function fteByStaffGroup(
  rows: readonly { readonly role: string; readonly staffId: string; readonly minutesPerWeek: number }[],
): readonly StaffGroupFte[] {
  const byGroup = Map.groupBy(rows, ({ role }) => JOB_ROLES[role as JobRole].staffGroup);
  return [...byGroup]
    .map(([staffGroup, group]) => ({
      staffGroup,
      fte: group.reduce((sum, { minutesPerWeek }) => sum + minutesPerWeek, 0) / FULL_TIME_MINUTES_PER_WEEK,
      headcount: new Set(group.map(({ staffId }) => staffId)).size,
    }))
    .sort((a, b) => a.staffGroup.localeCompare(b.staffGroup));
}
