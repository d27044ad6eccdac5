/** What the words of NWRS mean here, and what a network's own mean by its settings. */
import { type JobRole, jobRoleFromWords, type Regulator, type StaffGroup } from '../../schema/domain/codes.ts';
import type { EngagementKind } from '../../schema/domain/values.ts';
import type { NwrsRole } from '../nwrs-roles.ts';
import { odsCodeFromWords, wordList } from '../words.ts';
import type { NwrsSheetSettings } from './settings.ts';

/** Groups of the network's module and of the practice's. */
const GROUPS: Readonly<Record<string, StaffGroup>> = {
  'Other GPs': 'GP',
  GP: 'GP',
  GPs: 'GP',
  'Other Nurses': 'NURSE',
  Nurses: 'NURSE',
  'Other Direct Patient Care staff': 'DIRECT_PATIENT_CARE',
  'Direct Patient Care': 'DIRECT_PATIENT_CARE',
  'Other Admin/Non-clinical staff': 'ADMIN',
  'Admin/Non-Clinical': 'ADMIN',
  Directors: 'DIRECTOR',
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

export interface Vocabulary {
  /** Null: not wanted. Undefined: nobody knows it. */
  role(detailed: string, found: NwrsRole | null): JobRole | null | undefined;
  /** Whether the settings name it. */
  isOwnRole(detailed: string): boolean;
  staffGroup(words: string): StaffGroup | undefined;
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
      return role === undefined ? (found?.role ?? jobRoleFromWords(detailed) ?? undefined) : role;
    },
    isOwnRole: (detailed) => ownRole(detailed) !== undefined,
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
