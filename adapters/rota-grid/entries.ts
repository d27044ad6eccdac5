/** From what stands in a cell and around it to entries: whose it is, in which role, where, and when. Pure. */
import { hash } from 'node:crypto';
import { foldName } from '../../platform/table/cells.ts';
import type { JobRole } from '../../schema/domain/codes.ts';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import type { Said } from './cell.ts';
import type { Entry, Found, Labels } from './layout.ts';
import type { RotaGridSettings } from './settings.ts';
import type { Times } from './times.ts';
import type { GridVocabulary } from './vocabulary.ts';
import type { GridPull, RotaGridEntry } from './wire.ts';

export interface Named {
  readonly entry: RotaGridEntry;
  /** What it is known by; null when its day is not known: then it may be any. */
  readonly identity: { readonly parts: readonly string[]; readonly isOpen: boolean } | null;
  /** 1 for the first entry of its cell. */
  readonly part: number;
}

/** Reads cells as one practice writes them: the words of a cell are worked out once. */
export interface Reading {
  readonly settings: RotaGridSettings;
  readonly vocabulary: GridVocabulary;
  readonly readCell: (text: string) => readonly Said[];
}

export function entriesOf(found: Found, pull: GridPull, reading: Reading): readonly Named[] {
  if (found.kind === 'entry') return entriesOfCell(found.entry, pull, reading);
  const { kind: says, cell } = found;
  const problems = found.kind === 'broken' ? [found.problem] : [];
  return [{ entry: { ...emptyEntry(pull, reading.settings), cell, says, problems }, identity: null, part: 1 }];
}

function emptyEntry(pull: GridPull, { defaultSite, defaultDeliveryMode }: RotaGridSettings): RotaGridEntry {
  const nothing = { day: null, times: null, leave: null, staffKey: null, role: null, roleAsSent: null, cover: null };
  return { ...nothing, pull, cell: '', says: 'unclear', siteCode: defaultSite, deliveryMode: defaultDeliveryMode, problems: [] };
}

function entriesOfCell(entry: Entry, pull: GridPull, { settings, vocabulary, readCell }: Reading): readonly Named[] {
  const { cell, text, day, labels } = entry;
  const person = personOf(labels, settings, vocabulary);
  const read = text === '' ? [UNREADABLE] : readCell(text);
  const said = entry.sessionProblem === null ? read : read.map((part) => (part.times.length > 0 || part.says === 'off' ? part : UNREADABLE));
  const whole = emptyEntry(pull, settings);
  return said
    .flatMap((part) => timesOf(part, entry, vocabulary).map((times) => ({ part, times })))
    .map(({ part, times }, index) => {
      const role = roleOf(part, person, labels, settings, vocabulary);
      const site = siteOf(part, labels, settings, vocabulary);
      const isWork = part.says === 'shift';
      const problems: RecordProblem[] = [...entry.problems];
      if (part === UNREADABLE && entry.sessionProblem) problems.push(entry.sessionProblem);
      else if (part.says === 'unclear' && text !== '') problems.push({ path: cell, expected: WORDS, got: part.got });
      if (part.says !== 'off' && person.problem) problems.push(person.problem);
      if (part.says === 'leave' && person.key === null && !person.problem)
        problems.push({ path: labels.cellOf('person'), expected: 'who is away', got: 'nobody' });
      if (isWork) problems.push(...[role.problem, site.problem].filter((problem) => problem !== null));
      const named: RotaGridEntry = {
        ...whole,
        cell,
        says: part.says,
        day,
        times,
        leave: part.leave,
        staffKey: person.key,
        role: role.role,
        roleAsSent: role.roleAsSent,
        siteCode: site.code,
        deliveryMode: part.deliveryMode ?? whole.deliveryMode,
        cover: part.cover,
        problems,
      };
      return { entry: named, identity: identityOf(named, person, labels, text), part: index + 1 };
    });
}

const WORDS = 'a session, times as 08:00-13:00, leave, a role or site that is known, or a word that the settings have';

/** A cell that Excel could not work out, or whose session is not known: what is wrong is told beside it. */
const UNREADABLE: Said = { says: 'unclear', times: [], leave: null, role: null, roleAsSent: null, site: null, deliveryMode: null, cover: null, got: '' };

/** Its own times, else those of the heading or row, else both sessions of the day; null for leave of a whole day. */
function timesOf(part: Said, { sessions, isWholeDay }: Entry, { wholeDay }: GridVocabulary): readonly (Times | null)[] {
  if (part.says === 'off' || part.says === 'unclear') return [null];
  if (part.times.length > 0) return part.times;
  if (part.says === 'leave') return sessions.length === 0 || isWholeDay ? [null] : sessions;
  return sessions.length === 0 ? wholeDay : sessions;
}

