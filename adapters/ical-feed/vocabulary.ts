/** What the titles, places and people of a feed mean: by the words that are common, and a site's own by its settings. */
import { createHash } from 'node:crypto';
import { type JobRole, jobRoleFromWords } from '../../schema/domain/codes.ts';
import type { DeliveryMode, LeaveKind } from '../../schema/domain/values.ts';
import { LEAVE_WORDS, NOBODY_WORDS } from '../rota-words.ts';
import { wordList } from '../words.ts';
import type { Attendee, FeedEvent } from './event.ts';
import type { IcalFeedSettings } from './settings.ts';
import type { IcalOccurrence } from './wire.ts';

/** What calendars say of being away beside what rotas say. */
const CALENDAR_LEAVE: Readonly<Record<string, LeaveKind>> = { 'On leave': 'AWAY', 'Out of office': 'AWAY', 'Not working': 'AWAY' };

export type Meaning = Pick<
  IcalOccurrence,
  'isCancelled' | 'unwanted' | 'leave' | 'role' | 'roleAsSent' | 'siteCode' | 'deliveryMode' | 'staffKey' | 'unknown'
> & {
  /** Tells the people of one event apart; '' where there is one, or none. */
  readonly person: string;
};

type Group = 'role' | 'site' | 'person';
interface Found {
  readonly words: string;
  readonly path: 'SUMMARY' | 'LOCATION';
}
type Unknown = IcalOccurrence['unknown'][number];
interface Who {
  readonly staffKey: string | null;
  readonly unknown: readonly Unknown[];
  readonly person: string;
}

