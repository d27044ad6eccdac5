/** Two records weighed: the sum, what stands against joining them whatever the sum, and the verdict. Pure. */
import { compare, NOTHING_SHARED, type SharedUse } from './compare.ts';
import type { PreparedRecord } from './prepared.ts';
import { COMPARISON_NAMES, COMPARISONS, type ComparisonName, type Levels, PRIOR_BITS, probabilityOf, THRESHOLDS, titleOf, weightOf } from './weights.ts';

export type Verdict = 'JOIN' | 'REVIEW' | 'APART';

/** What stands against joining two records, whatever their sum. */
export const BARS = {
  OTHER_REGISTER_NUMBER: 'Two valid numbers of one regulator are two people.',
  NAME_ALONE: 'A name, or an address made from one, never joins by itself.',
  OTHER_GIVEN_NAME: 'The given names differ: twins share a birth date and a home, and a successor may be given the address or the payroll number.',
  TWINS: 'A birth date and a family name are what twins have in common; the given names are alike, and no more than that.',
  OTHER_NAME_ENTIRELY: 'The number is the same and nothing of the name is: a number in the wrong row looks like this.',
  OTHER_BIRTH_DATE: 'The birth dates differ: somebody of that name may follow on the address or the payroll number.',
} as const;
export type Bar = keyof typeof BARS;

export interface Score {
  readonly levels: Levels;
  /** Bits, from the prior. */
  readonly bits: number;
  /** Joined on a number that names one person, not by the sum. */
  readonly certain: boolean;
  readonly bar: Bar | null;
  readonly verdict: Verdict;
}

/** Weighs two records. The same in either order. */
export function score(a: PreparedRecord, b: PreparedRecord, shared: SharedUse = NOTHING_SHARED): Score {
  const levels = compare(a, b, shared);
  let bits = PRIOR_BITS;
  for (const name of COMPARISON_NAMES) {
    const level = levels[name];
    if (level !== undefined) bits += weightOf(name, level);
  }
  if (haveOtherNumbers(a, b)) return { levels, bits, certain: false, bar: 'OTHER_REGISTER_NUMBER', verdict: 'APART' };
  const names = levels.registration === 'SAME' || levels.account === 'SAME';
  const bar = names ? barOfNumber(levels) : barOfSum(levels);
  const certain = names && bar === null;
  return { levels, bits, certain, bar, verdict: certain ? 'JOIN' : verdictOf(bits, bar) };
}

function verdictOf(bits: number, bar: Bar | null): Verdict {
  if (bits >= THRESHOLDS.join && bar === null) return 'JOIN';
  return bits >= THRESHOLDS.review ? 'REVIEW' : 'APART';
}

/** Whether some regulator's numbers of the two are different and none is the same. */
export function haveOtherNumbers(a: PreparedRecord, b: PreparedRecord): boolean {
  for (const [regulator] of a.numbers) {
    const isNumbered = b.numbers.some(([other]) => other === regulator);
    if (isNumbered && !a.numbers.some(([own, number]) => own === regulator && b.numbers.some(([other, its]) => other === regulator && its === number)))
      return true;
  }
  return false;
}

function barOfNumber({ givenName, familyName, birthDate }: Levels): Bar | null {
  return givenName === 'DIFFERENT' && familyName === 'DIFFERENT' && birthDate !== 'SAME' ? 'OTHER_NAME_ENTIRELY' : null;
}

/** A bar yields to evidence that those whom it is there for do not have in common: twins have no address in common. */
function barOfSum({ givenName, familyName, birthDate, payroll, email, phone }: Levels): Bar | null {
  const isOwn = email === 'SAME' || email === 'SLIP' || payroll === 'SAME';
  const isMobile = phone === 'SAME_MOBILE';
  const isBirthDate = birthDate === 'SAME';
  const goesByAnotherName = isMobile && email === 'SAME' && (isBirthDate || familyName === 'SAME');
  if (givenName === 'DIFFERENT' && !goesByAnotherName) return 'OTHER_GIVEN_NAME';
  const isSlipOfDate = isMobile && isOwn && givenName === 'SAME' && familyName === 'SAME';
  if (birthDate === 'DIFFERENT' && !isSlipOfDate) return 'OTHER_BIRTH_DATE';
  if (isBirthDate && familyName === 'SAME' && (givenName === 'ONE_OF' || givenName === 'SLIP') && !isOwn) return 'TWINS';
  return isOwn || isBirthDate || isMobile || phone === 'SAME_LANDLINE' ? null : 'NAME_ALONE';
}

/** One step of the waterfall: what was compared, what was found, and how far it moves the sum. No value of a record. */
export interface WaterfallStep {
  readonly comparison: ComparisonName | 'prior';
  readonly title: string;
  readonly found: string;
  readonly bits: number;
  /** The sum behind this step. */
  readonly total: number;
}

export interface Explanation {
  readonly steps: readonly WaterfallStep[];
  readonly bits: number;
  readonly probability: number;
  readonly verdict: Verdict;
  readonly bar: Bar | null;
  readonly certain: boolean;
}

export function explain(result: Score): Explanation {
  let total = PRIOR_BITS;
  const steps: WaterfallStep[] = [
    { comparison: 'prior', title: 'Before anything is compared', found: 'one candidate in ten thousand', bits: PRIOR_BITS, total },
  ];
  for (const comparison of COMPARISON_NAMES) {
    const level = result.levels[comparison];
    if (level === undefined) continue;
    const bits = weightOf(comparison, level);
    total += bits;
    steps.push({ comparison, title: COMPARISONS[comparison].title, found: titleOf(comparison, level), bits, total });
  }
  const { bits, verdict, bar, certain } = result;
  return { steps, bits, probability: probabilityOf(bits), verdict, bar, certain };
}
