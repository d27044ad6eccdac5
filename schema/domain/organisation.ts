/** Organisations, the places where they work, and how many patients they have registered. */
import { z } from 'zod';
import { DELIVERY_MODES, day, odsCode, SITE_KINDS, text } from './values.ts';

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
