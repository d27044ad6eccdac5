/** What the words of an extract mean: few are public, so most are a practice's own, by its settings. */
import { type JobRole, jobRoleFromWords, type Regulator } from '../../schema/domain/codes.ts';
import type { DeliveryMode, EngagementKind } from '../../schema/domain/values.ts';
import { odsCodeFromWords, wordList } from '../words.ts';
import type { SessionExtractSettings } from './settings.ts';

/** NHS job roles that general practice has under another name. */
const ROLES: Readonly<Record<string, JobRole>> = {
  'General Medical Practitioner': 'GENERAL_PRACTITIONER',
  'General Practitioner': 'GENERAL_PRACTITIONER',
  'Health Care Assistant': 'HEALTHCARE_ASSISTANT',
};

/** The two that are known of SystmOne's `NationalIdType`. Another is no registration that is kept here. */
const REGULATORS: Readonly<Record<string, Regulator>> = { GMC: 'GMC', NMC: 'NMC' };

/** Undefined: nobody knows the word. Null: known, and not wanted. */
export interface Vocabulary {
  role(words: string): JobRole | null | undefined;
  engagementKind(words: string): EngagementKind | null | undefined;
  /** By the first of these words that the settings know; null where such a session is no shift. */
  deliveryMode(...words: readonly string[]): DeliveryMode | null;
  site(name: string): string | undefined;
  /** Of the ids, names and codes by which an extract names an organisation. */
  organisation(...words: readonly string[]): string | undefined;
  regulator(words: string): Regulator | undefined;
  person(id: string): string | undefined;
}

export function createVocabulary(own: SessionExtractSettings): Vocabulary {
  const ownRole = wordList<JobRole | null>(own.roles, ROLES);
  const ownKind = wordList(own.engagementKinds);
  const ownMode = wordList(own.deliveryModes);
  const ownOrganisation = wordList(own.organisations);
  const firstOf = <Value>(lookUp: (words: string) => Value | undefined, words: readonly string[]) =>
    words.map((word) => (word === '' ? undefined : lookUp(word))).find((value) => value !== undefined);
  return {
    role: (words) => {
      const role = ownRole(words);
      return role === undefined ? (jobRoleFromWords(words) ?? undefined) : role;
    },
    engagementKind: (words) => {
      const kind = ownKind(words);
      return kind === undefined ? own.defaultEngagementKind : kind;
    },
    deliveryMode: (...words) => {
      const mode = firstOf(ownMode, words);
      return mode === undefined ? own.defaultDeliveryMode : mode;
    },
    site: wordList(own.sites),
    organisation: (...words) => firstOf(ownOrganisation, words) ?? firstOf(odsCodeFromWords, words),
    regulator: wordList(REGULATORS),
    person: wordList(own.people),
  };
}
