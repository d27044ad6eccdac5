/** What one caller may see of people: ids in and out, and whether a record is within reach. */
import { peopleIds } from '../../policy/people-ids.ts';
import { reachesStaff, type Scope, scopeOf, seesPseudonyms } from '../../policy/scope.ts';
import { isUuid, keyOf } from '../../schema/domain/id.ts';
import type { KnownActor } from '../../schema/domain/known-actor.ts';
import type { Engagement, StaffMember } from '../../schema/prisma/generated/client.ts';
import type { Loaders, ReviewRow } from './loaders.ts';

export interface StaffAccess {
  readonly scopes: {
    readonly staff: Scope;
    readonly names: Scope;
    readonly credentials: Scope;
    readonly leave: Scope;
    readonly measures: Scope;
    readonly identity: Scope;
    readonly decide: Scope;
  };
  /** Whether the caller sees names anywhere; if not, people appear under pseudonyms. */
  readonly named: boolean;
  idOf(staffId: string): string;
  staffIdIn(id: string): string | null;
  /** The person, or null when there is none within the caller's reach. */
  find(staffId: string | null): Promise<StaffMember | null>;
  may(scope: Scope, staffId: string): Promise<boolean>;
  /** The question of a global id, or null when there is none of which both persons are within this scope. */
  findReview(scope: Scope, id: string): Promise<ReviewRow | null>;
  /** Engagements within reach: all of one's own, and those with the caller's organisations. */
  reachesEngagement(engagement: Pick<Engagement, 'staffId' | 'organisationCode'>): boolean;
}

export function staffAccess(actor: KnownActor, loaders: Loaders, pseudonymSecret: string): StaffAccess {
  const scopes = {
    staff: scopeOf(actor, 'read staff'),
    names: scopeOf(actor, 'read names'),
    credentials: scopeOf(actor, 'read credentials'),
    leave: scopeOf(actor, 'read leave'),
    measures: scopeOf(actor, 'read measures'),
    identity: scopeOf(actor, 'read identity'),
    decide: scopeOf(actor, 'decide identity'),
  };
  const may = async (scope: Scope, staffId: string) => {
    const facts = await loaders.staffFacts.load(staffId);
    return facts !== null && reachesStaff(scope, facts);
  };
  // Somebody who works nowhere yet is known to those whose system knows them.
  const mayIdentify = async (scope: Scope, staffId: string) =>
    (await may(scope, staffId)) || (await loaders.knownThrough.load(staffId)).some((codes) => codes.every((code) => scope.organisationCodes.includes(code)));
  return {
    scopes,
    named: !seesPseudonyms(actor),
    ...peopleIds(actor, pseudonymSecret),
    find: async (staffId) => (staffId && (await may(scopes.staff, staffId)) ? loaders.staffMember.load(staffId) : null),
    may,
    async findReview(scope, id) {
      const key = keyOf('IdentityReview', id);
      const review = key && isUuid(key) ? await loaders.review.load(key) : null;
      if (!review) return null;
      const within = await Promise.all([review.aStaffId, review.bStaffId].map((staffId) => mayIdentify(scope, staffId)));
      return within.every(Boolean) ? review : null;
    },
    reachesEngagement: ({ staffId, organisationCode }) => staffId !== null && reachesStaff(scopes.staff, { staffId, organisationCodes: [organisationCode] }),
  };
}
