/** What the words of a department's rota mean: its own by its settings, and the few that are known. */
import { jobRoleFromWords } from '../../schema/domain/codes.ts';
import type { DeliveryMode, LeaveKind } from '../../schema/domain/values.ts';
import { foldWords, wordList } from '../words.ts';
import type { RotamapSettings } from './settings.ts';
import type { RotamapAssignment, RotamapLeave } from './wire.ts';

const LEAVE_TYPES: Readonly<Record<string, LeaveKind>> = { 'Annual leave': 'ANNUAL', Annual: 'ANNUAL', 'Study leave': 'STUDY', Study: 'STUDY' };

const LEAVE_STATES: Readonly<Record<string, 'granted' | 'not-granted'>> = {
  Approved: 'granted',
  Granted: 'granted',
  Pending: 'not-granted',
  Requested: 'not-granted',
  Rejected: 'not-granted',
  Declined: 'not-granted',
  Cancelled: 'not-granted',
  Withdrawn: 'not-granted',
};

type Joined = RotamapAssignment['joined'];

/** The words of an assignment, whichever API they came by. */
export interface AssignmentWords {
  readonly session: string;
  readonly role: string;
  readonly place: string;
  /** Stands before the place's name where there is one. */
  readonly placeCode: string;
  /** Other words by which an assignment may be left out. */
  readonly types: readonly string[];
  /** Undefined when it cannot be told who it is. */
  readonly staffKey: string | undefined;
  /** Field → what a message calls it. */
  readonly paths: { readonly role: string; readonly place: string; readonly person: string };
}

export interface Vocabulary {
  readonly assignment: (words: AssignmentWords) => Omit<Joined, 'window' | 'organisationCode'>;
  readonly leave: (type: string, state: string) => Pick<RotamapLeave['joined'], 'kind' | 'isGranted' | 'unknown'>;
}

export function createVocabulary(settings: RotamapSettings): Vocabulary {
  const ownRole = wordList(settings.roles);
  const siteOf = wordList<string | null>(settings.sites);
  const modeOf = wordList<DeliveryMode>(settings.deliveryModes);
  const sessionOf = wordList(settings.sessions);
  const isLeftOut = wordList<true>(Object.fromEntries(settings.leaveOut.map((words) => [words, true])));
  const typeOf = wordList<LeaveKind>(settings.leaveTypes, LEAVE_TYPES);
  const stateOf = wordList(settings.leaveStates, LEAVE_STATES);

  function siteCodeOf({ place, placeCode, paths }: AssignmentWords, unknown: Joined['unknown']): string | null {
    if (place === '' && placeCode === '') return settings.defaultSite;
    for (const words of [placeCode, place]) {
      const known = siteOf(words);
      if (known !== undefined) return known;
    }
    const code = [placeCode, place].find(isSiteCode);
    if (code === undefined) unknown.push({ path: paths.place, expected: 'a site code, or a place that the setting sites has' });
    return code ?? null;
  }

  return {
    assignment(words) {
      const { role: roleWords, place, staffKey, paths } = words;
      const leftOut = [roleWords, place, ...words.types].some((word) => isLeftOut(word));
      const unknown: Joined['unknown'] = [];
      const session = sessionOf(words.session) ?? sessionOf(SAME_SESSION[foldWords(words.session)] ?? '');
      const role = roleWords === '' ? (settings.defaultRole ?? null) : (ownRole(roleWords) ?? jobRoleFromWords(roleWords) ?? null);
      if (role === null) unknown.push({ path: paths.role, expected: 'a known role, or one that the setting roles or leaveOut has' });
      const siteCode = siteCodeOf(words, unknown);
      if (staffKey === undefined) unknown.push({ path: paths.person, expected: 'who works it' });
      return {
        session: session ? { start: session.start ?? null, minutes: session.minutes } : null,
        leftOut,
        role,
        roleAsSent: role !== null && roleWords !== '' ? roleWords : null,
        siteCode,
        deliveryMode: modeOf(place) ?? modeOf(roleWords) ?? 'ON_SITE',
        staffKey: staffKey ?? null,
        unknown,
      };
    },
    leave(type, state) {
      // A department publishes leave once it is granted; where it says nothing of a state, it stands.
      const known = state === '' ? 'granted' : stateOf(state);
      const unknown = known === undefined ? [{ path: 'leave_request.state', expected: 'a known state, or one that the setting leaveStates has' }] : [];
      return { kind: typeOf(type) ?? 'AWAY', isGranted: known !== 'not-granted', unknown };
    },
  };
}

/** Rotamap itself writes the evening in two ways: `eve` in the rota, `evening` in bids. */
const SAME_SESSION: Readonly<Record<string, string>> = { eve: 'evening', evening: 'eve' };

/** Upper-case letters and digits with dashes, at least one digit: a name of one word is no code. */
function isSiteCode(words: string): boolean {
  return /^(?=.*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*$/.test(words) && words.length <= 40;
}
