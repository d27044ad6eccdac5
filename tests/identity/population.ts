/**
 * People as several systems hold them, with who is who: a labelled set to measure identity resolution on.
 *
 * Every fault is one that staff systems really have, and each has its rate in `RATES`. The same seed gives the same set.
 * Addresses and numbers are nobody's: domains end in .invalid, mobiles are in the range set aside for drama.
 */
import { createHash } from 'node:crypto';
import { type Random, randomOf } from '../../demo/random.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { type Evidence, evidenceOf } from '../../schema/domain/identity/evidence.ts';
import { linesOf } from '../../schema/domain/identity/given-names.ts';
import { foldName } from '../../schema/domain/identity/letters.ts';
import { FAMILY_NAMES, GIVEN_NAMES } from './names.ts';

export const RATES = {
  /** Of people. */
  clinician: 0.55,
  twin: 0.01,
  married: 0.05,
  middleName: 0.4,
  /** The address of somebody who left, handed on with the post. */
  inheritedAddress: 0.015,
  /** Of addresses that a namesake had before: given out again as it is, where mail systems add a digit. */
  reusedAddress: 0.02,
  /** A payroll number that a leaver had. */
  recycledPayrollNumber: 0.03,
  /** Of records. */
  slipInName: 0.025,
  slipInAddress: 0.01,
  otherSpelling: 0.04,
  shortName: 0.35,
  initialOnly: 0.02,
  goesByMiddleName: 0.007,
  wrongBirthDate: 0.004,
  formerPhone: 0.04,
  sharedMailbox: 0.004,
  malformedRegistration: 0.01,
  wrongRegistration: 0.001,
} as const;

/** How many systems hold a person: one to four. */
const SYSTEMS_OF_PERSON = [1, 2, 2, 2, 3, 3, 3, 4] as const;
const SYSTEMS = ['hr', 'returns', 'chat', 'rota'] as const;
type System = (typeof SYSTEMS)[number];

interface Person {
  readonly number: number;
  readonly givenName: string;
  readonly middleName: string | null;
  readonly familyName: string;
  /** The name before a marriage; null for those who kept theirs. */
  readonly formerName: string | null;
  readonly birthDate: string;
  readonly employer: number;
  readonly payrollNumber: number;
  readonly address: string;
  readonly formerAddress: string | null;
  readonly mobile: string;
  readonly formerMobile: string;
  readonly registration: Canonical['staffMember']['registrations'][number] | null;
}

export interface LabelledRecord {
  readonly id: string;
  /** Who it really is. */
  readonly person: number;
  readonly system: System;
  readonly value: Canonical['staffMember'];
  readonly evidence: Evidence;
}

export function makePopulation(people: number, seed: string): readonly LabelledRecord[] {
  const random = randomOf('identity', seed);
  const everybody = makePeople(people, random);
  return everybody.flatMap((person) =>
    random
      .shuffled(SYSTEMS)
      .slice(0, random.pick(SYSTEMS_OF_PERSON))
      .map((system) => recordOf(person, system, random)),
  );
}

/** The commonest given name has one bearer in forty, the commonest family name one in two hundred; half of all names have few. */
function drawName(names: readonly string[], random: Random): string {
  return names[Math.floor(names.length * random.next() ** 1.5)] as string;
}

