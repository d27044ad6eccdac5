/** A record made ready to be compared many times. Pure. */
import { isSharedMailbox } from './addresses.ts';
import type { Evidence } from './evidence.ts';
import { linesOf } from './given-names.ts';
import { skeleton } from './letters.ts';

export interface PreparedRecord {
  /** Names the record among all of them. */
  readonly id: string;
  readonly evidence: Evidence;
  readonly givenWords: readonly string[];
  /** Lines of the table of given names that hold the first of them. */
  readonly givenLines: readonly number[];
  readonly familyWords: readonly string[];
  readonly familySound: string;
  /** Addresses that do not say of themselves that several people read them. */
  readonly personalEmails: readonly string[];
  /** Regulator → number. A HCPC number counts with its register's letters. */
  readonly numbers: readonly (readonly [regulator: string, number: string])[];
}

export function prepare(id: string, evidence: Evidence): PreparedRecord {
  const givenWords = evidence.given === '' ? [] : evidence.given.split(' ');
  const familyWords = evidence.family === '' ? [] : evidence.family.split(' ');
  return {
    id,
    evidence,
    givenWords,
    givenLines: linesOf(givenWords[0] ?? ''),
    familyWords,
    familySound: skeleton(evidence.family.replaceAll(' ', '')),
    personalEmails: evidence.emails.some(isSharedMailbox) ? evidence.emails.filter((email) => !isSharedMailbox(email)) : evidence.emails,
    numbers: evidence.registrations.map((registration) => splitOnce(registration)),
  };
}

function splitOnce(registration: string): readonly [string, string] {
  const at = registration.indexOf(':');
  return [registration.slice(0, at), registration.slice(at + 1)];
}
