/**
 * What a rule means for one caller: a scope, which answers for one record and makes the condition for a list.
 *
 * Both come from the same clauses, so a list can never show what a record by id would refuse.
 */
import type { JobRole } from '../schema/domain/codes.ts';
import type { KnownActor } from '../schema/domain/known-actor.ts';
import { RULES, type RuleName } from './rules.ts';

/** What the caller may reach under one rule: the sum of what each role gives. */
export interface Scope {
  readonly everything: boolean;
  /** The caller's own records; null for none. */
  readonly staffId: string | null;
  readonly organisationCodes: readonly string[];
  /** Open shifts that may be offered to the caller; null for none. */
  readonly offered: { readonly organisationCodes: readonly string[]; readonly roles: readonly JobRole[] } | null;
}

export function scopeOf(actor: KnownActor, rule: RuleName): Scope {
  const words = actor.reaches.map((reach) => ({ word: RULES[rule][reach.role], organisationCodes: reach.organisationCodes }));
  const own = words.some(({ word }) => word === 'own' || word === 'own and offered' || word === 'organisation');
  const offered = words.some(({ word }) => word === 'own and offered');
  return {
    everything: words.some(({ word }) => word === 'everything'),
    staffId: own ? actor.staffId : null,
    organisationCodes: [...new Set(words.flatMap(({ word, organisationCodes }) => (word === 'organisation' ? organisationCodes : [])))],
    offered: offered && actor.staffId ? { organisationCodes: actor.offeredOrganisationCodes, roles: actor.jobRoles } : null,
  };
}

/** Whether the scope reaches nothing at all. */
export function isEmpty({ everything, staffId, organisationCodes }: Scope): boolean {
  return !everything && staffId === null && organisationCodes.length === 0;
}

/** Some people whom the caller reaches may not be named to them: people are shown under a pseudonym, all of them alike. */
export function seesPseudonyms(actor: KnownActor): boolean {
  return !covers(scopeOf(actor, 'read names'), scopeOf(actor, 'read staff'));
}

/** Whether all that the second scope reaches is within the first. */
function covers(wide: Scope, narrow: Scope): boolean {
  if (wide.everything) return true;
  const coversOwn = narrow.staffId === null || wide.staffId === narrow.staffId;
  return !narrow.everything && coversOwn && narrow.organisationCodes.every((code) => wide.organisationCodes.includes(code));
}

/** A person as a scope sees them: who, and every organisation that engages them, banks them or has them on its rota. */
export interface StaffFacts {
  readonly staffId: string;
  readonly organisationCodes: readonly string[];
}

export function reachesStaff(scope: Scope, { staffId, organisationCodes }: StaffFacts): boolean {
  return scope.everything || scope.staffId === staffId || organisationCodes.some((code) => scope.organisationCodes.includes(code));
}

export interface ShiftFacts {
  readonly organisationCode: string;
  readonly status: string;
  readonly role: string;
  readonly bookedStaffId: string | null;
}

export function reachesShift(scope: Scope, shift: ShiftFacts): boolean {
  if (scope.everything || scope.organisationCodes.includes(shift.organisationCode)) return true;
  if (scope.staffId !== null && shift.bookedStaffId === scope.staffId) return true;
  const { offered } = scope;
  if (offered === null || shift.status !== 'OPEN') return false;
  return offered.organisationCodes.includes(shift.organisationCode) && offered.roles.some((role) => role === shift.role);
}

/** Adds a value to a statement's parameters and gives back its placeholder, for instance `$3`. */
export type Bind = (value: unknown) => string;

/**
 * The scope as an SQL condition over a shift `s` and its booking `b` (left joined). `reachesShift` in SQL: a test holds
 * the two to each other.
 */
export function shiftCondition(scope: Scope, bind: Bind): string {
  if (scope.everything) return 'true';
  const clauses = [`s.organisation_code = ANY(${bind(scope.organisationCodes)}::text[])`];
  if (scope.staffId !== null) clauses.push(`b.staff_id = ${bind(scope.staffId)}::uuid`);
  if (scope.offered !== null) {
    const { organisationCodes, roles } = scope.offered;
    clauses.push(`(s.status = 'OPEN' AND s.organisation_code = ANY(${bind(organisationCodes)}::text[]) AND s.role = ANY(${bind(roles)}::text[]))`);
  }
  return `(${clauses.join(' OR ')})`;
}

/** The scope as an SQL condition over a staff member `p`. `reachesStaff` in SQL. */
export function staffCondition(scope: Scope, bind: Bind): string {
  if (scope.everything) return 'true';
  const codes = bind(scope.organisationCodes);
  const clauses = [
    `EXISTS (SELECT FROM workforce.works_for w WHERE w.staff_id = p.id AND w.organisation_code = ANY(${codes}::text[]))`,
    `EXISTS (SELECT FROM rota.worked_at a WHERE a.staff_id = p.id AND a.organisation_code = ANY(${codes}::text[]))`,
  ];
  if (scope.staffId !== null) clauses.push(`p.id = ${bind(scope.staffId)}::uuid`);
  return `(${clauses.join(' OR ')})`;
}