/** Gives the function that tells what an event means, once for each person who takes part in it. */
export function createReader(settings: IcalFeedSettings): (event: FeedEvent) => readonly Meaning[] {
  const patterns = [
    ['SUMMARY', new RegExp(settings.summary, 'iu')],
    ['LOCATION', new RegExp(settings.location, 'iu')],
  ] as const;
  const ownRole = wordList(settings.roles);
  const leaveOf = wordList<LeaveKind | null>(settings.leave, LEAVE_WORDS, CALENDAR_LEAVE);
  const siteOf = wordList<string | null>(settings.sites);
  const modeOf = wordList<DeliveryMode>(settings.deliveryModes);
  const isLeftOut = wordList<true>(Object.fromEntries(settings.leaveOut.map((words) => [words, true])));
  const isNobody = wordList<true>(Object.fromEntries([...NOBODY_WORDS, ...settings.nobody].map((words) => [words, true])));
  const emailOf = wordList(settings.people);

  function find({ summary, location }: FeedEvent): Readonly<Record<Group, Found | null>> {
    const found: Record<Group, Found | null> = { role: null, site: null, person: null };
    for (const [path, pattern] of patterns) {
      const groups = pattern.exec(path === 'SUMMARY' ? summary : location)?.groups ?? {};
      for (const group of ['role', 'site', 'person'] as const) {
        const words = groups[group]?.trim();
        if (words) found[group] ??= { words, path };
      }
    }
    return found;
  }

  function keyOf(words: string): string | null | undefined {
    if (isNobody(words) || /^[\s?.–—-]+$/.test(words)) return null;
    const email = isAddress(words) ? words : emailOf(words);
    return email === undefined ? undefined : `work-email:${email.toLowerCase()}`;
  }

  function oneOf(key: string | null | undefined, problem: Unknown): Who {
    return { staffKey: key ?? null, unknown: key === undefined ? [problem] : [], person: '' };
  }

  function nobody(path: string, isCancelled: boolean): Who {
    const isKnown = isCancelled || settings.withoutPerson === 'open';
    return { staffKey: null, unknown: isKnown ? [] : [{ path, expected: 'who works it; or set withoutPerson to "open"' }], person: '' };
  }

  function who(event: FeedEvent, found: Found | null, isCancelled: boolean): readonly Who[] {
    const { staff } = settings;
    if (staff.by === 'feed') return [{ staffKey: `work-email:${staff.workEmail.toLowerCase()}`, unknown: [], person: '' }];
    if (staff.by === 'name') {
      if (!found) return [nobody('SUMMARY', isCancelled)];
      return [oneOf(keyOf(found.words), { path: found.path, expected: 'a work e-mail address, or a name that the setting people has' })];
    }
    const people = event.attendees.filter(takesPart);
    if (people.length === 0) return [nobody('ATTENDEE', isCancelled)];
    return people.map((attendee) => {
      const words = wordsOf(attendee);
      const one = oneOf(keyOf(words), { path: 'ATTENDEE', expected: 'the address of a person, or a name that the setting people has' });
      return people.length === 1 ? one : { ...one, person: `~${createHash('sha256').update(words.toLowerCase()).digest('hex').slice(0, 8)}` };
    });
  }

  function unwantedOf({ classification, status }: FeedEvent, role: string): string | null {
    if (classification === 'PRIVATE' || classification === 'CONFIDENTIAL') return 'marked as private';
    if (isLeftOut(role)) return 'of a kind that the settings leave out';
    return status === 'TENTATIVE' && settings.tentative === 'skip' ? 'not confirmed' : null;
  }

  function roleOf(found: Found | null, unknown: Unknown[]): JobRole | null {
    if (found === null) {
      if (!settings.defaultRole) unknown.push({ path: 'SUMMARY', expected: 'a role, or the setting defaultRole' });
      return settings.defaultRole ?? null;
    }
    const role = ownRole(found.words) ?? jobRoleFromWords(found.words);
    if (role === null) unknown.push({ path: found.path, expected: 'a known role, or one that the setting roles, leave or leaveOut has' });
    return role;
  }

  function siteCodeOf(found: Found | null, unknown: Unknown[]): string | null {
    if (found === null) return settings.defaultSite;
    const code = siteOf(found.words) ?? (siteOf(found.words) === undefined && isSiteCode(found.words) ? found.words : undefined);
    if (code === undefined && siteOf(found.words) === undefined)
      unknown.push({ path: found.path, expected: 'a site code, or a name that the setting sites has' });
    return code ?? null;
  }

  return (event) => {
    const { role: roleWords, site, person } = find(event);
    const unwanted = unwantedOf(event, roleWords?.words ?? '');
    const isCancelled = event.status === 'CANCELLED';
    const leave = (roleWords && leaveOf(roleWords.words)) ?? null;
    const unknown: Unknown[] = [];
    const role = leave === null && unwanted === null ? roleOf(roleWords, unknown) : null;
    const siteCode = leave === null && unwanted === null ? siteCodeOf(site, unknown) : null;
    const deliveryMode = (site && modeOf(site.words)) ?? (roleWords && modeOf(roleWords.words)) ?? settings.defaultDeliveryMode;
    const roleAsSent = role === null ? null : (roleWords?.words ?? null);
    return who(event, person, isCancelled).map((one) => ({
      isCancelled,
      unwanted,
      leave,
      role,
      roleAsSent,
      siteCode,
      deliveryMode,
      staffKey: one.staffKey,
      unknown: [...unknown, ...one.unknown],
      person: one.person,
    }));
  };
}

const isAddress = (words: string) => /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(words);

/** Not a room, not one who was only told of it, not one who declined. */
function takesPart({ type, role, answer }: Attendee): boolean {
  return type !== 'ROOM' && type !== 'RESOURCE' && role !== 'NON-PARTICIPANT' && answer !== 'DECLINED';
}

/** The mailbox, else the name. */
function wordsOf({ address, email, name }: Attendee): string {
  const mailbox = address.replace(/^mailto:/i, '');
  return [mailbox, email].find(isAddress) ?? name;
}

/** Upper-case letters and digits with dashes, at least one digit: a name of one word is no code. */
function isSiteCode(words: string): boolean {
  return /^(?=.*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*$/.test(words) && words.length <= 40;
}