function makePeople(count: number, random: Random): readonly Person[] {
  const employers = Math.max(5, Math.round(count / 200));
  const addresses = new Map<string, number>();
  const people: Person[] = [];
  for (let number = 0; number < count; number += 1) {
    const twin = people.at(-1);
    const isTwin = twin !== undefined && random.chance(RATES.twin);
    const givenName = isTwin ? random.pick(GIVEN_NAMES.filter((name) => !isSameName(name, twin.givenName))) : drawName(GIVEN_NAMES, random);
    const familyName = isTwin
      ? twin.familyName
      : random.chance(0.03)
        ? `${drawName(FAMILY_NAMES, random)}-${drawName(FAMILY_NAMES, random)}`
        : drawName(FAMILY_NAMES, random);
    const formerName = random.chance(RATES.married) ? drawName(FAMILY_NAMES, random) : null;
    const employer = isTwin && random.chance(0.5) ? twin.employer : random.between(1, employers);
    const addressFor = (family: string) => newAddress(givenName, family, employer, addresses, random);
    const formerAddress = formerName === null ? null : addressFor(formerName);
    const leaver = random.chance(RATES.recycledPayrollNumber) ? people[random.between(Math.max(0, number - 500), number - 1)] : undefined;
    people.push({
      number,
      givenName,
      middleName: random.chance(RATES.middleName) ? drawName(GIVEN_NAMES, random) : null,
      familyName,
      formerName,
      birthDate: isTwin ? twin.birthDate : drawBirthDate(random),
      employer: leaver?.employer ?? employer,
      payrollNumber: leaver?.payrollNumber ?? 20_000_000 + number,
      address:
        random.chance(RATES.inheritedAddress) && number > 0
          ? (people[random.between(Math.max(0, number - 500), number - 1)] as Person).address
          : addressFor(familyName),
      formerAddress,
      // A family may share one.
      mobile: isTwin && random.chance(0.2) ? twin.mobile : drawMobile(random),
      formerMobile: drawMobile(random),
      registration: random.chance(RATES.clinician) ? registrationOf(number) : null,
    });
  }
  return people;
}

/** No parents give two children forms of one name. */
const isSameName = (name: string, other: string) => name === other || linesOf(foldName(name)).some((line) => linesOf(foldName(other)).includes(line));

/** Numbers follow one another as on a register, so a slip in one is likely to be another person's. */
function registrationOf(number: number): Canonical['staffMember']['registrations'][number] {
  const digits = (length: number) => String(number).padStart(length, '0').slice(-length);
  if (number % 4 === 0) return { regulator: 'GMC', number: `7${digits(6)}` };
  if (number % 4 === 1) return { regulator: 'GPHC', number: `2${digits(6)}` };
  if (number % 4 === 2) return { regulator: 'HCPC', number: `PH${digits(6)}` };
  return { regulator: 'NMC', number: `${10 + (number % 80)}${'ABCDEFGHIJ'[Math.floor(number / 10_000) % 10]}${digits(4)}E` };
}

function newAddress(givenName: string, familyName: string, employer: number, taken: Map<string, number>, random: Random): string {
  const [given, family] = [foldName(givenName).replaceAll(' ', ''), foldName(familyName).replaceAll(' ', '')];
  const domain = random.chance(0.7) ? 'nhs.example.invalid' : `practice${employer}.example.invalid`;
  const local = random.chance(0.8) ? `${given}.${family}` : `${given.charAt(0)}.${family}`;
  const before = taken.get(`${local}@${domain}`) ?? 0;
  const isReused = before > 0 && random.chance(RATES.reusedAddress);
  if (!isReused) taken.set(`${local}@${domain}`, before + 1);
  return `${local}${before > 0 && !isReused ? before + 1 : ''}@${domain}`;
}

const MS_PER_DAY = 86_400_000;
const drawBirthDate = (random: Random) => new Date(Date.UTC(1958, 0, 1) + random.between(0, 16_000) * MS_PER_DAY).toISOString().slice(0, 10);
const drawMobile = (random: Random) => `07${random.pick(['3', '4', '5', '7', '8', '9'])}${String(random.between(0, 99_999_999)).padStart(8, '0')}`;

/** What a system's record holds, by how likely it is. */
const HELD: Readonly<Record<System, { readonly email: number; readonly phone: number; readonly birthDate: number; readonly registration: number }>> = {
  hr: { email: 0.98, phone: 0.8, birthDate: 0.98, registration: 0.9 },
  returns: { email: 0.98, phone: 0.6, birthDate: 0.98, registration: 0.97 },
  chat: { email: 1, phone: 0.7, birthDate: 0, registration: 0 },
  rota: { email: 0.98, phone: 0.9, birthDate: 0, registration: 0.3 },
};

