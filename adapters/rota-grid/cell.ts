/** What the text of one cell says: shifts, leave, a day off, or what nobody knows. Pure. */
import type { JobRole } from '../../schema/domain/codes.ts';
import type { DeliveryMode, FillSource, LeaveKind } from '../../schema/domain/values.ts';
import { isEatenByExcel, type Times, takeRanges } from './times.ts';
import type { GridVocabulary } from './vocabulary.ts';

export interface Said {
  readonly says: 'shift' | 'leave' | 'off' | 'unclear';
  /** Empty where the cell gives none: then the heading or the day does. */
  readonly times: readonly Times[];
  readonly leave: LeaveKind | null;
  readonly role: JobRole | null;
  /** The words for the role, as they were written. */
  readonly roleAsSent: string | null;
  readonly site: string | null;
  readonly deliveryMode: DeliveryMode | null;
  readonly cover: FillSource | null;
  /** Of what is unclear: what came, by kind. */
  readonly got: string;
}

const NOTHING_SAID: Said = { says: 'shift', times: [], leave: null, role: null, roleAsSent: null, site: null, deliveryMode: null, cover: null, got: '' };
const unclear = (got: string): Said => ({ ...NOTHING_SAID, says: 'unclear', got });

/** How people part two things in one cell, the surest first. `A/L` is one word, so a stroke comes last. */
const PARTINGS = [/\s*(?:\n|;|\+|&|,|\s\/\s|\sand\s|\sthen\s)\s*/i, /\s*\/\s*/];

/** One or more things, in their order. A part that is not known is unclear, never left out. */
export function readCell(text: string, vocabulary: GridVocabulary, earliestStart: number): readonly Said[] {
  if (isEatenByExcel(text)) return [unclear('a date: Excel takes 8-1 for one; format the cells as text and type it again')];
  const said = readParted(text, 0, vocabulary, earliestStart);
  const isMixed = said.some(({ says }) => says === 'shift');
  return said.map((part) => (isMixed && part.says === 'leave' && part.times.length === 0 ? unclear('leave beside work, without its session or times') : part));
}

function readParted(text: string, level: number, vocabulary: GridVocabulary, earliestStart: number): readonly Said[] {
  const whole = readPart(text, vocabulary, earliestStart);
  const parting = PARTINGS[level];
  if (whole.says !== 'unclear' || parting === undefined) return [whole];
  const parts = text.split(parting).filter((part) => part !== '');
  if (parts.length < 2) return readParted(text, level + 1, vocabulary, earliestStart);
  const read = parts.flatMap((part) => readParted(part, level + 1, vocabulary, earliestStart));
  return level + 1 === PARTINGS.length && read.every(({ says }) => says === 'unclear') ? [whole] : read;
}

const MAX_WORDS_OF_ONE_THING = 4;

function readPart(text: string, vocabulary: GridVocabulary, earliestStart: number): Said {
  if (vocabulary.off(text)) return { ...NOTHING_SAID, says: 'off' };
  const whole = asOneThing(text, vocabulary);
  if (whole) return saidOf([whole], [], text);
  const taken = takeRanges(text, earliestStart);
  if (taken === null) return unclear('times that are not possible');
  const words = taken.rest
    .replace(/[():]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  const things: Thing[] = [];
  for (let at = 0; at < words.length; ) {
    const found = longestThing(words, at, vocabulary);
    if (found === null) return unclear(/\d/.test(text) ? 'text or times that are not known' : 'a word that is not known');
    things.push(found.thing);
    at += found.length;
  }
  return saidOf(things, taken.ranges, text);
}

type Thing = Partial<Pick<Said, 'leave' | 'role' | 'roleAsSent' | 'site' | 'deliveryMode' | 'cover'>> & { readonly session?: readonly Times[] };

function longestThing(words: readonly string[], at: number, vocabulary: GridVocabulary): { readonly thing: Thing; readonly length: number } | null {
  for (let length = Math.min(MAX_WORDS_OF_ONE_THING, words.length - at); length > 0; length -= 1) {
    const thing = asOneThing(words.slice(at, at + length).join(' '), vocabulary);
    if (thing) return { thing, length };
  }
  return null;
}

/** Leave first: a word that may be leave must never be taken for work. */
function asOneThing(words: string, vocabulary: GridVocabulary): Thing | null {
  const leave = vocabulary.leave(words);
  if (leave) return { leave };
  const session = vocabulary.session(words);
  if (session) return { session };
  if (vocabulary.works(words)) return {};
  const site = vocabulary.site(words);
  if (site) return { site };
  const role = vocabulary.role(words);
  if (role) return { role, roleAsSent: words };
  const deliveryMode = vocabulary.deliveryMode(words);
  if (deliveryMode) return { deliveryMode };
  const cover = vocabulary.cover(words);
  return cover ? { cover } : null;
}

/** Puts together what stands in one part. Two of a kind cannot both be meant, nor can one thing belong to two times. */
function saidOf(things: readonly Thing[], ranges: readonly Times[], text: string): Said {
  const sessions = things.flatMap(({ session }) => (session ? [session] : []));
  const only = <Name extends keyof Thing>(name: Name) => things.flatMap((thing) => (thing[name] === undefined || thing[name] === null ? [] : [thing[name]]));
  const times = ranges.length > 0 ? ranges : sessions.flat();
  const isAlone = KINDS.every((kind) => only(kind).length === 0);
  if (KINDS.some((kind) => only(kind).length > 1) || (!isAlone && (sessions.length > 1 || ranges.length > 1))) return unclear(TWO_AT_ONCE);
  const [leave = null] = only('leave');
  const isWork = KINDS.some((kind) => kind !== 'leave' && only(kind).length > 0);
  if (leave !== null && (isWork || (times.length > 0 && PARTED.test(text)))) return unclear(TWO_AT_ONCE);
  const [role = null] = only('role');
  const [roleAsSent = null] = only('roleAsSent');
  const [site = null] = only('site');
  const [deliveryMode = null] = only('deliveryMode');
  const [cover = null] = only('cover');
  return { says: leave === null ? 'shift' : 'leave', times, leave, role, roleAsSent, site, deliveryMode, cover, got: '' };
}

const KINDS = ['leave', 'role', 'site', 'deliveryMode', 'cover'] as const;
const PARTED = /[\n,;+&]/;
const TWO_AT_ONCE = 'two things at once: part them by a new line, each with its session or times';
