/** Two records, field by field: which level each comparison shows. Pure. */
import { isMobile, localPart } from './addresses.ts';
import { namesOn } from './given-names.ts';
import { isOneSlipApart } from './letters.ts';
import type { PreparedRecord } from './prepared.ts';
import type { LevelOf, Levels } from './weights.ts';

/** Addresses and telephone numbers that are found to be used by several people. */
export interface SharedUse {
  readonly has: (value: string) => boolean;
}

export const NOTHING_SHARED: SharedUse = { has: () => false };

export function compare(a: PreparedRecord, b: PreparedRecord, shared: SharedUse): Levels {
  const [left, right] = [a.evidence, b.evidence];
  const levels: { -readonly [Name in keyof Levels]: Levels[Name] } = {};
  if (left.registrations.length > 0 && meet(left.registrations, right.registrations)) levels.registration = 'SAME';
  if (left.accounts.length > 0 && meet(left.accounts, right.accounts)) levels.account = 'SAME';
  if (left.birth !== null && right.birth !== null) levels.birthDate = left.birth === right.birth ? 'SAME' : 'DIFFERENT';
  if (left.payrolls.length > 0 && right.payrolls.length > 0) levels.payroll = comparePayrolls(left.payrolls, right.payrolls);
  if (left.emails.length > 0 && right.emails.length > 0) levels.email = compareEmails(a, b, shared);
  if (left.phones.length > 0 && right.phones.length > 0) levels.phone = comparePhones(left.phones, right.phones, shared);
  levels.givenName = compareGivenNames(a, b);
  levels.familyName = compareFamilyNames(a, b);
  return levels;
}

function meet(left: readonly string[], right: readonly string[]): boolean {
  for (const value of left) if (right.includes(value)) return true;
  return false;
}

/** Undefined where the two are of different payrolls: their numbers cannot be compared. */
function comparePayrolls(left: readonly string[], right: readonly string[]): LevelOf<'payroll'> | undefined {
  if (meet(left, right)) return 'SAME';
  const payrollOf = (key: string) => key.slice(0, key.lastIndexOf(':'));
  return left.some((key) => right.some((other) => payrollOf(key) === payrollOf(other))) ? 'DIFFERENT' : undefined;
}

function compareEmails(a: PreparedRecord, b: PreparedRecord, shared: SharedUse): LevelOf<'email'> {
  const common = a.evidence.emails.filter((email) => b.evidence.emails.includes(email));
  const personal = common.filter((email) => a.personalEmails.includes(email) && !shared.has(email));
  if (personal.length > 0) return 'SAME';
  if (common.length > 0 || a.personalEmails.length === 0 || b.personalEmails.length === 0) return 'SHARED';
  let level: LevelOf<'email'> = 'DIFFERENT';
  for (const left of a.personalEmails) {
    for (const right of b.personalEmails) {
      const [one, other] = [localPart(left), localPart(right)];
      const isSameDomain = left.slice(one.length) === right.slice(other.length);
      if (isSameDomain && one.length > 6 && lettersOnly(one) !== lettersOnly(other) && isOneSlipApart(one, other)) return 'SLIP';
      if (one === other && one.length > 6) level = 'SAME_LOCAL_PART';
    }
  }
  return level;
}

/** A mail system tells namesakes apart by a digit, so a digit more is no slip. */
const lettersOnly = (local: string) => local.replace(/\d+/g, '');

function comparePhones(left: readonly string[], right: readonly string[], shared: SharedUse): LevelOf<'phone'> {
  const common = left.find((phone) => right.includes(phone));
  if (common === undefined) return 'DIFFERENT';
  if (shared.has(common)) return 'SHARED';
  return isMobile(common) ? 'SAME_MOBILE' : 'SAME_LANDLINE';
}

export function compareGivenNames(a: PreparedRecord, b: PreparedRecord): LevelOf<'givenName'> | undefined {
  const [left, right] = [a.givenWords, b.givenWords];
  const [one, other] = [left[0], right[0]];
  if (one === undefined || other === undefined) return undefined;
  if (one === other) return one.length === 1 ? 'INITIAL' : 'SAME';
  if (one.length === 1 || other.length === 1) return one[0] === other[0] ? 'INITIAL' : 'DIFFERENT';
  if (shareLine(a.givenLines, b.givenLines)) return 'VARIANT';
  if (left.join('') === right.join('')) return 'SAME';
  if (isOneSlipApart(one, other) || isSlipOfVariant(one, a.givenLines, b.givenLines) || isSlipOfVariant(other, b.givenLines, a.givenLines)) return 'SLIP';
  return left.some((word) => word.length > 2 && right.includes(word)) ? 'ONE_OF' : 'DIFFERENT';
}

/** Whether a word that the table does not know is one slip from a name that the other may go by: Dvid and Dafydd. */
function isSlipOfVariant(word: string, own: readonly number[], others: readonly number[]): boolean {
  return word.length > 4 && own.length === 0 && others.some((line) => namesOn(line).some((name) => isOneSlipApart(word, name)));
}

function shareLine(left: readonly number[], right: readonly number[]): boolean {
  for (const line of left) if (right.includes(line)) return true;
  return false;
}

function compareFamilyNames(a: PreparedRecord, b: PreparedRecord): LevelOf<'familyName'> | undefined {
  const [left, right] = [a.evidence, b.evidence];
  if (left.family === '' || right.family === '') return undefined;
  if (left.family === right.family) return 'SAME';
  const [one, other] = [a.familyWords.join(''), b.familyWords.join('')];
  if (one === other) return 'SAME';
  if (left.former.includes(right.family) || right.former.includes(left.family)) return 'FORMER';
  if (isOneSlipApart(one, other)) return 'SLIP';
  if (a.familyWords.length + b.familyWords.length > 2 && a.familyWords.some((word) => word.length > 2 && b.familyWords.includes(word))) return 'PART';
  if (a.familySound.length > 2 && a.familySound === b.familySound) return 'SOUNDS_ALIKE';
  return addressHolds(a, other) || addressHolds(b, one) ? 'BY_ADDRESS' : 'DIFFERENT';
}

/** An address that was made before a marriage keeps the name of before, beside the given name that stays. */
function addressHolds({ personalEmails, givenWords }: PreparedRecord, familyName: string): boolean {
  if (familyName.length < 4) return false;
  return personalEmails.some((email) => {
    const words = localPart(email).replace(/\d+$/, '').split(/[._-]/);
    return words.includes(familyName) && givenWords.some((given) => given.length > 1 && words.includes(given));
  });
}
