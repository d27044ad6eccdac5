/**
 * What the Data API sends, as far as it is read: field by field as text, whatever the case of its name.
 *
 * Adjustments and Posts: https://help.rotamaster.co.uk/knowledge/data-api and the release notes of 4 August 2025. People:
 * as a client reads it, because the reference shows them only behind a sign-in. Shifts: by the settings.
 */
import { z } from 'zod';
import { DELIVERY_MODES, jobRole, LEAVE_KINDS, staffKey } from '../../schema/domain/values.ts';

/** Birth dates, pay, training, relations and what organisations add themselves are not among them. */
export const PERSON_FIELDS = ['id', 'firstName', 'lastName', 'email', 'isArchived', 'isDeleted'] as const;
export const ADJUSTMENT_FIELDS = ['id', 'personID', 'from', 'to', 'reason', 'approved', 'shiftAdjustment'] as const;
export const POST_FIELDS = ['externalID', 'postReference', 'internalReference', 'postName', 'location'] as const;

const text = z.string();
const window = z.object({ from: z.date(), to: z.date() });

export const RotaMasterPerson = z.object({
  id: text.min(1),
  firstName: text,
  lastName: text,
  isArchived: text,
  isDeleted: text,
  joined: z.object({ key: staffKey, workEmail: z.string().nullable() }),
});
export type RotaMasterPerson = z.output<typeof RotaMasterPerson>;

/** The reason was looked up, and goes no further. */
export const RotaMasterAdjustment = z.object({
  from: text,
  to: text,
  approved: text,
  shiftAdjustment: text,
  joined: z.object({ window, staffKey: staffKey.nullable(), kind: z.enum(LEAVE_KINDS), isLeave: z.boolean() }),
});
export type RotaMasterAdjustment = z.output<typeof RotaMasterAdjustment>;

export const RotaMasterShift = z.object({
  date: text,
  start: text,
  end: text,
  breakMinutes: text,
  joined: z.object({
    window,
    organisationCode: z.string(),
    /** What the settings call each field, for messages. */
    names: z.object({ date: text, start: text, end: text, breakMinutes: text }),
    state: z.enum(['keep', 'cancelled', 'skip']),
    role: jobRole.nullable(),
    roleAsSent: z.string().nullable(),
    siteCode: z.string().nullable(),
    deliveryMode: z.enum(DELIVERY_MODES),
    staffKey: staffKey.nullable(),
    unknown: z.array(z.object({ path: z.string(), expected: z.string() })),
  }),
});
export type RotaMasterShift = z.output<typeof RotaMasterShift>;