function recordOf(person: Person, system: System, random: Random): LabelledRecord {
  const held = HELD[system];
  const isFormer = person.formerName !== null && random.chance(0.5);
  const familyName = isFormer ? (person.formerName ?? '') : person.familyName;
  const email = random.chance(held.email) ? emailOf(person, isFormer, random) : null;
  const isInformal = system === 'chat' || system === 'rota';
  const value: Canonical['staffMember'] = {
    keys: [
      ...(system === 'hr' ? [`payroll:employer${person.employer}:${person.payrollNumber}`] : [`ref:${system}:${person.number}`]),
      ...(email === null ? [] : [`work-email:${email}`]),
    ],
    givenName: asWritten(givenNameOf(person, isInformal, random), random),
    familyName: asWritten(familyName, random),
    workEmail: email,
    registrations: person.registration && random.chance(held.registration) ? registrationsAsWritten(person.registration, random) : [],
    skills: [],
    phone: random.chance(held.phone) ? (random.chance(RATES.formerPhone) ? person.formerMobile : person.mobile) : null,
    formerFamilyNames: system === 'hr' && !isFormer && person.formerName !== null && random.chance(0.6) ? [person.formerName] : [],
    birthDateDigest: random.chance(held.birthDate) ? digest(random.chance(RATES.wrongBirthDate) ? drawBirthDate(random) : person.birthDate) : null,
  };
  return { id: `${system}-${person.number}`, person: person.number, system, value, evidence: evidenceOf(value) };
}

const digest = (birthDate: string) => createHash('sha256').update(birthDate).digest('hex').slice(0, 32);

function emailOf({ employer, address, formerAddress }: Person, isFormer: boolean, random: Random): string {
  if (random.chance(RATES.sharedMailbox)) return `${random.pick(['reception', 'admin', 'info', 'nurses'])}@practice${employer}.example.invalid`;
  // Who marries may keep the address for years.
  const current = formerAddress !== null && (isFormer || random.chance(0.5)) ? formerAddress : address;
  if (!random.chance(RATES.slipInAddress)) return current;
  const at = current.indexOf('@');
  return slip(current.slice(0, at), random).replace(/\.\.|^\.|\.$/g, 'x') + current.slice(at);
}

function givenNameOf({ givenName, middleName }: Person, isInformal: boolean, random: Random): string {
  if (random.chance(RATES.initialOnly)) return givenName.charAt(0);
  if (middleName !== null && random.chance(RATES.goesByMiddleName)) return middleName;
  const others = SAME_LINE.get(foldName(givenName)) ?? [];
  if (others.length > 0 && random.chance(isInformal ? RATES.shortName : RATES.otherSpelling)) return random.pick(others);
  return middleName !== null && !isInformal && random.chance(0.5) ? `${givenName} ${middleName}` : givenName;
}

/** Given name → names of this set that the table says one person may go by. */
const SAME_LINE: ReadonlyMap<string, readonly string[]> = new Map(
  GIVEN_NAMES.map((name) => {
    const lines = linesOf(foldName(name));
    return [foldName(name), GIVEN_NAMES.filter((other) => other !== name && linesOf(foldName(other)).some((line) => lines.includes(line)))];
  }),
);

function registrationsAsWritten(registration: Canonical['staffMember']['registrations'][number], random: Random): Canonical['staffMember']['registrations'] {
  if (random.chance(RATES.malformedRegistration)) return [];
  if (random.chance(RATES.wrongRegistration))
    return [registrationOf(random.between(0, 9_999) * 4 + ['GMC', 'GPHC', 'HCPC', 'NMC'].indexOf(registration.regulator))];
  // Some files leave out the zeros in front.
  return registration.regulator === 'HCPC' && random.chance(0.3)
    ? [{ ...registration, number: registration.number.replace(/^([A-Z]+)0+/, '$1') }]
    : [registration];
}

function asWritten(name: string, random: Random): string {
  const plain = random.chance(0.3) ? name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('’', "'") : name;
  const spelt = plain.length > 4 && random.chance(RATES.slipInName) ? slip(plain, random) : plain;
  if (random.chance(0.05)) return spelt.toUpperCase();
  return random.chance(0.2) ? spelt.replace('-', ' ') : spelt;
}

/** A letter left out, doubled, wrong, or two swapped, behind the first. */
function slip(text: string, random: Random): string {
  const at = random.between(1, text.length - 2);
  const [before, here, next, after] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)];
  return random.pick([
    before + next + after,
    before + here + here + next + after,
    `${before}${random.pick([...'aeinorst'])}${next}${after}`,
    before + next + here + after,
  ]);
}
