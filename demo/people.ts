/**
 * The people of the demo: names of trees, birds and places, numbers that no regulator gave, addresses that cannot exist.
 *
 * They depend on the seed alone, so they stay the same people while the weeks go by.
 */
import type { JobRole, Regulator } from '../schema/domain/codes.ts';
import type { CredentialKind } from '../schema/domain/staff.ts';
import { addDays, type Day } from '../schema/domain/time.ts';
import type { EngagementKind } from '../schema/domain/values.ts';
import { NETWORK, PRACTICES } from './places.ts';
import { type Random, randomOf } from './random.ts';

export interface Engagement {
  readonly organisationCode: string;
  readonly kind: EngagementKind;
  /** Null for work without fixed hours. */
  readonly hoursPerWeek: number | null;
  readonly startsOn: Day;
}

export interface Credential {
  readonly kind: CredentialKind;
  /** The last day on which it holds. */
  readonly expiresOn: Day;
}

export interface Person {
  /** The number that the HR system gave: stable, unique. */
  readonly employeeNumber: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly role: JobRole;
  readonly registration: { readonly regulator: Regulator; readonly number: string } | null;
  /** At least one; the first is where the person mainly works. */
  readonly engagements: readonly Engagement[];
  readonly skills: readonly string[];
  readonly credentials: readonly Credential[];
}

const GIVEN_NAMES = [
  ...['Hazel', 'Rowan', 'Robin', 'Wren', 'Linden', 'Olive', 'Jay', 'Willow', 'Martin', 'Ivy', 'Aspen', 'Merle', 'Laurel', 'Teal', 'Juniper'],
  ...['Alder', 'Myrtle', 'Phoebe', 'Ash', 'Bryony', 'Finch', 'Elder', 'Sorrel', 'Lark', 'Heather', 'Piper', 'Acacia', 'Drake', 'Clover', 'Merlin'],
  ...['Fern', 'Raven', 'Tamar', 'Cedar', 'Poppy', 'Starling', 'Holly', 'Oakley', 'Dove', 'Bay'],
];
const FIRST_HALVES = ['Larch', 'Heron', 'Moss', 'Thistle', 'Plover', 'Bramble', 'Otter', 'Sedge', 'Yarrow', 'Kestrel', 'Maple', 'Curlew', 'Teasel', 'Wagtail'];
const SECOND_HALVES = ['mere', 'combe', 'wick', 'holt', 'thorpe', 'ford', 'dale', 'hurst', 'stead', 'well'];

interface Post {
  readonly role: JobRole;
  readonly organisationCode: string;
  readonly kind: EngagementKind;
  readonly hoursPerWeek: number | null;
}

/** How many of each a practice has, in the order of `PRACTICES`. */
// biome-ignore format: a table is read by its columns.
const PRACTICE_POSTS: readonly { readonly role: JobRole; readonly kind: EngagementKind; readonly hours: readonly number[]; readonly counts: readonly number[] }[] = [
  { role: 'GENERAL_PRACTITIONER',        kind: 'PARTNER',  hours: [33.5, 25, 29],   counts: [2, 2, 1, 3, 1, 1] },
  { role: 'GENERAL_PRACTITIONER',        kind: 'SALARIED', hours: [25, 16.5, 25],   counts: [2, 1, 1, 2, 1, 1] },
  { role: 'GP_REGISTRAR',                kind: 'TRAINEE',  hours: [40],             counts: [1, 0, 0, 1, 0, 0] },
  { role: 'ADVANCED_NURSE_PRACTITIONER', kind: 'SALARIED', hours: [37.5],           counts: [1, 0, 0, 1, 0, 0] },
  { role: 'PRACTICE_NURSE',              kind: 'SALARIED', hours: [30, 37.5, 22.5], counts: [1, 1, 1, 2, 1, 1] },
  { role: 'HEALTHCARE_ASSISTANT',        kind: 'SALARIED', hours: [30],             counts: [1, 1, 0, 1, 0, 1] },
  { role: 'RECEPTIONIST',                kind: 'SALARIED', hours: [25, 27.5],       counts: [2, 1, 1, 2, 1, 1] },
  { role: 'PRACTICE_MANAGER',            kind: 'SALARIED', hours: [37.5],           counts: [1, 1, 1, 1, 1, 1] },
];

