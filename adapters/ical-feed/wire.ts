/**
 * One occurrence of an event, after its words were looked up.
 *
 * Titles, places and addresses of people go no further than this: a title may say why somebody is away.
 * https://www.rfc-editor.org/rfc/rfc5545#section-3.6.1
 */
import { z } from 'zod';
import { DELIVERY_MODES, jobRole, LEAVE_KINDS, staffKey } from '../../schema/domain/values.ts';

/** A day, a time on London's clocks, or an instant. */
export const Moment = z.union([z.strictObject({ day: z.string() }), z.strictObject({ london: z.string() }), z.strictObject({ utc: z.string() })]);
export type Moment = z.output<typeof Moment>;

export const IcalOccurrence = z.object({
  start: Moment,
  /** Null where the event says neither when it ends nor how long it lasts. */
  end: z.union([Moment, z.strictObject({ minutes: z.number() })]).nullable(),
  isCancelled: z.boolean(),
  /** Why it is not wanted, whatever else it holds. */
  unwanted: z.string().nullable(),
  /** Kind of leave when a person is away; null for a shift. */
  leave: z.enum(LEAVE_KINDS).nullable(),
  role: jobRole.nullable(),
  roleAsSent: z.string().nullable(),
  siteCode: z.string().nullable(),
  deliveryMode: z.enum(DELIVERY_MODES),
  /** Null when nobody has the shift. */
  staffKey: staffKey.nullable(),
  /** Words that are not known: in which property, and what was expected there. */
  unknown: z.array(z.object({ path: z.string(), expected: z.string() })),
  joined: z.object({ organisationCode: z.string(), window: z.object({ from: z.date(), to: z.date() }) }),
});
export type IcalOccurrence = z.output<typeof IcalOccurrence>;

/** A part of a calendar that is no event: a task, a journal, somebody's free time. */
export const IcalOther = z.object({ component: z.string() });
export type IcalOther = z.output<typeof IcalOther>;

export const IcalRecord = z.union([IcalOther, IcalOccurrence]);
export type IcalRecord = z.output<typeof IcalRecord>;
