/** Who may sign in to the demo: one account for each role that the graph knows. */
import type { Person } from './people.ts';
import { ICB, NETWORK, PRACTICES } from './places.ts';

export interface Account {
  /** What it is asked for by. */
  readonly id: string;
  /** What it may see, in words. */
  readonly about: string;
  /** As the token's claim writes them: `practice_manager:Z99002`. */
  readonly roles: readonly string[];
  /** Null for an account that belongs to nobody in the workforce. */
  readonly person: Person | null;
}

/** The clinician first. */
export function demoAccounts(people: readonly Person[]): readonly [Account, ...Account[]] {
  const [alderbrook, birchwood] = PRACTICES.map(({ code }) => code) as [string, string];
  const clinician = find(
    people,
    ({ role, engagements: [first] }) => role === 'GENERAL_PRACTITIONER' && first?.kind === 'SALARIED' && first.organisationCode === alderbrook,
  );
  const manager = find(people, ({ role, engagements: [first] }) => role === 'PRACTICE_MANAGER' && first?.organisationCode === birchwood);
  const coordinator = find(people, ({ role }) => role === 'DIGITAL_AND_TRANSFORMATION_LEAD');
  return [
    { id: 'clinician', about: 'a GP of Alderbrook Surgery: own shifts, and shifts on offer', roles: ['clinician'], person: clinician },
    { id: 'manager', about: 'manages Birchwood Medical Centre: its rota and its people', roles: [`practice_manager:${birchwood}`], person: manager },
    {
      id: 'coordinator',
      about: 'plans the rota of Brackenford PCN: all six practices and the hub',
      roles: [`pcn_coordinator:${NETWORK.code}`],
      person: coordinator,
    },
    { id: 'analyst', about: 'of NHS Brackenshire ICB: measures and pseudonyms, no names', roles: [`ics_analyst:${ICB.code}`], person: null },
    { id: 'service', about: 'a program that reads everything', roles: ['service'], person: null },
  ];
}

/** The key by which the workforce knows the account's person. */
export function staffKeyOf({ person }: Account): string | null {
  return person && `work-email:${person.email}`;
}

function find(people: readonly Person[], wanted: (person: Person) => boolean): Person {
  const person = people.find(wanted);
  if (!person) throw new Error('The demo has nobody for one of its accounts.');
  return person;
}
