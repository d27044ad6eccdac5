/** The columns of a table as SQL, from one list of them. */

/** A column that a canonical field is stored in. */
export interface Column {
  /** Name of the canonical field. */
  readonly field: string;
  readonly column: string;
  /** PostgreSQL type. */
  readonly type: string;
}

/** The column's name is the field's, in snake case. */
export function columnsOf(fields: Readonly<Record<string, string>>): readonly Column[] {
  return Object.entries(fields).map(([field, type]) => ({ field, column: snakeCase(field), type }));
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export const names = (columns: readonly Column[], alias = ''): string => columns.map(({ column }) => `${alias}${column}`).join(', ');

/** For the column list of `json_to_recordset` and its kin. */
export const typed = (columns: readonly Column[]): string => columns.map(({ column, type }) => `${column} ${type}`).join(', ');

export const fromExcluded = (columns: readonly Column[]): string => columns.map(({ column }) => `${column} = excluded.${column}`).join(', ');

/** When a row last looked different: moved only if one of these columns does, or if it comes back. */
export function changedAt(columns: readonly Column[]): string {
  const same = `(${names(columns, 't.')}) IS NOT DISTINCT FROM (${names(columns, 'excluded.')})`;
  return `changed_at = CASE WHEN t.removed_at IS NULL AND ${same} THEN t.changed_at ELSE excluded.changed_at END`;
}

const LIST = /\[\]$/;

/**
 * Rows as a relation in SQL, one array for each column, in parameters from `$1` on. Much cheaper to take apart than
 * JSON. PostgreSQL has no arrays of lists of different lengths, so a list travels as text.
 */
export function unnested(columns: readonly Column[]): string {
  const values = columns.map(({ column, type }) => (LIST.test(type) ? `${column}::${type}` : column));
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${LIST.test(type) ? 'text' : type}[]`);
  return `(SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS u (${names(columns)}))`;
}

/** The parameters for `unnested`. */
export function toArrays(columns: readonly Column[], rows: readonly Readonly<Record<string, unknown>>[]): readonly unknown[][] {
  return columns.map(({ field }) => rows.map((row) => asElement(row[field])));
}

function asElement(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (!Array.isArray(value)) return value;
  return `{${value.map((text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** A record as a row of `json_to_recordset`. */
export function toRow(columns: readonly Column[], value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const { field, column } of columns) row[column] = value[field];
  return row;
}
