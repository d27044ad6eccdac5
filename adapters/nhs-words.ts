/** What the words that NHS people systems share mean here, and what an employer's own words mean by its settings. */
import { type JobRole, jobRoleFromWords, type Regulator } from '../schema/domain/codes.ts';
import type { CredentialKind } from '../schema/domain/staff.ts';
import type { EngagementKind, LeaveKind } from '../schema/domain/values.ts';
import { odsCodeFromWords, wordList } from './words.ts';

/** Job roles of ESR that general practice has under another name. Others, for instance Staff Nurse, say too little. */
const ROLES: Readonly<Record<string, JobRole>> = {
  'General Medical Practitioner': 'GENERAL_PRACTITIONER',
  'General Practitioner': 'GENERAL_PRACTITIONER',
  'Health Care Assistant': 'HEALTHCARE_ASSISTANT',
  'Health Care Support Worker': 'HEALTHCARE_SUPPORT_WORKER',
  'Chiropodist/Podiatrist': 'PODIATRIST',
  'First Contact Practitioner Physiotherapist': 'PHYSIOTHERAPIST',
};

/** The last three are not of ESR: employers add them to tell partners and network roles apart. Null is not wanted. */
const ASSIGNMENT_CATEGORIES: Readonly<Record<string, EngagementKind | null>> = {
  Permanent: 'SALARIED',
  'Fixed Term Temp': 'SALARIED',
  'Fixed Term': 'SALARIED',
  Salaried: 'SALARIED',
  Bank: 'BANK',
  Locum: 'LOCUM',
  Agency: 'AGENCY',
  Training: 'TRAINEE',
  Trainee: 'TRAINEE',
  Honorary: null,
  'Non-Exec Director/Chair': null,
  Partner: 'PARTNER',
  ARRS: 'ARRS',
  'Additional Roles': 'ARRS',
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
  'General Optical Council': null,
  'Social Work England': null,
};

/** Null: subjects of the Core Skills Training Framework that no rule here asks for. */
const COMPETENCES: Readonly<Record<string, CredentialKind | null>> = {
  DBS: 'DBS',
  'DBS Check': 'DBS',
  'Enhanced DBS': 'DBS',
  'Basic Life Support': 'BASIC_LIFE_SUPPORT',
  'Adult Basic Life Support': 'BASIC_LIFE_SUPPORT',
  BLS: 'BASIC_LIFE_SUPPORT',
  'Safeguarding Adults': 'SAFEGUARDING_ADULTS',
  'Safeguarding Children': 'SAFEGUARDING_CHILDREN',
  Indemnity: 'INDEMNITY',
  'Professional Indemnity': 'INDEMNITY',
  'Right to Work': 'RIGHT_TO_WORK',
  'Information Governance': 'INFORMATION_GOVERNANCE',
  'Information Governance and Data Security': 'INFORMATION_GOVERNANCE',
  'Data Security Awareness': 'INFORMATION_GOVERNANCE',
  'Equality, Diversity and Human Rights': null,
  'Fire Safety': null,
  'Health, Safety and Welfare': null,
  'Infection Prevention and Control': null,
  'Moving and Handling': null,
  'NHS Conflict Resolution': null,
  'Preventing Radicalisation': null,
};

const ABSENCE_TYPES: Readonly<Record<string, LeaveKind>> = {
  Annual: 'ANNUAL',
  'Annual Leave': 'ANNUAL',
  Holiday: 'ANNUAL',
  Study: 'STUDY',
  'Study Leave': 'STUDY',
};

/** Job titles that name the contract as well. NWRS has the first of them; of any other title the contract is not known. */
const KINDS_BY_TITLE: Readonly<Record<string, EngagementKind>> = {
  'GP Partner': 'PARTNER',
  Partner: 'PARTNER',
  'Partner/Provider': 'PARTNER',
  'Senior Partner': 'PARTNER',
  'Salaried GP': 'SALARIED',
  'GP Locum': 'LOCUM',
  'Locum GP': 'LOCUM',
  'GP Registrar': 'TRAINEE',
  'GP Trainee': 'TRAINEE',
  Registrar: 'TRAINEE',
};

/** An employer's own words, by setting. */
export interface OwnWords {
  readonly roles: Readonly<Record<string, JobRole>>;
  readonly occupationCodes: Readonly<Record<string, JobRole>>;
  readonly organisations: Readonly<Record<string, string>>;
  readonly assignmentCategories: Readonly<Record<string, EngagementKind | null>>;
  readonly registrationBodies: Readonly<Record<string, Regulator | null>>;
  readonly competences: Readonly<Record<string, CredentialKind | null>>;
  readonly absenceTypes: Readonly<Record<string, LeaveKind | null>>;
  readonly kinds: Readonly<Record<string, EngagementKind | null>>;
}

export interface Vocabulary {
  /** By job role, else by the position's title, else by occupation code. Undefined when none is known. */
  role(row: { readonly jobRole: string; readonly position: string; readonly occupationCode: string }): JobRole | undefined;
  organisation(words: string): string | undefined;
  assignmentCategory(words: string): EngagementKind | null | undefined;
  registrationBody(words: string): Regulator | null | undefined;
  competence(words: string): CredentialKind | null | undefined;
  /** Every type that is neither annual nor study leave is AWAY: it may be health data. Null where a setting says that it is no absence. */
  absenceType(words: string): LeaveKind | null;
  /** Undefined where the title says nothing of the contract. */
  kindOfTitle(jobTitle: string): EngagementKind | null | undefined;
}

export function createVocabulary(own: Partial<OwnWords>): Vocabulary {
  const listedRole = wordList(own.roles ?? {}, ROLES);
  const roleOf = (words: string) => listedRole(words) ?? jobRoleFromWords(words) ?? undefined;
  const roleOfOccupation = wordList(own.occupationCodes ?? {});
  const organisation = wordList(own.organisations ?? {});
  const competence = wordList(own.competences ?? {}, COMPETENCES);
  const absenceType = wordList<LeaveKind | null>(own.absenceTypes ?? {}, ABSENCE_TYPES);
  return {
    role: ({ jobRole, position, occupationCode }) => {
      const packed = unpackPosition(position);
      return roleOf(jobRole) ?? roleOf(packed.title) ?? roleOfOccupation(occupationCode || packed.occupationCode);
    },
    organisation: (words) => organisation(words) ?? odsCodeFromWords(words),
    assignmentCategory: wordList(own.assignmentCategories ?? {}, ASSIGNMENT_CATEGORIES),
    registrationBody: wordList(own.registrationBodies ?? {}, REGISTRATION_BODIES),
    competence: (words) => [words, ...words.split('|')].map(competence).find((kind) => kind !== undefined),
    absenceType: (words) => {
      const kind = absenceType(words);
      return kind === undefined ? 'AWAY' : kind;
    },
    kindOfTitle: wordList<EngagementKind | null>(own.kinds ?? {}, KINDS_BY_TITLE),
  };
}

/** ESR packs a position as `number|title|occupation code|…`; many reports show the title alone. */
export function unpackPosition(position: string): { readonly title: string; readonly occupationCode: string } {
  const [first = '', title, occupationCode = ''] = position.split('|').map((part) => part.trim());
  return title === undefined ? { title: first, occupationCode: '' } : { title, occupationCode };
}
