/** Organisations, the places where they work, how many patients they have registered, and what is published of their staff. */
import { z } from 'zod';
import { DELIVERY_MODES, day, jobRole, odsCode, SITE_KINDS, text } from './values.ts';

export const icb = z.object({ code: odsCode, name: text });

export const subIcbLocation = z.object({ code: odsCode, name: text, icbCode: odsCode.nullable() });

/** A PCN is not placed in an ICB: some lie in two (U41591), so its ICBs are those of its practices. */
export const pcn = z.object({
  odsCode,
  name: text,
  openedOn: day.nullable(),
  closedOn: day.nullable(),
});

export const PRACTICE_STATUSES = ['ACTIVE', 'CLOSED', 'DORMANT', 'PROPOSED'] as const;

/** Fields that a source does not give are null: the newest source that gives a field wins it. */
export const practice = z.object({
  odsCode,
  name: text,
  status: z.enum(PRACTICE_STATUSES).nullable(),
  addressLines: z.array(text).nullable(),
  postcode: text.nullable(),
  openedOn: day.nullable(),
  closedOn: day.nullable(),
  subIcbLocationCode: odsCode.nullable(),
  icbCode: odsCode.nullable(),
  /** The supplier of its clinical system as published, for instance EMIS or TPP. */
  clinicalSystem: text.nullable(),
});

/** A practice in a PCN, `[startsOn, endsOn)`. `startsOn` is null where the source only says "now". */
export const pcnMembership = z.object({
  practiceOdsCode: odsCode,
  pcnOdsCode: odsCode,
  startsOn: day.nullable(),
  endsOn: day.nullable(),
});

/** Patients registered with a practice on a day, raw: not weighted for need. */
export const registeredPatients = z.object({
  practiceOdsCode: odsCode,
  countedOn: day,
  patients: z.number().int().min(0),
});

export const SEXES = ['FEMALE', 'MALE'] as const;

/** Of those patients, the ones of one sex within an age band, `[ageFrom, ageBelow)` in whole years. */
export const registeredPatientsByAge = z.object({
  practiceOdsCode: odsCode,
  countedOn: day,
  sex: z.enum(SEXES),
  ageFrom: z.number().int().min(0).max(150),
  /** Null for the oldest band, which has no upper end. */
  ageBelow: z.number().int().min(1).max(150).nullable(),
  patients: z.number().int().min(0),
});

/**
 * Full-time equivalents that a network has of one role on the last day of a month, as NHS England publishes them.
 *
 * Whoever holds the post is not in it. A network that published nothing has no such record, which is not the same as 0.
 */
export const publishedWorkforce = z.object({
  pcnOdsCode: odsCode,
  countedOn: day,
  /** As published, for instance "Other Direct Patient Care staff": not the four staff groups of job roles. */
  staffGroup: text,
  /** As published, in the plural: "Pharmacists". */
  role: text,
  /** As published, in the singular: "Pharmacist". */
  detailedRole: text,
  /** The same role among ours; null where none has that name. */
  jobRole: jobRole.nullable(),
  /** Whether they come by a service contract, rather than being on the network's own books. */
  byServiceContract: z.boolean(),
  /** Of 37.5 hours a week, four decimals. */
  fte: z.number().min(0),
});

export const site = z.object({
  /** The site's ODS code, or the code that its organisation gives it. Unique across a PCN. */
  code: z.string().regex(/^[A-Z0-9-]{2,20}$/, 'a site code: 2 to 20 upper-case letters, digits or dashes'),
  organisationCode: odsCode,
  name: text,
  kind: z.enum(SITE_KINDS),
  deliveryModes: z.array(z.enum(DELIVERY_MODES)).min(1),
  addressLines: z.array(text),
  postcode: text.nullable(),
});
