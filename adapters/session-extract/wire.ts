/** Records made of the rows of several tables, for both systems alike: cells still text, ids already followed. */
import { z } from 'zod';
import { REGULATOR_CODES, type Regulator } from '../../schema/domain/codes.ts';
import { DELIVERY_MODES, ENGAGEMENT_KINDS, jobRole } from '../../schema/domain/values.ts';

/** A cell, and what the vendor calls its column. */
const cell = z.object({ text: z.string(), column: z.string() });
export type Cell = z.output<typeof cell>;

const common = {
  /** A later file has the row again: this one is what it was before. */
  superseded: z.boolean(),
  /** The text of Deleted or RemovedData: empty, or one of a few words. */
  removed: cell,
};

/** A word that was looked up: null when it is known and not wanted, left out when it is not known. */
const role = { role: jobRole.nullish(), roleAsSent: cell };

export const PersonRecord = z.object({
  ...common,
  ...role,
  keys: z.array(z.string()),
  /** Both, or the whole name where the system has one column for it. */
  givenName: cell,
  familyName: cell,
  fullName: cell,
  registration: z.object({ regulator: z.enum(REGULATOR_CODES as unknown as readonly [Regulator, ...Regulator[]]), number: cell }).nullable(),
});
export type PersonRecord = z.output<typeof PersonRecord>;

export const EngagementRecord = z.object({
  ...common,
  ...role,
  /** Null when no table has the person. */
  staffKey: z.string().nullable(),
  person: cell,
  organisationCode: z.string().optional(),
  organisation: cell,
  kind: z.enum(ENGAGEMENT_KINDS).nullish(),
  /** A person who is marked as no longer there, without saying since when. */
  obsolete: z.boolean(),
  start: cell,
  end: cell,
});
export type EngagementRecord = z.output<typeof EngagementRecord>;

export const ShiftRecord = z.object({
  ...common,
  ...role,
  /** An earlier row told of it, and may have given a shift. */
  hasEarlier: z.boolean().optional(),
  /** Whether anybody holds the session. */
  isHeld: z.boolean(),
  /** Null when no table has the holder. */
  staffKey: z.string().nullable(),
  holder: cell,
  organisationCode: z.string().optional(),
  organisation: cell,
  siteCode: z.string().nullable(),
  /** False when the row names a place that no table has. */
  isSiteFound: z.boolean(),
  site: cell,
  deliveryMode: z.enum(DELIVERY_MODES).nullable(),
  /** Date and time of day, parted by a blank. Null where no table says when: a session without appointments. */
  start: cell.nullable(),
  end: cell.nullable(),
  /** The window of the pull, instants. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type ShiftRecord = z.output<typeof ShiftRecord>;
