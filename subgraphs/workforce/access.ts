/** What one caller may see of people: ids in and out, and whether a record is within reach. */
import { type Pseudonyms, pseudonymsFor } from '../../policy/pseudonym.ts';
import { reachesStaff, type Scope, scopeOf, seesPseudonyms } from '../../policy/scope.ts';
import { globalId, isUuid, keyOf } from '../../schema/domain/id.ts';
import type { KnownActor } from '../../schema/domain/known-actor.ts';
import type { Engagement, StaffMember } from '../../schema/prisma/generated/client.ts';
import type { Loaders } from './loaders.ts';

export interface StaffAccess {
  readonly scopes: { readonly staff: Scope; readonly names: Scope; readonly credentials: Scope; readonly leave: Scope; readonly measures: Scope };
  /** Whether the caller sees names anywhere; if not, people appear under pseudonyms. */
  readonly named: boolean;
  idOf(staffId: string): string;
  staffIdIn(id: string): string | null;
  /** The person, or null when there is none within the caller's reach. */
  find(staffId: string | null): Promise<StaffMember | null>;
  may(scope: Scope, staffId: string): Promise<boolean>;
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
  };
  const pseudonyms: Pseudonyms | null = seesPseudonyms(actor) ? pseudonymsFor(pseudonymSecret, actor.subject) : null;
  const may = async (scope: Scope, staffId: string) => {
    const facts = await loaders.staffFacts.load(staffId);
    return facts !== null && reachesStaff(scope, facts);
  };
  return {
    scopes,
    named: pseudonyms === null,
    idOf: (staffId) => globalId('StaffMember', pseudonyms ? pseudonyms.hide(staffId) : staffId),
    staffIdIn(id) {
      const key = keyOf('StaffMember', id);
      const staffId = key && pseudonyms ? pseudonyms.reveal(key) : key;
      return staffId && isUuid(staffId) ? staffId : null;
    },
    find: async (staffId) => (staffId && (await may(scopes.staff, staffId)) ? loaders.staffMember.load(staffId) : null),
    may,
    reachesEngagement: ({ staffId, organisationCode }) => staffId !== null && reachesStaff(scopes.staff, { staffId, organisationCodes: [organisationCode] }),
  };
}