const NETWORK_POSTS: readonly { readonly role: JobRole; readonly kind: EngagementKind; readonly hours: number | null; readonly count: number }[] = [
  { role: 'PHARMACIST', kind: 'ARRS', hours: 37.5, count: 3 },
  { role: 'PHYSICIAN_ASSOCIATE', kind: 'ARRS', hours: 37.5, count: 2 },
  { role: 'PHYSIOTHERAPIST', kind: 'ARRS', hours: 30, count: 2 },
  { role: 'PARAMEDIC', kind: 'ARRS', hours: 37.5, count: 2 },
  { role: 'SOCIAL_PRESCRIBING_LINK_WORKER', kind: 'ARRS', hours: 30, count: 2 },
  { role: 'DIGITAL_AND_TRANSFORMATION_LEAD', kind: 'ARRS', hours: 37.5, count: 1 },
  { role: 'GENERAL_PRACTITIONER', kind: 'BANK', hours: null, count: 2 },
  { role: 'PRACTICE_NURSE', kind: 'BANK', hours: null, count: 1 },
  { role: 'GENERAL_PRACTITIONER', kind: 'AGENCY', hours: null, count: 1 },
  { role: 'PRACTICE_NURSE', kind: 'AGENCY', hours: null, count: 1 },
];

/** Locums are engaged by a practice, and come to others as well. */
const LOCUM_PRACTICES = ['Z99002', 'Z99006'];

const SKILLS: Readonly<Partial<Record<JobRole, readonly string[]>>> = {
  GENERAL_PRACTITIONER: ['Minor surgery', 'Joint injections', 'Contraceptive implants', 'Diabetes', 'Training'],
  ADVANCED_NURSE_PRACTITIONER: ['Minor illness', 'Independent prescribing', 'Cervical screening'],
  PRACTICE_NURSE: ['Cervical screening', 'Childhood immunisations', 'Spirometry', 'Wound care', 'Diabetes'],
  HEALTHCARE_ASSISTANT: ['Phlebotomy', 'ECG'],
  PHARMACIST: ['Independent prescribing', 'Structured medication reviews'],
  PARAMEDIC: ['Home visits', 'Minor illness'],
  PHYSIOTHERAPIST: ['Joint injections'],
};

const REGISTERS: Readonly<Partial<Record<JobRole, { readonly regulator: Regulator; number(serial: number): string }>>> = {
  GENERAL_PRACTITIONER: { regulator: 'GMC', number: (serial) => `00${pad(serial, 5)}` },
  GP_REGISTRAR: { regulator: 'GMC', number: (serial) => `00${pad(serial, 5)}` },
  PHYSICIAN_ASSOCIATE: { regulator: 'GMC', number: (serial) => `A${pad(serial, 6)}` },
  ADVANCED_NURSE_PRACTITIONER: { regulator: 'NMC', number: (serial) => `00Z${pad(serial, 4)}Z` },
  PRACTICE_NURSE: { regulator: 'NMC', number: (serial) => `00Z${pad(serial, 4)}Z` },
  PHARMACIST: { regulator: 'GPHC', number: (serial) => `29${pad(serial, 5)}` },
  PARAMEDIC: { regulator: 'HCPC', number: (serial) => `PA${pad(serial, 6)}` },
  PHYSIOTHERAPIST: { regulator: 'HCPC', number: (serial) => `PH${pad(serial, 6)}` },
};

