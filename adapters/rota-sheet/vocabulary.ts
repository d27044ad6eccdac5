/** What the words of a rota mean: those that rotas commonly use, and a practice's own by its settings. */
import { type JobRole, jobRoleFromWords } from '../../schema/domain/codes.ts';
import { type DeliveryMode, type FillSource, type LeaveKind, odsCode, type ShiftStatus } from '../../schema/domain/values.ts';
import { COVER_WORDS, DELIVERY_MODE_WORDS, LEAVE_WORDS, NOBODY_WORDS } from '../rota-words.ts';
import { type LookUp, remembered, wordList } from '../words.ts';
import type { RotaSheetSettings } from './settings.ts';

const STATUSES: Readonly<Record<string, ShiftStatus>> = {
  Open: 'OPEN',
  Vacant: 'OPEN',
  Unfilled: 'OPEN',
  Uncovered: 'OPEN',
  Gap: 'OPEN',
  'To fill': 'OPEN',
  'To be filled': 'OPEN',
  Filled: 'FILLED',
  Covered: 'FILLED',
  Booked: 'FILLED',
  Confirmed: 'FILLED',
  Assigned: 'FILLED',
  Cancelled: 'CANCELLED',
  Canceled: 'CANCELLED',
  'Not needed': 'CANCELLED',
};

export interface Vocabulary {
  readonly role: LookUp<JobRole>;
  readonly deliveryMode: LookUp<DeliveryMode>;
  readonly status: LookUp<ShiftStatus>;
  readonly cover: LookUp<FillSource | null>;
  readonly leave: LookUp<LeaveKind | null>;
  readonly site: LookUp<string>;
  readonly organisation: LookUp<string>;
  readonly nobody: LookUp<true>;
}

export function createVocabulary(settings: RotaSheetSettings): Vocabulary {
  const ownRole = wordList(settings.roles);
  const ownSite = wordList(settings.sites);
  const ownOrganisation = wordList(settings.organisations);
  return {
    role: remembered((words) => ownRole(words) ?? jobRoleFromWords(words) ?? undefined),
    deliveryMode: remembered(wordList(settings.deliveryModes, DELIVERY_MODE_WORDS)),
    status: remembered(wordList(settings.statuses, STATUSES)),
    cover: remembered(wordList<FillSource | null>(settings.covers, COVER_WORDS)),
    leave: remembered(wordList<LeaveKind | null>(settings.leave, LEAVE_WORDS)),
    site: remembered((words) => ownSite(words) ?? (isSiteCode(words) ? words : undefined)),
    organisation: remembered((words) => ownOrganisation(words) ?? (odsCode.safeParse(words).success ? words : undefined)),
    nobody: remembered(wordList<true>(Object.fromEntries([...NOBODY_WORDS, ...settings.nobody].map((word) => [word, true])))),
  };
}

/** Upper-case letters and digits with dashes, at least one digit: a name of one word is no code. */
function isSiteCode(words: string): boolean {
  return /^(?=.*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*$/.test(words) && words.length <= 40;
}
