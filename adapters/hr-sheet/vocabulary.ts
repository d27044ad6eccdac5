/** What the words of a staff list mean: those that lists commonly use, and a practice's own by its settings. */
import { type JobRole, jobRoleFromWords, type Regulator } from '../../schema/domain/codes.ts';
import type { CredentialKind } from '../../schema/domain/staff.ts';
import type { EngagementKind, LeaveKind } from '../../schema/domain/values.ts';
import { odsCodeFromWords, wordList } from '../words.ts';
import type { HrSheetSettings } from './settings.ts';

/** Full-time, part-time and zero hours are no terms: they are left for the settings to explain. */
export const ENGAGEMENT_WORDS: Readonly<Record<string, EngagementKind>> = {
  Partner: 'PARTNER',
  'GP Partner': 'PARTNER',
  Principal: 'PARTNER',
  Salaried: 'SALARIED',
  'Salaried GP': 'SALARIED',
  Employed: 'SALARIED',
  Employee: 'SALARIED',
  Permanent: 'SALARIED',
  Perm: 'SALARIED',
  'Fixed term': 'SALARIED',
  FTC: 'SALARIED',
  Locum: 'LOCUM',
  Bank: 'BANK',
  Agency: 'AGENCY',
  ARRS: 'ARRS',
  'Additional roles': 'ARRS',
  Trainee: 'TRAINEE',
  Training: 'TRAINEE',
  Registrar: 'TRAINEE',
  Apprentice: 'TRAINEE',
};

/** Null: registers that are not kept here. */
const REGISTRATION_BODIES: Readonly<Record<string, Regulator | null>> = {
  GMC: 'GMC',
  'General Medical Council': 'GMC',
  NMC: 'NMC',
  'Nursing and Midwifery Council': 'NMC',
  'Nursing & Midwifery Council': 'NMC',
  HCPC: 'HCPC',
  'Health and Care Professions Council': 'HCPC',
  'Health & Care Professions Council': 'HCPC',
  GPhC: 'GPHC',
  'General Pharmaceutical Council': 'GPHC',
  GDC: null,
  'General Dental Council': null,
  GOC: null,
  'General Optical Council': null,
  'Social Work England': null,
};

const CREDENTIALS: Readonly<Record<string, CredentialKind>> = {
  DBS: 'DBS',
  'DBS check': 'DBS',
  'Enhanced DBS': 'DBS',
  'Basic life support': 'BASIC_LIFE_SUPPORT',
  BLS: 'BASIC_LIFE_SUPPORT',
  'Safeguarding adults': 'SAFEGUARDING_ADULTS',
  'Safeguarding children': 'SAFEGUARDING_CHILDREN',
  Indemnity: 'INDEMNITY',
  'Professional indemnity': 'INDEMNITY',
  'Medical indemnity': 'INDEMNITY',
  'Right to work': 'RIGHT_TO_WORK',
  'Information governance': 'INFORMATION_GOVERNANCE',
  'Data security awareness': 'INFORMATION_GOVERNANCE',
};

const LEAVE: Readonly<Record<string, LeaveKind>> = {
  'A/L': 'ANNUAL',
  AL: 'ANNUAL',
  Annual: 'ANNUAL',
  'Annual leave': 'ANNUAL',
  Holiday: 'ANNUAL',
  Study: 'STUDY',
  'Study leave': 'STUDY',
  CPD: 'STUDY',
};

const YES_AND_NO: Readonly<Record<string, boolean>> = {
  ...{ Yes: true, Y: true, True: true, '1': true, X: true, '✓': true, '✔': true },
  ...{ No: false, N: false, False: false, '0': false, '✗': false },
};

/** In the place of a date: it is held and does not expire, or it is not held. */
const HELD_WORDS: Readonly<Record<string, boolean>> = {
  ...{ Yes: true, Y: true, True: true, '✓': true, Held: true, 'No expiry': true, 'Does not expire': true },
  ...{ No: false, N: false, False: false, '✗': false, 'Not held': false, Pending: false, Awaited: false, Awaiting: false },
};

/** Looks a word up. Undefined when it is not known, null when it is known and not wanted. */
export type LookUp<Value> = (words: string) => Value | undefined;

export interface Vocabulary {
  readonly role: LookUp<JobRole | null>;
  readonly organisation: LookUp<string>;
  readonly engagementKind: LookUp<EngagementKind | null>;
  readonly registrationBody: LookUp<Regulator | null>;
  readonly credential: LookUp<CredentialKind | null>;
  /** Every word that is neither annual nor study leave is AWAY: it may be health data. */
  leaveKind(words: string): LeaveKind;
  readonly yesOrNo: LookUp<boolean>;
  readonly held: LookUp<boolean>;
}

export function createVocabulary(own: HrSheetSettings): Vocabulary {
  const ownRole = wordList<JobRole | null>(own.roles);
  const ownOrganisation = wordList(own.organisations);
  const leaveKind = wordList(own.leaveKinds, LEAVE);
  return {
    role: (words) => {
      const role = ownRole(words);
      return role === undefined ? (jobRoleFromWords(words) ?? undefined) : role;
    },
    organisation: (words) => ownOrganisation(words) ?? odsCodeFromWords(words),
    engagementKind: wordList<EngagementKind | null>(own.engagementKinds, ENGAGEMENT_WORDS),
    registrationBody: wordList<Regulator | null>(own.registrationBodies, REGISTRATION_BODIES),
    credential: wordList<CredentialKind | null>(own.credentials, CREDENTIALS),
    leaveKind: (words) => leaveKind(words) ?? 'AWAY',
    yesOrNo: wordList(YES_AND_NO),
    held: wordList(HELD_WORDS),
  };
}
