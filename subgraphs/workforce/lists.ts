/** The lists of the workforce subgraph: what each filter means, in SQL, within the caller's reach. */
import type { ListRequest } from '../../platform/graphql/lister.ts';
import type { PageArguments } from '../../platform/graphql/page.ts';
import { type Bind, type Scope, staffCondition } from '../../policy/scope.ts';
import { rolesOf, type StaffGroup } from '../../schema/domain/codes.ts';

export interface StaffFilter {
  readonly organisationCodes?: readonly string[] | null;
  readonly roles?: readonly string[] | null;
  readonly staffGroup?: StaffGroup | null;
  readonly engagementKinds?: readonly string[] | null;
  readonly activeOn?: string | null;
  readonly nameContains?: string | null;
}

export interface StaffListArguments extends PageArguments {
  readonly filter?: StaffFilter | null;
  readonly orderBy?: 'NAME_ASC' | 'NAME_DESC' | null;
}

/** What the caller may reach: whom at all, and whose names. */
export interface StaffScopes {
  readonly staff: Scope;
  readonly names: Scope;
}

const PEOPLE = 'workforce.staff_member p';
const PEOPLE_BY_ORGANISATION = `${PEOPLE} JOIN (SELECT DISTINCT staff_id, organisation_code FROM workforce.works_for) o ON o.staff_id = p.id`;

/** By name for callers who may see names; by id for others, so that the order tells nothing. */
export function staffList({ filter, orderBy, ...page }: StaffListArguments, scopes: StaffScopes, under: 'organisation' | null, named: boolean): ListRequest {
  return {
    shape: {
      from: under ? PEOPLE_BY_ORGANISATION : PEOPLE,
      id: { column: 'p.id', type: 'uuid' },
      sort: { column: named ? `(lower(p.family_name) || ' ' || lower(p.given_name))` : 'p.id::text', type: 'text' },
      descending: orderBy === 'NAME_DESC',
      parent: under && { column: 'o.organisation_code', type: 'text' },
    },
    page,
    filter,
    where(bind) {
      const conditions = ['p.removed_at IS NULL', staffCondition(scopes.staff, bind)];
      if (filter?.organisationCodes) {
        conditions.push(
          `EXISTS (SELECT FROM workforce.works_for w WHERE w.staff_id = p.id AND w.organisation_code = ANY(${bind(filter.organisationCodes)}::text[]))`,
        );
      }
      const engagement = filter ? engagementConditions(filter, bind) : [];
      if (engagement.length > 0)
        conditions.push(`EXISTS (SELECT FROM workforce.engagement e WHERE e.staff_id = p.id AND e.removed_at IS NULL AND ${engagement.join(' AND ')})`);
      if (filter?.nameContains) {
        conditions.push(
          `strpos(lower(p.given_name || ' ' || p.family_name), lower(${bind(filter.nameContains)}::text)) > 0`,
          staffCondition(scopes.names, bind),
        );
      }
      return conditions.join(' AND ');
    },
  };
}

export interface ReviewListArguments extends PageArguments {
  readonly filter?: { readonly states?: readonly string[] | null; readonly source?: string | null } | null;
}

/** The oldest first. Both persons are within reach: by where they work, or by a system that is the caller's organisations' alone. */
export function reviewList({ filter, ...page }: ReviewListArguments, scope: Scope): ListRequest {
  return {
    shape: {
      from: 'workforce.identity_review r JOIN workforce.source_record a ON a.id = r.a_id JOIN workforce.source_record b ON b.id = r.b_id',
      id: { column: 'r.id', type: 'uuid' },
      sort: { column: 'r.opened_at', type: 'timestamptz' },
      descending: false,
      parent: null,
    },
    page,
    filter,
    where(bind) {
      const within = (side: 'a' | 'b') => {
        if (scope.everything) return 'true';
        const known = `EXISTS (
          SELECT FROM workforce.source_record c JOIN platform.upstream_freshness f ON f.upstream = c.source
          WHERE c.staff_id = ${side}.staff_id GROUP BY c.source HAVING bool_and(f.organisation_code = ANY(${bind(scope.organisationCodes)}::text[])))`;
        const reached = `EXISTS (SELECT FROM workforce.staff_member p WHERE p.id = ${side}.staff_id AND ${staffCondition(scope, bind)})`;
        return `(${reached} OR ${known})`;
      };
      const conditions = [`r.state = ANY(${bind(filter?.states ?? ['OPEN'])}::text[])`, within('a'), within('b')];
      if (filter?.source) conditions.push(`${bind(filter.source)} IN (a.source, b.source)`);
      return conditions.join(' AND ');
    },
  };
}

function engagementConditions(filter: StaffFilter, bind: Bind): readonly string[] {
  const conditions: string[] = [];
  if (filter.roles) conditions.push(`e.role = ANY(${bind(filter.roles)}::text[])`);
  if (filter.staffGroup) conditions.push(`e.role = ANY(${bind(rolesOf(filter.staffGroup))}::text[])`);
  if (filter.engagementKinds) conditions.push(`e.kind = ANY(${bind(filter.engagementKinds)}::text[])`);
  if (filter.activeOn) {
    const day = bind(filter.activeOn);
    conditions.push(`(e.starts_on IS NULL OR e.starts_on <= ${day}::date) AND (e.ends_on IS NULL OR e.ends_on > ${day}::date)`);
  }
  return conditions;
}
