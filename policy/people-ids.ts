/** Ids of people, as one caller sees them: pseudonyms for callers who may not know who is who. */
import { globalId, isUuid, keyOf } from '../schema/domain/id.ts';
import type { KnownActor } from '../schema/domain/known-actor.ts';
import { pseudonymsFor } from './pseudonym.ts';
import { seesPseudonyms } from './scope.ts';

export interface PeopleIds {
  /** The id of a person as the caller sees it. */
  idOf(staffId: string): string;
  /** The person behind an id that the caller gave, or null when it is not one of theirs. */
  staffIdIn(id: string): string | null;
}

/** Two subgraphs that are given the same caller and the same secret give the same ids, so references meet. */
export function peopleIds(actor: KnownActor, pseudonymSecret: string): PeopleIds {
  const pseudonyms = seesPseudonyms(actor) ? pseudonymsFor(pseudonymSecret, actor.subject) : null;
  return {
    idOf: (staffId) => globalId('StaffMember', pseudonyms ? pseudonyms.hide(staffId) : staffId),
    staffIdIn(id) {
      const key = keyOf('StaffMember', id);
      const staffId = key && pseudonyms ? pseudonyms.reveal(key) : key;
      return staffId && isUuid(staffId) ? staffId : null;
    },
  };
}
