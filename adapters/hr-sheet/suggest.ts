/**
 * Which column of a staff list is probably which field: by its heading, as far as its values do not speak against it,
 * and by its values alone where their form leaves no doubt. Pure. A suggestion is for a person to check.
 */
import { REGULATOR_CODES, type Regulator } from '../../schema/domain/codes.ts';
import { CREDENTIAL_KINDS, type CredentialKind } from '../../schema/domain/staff.ts';
import { foldHeading, isPrivateHeading } from './headings.ts';
import type { ColumnLook, Shape } from './shapes.ts';
import type { Field } from './wire.ts';

export type Target =
  | { readonly setting: 'columns'; readonly name: Field }
  | { readonly setting: 'registrationColumns'; readonly name: Regulator }
  | { readonly setting: 'credentialColumns'; readonly name: CredentialKind };

export interface Suggestion {
  readonly look: ColumnLook;
  readonly target: Target | null;
  /** Why, in a few words. */
  readonly because: string;
}

/** Headings, folded, that mean a field. The first is the plainest. */
const SYNONYMS: Readonly<Record<Field, readonly string[]>> = {
  staffNumber: [
    ...['staff number', 'staff no', 'staff id', 'employee number', 'employee no', 'employee id', 'payroll number', 'payroll no', 'pay number', 'pay no'],
    ...['personnel number', 'works number', 'esr number', 'emp no', 'id'],
  ],
  assignmentNumber: ['assignment number', 'assignment no', 'post number', 'position number'],
  givenName: ['first name', 'forename', 'given name', 'firstname', 'forenames', 'first names', 'given names', 'preferred name', 'known as'],
  familyName: ['surname', 'last name', 'family name', 'lastname'],
  fullName: ['name', 'full name', 'staff name', 'employee name', 'employee', 'staff member', 'clinician', 'person'],
  workEmail: [
    'work email',
    'work e mail',
    'email',
    'e mail',
    'email address',
    'e mail address',
    'work email address',
    'nhs email',
    'nhs mail',
    'nhsmail',
    'nhs net',
  ],
  registrationBody: ['registration body', 'professional registration body', 'professional body', 'regulator', 'regulatory body'],
  registrationNumber: [
    ...['registration number', 'registration no', 'reg number', 'reg no', 'registration', 'professional registration number', 'professional registration num'],
    ...['professional registration', 'pin', 'gmc nmc', 'gmc nmc number', 'gmc nmc no', 'gmc nmc hcpc', 'gmc nmc etc'],
  ],
  skills: ['skills', 'competencies', 'special interests', 'specialisms'],
  role: ['role', 'job role', 'job title', 'position', 'position title', 'post', 'staff role', 'occupation'],
  organisation: [
    ...[
      'organisation',
      'ods code',
      'practice',
      'practice code',
      'practice name',
      'surgery',
      'base',
      'based at',
      'work base',
      'site',
      'place of work',
      'employer',
    ],
    ...['employing organisation', 'location'],
  ],
  engagementKind: [
    ...['contract type', 'contract', 'type of contract', 'employment type', 'employment status', 'engagement', 'terms', 'assignment category'],
    ...['employee category', 'employee type', 'staff type'],
  ],
  hoursPerWeek: [
    'hours per week',
    'hours',
    'weekly hours',
    'contracted hours',
    'contract hours',
    'hrs',
    'hrs wk',
    'hrs week',
    'hrs per week',
    'hours week',
    'hours pw',
    'hpw',
  ],
  fte: ['fte', 'wte', 'full time equivalent', 'whole time equivalent', 'contracted fte'],
  sessionsPerWeek: ['sessions per week', 'sessions', 'sessions week', 'weekly sessions', 'no of sessions', 'number of sessions'],
  startDate: [
    ...['start date', 'started', 'date started', 'joined', 'date joined', 'joining date', 'start', 'commencement date', 'hire date', 'latest start date'],
    ...['employment start', 'contract start', 'contract start date', 'assignment start date'],
  ],
  endDate: [
    ...['end date', 'leaving date', 'leaving', 'date left', 'left', 'termination date', 'finish date', 'last day', 'contract end', 'contract end date'],
    ...['assignment end date', 'employment end'],
  ],
  bank: ['bank', 'on bank', 'in bank', 'bank staff', 'bank member', 'on the bank'],
  credential: ['competence', 'competence name', 'course', 'course name', 'training', 'certificate', 'credential'],
  credentialExpires: ['expiry date', 'expires', 'expiry', 'expires on', 'valid to', 'valid until', 'renewal date', 'competence expiry date'],
  leaveStart: [
    'leave start',
    'leave start date',
    'leave from',
    'away from',
    'absence start date',
    'absence start',
    'absent from',
    'first day of leave',
    'first day away',
  ],
  leaveEnd: [
    'leave end',
    'leave end date',
    'leave to',
    'away to',
    'away until',
    'absence end date',
    'absence end',
    'absent to',
    'last day of leave',
    'last day away',
  ],
  leaveStartTime: ['leave start time', 'absence start time'],
  leaveEndTime: ['leave end time', 'absence end time'],
  leaveKind: ['leave type', 'type of leave', 'absence type', 'away as', 'leave'],
};

