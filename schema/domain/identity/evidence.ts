/**
 * What a record of a person brings as evidence of who it is: normalised once, held as it is compared, and no more of it
 * than comparing needs. Pure.
 */
import type { Canonical } from '../canonical.ts';
import { hasRegistrationForm, REGULATOR_CODES, type Regulator } from '../codes.ts';
import { isSharedMailbox, normaliseEmail, normalisePhone } from './addresses.ts';
import { foldName } from './letters.ts';

export interface Evidence {
  /** Folded words of the given names, in their order. */
  readonly given: string;
  readonly family: string;
  /** Family names that the source says the person had before. */
  readonly former: readonly string[];
  /** A keyed digest of the birth date; the date itself is never held. */
  readonly birth: string | null;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /** `<namespace>:<number>`: a payroll number means something within its payroll alone. */
  readonly payrolls: readonly string[];
  /** `GMC:7654321`, each of its regulator's form. */
  readonly registrations: readonly string[];
  /** Keys that an upstream made for its own accounts. */
  readonly accounts: readonly string[];
}

const REGULATOR_OF_KIND: ReadonlyMap<string, Regulator> = new Map(REGULATOR_CODES.map((code) => [code.toLowerCase(), code]));

/** The evidence of a canonical record: its fields, and its keys by their kind. */
export function evidenceOf(value: Canonical['staffMember']): Evidence {
  const emails = new Set<string | null>(value.workEmail === null ? [] : [normaliseEmail(value.workEmail)]);
  const payrolls = new Set<string>();
  const accounts = new Set<string>();
  const registrations = new Set(value.registrations.flatMap(({ regulator, number }) => registrationOf(regulator, number) ?? []));
  for (const key of value.keys) {
    const kind = key.slice(0, key.indexOf(':'));
    const rest = key.slice(kind.length + 1);
    const regulator = REGULATOR_OF_KIND.get(kind);
    if (kind === 'work-email') emails.add(normaliseEmail(rest));
    else if (kind === 'payroll') payrolls.add(rest);
    else if (regulator) for (const registration of [registrationOf(regulator, rest)]) registration && registrations.add(registration);
    else accounts.add(key);
  }
  const phone = value.phone ? normalisePhone(value.phone) : null;
  const former = (value.formerFamilyNames ?? []).map(foldName).filter((name) => name !== '');
  return {
    given: foldName(value.givenName),
    family: foldName(value.familyName),
    former: sorted(new Set(former)),
    birth: value.birthDateDigest ?? null,
    emails: sorted(emails).filter((email) => email !== null),
    phones: phone === null ? [] : [phone],
    payrolls: sorted(payrolls),
    registrations: sorted(registrations),
    accounts: sorted(accounts),
  };
}

/** Null for a number that has not its regulator's form: it proves nothing, and parts nobody. */
export function registrationOf(regulator: Regulator, number: string): string | null {
  const plain = number.replace(/\s+/g, '').toUpperCase();
  if (!hasRegistrationForm(regulator, plain)) return null;
  // Some files pad the digits of a HCPC number and some do not.
  return `${regulator}:${regulator === 'HCPC' ? plain.replace(/(?<=^[A-Z]+)0+(?=\d)/, '') : plain}`;
}

/** The key of a staff key's kind that names no single person, whoever has it. */
export function isSharedKey(key: string): boolean {
  return key.startsWith('work-email:') && isSharedMailbox(key.slice('work-email:'.length));
}

const sorted = <Value>(values: Iterable<Value>): Value[] => [...values].sort();