/** By day, person and start, so that a longer shift is the same one; what cannot be read goes by its text. */
function identityOf({ says, day, times, role, siteCode }: RotaGridEntry, { key, problem }: Person, { person }: Labels, text: string): Named['identity'] {
  if (day === null || says === 'left out') return null;
  const isOpen = says === 'shift' && key === null;
  const what = says === 'shift' || says === 'leave' ? [says, times?.start ?? ''] : [says, text];
  return { parts: [day, key ?? (problem ? person : ''), ...what, ...(isOpen ? [role ?? '', siteCode ?? ''] : [])], isOpen: isOpen || says === 'off' };
}

interface Person {
  /** Null when nobody has the shift, or when there is a problem. */
  readonly key: string | null;
  readonly role: JobRole | null;
  readonly problem: RecordProblem | null;
}

const EMAIL = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/;

/** By the column of e-mails or payroll numbers, else by the name: a name alone is nobody's key, unless the settings say so. */
function personOf({ person, staff, cellOf }: Labels, { staff: how, blankPerson }: RotaGridSettings, vocabulary: GridVocabulary): Person {
  const set = person === '' ? undefined : vocabulary.person(person);
  const isNobody = person === '' ? blankPerson === 'nobody' : vocabulary.nobody(person) === true || /^[\s?.–—-]+$/.test(person);
  const role = set?.role ?? null;
  const written = staff || set?.staff || (EMAIL.test(person) ? person : '');
  if (written === '' && isNobody) return { key: null, role, problem: null };
  if (written !== '') {
    const key = how.by === 'payroll' ? payrollKey(written, how.namespace) : EMAIL.test(written) ? `work-email:${written.toLowerCase()}` : null;
    const expected = how.by === 'payroll' ? 'a payroll number' : 'a work e-mail address';
    return { key, role, problem: key ? null : { path: cellOf('staff'), expected, got: 'text that is none' } };
  }
  if (person === '') return { key: null, role, problem: { path: cellOf('person'), expected: 'who, or a word for nobody', got: 'nothing' } };
  if (how.by === 'name' && vocabulary.role(person) === undefined) return { key: `ref:${how.namespace}:${digestOf(person)}`, role, problem: null };
  const expected = 'a person that the setting people has, one with a work e-mail or payroll number beside the name, or a word for nobody';
  return { key: null, role, problem: { path: cellOf('person'), expected, got: 'a name that is not known' } };
}

function payrollKey(number: string, namespace: string): string | null {
  return /^[A-Z0-9/-]{1,30}$/i.test(number) ? `payroll:${namespace}:${number.toLowerCase()}` : null;
}

const digestOf = (name: string) => hash('sha256', foldName(name), 'hex').slice(0, 24);

interface ReadRole {
  readonly role: JobRole | null;
  readonly roleAsSent: string | null;
  readonly problem: RecordProblem | null;
}

/** The cell's, else that beside the name, of the settings, of the section, or the default. */
function roleOf(part: Said, person: Person, labels: Labels, { defaultRole }: RotaGridSettings, vocabulary: GridVocabulary): ReadRole {
  if (part.role) return { role: part.role, roleAsSent: part.roleAsSent, problem: null };
  const written = labels.role === '' ? undefined : vocabulary.role(labels.role);
  const path = labels.cellOf('role');
  const unknown = { path, expected: 'a known role, or one that the setting roles has', got: 'a word that is not known' };
  if (labels.role !== '') return written ? { role: written, roleAsSent: labels.role, problem: null } : { role: null, roleAsSent: null, problem: unknown };
  if (person.role) return { role: person.role, roleAsSent: null, problem: null };
  const section = labels.section === '' ? undefined : vocabulary.role(labels.section);
  if (section) return { role: section, roleAsSent: labels.section, problem: null };
  if (defaultRole) return { role: defaultRole, roleAsSent: null, problem: null };
  const expected = 'a role beside the name, above it, in the cell or in the settings';
  return { role: null, roleAsSent: null, problem: { path, expected, got: labels.section === '' ? 'none' : 'a section that names none' } };
}

function siteOf(part: Said, labels: Labels, { defaultSite }: RotaGridSettings, vocabulary: GridVocabulary) {
  if (part.site) return { code: part.site, problem: null };
  if (labels.site === '') return { code: defaultSite, problem: null };
  const code = vocabulary.site(labels.site);
  const problem = { path: labels.cellOf('site'), expected: 'a site code, or a name that the setting sites has', got: 'a word that is not known' };
  return code ? { code, problem: null } : { code: defaultSite, problem };
}
