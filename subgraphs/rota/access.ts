/** What one caller may see of the rota: ids of people in and out, and whether a record is within reach. */
import { peopleIds } from '../../policy/people-ids.ts';
import { reachesShift, reachesStaff, type Scope, scopeOf, seesPseudonyms } from '../../policy/scope.ts';
import { isUuid, keyOf } from '../../schema/domain/id.ts';
import type { KnownActor } from '../../schema/domain/known-actor.ts';
import type { FeedRow, Loaders, ShiftRow } from './loaders.ts';

export interface RotaAccess {
  readonly scopes: {
    readonly shifts: Scope;
    readonly measures: Scope;
    readonly staff: Scope;
    readonly feeds: Scope;
    readonly createFeed: Scope;
    readonly revokeFeed: Scope;
    readonly flags: Scope;
  };
  /** Whether the caller sees people under their own ids; if not, nothing may tell whose shift it is, nor its reference. */
  readonly named: boolean;
  /** The id of a person as the caller sees it. */
  idOf(staffId: string): string;
  /** The person behind an id that the caller gave, or null when it is not one of theirs. */
  staffIdIn(id: string): string | null;
  /** The shift of a global id, or null when there is none within the caller's reach. */
  findShift(id: string): Promise<ShiftRow | null>;
  /** Whether the caller may see what is flagged of this shift's booking. */
  seesFlags(shift: ShiftRow): boolean;
  /** The calendar link of a global id, or null when there is none within this scope. */
  findFeed(scope: Scope, id: string): Promise<FeedRow | null>;
  may(scope: Scope, staffId: string): Promise<boolean>;
}

export function rotaAccess(actor: KnownActor, loaders: Loaders, pseudonymSecret: string): RotaAccess {
  const scopes = {
    shifts: scopeOf(actor, 'read shifts'),
    measures: scopeOf(actor, 'read measures'),
    staff: scopeOf(actor, 'read staff'),
    feeds: scopeOf(actor, 'read calendar feeds'),
    createFeed: scopeOf(actor, 'create calendar feed'),
    revokeFeed: scopeOf(actor, 'revoke calendar feed'),
    flags: scopeOf(actor, 'read booking flags'),
  };
  const may = async (scope: Scope, staffId: string) => {
    const facts = await loaders.staffFacts.load(staffId);
    return facts !== null && reachesStaff(scope, facts);
  };
  return {
    scopes,
    named: !seesPseudonyms(actor),
    ...peopleIds(actor, pseudonymSecret),
    async findShift(id) {
      const key = keyOf('Shift', id);
      const shift = key && isUuid(key) ? await loaders.shift.load(key) : null;
      return shift && reachesShift(scopes.shifts, { ...shift, bookedStaffId: shift.booking?.staffId ?? null }) ? shift : null;
    },
    seesFlags: (shift) => reachesShift(scopes.flags, { ...shift, bookedStaffId: shift.booking?.staffId ?? null }),
    async findFeed(scope, id) {
      const key = keyOf('CalendarFeed', id);
      const feed = key && isUuid(key) ? await loaders.feed.load(key) : null;
      return feed && (await may(scope, feed.staffId)) ? feed : null;
    },
    may,
  };
}