/** Kind → days between renewals. */
const RENEWALS: Readonly<Partial<Record<CredentialKind, number>>> = {
  DBS: 1096,
  BASIC_LIFE_SUPPORT: 365,
  SAFEGUARDING_ADULTS: 1096,
  SAFEGUARDING_CHILDREN: 1096,
  INFORMATION_GOVERNANCE: 365,
};
/** So late may a renewal be: a demo in which nothing has lapsed shows nothing. */
const LATEST_RENEWAL_DAYS = 14;
const FIRST_RENEWAL = '2020-01-01';

/** Everybody, in an order that stays the same. `today` decides only until when their credentials hold. */
export function makePeople(seed: string, today: Day): readonly Person[] {
  const random = randomOf(seed, 'people');
  const names = makeNames(random);
  return allPosts().map((post, index) => makePerson(post, index + 1, names[index] as Name, random, today));
}

function allPosts(): readonly Post[] {
  const inPractices = PRACTICES.flatMap(({ code }, place) =>
    PRACTICE_POSTS.flatMap(({ role, kind, hours, counts }) =>
      Array.from({ length: counts[place] ?? 0 }, (_, nth): Post => ({ role, organisationCode: code, kind, hoursPerWeek: hours[nth % hours.length] ?? null })),
    ),
  );
  const inNetwork = NETWORK_POSTS.flatMap(({ role, kind, hours, count }) =>
    Array.from({ length: count }, (): Post => ({ role, organisationCode: NETWORK.code, kind, hoursPerWeek: hours })),
  );
  const locums = LOCUM_PRACTICES.map((organisationCode): Post => ({ role: 'GENERAL_PRACTITIONER', organisationCode, kind: 'LOCUM', hoursPerWeek: null }));
  return [...inPractices, ...inNetwork, ...locums];
}

interface Name {
  readonly givenName: string;
  readonly familyName: string;
}

function makeNames(random: Random): readonly Name[] {
  const families = random.shuffled(FIRST_HALVES.flatMap((first) => SECOND_HALVES.map((second) => first + second)));
  const given = random.shuffled(GIVEN_NAMES);
  return families.map((familyName, index) => ({ givenName: given[index % given.length] as string, familyName }));
}

function makePerson(post: Post, serial: number, name: Name, random: Random, today: Day): Person {
  const { role, organisationCode, kind, hoursPerWeek } = post;
  const register = REGISTERS[role];
  const startsOn = addDays('2014-01-06', random.between(0, 4200));
  const alsoInBank = kind === 'SALARIED' && (role === 'PRACTICE_NURSE' || role === 'GENERAL_PRACTITIONER') && random.chance(0.4);
  return {
    employeeNumber: String(20_000_000 + serial),
    ...name,
    email: `${name.givenName}.${name.familyName}@example.nhs.invalid`.toLowerCase(),
    role,
    registration: register ? { regulator: register.regulator, number: register.number(serial) } : null,
    engagements: [
      { organisationCode, kind, hoursPerWeek, startsOn },
      ...(alsoInBank ? [{ organisationCode: NETWORK.code, kind: 'BANK' as const, hoursPerWeek: null, startsOn: addDays(startsOn, 90) }] : []),
    ],
    skills: random.shuffled(SKILLS[role] ?? []).slice(0, random.between(1, 3)),
    credentials: (Object.entries(RENEWALS) as [CredentialKind, number][]).map(([credential, everyDays]) => ({
      kind: credential,
      expiresOn: nextRenewal(addDays(FIRST_RENEWAL, random.between(0, everyDays)), everyDays, addDays(today, -random.between(0, LATEST_RENEWAL_DAYS))),
    })),
  };
}

/** The first renewal day, of a row of them, that is not before a day. */
function nextRenewal(first: Day, everyDays: number, notBefore: Day): Day {
  const days = Math.round((Date.parse(notBefore) - Date.parse(first)) / 86_400_000);
  return addDays(first, Math.max(0, Math.ceil(days / everyDays)) * everyDays);
}

function pad(serial: number, digits: number): string {
  return String(serial).padStart(digits, '0');
}
