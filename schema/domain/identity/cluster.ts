/** From weighed pairs to people. Pure, and the same whatever the order of records and pairs. */
import { compareGivenNames, type SharedUse } from './compare.ts';
import type { PreparedRecord } from './prepared.ts';
import { type Bar, haveOtherNumbers, type Score, score } from './score.ts';
import { THRESHOLDS } from './weights.ts';

export interface WeighedPair {
  readonly a: string;
  readonly b: string;
  readonly score: Score;
}

/** What a person has said of two records. */
export interface Decision {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

export interface Resolution {
  /** Record → name of its group: the least of its records' names. */
  readonly groupOf: ReadonlyMap<string, string>;
  /** Pairs in different groups that a person is asked about, the likeliest first. */
  readonly reviews: readonly WeighedPair[];
}

/** Bits by which one of two joins that exclude each other must be better to be made without asking. */
const CLEAR_LEAD_BITS = 6;

/**
 * Groups records. Certain joins come first, then the best. A join is made only where every record of the one group
 * may be the same person as every record of the other: no chain ever brings together what a pair keeps apart.
 */
export function cluster(
  records: ReadonlyMap<string, PreparedRecord>,
  pairs: readonly WeighedPair[],
  decisions: readonly Decision[],
  shared: SharedUse,
): Resolution {
  const groups = new Groups(records.keys());
  const said = new Map(decisions.map(({ a, b, same }) => [pairKey(a, b), same]));
  const known = new Map(pairs.map((pair) => [pairKey(pair.a, pair.b), pair.score]));
  const scoreOf = (a: string, b: string): Score | null => {
    const weighed = known.get(pairKey(a, b));
    if (weighed) return weighed;
    const [left, right] = [records.get(a), records.get(b)];
    return left && right ? score(left, right, shared) : null;
  };
  /** Whether nothing keeps any record of the one group from any of the other. */
  const mayJoin = (a: string, b: string, isDecided: boolean) => {
    const [lefts, rights] = [groups.membersOf(a), groups.membersOf(b)];
    const bridged = (left: string, right: string) => isBridged(records, [...lefts, ...rights], left, right);
    return lefts.every((left) =>
      rights.every((right) =>
        mayBeOne(
          said.get(pairKey(left, right)),
          isDecided,
          () => scoreOf(left, right),
          () => bridged(left, right),
        ),
      ),
    );
  };

  for (const { a, b } of decisions.filter(({ same }) => same).sort(byName)) {
    const [left, right] = [records.get(a), records.get(b)];
    if (left && right && !haveOtherNumbers(left, right) && mayJoin(a, b, true)) groups.join(a, b);
  }
  const contested = findContested(pairs, (left, right, middle) =>
    mayBeOne(
      said.get(pairKey(left, right)),
      false,
      () => scoreOf(left, right),
      () => isBridged(records, [middle], left, right),
    ),
  );
  for (const pair of inOrder(pairs)) {
    if (pair.score.verdict !== 'JOIN' || groups.areOne(pair.a, pair.b)) continue;
    if (!contested.has(pair) && mayJoin(pair.a, pair.b, false)) groups.join(pair.a, pair.b);
  }
  const groupOf = new Map([...records.keys()].map((id) => [id, groups.nameOf(id)]));
  return { groupOf, reviews: reviewsOf(pairs, said, groupOf) };
}

/** Bars that hold between any two records of one group, not only between the two that are compared. */
const LASTING: ReadonlySet<Bar> = new Set(['OTHER_REGISTER_NUMBER', 'OTHER_GIVEN_NAME', 'TWINS', 'OTHER_NAME_ENTIRELY', 'OTHER_BIRTH_DATE']);

function mayBeOne(saidSame: boolean | undefined, isDecided: boolean, weigh: () => Score | null, bridged: () => boolean): boolean {
  if (saidSame === false) return false;
  const result = weigh();
  if (result === null) return true;
  // Where a person says that two are one, only what no person can say away stands against it: they may have said it
  // before either had a number.
  if (saidSame || isDecided) return result.bar !== 'OTHER_REGISTER_NUMBER';
  if (result.certain || result.bar === null || !LASTING.has(result.bar)) return true;
  return result.bar === 'OTHER_GIVEN_NAME' && bridged();
}

/**
 * Whether some record of the group goes by both names: "Helen Bilal" between Helen and Bilal, "Robert" between Bob and
 * Robrt. An initial bridges nothing: it fits twins.
 */
function isBridged(records: ReadonlyMap<string, PreparedRecord>, group: readonly string[], left: string, right: string): boolean {
  const goesBy = (id: string, record: PreparedRecord) => {
    const other = records.get(id);
    const level = other && compareGivenNames(other, record);
    return level !== undefined && level !== 'DIFFERENT' && level !== 'INITIAL';
  };
  return group.some((id) => {
    const middle = records.get(id);
    return middle !== undefined && id !== left && id !== right && goesBy(left, middle) && goesBy(right, middle);
  });
}

/**
 * Joins of one record with two that cannot be the same person, neither clearly better: an initial at an address that two
 * people had. Made either way it would be a guess.
 */
function findContested(pairs: readonly WeighedPair[], mayAllBeOne: (left: string, right: string, middle: string) => boolean): ReadonlySet<WeighedPair> {
  const joinsOf = new Map<string, WeighedPair[]>();
  for (const pair of pairs) {
    if (pair.score.verdict !== 'JOIN' || pair.score.certain) continue;
    for (const id of [pair.a, pair.b]) {
      const list = joinsOf.get(id);
      if (list) list.push(pair);
      else joinsOf.set(id, [pair]);
    }
  }
  const contested = new Set<WeighedPair>();
  for (const [id, joins] of joinsOf) {
    for (const [index, one] of joins.entries()) {
      for (const other of joins.slice(index + 1)) {
        if (Math.abs(one.score.bits - other.score.bits) >= CLEAR_LEAD_BITS) continue;
        const [left, right] = [one.a === id ? one.b : one.a, other.a === id ? other.b : other.a];
        if (mayAllBeOne(left, right, id)) continue;
        contested.add(one).add(other);
      }
    }
  }
  return contested;
}

function reviewsOf(pairs: readonly WeighedPair[], said: ReadonlyMap<string, boolean>, groupOf: ReadonlyMap<string, string>): readonly WeighedPair[] {
  const asked = new Map<string, WeighedPair>();
  const byName = new Map<string, Set<string>>();
  for (const pair of inOrder(pairs)) {
    const [left, right] = [groupOf.get(pair.a) ?? pair.a, groupOf.get(pair.b) ?? pair.b];
    if (left === right || said.get(pairKey(pair.a, pair.b)) === false || pair.score.bits < THRESHOLDS.review || pair.score.verdict === 'APART') continue;
    if (pair.score.bar === 'NAME_ALONE')
      for (const [one, other] of [
        [left, right],
        [right, left],
      ] as const)
        byName.set(one, (byName.get(one) ?? new Set()).add(other));
    const key = pairKey(left, right);
    if (!asked.has(key)) asked.set(key, pair);
  }
  // A name alone is worth a question where only one other person has it; among several it would be a lottery.
  return [...asked.values()].filter(({ a, b, score: { bar } }) => {
    const namesakes = (id: string) => byName.get(groupOf.get(id) ?? id)?.size ?? 0;
    return bar !== 'NAME_ALONE' || (namesakes(a) <= 1 && namesakes(b) <= 1);
  });
}

export function pairKey(a: string, b: string): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`;
}

const byName = (one: { readonly a: string; readonly b: string }, other: { readonly a: string; readonly b: string }) =>
  compareText(pairKey(one.a, one.b), pairKey(other.a, other.b));

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function inOrder(pairs: readonly WeighedPair[]): readonly WeighedPair[] {
  return [...pairs].sort((one, other) => Number(other.score.certain) - Number(one.score.certain) || other.score.bits - one.score.bits || byName(one, other));
}

/** Groups that are joined two at a time. */
class Groups {
  readonly #members = new Map<string, string[]>();

  constructor(ids: Iterable<string>) {
    for (const id of ids) this.#members.set(id, [id]);
  }

  membersOf(id: string): readonly string[] {
    return this.#members.get(id) ?? [id];
  }

  areOne(a: string, b: string): boolean {
    return this.#members.get(a) === this.#members.get(b);
  }

  join(a: string, b: string): void {
    const [left, right] = [this.#members.get(a), this.#members.get(b)];
    if (!left || !right || left === right) return;
    left.push(...right);
    for (const id of right) this.#members.set(id, left);
  }

  nameOf(id: string): string {
    return this.membersOf(id).toSorted(compareText)[0] ?? id;
  }
}
