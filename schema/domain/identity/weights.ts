/**
 * How much each agreement and disagreement says, after Fellegi and Sunter.
 *
 * `m` is how often two records of one person show a level, `u` how often two records of different people do, among
 * records that both have the field. A level's weight is log2(m / u) bits: +1 doubles the odds that the two are one.
 *
 * The method: I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", JASA 64 (1969). The numbers are estimates
 * of this project, each with its reason; they say how rare an agreement by chance is, not how a particular data set
 * looks, so that a verdict does not change because other people joined. A site may measure its own.
 */

interface LevelDeclaration {
  readonly m: number;
  readonly u: number;
  /** What the level means, as the waterfall shows it. Never a value. */
  readonly title: string;
}

interface Comparison {
  readonly title: string;
  readonly because: string;
  readonly levels: Readonly<Record<string, LevelDeclaration>>;
}

export const COMPARISONS = {
  registration: {
    title: 'Register number',
    because: 'A regulator gives a number to one person. What is left is a number typed into the wrong row.',
    levels: { SAME: { m: 0.995, u: 0.000_001, title: 'the same number of one regulator' } },
  },
  account: {
    title: "The upstream's own account",
    because: 'An account id is made by a machine for one account; accounts are seldom handed on.',
    levels: { SAME: { m: 0.995, u: 0.000_01, title: 'the same account' } },
  },
  birthDate: {
    title: 'Date of birth',
    because: 'Forty years of working age are 14,600 days. One entry in a hundred is wrong. Compared as keyed digests.',
    levels: { SAME: { m: 0.99, u: 0.000_07, title: 'the same day' }, DIFFERENT: { m: 0.01, u: 0.999_93, title: 'different days' } },
  },
  payroll: {
    title: 'Payroll number',
    because: 'Within one payroll a number is one person’s, but numbers of leavers are given out again, and a second post may bring a second number.',
    levels: {
      SAME: { m: 0.93, u: 0.000_2, title: 'the same number of one payroll' },
      DIFFERENT: { m: 0.07, u: 0.999_8, title: 'different numbers of one payroll' },
    },
  },
  email: {
    title: 'E-mail',
    because:
      'A personal address is made from the name, so two people who share a name may follow each other on one. People have several addresses, so a difference says little.',
    levels: {
      SAME: { m: 0.7, u: 0.000_5, title: 'the same personal address' },
      SLIP: { m: 0.02, u: 0.000_1, title: 'addresses one slip of the hand apart' },
      SAME_LOCAL_PART: { m: 0.08, u: 0.008, title: 'the same local part at another domain' },
      DIFFERENT: { m: 0.2, u: 0.991, title: 'different addresses' },
      SHARED: { m: 1, u: 1, title: 'a mailbox that several people share' },
    },
  },
  phone: {
    title: 'Telephone',
    because: 'A mobile is carried by one person, sometimes by a family. A landline may be the practice’s own.',
    levels: {
      SAME_MOBILE: { m: 0.6, u: 0.000_25, title: 'the same mobile' },
      SAME_LANDLINE: { m: 0.1, u: 0.008, title: 'the same landline' },
      DIFFERENT: { m: 0.3, u: 0.991_75, title: 'different numbers' },
      SHARED: { m: 1, u: 1, title: 'a number that several people share' },
    },
  },
  givenName: {
    title: 'Given name',
    because:
      'Among two hundred usual names the commonest has one bearer in sixty; people also go by short forms and by a middle name. One record in fifty holds an initial, of which one in thirteen fits by chance.',
    levels: {
      SAME: { m: 0.82, u: 0.005, title: 'the same' },
      VARIANT: { m: 0.08, u: 0.002, title: 'a short form, or another spelling' },
      ONE_OF: { m: 0.03, u: 0.001, title: 'one of several given names' },
      SLIP: { m: 0.04, u: 0.001, title: 'one slip of the hand apart' },
      INITIAL: { m: 0.02, u: 0.001_5, title: 'an initial that fits' },
      DIFFERENT: { m: 0.01, u: 0.988, title: 'different' },
    },
  },
  familyName: {
    title: 'Family name',
    because:
      'The commonest British family name has one bearer in eighty, most have very few. Names change on marriage; an address that holds the other name may also have been taken over with the post.',
    levels: {
      SAME: { m: 0.87, u: 0.001_5, title: 'the same' },
      FORMER: { m: 0.02, u: 0.000_15, title: 'a former name of the other' },
      PART: { m: 0.02, u: 0.000_6, title: 'one part of a double name' },
      BY_ADDRESS: { m: 0.02, u: 0.000_4, title: 'different, but the e-mail address of one holds the name of the other' },
      SOUNDS_ALIKE: { m: 0.015, u: 0.000_6, title: 'another spelling of the same sound' },
      SLIP: { m: 0.035, u: 0.000_4, title: 'one slip of the hand apart' },
      DIFFERENT: { m: 0.02, u: 0.996, title: 'different' },
    },
  },
} as const satisfies Record<string, Comparison>;

export type ComparisonName = keyof typeof COMPARISONS;
export const COMPARISON_NAMES = Object.keys(COMPARISONS) as readonly ComparisonName[];
export type LevelOf<Name extends ComparisonName> = keyof (typeof COMPARISONS)[Name]['levels'];

/** Which level each comparison shows; a comparison is missing where one of the two records lacks the field. */
export type Levels = { readonly [Name in ComparisonName]?: LevelOf<Name> };

const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = Object.fromEntries(
  Object.entries(COMPARISONS as Record<string, Comparison>).map(([name, { levels }]) => [
    name,
    Object.fromEntries(Object.entries(levels).map(([level, { m, u }]) => [level, Math.log2(m / u)])),
  ]),
);

export function weightOf(comparison: ComparisonName, level: string): number {
  return WEIGHTS[comparison]?.[level] ?? 0;
}

export function titleOf(comparison: ComparisonName, level: string): string {
  return (COMPARISONS[comparison].levels as Readonly<Record<string, LevelDeclaration>>)[level]?.title ?? level;
}

/**
 * Where the sum begins: of ten thousand people whom a network's systems might mean, one is this one. Fixed, so that a
 * verdict does not change because others joined; a national store has more candidates, and needs names to say less.
 */
export const PRIOR_BITS = Math.log2(1 / 10_000);

/**
 * In bits, after the prior. Ten are odds of a thousand to one: no more than one automatic join in a thousand may be
 * wrong. From even odds a person is asked. What lies below is two people until something new is known.
 */
export const THRESHOLDS = { join: 10, review: 0 } as const;

/** The probability that odds of so many bits mean. */
export function probabilityOf(bits: number): number {
  return 1 / (1 + 2 ** -bits);
}
