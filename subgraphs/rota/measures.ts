/** Counts the minutes that the staffing measures are made of. What they mean is in schema/domain/measures.ts. */
import type { Sql } from '../../platform/db.ts';
import { Statement } from '../../platform/graphql/statement.ts';
import type { Scope } from '../../policy/scope.ts';
import { isEmpty } from '../../policy/scope.ts';
import { RequestError } from '../../schema/domain/errors.ts';
import type { StaffingMinutes } from '../../schema/domain/measures.ts';

export type MeasureGroup = 'ORGANISATION' | 'ROLE' | 'WEEK';

export interface MeasureArguments {
  readonly from: Date;
  readonly to: Date;
  readonly organisationCodes?: readonly string[] | null;
  readonly groupBy: readonly MeasureGroup[];
}

/** The minutes of one cell. A key is null unless the cells are grouped by it. */
export interface StaffingCell extends StaffingMinutes {
  readonly organisationCode: string | null;
  readonly role: string | null;
  readonly weekStartsOn: string | null;
}

export const MAX_MEASURE_DAYS = 92;
/** More cells than a person reads, and few enough to answer in one piece. */
export const MAX_MEASURE_CELLS = 5_000;

const MS_PER_HOUR = 3_600_000;

/** Each group: the column of its key, and the expression in SQL. `date_trunc` begins weeks on Monday (ISO 8601). */
const GROUPS = {
  ORGANISATION: { name: 'organisationCode', sql: 's.organisation_code' },
  ROLE: { name: 'role', sql: 's.role' },
  WEEK: { name: 'weekStartsOn', sql: `date_trunc('week', s.starts_at AT TIME ZONE 'Europe/London')::date` },
} as const satisfies Record<MeasureGroup, { name: keyof StaffingCell; sql: string }>;

/**
 * The cells of shifts that start in `[from, to)` and take place, in the order of their keys.
 *
 * Without groups one cell, even when nothing was needed; with groups, cells in which something was needed.
 * Organisations outside the scope are left out.
 *
 * @throws RequestError FORBIDDEN when the caller may read no measures; BAD_USER_INPUT for a range that is empty, turned
 * round or longer than 92 days; QUERY_TOO_LARGE above 5,000 cells.
 */
export async function staffingCells(sql: Sql, scope: Scope, { from, to, organisationCodes, groupBy }: MeasureArguments): Promise<readonly StaffingCell[]> {
  if (isEmpty(scope)) throw new RequestError('FORBIDDEN', 'Measures are for practice managers, network coordinators and analysts.');
  refuseWrongRange(from, to);
  const groups = [...new Set(groupBy)].map((group) => GROUPS[group]);
  const statement = new Statement();
  const conditions = [
    's.removed_at IS NULL',
    `s.status IN ('OPEN', 'FILLED')`,
    `s.starts_at >= ${statement.bind(from)}::timestamptz`,
    `s.starts_at < ${statement.bind(to)}::timestamptz`,
    ...(scope.everything ? [] : [`s.organisation_code = ANY(${statement.bind(scope.organisationCodes)}::text[])`]),
    ...(organisationCodes
      ? [
          `s.organisation_code IN (SELECT organisation_code FROM practices.organisation_within WHERE ancestor = ANY(${statement.bind(organisationCodes)}::text[]))`,
        ]
      : []),
  ];
  const keys = groups.map(({ sql: expression }, index) => `${expression} AS k${index}`);
  const rows = await sql.query<Row>(
    `SELECT ${[...keys, ...SUMS].join(', ')}
     FROM (SELECT s.*, b.fill_source, extract(epoch FROM s.ends_at - s.starts_at)::float8 / 60 - s.unpaid_break_minutes AS minutes
           FROM rota.shift s LEFT JOIN rota.booking b ON b.shift_id = s.id WHERE ${conditions.join(' AND ')}) s
     ${groups.length > 0 ? `GROUP BY ${groups.map((_, index) => index + 1).join(', ')} ORDER BY ${groups.map((_, index) => index + 1).join(', ')}` : ''}
     LIMIT ${MAX_MEASURE_CELLS + 1}`,
    statement.parameters,
  );
  if (rows.length > MAX_MEASURE_CELLS) {
    throw new RequestError(
      'QUERY_TOO_LARGE',
      `Expected at most ${MAX_MEASURE_CELLS} cells, got more. Ask for fewer organisations, a shorter time or fewer groups.`,
    );
  }
  return rows.map((row) =>
    toCell(
      row,
      groups.map(({ name }) => name),
    ),
  );
}

const SUMS = [
  sumOf('open', `s.status = 'OPEN'`),
  sumOf('filled', `s.status = 'FILLED'`),
  sumOf('agency', `s.status = 'FILLED' AND s.fill_source = 'AGENCY'`),
  sumOf('fillSourceUnknown', `s.status = 'FILLED' AND s.fill_source IS NULL`),
];

function sumOf(name: keyof StaffingMinutes, condition: string): string {
  return `coalesce(sum(minutes) FILTER (WHERE ${condition}), 0) AS "${name}"`;
}

type Row = StaffingMinutes & { readonly [key: `k${number}`]: string };

function toCell(row: Row, names: readonly (keyof StaffingCell)[]): StaffingCell {
  const { open, filled, agency, fillSourceUnknown } = row;
  const keys = Object.fromEntries(names.map((name, index) => [name, row[`k${index}`]]));
  return { organisationCode: null, role: null, weekStartsOn: null, ...keys, open, filled, agency, fillSourceUnknown };
}

/** 92 London days that begin in summer time and end in winter time are an hour longer than 92 times 24 hours. */
function refuseWrongRange(from: Date, to: Date): void {
  const hours = (to.getTime() - from.getTime()) / MS_PER_HOUR;
  if (hours <= 0) throw new RequestError('BAD_USER_INPUT', 'to: expected a time after "from", got one that is not.');
  if (hours > MAX_MEASURE_DAYS * 24 + 1) {
    throw new RequestError('BAD_USER_INPUT', `to: expected at most ${MAX_MEASURE_DAYS} days after "from", got ${Math.ceil(hours / 24)}.`);
  }
}