const MOSTLY = 0.7;
const mostly =
  (...shapes: readonly Shape[]) =>
  (look: ColumnLook) =>
    shapes.some((shape) => look.share(shape) >= MOSTLY);
const anyRegistration = (look: ColumnLook) => REGULATOR_CODES.reduce((sum, regulator) => sum + look.share(`${regulator} numbers`), 0) >= MOSTLY;

/** Field → whether its values may be these. Fields of free text take any. */
const FITS: Readonly<Partial<Record<Field, (look: ColumnLook) => boolean>>> = {
  staffNumber: mostly('codes with digits'),
  assignmentNumber: mostly('codes with digits'),
  givenName: mostly('words'),
  familyName: mostly('words'),
  fullName: mostly('pairs of names'),
  workEmail: mostly('e-mail addresses'),
  registrationNumber: anyRegistration,
  hoursPerWeek: mostly('numbers'),
  fte: mostly('numbers up to 4'),
  sessionsPerWeek: mostly('numbers'),
  startDate: mostly('dates'),
  endDate: mostly('dates'),
  credentialExpires: mostly('dates'),
  leaveStart: mostly('dates'),
  leaveEnd: mostly('dates'),
  leaveStartTime: mostly('times'),
  leaveEndTime: mostly('times'),
};

/** Values that leave no doubt, whatever the heading. */
const SPEAK_FOR_THEMSELVES: Readonly<Partial<Record<Field, (look: ColumnLook) => boolean>>> = {
  workEmail: mostly('e-mail addresses'),
  registrationNumber: mostly('NMC numbers', 'HCPC numbers'),
  role: mostly('roles'),
  engagementKind: mostly('terms of engagement'),
  organisation: mostly('ODS codes'),
};

const CREDENTIAL_HEADINGS: Readonly<Record<CredentialKind, RegExp>> = {
  DBS: /\bdbs\b/,
  BASIC_LIFE_SUPPORT: /\b(?:bls|basic life support|cpr)\b/,
  SAFEGUARDING_ADULTS: /\b(?:safeguarding adults?|adult safeguarding)\b/,
  SAFEGUARDING_CHILDREN: /\b(?:safeguarding child(?:ren)?|child(?:ren)? safeguarding)\b/,
  INDEMNITY: /\bindemnity\b/,
  RIGHT_TO_WORK: /\b(?:right to work|rtw|visa)\b/,
  INFORMATION_GOVERNANCE: /\b(?:information governance|ig|data security)\b/,
};
/** Without such a word a date may be that of issue, which is no last day. */
const LAST_DAY = /\b(?:expir\w*|renew\w*|due|until|valid|ends?|next)\b/;

