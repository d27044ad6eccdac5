/** What the words of a grid mean: those that grids commonly use, and a practice's own by its settings. */
import { type JobRole, jobRoleFromWords } from '../../schema/domain/codes.ts';
import type { DeliveryMode, FillSource, LeaveKind } from '../../schema/domain/values.ts';
import { COVER_WORDS, DELIVERY_MODE_WORDS, LEAVE_WORDS, NOBODY_WORDS } from '../rota-words.ts';
import { type LookUp, remembered, wordList } from '../words.ts';
import type { RotaGridSettings } from './settings.ts';
import type { Times } from './times.ts';

/**
 * Times of the sessions whose words are known, where the settings do not say. AM and PM are one nominal session each, 4 h
 * 10 min (BMA model contract); OC is the core hours of a practice; EA is enhanced access on a weekday.
 */
const PRESETS: Readonly<Record<string, string>> = { AM: '08:30-12:40', PM: '14:00-18:10', OC: '08:00-18:30', EA: '18:30-20:00' };

const SESSION_WORDS: Readonly<Record<string, string>> = {
  AM: 'AM',
  'A.M.': 'AM',
  Morning: 'AM',
  PM: 'PM',
  'P.M.': 'PM',
  Afternoon: 'PM',
  Day: 'DAY',
  'All day': 'DAY',
  'Full day': 'DAY',
  FD: 'DAY',
  OC: 'OC',
  'On call': 'OC',
  Oncall: 'OC',
  Duty: 'OC',
  'Duty doctor': 'OC',
  EA: 'EA',
  'Enhanced access': 'EA',
  'Extended hours': 'EA',
};

const OFF_WORDS = ['Off', 'Day off', 'NWD', 'NW', 'N/W', 'Non working', 'Non working day', 'Not working', 'RDO', '-', '--', '–', '—'];
const LEFT_OUT_WORDS = ['Total', 'Totals', 'Count', 'Notes', 'Note', 'Key'];

export interface GridVocabulary {
  readonly session: LookUp<readonly Times[]>;
  readonly leave: LookUp<LeaveKind>;
  readonly off: LookUp<true>;
  readonly works: LookUp<true>;
  readonly cover: LookUp<FillSource>;
  readonly deliveryMode: LookUp<DeliveryMode>;
  readonly role: LookUp<JobRole>;
  readonly site: LookUp<string>;
  readonly nobody: LookUp<true>;
  readonly leftOut: LookUp<true>;
  readonly person: LookUp<{ readonly staff?: string; readonly role?: JobRole }>;
  /** Both sessions of a day: of a cell that gives no time. */
  readonly wholeDay: readonly Times[];
}

const flags = (words: readonly string[]) => wordList<true>(Object.fromEntries(words.map((word) => [word, true])));

export function createVocabulary(settings: RotaGridSettings): GridVocabulary {
  const timesOf = sessionTimes(settings.sessions);
  const nameOf = wordList(SESSION_WORDS);
  const ownRole = wordList(settings.roles);
  const ownSite = wordList(settings.sites);
  const people = wordList(settings.people);
  return {
    session: remembered((words) => timesOf(nameOf(words) ?? words)),
    leave: wordList(settings.leave, LEAVE_WORDS),
    off: flags([...OFF_WORDS, ...settings.off]),
    works: flags(settings.works),
    cover: wordList(settings.covers, COVER_WORDS),
    deliveryMode: wordList(settings.deliveryModes, DELIVERY_MODE_WORDS),
    // A section is headed in the plural: GPs, Nurses.
    role: remembered((words) => ownRole(words) ?? jobRoleFromWords(words) ?? jobRoleFromWords(words.replace(/s$/i, '')) ?? undefined),
    site: (words) => ownSite(words) ?? (isSiteCode(words) ? words : undefined),
    nobody: remembered(flags([...NOBODY_WORDS, ...settings.nobody])),
    leftOut: remembered(flags([...LEFT_OUT_WORDS, ...settings.rowsLeftOut])),
    person: remembered((words) => {
      const person = people(words);
      return typeof person === 'string' ? { staff: person } : person;
    }),
    wholeDay: timesOf('DAY') ?? [],
  };
}

/** Sessions by name: a word of the settings that is another for a known session sets that one's times. */
function sessionTimes(own: RotaGridSettings['sessions']): LookUp<readonly Times[]> {
  const nameOf = wordList(SESSION_WORDS);
  const named = Object.fromEntries(Object.entries(own).map(([words, times]) => [nameOf(words) ?? words, times]));
  const times = { ...PRESETS, ...named };
  const known = wordList(Object.fromEntries(Object.entries({ DAY: `${times.AM},${times.PM}`, ...times }).map(([name, text]) => [name, rangesOf(text)])));
  return (words) => known(words);
}

function rangesOf(text: string): readonly Times[] {
  return text.split(',').map((range) => {
    const [start = '', end = ''] = range.split('-').map((time) => time.trim());
    return { start, end };
  });
}

/** Upper-case letters with digits and dashes, as in a list of shifts; not a number alone, which may be anything in a grid. */
function isSiteCode(words: string): boolean {
  return /^(?=.*\d)(?=.*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*$/.test(words) && words.length >= 4 && words.length <= 40;
}
