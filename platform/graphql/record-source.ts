/** The `RecordSource` of any row that carries where it came from. */
export function recordSource(row: { source: string; sourceRef: string; asOf: Date }) {
  return { upstream: row.source, ref: row.sourceRef, asOf: row.asOf };
}

/** A `date` column as read by Prisma (midnight in UTC) as `YYYY-MM-DD`, or null. */
export function dayOf(value: Date | null): string | null {
  return value === null ? null : value.toISOString().slice(0, 10);
}
