/** The lists of the rota subgraph: what each filter means, in SQL, within the caller's reach. */
import type { ListRequest } from '../../platform/graphql/lister.ts';
import type { PageArguments } from '../../platform/graphql/page.ts';
import { type Bind, type Scope, shiftCondition } from '../../policy/scope.ts';
import { rolesOf, type StaffGroup } from '../../schema/domain/codes.ts';
import { MAX_SHIFT_HOURS } from '../../schema/domain/shift.ts';

export interface ShiftFilter {
  readonly organisationCodes?: readonly string[] | null;
  readonly pcnOdsCode?: string | null;
  readonly siteCodes?: readonly string[] | null;
  readonly roles?: readonly string[] | null;
  readonly staffGroups?: readonly StaffGroup[] | null;
  readonly statuses?: readonly string[] | null;
  readonly deliveryModes?: readonly string[] | null;
  readonly fillSources?: readonly string[] | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly staffId?: string | null;
  readonly flagged?: boolean | null;
}

export interface ShiftListArguments extends PageArguments {
  readonly filter?: ShiftFilter | null;
  readonly orderBy?: 'STARTS_AT_ASC' | 'STARTS_AT_DESC' | null;
}

export interface ShiftReach {
  readonly scopes: { readonly shifts: Scope; readonly flags: Scope };
  staffIdIn(id: string): string | null;
}

/** What a list of shifts may be under, and the column that says so. */
const UNDER = {
  organisation: { column: 's.organisation_code', type: 'text' },
  person: { column: 'b.staff_id', type: 'uuid' },
} as const;

/** Shifts by start; under a person, those that they work. */
export function shiftList({ filter, orderBy, ...page }: ShiftListArguments, reach: ShiftReach, under: keyof typeof UNDER | null): ListRequest {
  return {
    shape: {
      from: 'rota.shift s LEFT JOIN rota.booking b ON b.shift_id = s.id',
      id: { column: 's.id', type: 'uuid' },
      sort: { column: 's.starts_at', type: 'timestamptz' },
      descending: orderBy === 'STARTS_AT_DESC',
      parent: under && UNDER[under],
    },
    page,
    filter,
    where(bind) {
      const conditions = ['s.removed_at IS NULL', shiftCondition(reach.scopes.shifts, bind)];
      if (under === 'person') conditions.push(IS_WORKED);
      return [...conditions, ...shiftConditions(filter ?? {}, reach, bind)].join(' AND ');
    },
  };
}

/** A cancelled shift keeps the person who was on it, for their calendar: nobody works it. */
const IS_WORKED = `s.status = 'FILLED'`;

function shiftConditions(filter: ShiftFilter, reach: ShiftReach, bind: Bind): readonly string[] {
  const among = (column: string, values: readonly string[] | null | undefined) => (values ? [`${column} = ANY(${bind(values)}::text[])`] : []);
  return [
    ...among('s.organisation_code', filter.organisationCodes),
    ...among('s.site_code', filter.siteCodes),
    ...among('s.role', filter.roles),
    ...among('s.role', filter.staffGroups?.flatMap(rolesOf)),
    ...among('s.status', filter.statuses),
    ...among('s.delivery_mode', filter.deliveryModes),
    ...(filter.fillSources ? [IS_WORKED, ...among('b.fill_source', filter.fillSources)] : []),
    ...(filter.pcnOdsCode
      ? [`s.organisation_code IN (SELECT organisation_code FROM practices.organisation_within WHERE ancestor = ${bind(filter.pcnOdsCode)}::text)`]
      : []),
    ...touching(filter, bind),
    ...(filter.staffId ? [IS_WORKED, `b.staff_id = ${bind(reach.staffIdIn(filter.staffId))}::uuid`] : []),
    ...(typeof filter.flagged === 'boolean' ? [flagCondition(filter.flagged, reach, bind)] : []),
  ];
}

/** A flag that the caller may not see is none. */
function flagCondition(flagged: boolean, { scopes }: ShiftReach, bind: Bind): string {
  const isFlagged = `(${IS_WORKED} AND ${shiftCondition(scopes.flags, bind)} AND EXISTS (SELECT FROM rota.booking_flag f WHERE f.booking_id = b.id))`;
  return flagged ? isFlagged : `${isFlagged} IS NOT TRUE`;
}

/** Shifts that share time with `[from, to)`. No shift is longer than a day, so the index on the start serves both ends. */
function touching({ from, to }: ShiftFilter, bind: Bind): readonly string[] {
  const conditions: string[] = [];
  if (from) conditions.push(`s.ends_at > ${bind(from)}::timestamptz`, `s.starts_at > ${bind(hoursBefore(from, MAX_SHIFT_HOURS))}::timestamptz`);
  if (to) conditions.push(`s.starts_at < ${bind(to)}::timestamptz`);
  return conditions;
}

function hoursBefore(at: Date, hours: number): Date {
  return new Date(at.getTime() - hours * 3_600_000);
}
