interface SourcedRow {
  readonly source: string;
  readonly sourceRef: string;
  readonly asOf: Date;
}

/** The `RecordSource` of any row that carries where it came from. */
export function recordSource(row: SourcedRow) {
  return { upstream: row.source, ref: row.sourceRef, asOf: row.asOf };
}

/** The same for a caller who may not know whose record it is: a payroll number or a digest of a name would tell. */
export function recordSourceWithoutRef(row: SourcedRow) {
  return { ...recordSource(row), ref: null };
}

/** A `date` column as read by Prisma (midnight in UTC) as `YYYY-MM-DD`, or null. */
export function dayOf(value: Date | null): string | null {
  return value === null ? null : value.toISOString().slice(0, 10);
}