interface Candidate {
  readonly look: ColumnLook;
  readonly target: Target;
  readonly score: number;
  readonly because: string;
}

/** For each column in turn, the field that it probably is, or why none. */
export function suggestColumns(looks: readonly ColumnLook[]): readonly Suggestion[] {
  const candidates = looks.flatMap(candidatesOf).sort((a, b) => b.score - a.score);
  const chosen = new Map<ColumnLook, Candidate>();
  const taken = new Set<string>();
  for (const candidate of candidates) {
    const key = `${candidate.target.setting} ${candidate.target.name}`;
    if (chosen.has(candidate.look) || taken.has(key)) continue;
    chosen.set(candidate.look, candidate);
    taken.add(key);
  }
  const whole = [...chosen.values()].find(({ target }) => target.name === 'fullName');
  if (whole && taken.has('columns givenName') && taken.has('columns familyName')) chosen.delete(whole.look);
  return looks.map((look) => {
    const choice = chosen.get(look);
    return choice ? { look, target: choice.target, because: choice.because } : { look, target: null, because: whyNot(look) };
  });
}

function candidatesOf(look: ColumnLook): readonly Candidate[] {
  if (isPrivateHeading(look.heading)) return [];
  const folded = foldHeading(look.heading);
  const found: Candidate[] = [];
  for (const [name, synonyms] of Object.entries(SYNONYMS) as [Field, readonly string[]][]) {
    const rank = synonyms.indexOf(folded);
    const target = { setting: 'columns', name } as const;
    if (rank >= 0 && fits(look, FITS[name])) found.push({ look, target, score: 3 - rank / 100, because: 'its heading' });
    else if (look.filled > 0 && SPEAK_FOR_THEMSELVES[name]?.(look)) found.push({ look, target, score: 1 + look.filled / 1e6, because: 'its values' });
  }
  for (const name of REGULATOR_CODES) {
    const isNamed = new RegExp(`^${name.toLowerCase()}(?: (?:registration )?(?:number|no|pin))?$`).test(folded);
    if (isNamed && fits(look, mostly(`${name} numbers`)))
      found.push({ look, target: { setting: 'registrationColumns', name }, score: 3, because: 'its heading' });
  }
  for (const name of CREDENTIAL_KINDS) {
    const isNamed = CREDENTIAL_HEADINGS[name].test(folded) && LAST_DAY.test(folded);
    if (isNamed) found.push({ look, target: { setting: 'credentialColumns', name }, score: 2, because: 'its heading' });
  }
  return found;
}

const fits = (look: ColumnLook, rule: ((look: ColumnLook) => boolean) | undefined) => rule === undefined || look.filled === 0 || rule(look);

function whyNot(look: ColumnLook): string {
  const folded = foldHeading(look.heading);
  if (isPrivateHeading(look.heading)) return 'never read';
  const credential = CREDENTIAL_KINDS.find((kind) => CREDENTIAL_HEADINGS[kind].test(folded));
  if (credential && !LAST_DAY.test(folded)) return `${credential}? Map it only if it is a last day, not the day of issue`;
  const named = (Object.entries(SYNONYMS) as [Field, readonly string[]][]).find(([, synonyms]) => synonyms.includes(folded));
  if (named) return fits(look, FITS[named[0]]) ? `${named[0]}? Another column suits better` : `${named[0]}? Its values do not look like it`;
  return '';
}

/** Whether a heading is one that we know, of a field or of what is never read. */
export function isKnownHeading(heading: string): boolean {
  const folded = foldHeading(heading);
  return (
    isPrivateHeading(heading) ||
    Object.values(SYNONYMS).some((synonyms) => synonyms.includes(folded)) ||
    REGULATOR_CODES.some((code) => folded.startsWith(code.toLowerCase()))
  );
}
