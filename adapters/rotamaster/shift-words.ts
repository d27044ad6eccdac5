/** What the words of a shift mean: by the settings, and by the post that it names. */
import { jobRoleFromWords } from '../../schema/domain/codes.ts';
import type { DeliveryMode } from '../../schema/domain/values.ts';
import type { PullRequest } from '../contract.ts';
import { foldWords, wordList } from '../words.ts';
import type { RotaMasterClient } from './client.ts';
import { type Fields, textAt, textsOf } from './fields.ts';
import type { RotaMasterSettings } from './settings.ts';
import { POST_FIELDS, type RotaMasterShift } from './wire.ts';

/** RotaMaster's number of a person within the organisation; null where it says nobody. */
export function personKey({ namespace }: RotaMasterSettings, id: string): string | null {
  return id === '' || id === '0' ? null : `ref:${namespace}:${id}`.toLowerCase();
}

interface Post {
  readonly postName: string;
  readonly location: string;
}

/** By each of the three references that a post has. GET /api/Posts, only where a shift names its post. */
export async function postsOf(client: RotaMasterClient): Promise<(reference: string) => Post | undefined> {
  if (client.settings.shiftFields?.post === undefined) return () => undefined;
  const list = await client.list('Posts');
  const byReference = new Map<string, Post>();
  for (const fields of list) {
    if (fields === null) continue;
    const { externalID, postReference, internalReference, postName, location } = textsOf(fields, POST_FIELDS);
    for (const reference of [internalReference, postReference, externalID]) if (reference !== '') byReference.set(foldWords(reference), { postName, location });
  }
  return (reference) => byReference.get(foldWords(reference));
}

export function shiftReader(settings: RotaMasterSettings, { from, to }: PullRequest, postOf: (reference: string) => Post | undefined) {
  const { shiftFields, organisationCode, defaultRole, defaultSite, withoutPerson } = settings;
  const ownRole = wordList(settings.roles);
  const siteOf = wordList<string | null>(settings.sites);
  const modeOf = wordList<DeliveryMode>(settings.deliveryModes);
  const stateOf = wordList(settings.shiftStates);
  const { date = 'date', start = 'start', end = 'end', breakMinutes = 'breakMinutes' } = shiftFields ?? {};
  const names = { date, start, end, breakMinutes };
  return (fields: Fields): RotaMasterShift['joined'] => {
    const unknown: RotaMasterShift['joined']['unknown'] = [];
    const unknownAt = (path: string | undefined, expected: string) => unknown.push({ path: path ?? '', expected });
    const reference = textAt(fields, shiftFields?.post);
    const post = postOf(reference);
    if (reference !== '' && !post) unknownAt(shiftFields?.post, 'a post that is in the list of posts');
    const roleWords = textAt(fields, shiftFields?.role) || (post?.postName ?? '');
    const role = roleWords === '' ? (defaultRole ?? null) : (ownRole(roleWords) ?? jobRoleFromWords(roleWords));
    if (role === null) unknownAt(shiftFields?.role ?? shiftFields?.post, 'a known role, or one that the setting roles has');
    const siteWords = textAt(fields, shiftFields?.site) || (post?.location ?? '');
    const known = siteWords === '' ? defaultSite : siteOf(siteWords);
    const siteCode = known === undefined && isSiteCode(siteWords) ? siteWords : known;
    if (siteCode === undefined) unknownAt(shiftFields?.site ?? shiftFields?.post, 'a site code, or a name that the setting sites has');
    const state = shiftFields?.state === undefined ? 'keep' : stateOf(textAt(fields, shiftFields.state));
    if (state === undefined) unknownAt(shiftFields?.state, 'a state that the setting shiftStates has');
    const staffKey = personKey(settings, textAt(fields, shiftFields?.person));
    if (staffKey === null && withoutPerson === 'quarantine' && state !== 'cancelled')
      unknownAt(shiftFields?.person, 'who works it; or set withoutPerson to "open"');
    return {
      window: { from, to },
      organisationCode,
      names,
      state: state ?? 'keep',
      role,
      roleAsSent: role !== null && roleWords !== '' ? roleWords : null,
      siteCode: siteCode ?? null,
      deliveryMode: modeOf(siteWords) ?? modeOf(roleWords) ?? 'ON_SITE',
      staffKey,
      unknown,
    };
  };
}

/** Upper-case letters and digits with dashes, at least one digit: a name of one word is no code. */
function isSiteCode(words: string): boolean {
  return /^(?=.*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*$/.test(words) && words.length <= 40;
}
