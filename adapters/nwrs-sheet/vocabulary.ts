/** What the words of NWRS mean here, and what a network's own mean by its settings. */
import { JOB_ROLES, type JobRole, jobRoleFromWords, type Regulator, type StaffGroup } from '../../schema/domain/codes.ts';
import type { EngagementKind } from '../../schema/domain/values.ts';
import { foldWords, odsCodeFromWords, wordList } from '../words.ts';
import { NWRS_ROLES } from './roles.ts';
import type { NwrsSheetSettings } from './settings.ts';

/** Groups of the network's module and of the practice's. Directors are of none here. */
const GROUPS: Readonly<Record<string, StaffGroup | null>> = {
  'Other GPs': 'GP',
  GP: 'GP',
  GPs: 'GP',
  'Other Nurses': 'NURSE',
  Nurses: 'NURSE',
  'Other Direct Patient Care staff': 'DIRECT_PATIENT_CARE',
  'Direct Patient Care': 'DIRECT_PATIENT_CARE',
  'Other Admin/Non-clinical staff': 'ADMIN',
  'Admin/Non-Clinical': 'ADMIN',
  Directors: null,
};

/** Locum is seen in NWRS guidance; the others are plain words for the same thing. */
const CONTRACT_TYPES: Readonly<Record<string, EngagementKind>> = {
  Locum: 'LOCUM',
  Salaried: 'SALARIED',
  Permanent: 'SALARIED',
  'Fixed term': 'SALARIED',
  Partner: 'PARTNER',
  Bank: 'BANK',
  Agency: 'AGENCY',
  Trainee: 'TRAINEE',
  Apprentice: 'TRAINEE',
};

/** Roles that say on what terms they are held. */
const KINDS_BY_ROLE: Readonly<Record<string, EngagementKind>> = {
  'Salaried By PCN': 'SALARIED',
  'Salaried By Practice': 'SALARIED',
  'GP Locum': 'LOCUM',
  'Senior Partner': 'PARTNER',
  'Partner/Provider': 'PARTNER',
};

const REGULATORS: Readonly<Record<string, Regulator | null>> = { GMC: 'GMC', NMC: 'NMC', HCPC: 'HCPC', GPhC: 'GPHC', GDC: null, 'Social Work England': null };

export interface NwrsRole {
  /** As NWRS spells it. */
  readonly detailed: string;
  readonly staffRole: string;
  readonly staffGroup: StaffGroup | null;
}

const ROLES: readonly NwrsRole[] = Object.entries(NWRS_ROLES).flatMap(([group, roles]) =>
  Object.entries(roles).flatMap(([staffRole, detailed]) =>
    Object.keys(detailed).map((name) => ({ detailed: name, staffRole, staffGroup: GROUPS[group] ?? null })),
  ),
);
const BY_DETAILED = Map.groupBy(ROLES, ({ detailed }) => foldWords(detailed));

/** The role of the list. "Other" and "Apprentice" are in several groups: the staff role tells which. */
export function nwrsRole(detailed: string, staffRole: string): NwrsRole | null {
  const candidates = BY_DETAILED.get(foldWords(detailed)) ?? [];
  return candidates.find((candidate) => foldWords(candidate.staffRole) === foldWords(staffRole)) ?? (candidates.length === 1 ? (candidates[0] ?? null) : null);
}

const MENTAL_HEALTH = /^(.*) \(Mental Health Practitioner - .*\)$/;

/**
 * What a role of the list is here; null where the graph has no word for it.
 *
 * A role that is held as a mental health practitioner is the profession where there is one, else that of the mental
 * health practitioner. A role never changes the group that NWRS counts it in.
 */
export function jobRoleOf({ detailed, staffGroup }: NwrsRole): JobRole | null {
  const profession = MENTAL_HEALTH.exec(detailed)?.[1];
  const role = jobRoleFromWords(profession ?? detailed) ?? (profession === undefined ? null : 'MENTAL_HEALTH_PRACTITIONER');
  return role !== null && JOB_ROLES[role].staffGroup === staffGroup ? role : null;
}

export interface Vocabulary {
  /** Null: not wanted. Undefined: nobody knows it. */
  role(detailed: string, found: NwrsRole | null): JobRole | null | undefined;
  staffGroup(words: string): StaffGroup | null | undefined;
  kind(contractType: string, detailed: string): EngagementKind | null | undefined;
  organisation(words: string): string | undefined;
  regulator(words: string): Regulator | null | undefined;
}

export function createVocabulary(own: NwrsSheetSettings): Vocabulary {
  const ownRole = wordList(own.roles);
  const ownKind = wordList(own.engagementKinds);
  const ownOrganisation = wordList(own.organisations);
  const contractType = wordList(CONTRACT_TYPES);
  const kindByRole = wordList(KINDS_BY_ROLE);
  return {
    role: (detailed, found) => {
      const role = ownRole(detailed);
      return role === undefined ? ((found === null ? jobRoleFromWords(detailed) : jobRoleOf(found)) ?? undefined) : role;
    },
    staffGroup: wordList(GROUPS),
    kind: (contract, detailed) => {
      const ofContract = contract === '' ? undefined : [ownKind(contract), contractType(contract)].find((kind) => kind !== undefined);
      const implied = kindByRole(detailed) ?? (/^(?:trainee|apprentice)\b/i.test(detailed) ? 'TRAINEE' : undefined);
      // Words that nobody knows are told, not passed over for what the role or the settings would say.
      if (contract !== '' && ofContract === undefined) return undefined;
      return [ofContract, ownKind(detailed), implied, own.defaultEngagementKind].find((kind) => kind !== undefined);
    },
    organisation: (words) => ownOrganisation(words) ?? odsCodeFromWords(words),
    regulator: wordList(REGULATORS),
  };
}
