/** The canonical model in one table: what an adapter may give, and what each must look like. */
import type { z } from 'zod';
import { bankHoliday } from './bank-holiday.ts';
import { icb, pcn, pcnMembership, practice, publishedWorkforce, registeredPatients, registeredPatientsByAge, site, subIcbLocation } from './organisation.ts';
import { shift } from './shift.ts';
import { bankMembership, credential, engagement, leave, staffMember } from './staff.ts';

export const CANONICAL = {
  icb,
  subIcbLocation,
  pcn,
  practice,
  pcnMembership,
  registeredPatients,
  registeredPatientsByAge,
  publishedWorkforce,
  bankHoliday,
  site,
  staffMember,
  engagement,
  credential,
  bankMembership,
  leave,
  shift,
} as const;

export type EntityName = keyof typeof CANONICAL;
export const ENTITY_NAMES = Object.keys(CANONICAL) as readonly EntityName[];

/** What an adapter's `map` returns for each entity, before it is stored. */
export type Canonical = { [E in EntityName]: z.infer<(typeof CANONICAL)[E]> };
