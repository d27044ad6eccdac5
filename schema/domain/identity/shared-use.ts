/** Addresses and telephone numbers that are found, by their use, to be several people's. Pure. */
import { compareGivenNames, type SharedUse } from './compare.ts';
import type { PreparedRecord } from './prepared.ts';

/** From this many people on whose given names all differ: two may follow each other on one address, three share it. */
const SHARED_FROM = 3;

/** Looks at all records that carry each value; `records` must hold every one that does. */
export function sharedUse(records: Iterable<PreparedRecord>): SharedUse {
  const users = new Map<string, PreparedRecord[]>();
  for (const record of records) {
    for (const value of record.personalEmails) add(users, value, record);
    for (const value of record.evidence.phones) add(users, value, record);
  }
  const shared = new Set<string>();
  for (const [value, list] of users) if (list.length >= SHARED_FROM && peopleAmong(list) >= SHARED_FROM) shared.add(value);
  return shared;
}

function add(users: Map<string, PreparedRecord[]>, value: string, record: PreparedRecord): void {
  const list = users.get(value);
  if (list) list.push(record);
  else users.set(value, [record]);
}

/** At least so many: the first of each group whose given names fit each other stands for it. */
function peopleAmong(records: readonly PreparedRecord[]): number {
  const people: PreparedRecord[] = [];
  for (const record of records) {
    if (people.every((other) => compareGivenNames(other, record) === 'DIFFERENT')) people.push(record);
    if (people.length >= SHARED_FROM) break;
  }
  return people.length;
}
