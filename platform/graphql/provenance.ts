/** Where single fields came from: of rows that are one record, and of rows that several records make. */
import type DataLoader from 'dataloader';
import type { EntityName } from '../../schema/domain/canonical.ts';
import { RequestError } from '../../schema/domain/errors.ts';
import { type Claim, inOrder, ruleOf } from '../../schema/domain/precedence.ts';
import type { Sql } from '../db.ts';
import { byKey } from './batch.ts';

export interface ProvenanceArguments {
  readonly fields?: readonly string[] | null;
}

export interface FieldProvenance {
  readonly field: string;
  readonly source: string;
  readonly upstreamRef: string | null;
  readonly observedAt: Date;
  readonly syncedAt: Date | null;
  readonly mappingVersion: string | null;
  readonly rule: string;
  readonly alternatives: readonly { readonly source: string; readonly observedAt: Date }[];
}

/** What the caller may know of where a value came from. */
export interface ProvenanceReach {
  /** Whether the upstream's reference may be told: it may name a person. */
  readonly refs: boolean;
  /** Whether it may be told that this system has a record as well. */
  source(source: string): boolean;
}

export const ALL_TOLD: ProvenanceReach = { refs: true, source: () => true };

interface Reading {
  readonly key: string;
  readonly syncedAt: Date;
  readonly mappingVersion: string;
}

/** When a record was read, and by which mapping; by `readingKey`. */
export type Readings = DataLoader<string, Reading | null>;

/** Without a stream, of whichever stream of the entity gave the record: its rows are told apart by reference alone. */
const readingKey = (source: string, stream: string | null, ref: string): string => JSON.stringify([source, stream, ref]);

export function createReadings(sql: Sql, entity: EntityName): Readings {
  return byKey(
    (keys) => {
      const parts = keys.map((key) => JSON.parse(key) as [string, string | null, string]);
      return sql.query<Reading>(
        // The references are looked for first, in a hash of those that are wanted: joined at once, each is compared with each.
        `WITH met AS MATERIALIZED (
           SELECT p.upstream, p.stream, r.ref, p.synced_at, p.mapping_version, p.pass_id, p.id
           FROM platform.page_reading p CROSS JOIN LATERAL unnest(p.refs) AS r(ref)
           WHERE p.entity = $1 AND p.upstream = ANY($3::text[]) AND r.ref = ANY($5::text[])
         )
         SELECT DISTINCT ON (w.key) w.key, met.synced_at AS "syncedAt", met.mapping_version AS "mappingVersion"
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS w(key, source, stream, ref)
         JOIN met ON met.upstream = w.source AND met.ref = w.ref AND (w.stream IS NULL OR w.stream = met.stream)
         ORDER BY w.key, met.pass_id DESC, met.synced_at DESC, met.id DESC`,
        [entity, keys, ...[0, 1, 2].map((part) => parts.map((values) => values[part]))],
      );
    },
    ({ key }) => key,
  );
}

/** The fields asked for, all of them when none is named. @throws RequestError that tells which there are. */
function fieldsAsked(known: readonly string[], asked: readonly string[] | null | undefined): readonly string[] {
  const unknown = (asked ?? []).filter((field) => !known.includes(field));
  if (unknown.length > 0) throw new RequestError('BAD_USER_INPUT', `fields: expected some of ${known.join(', ')}, got one that is none of these.`);
  return asked ? [...new Set(asked)] : known;
}

interface RecordRow {
  readonly source: string;
  readonly sourceRef: string;
  readonly asOf: Date;
}

/** Of a row that is one record. `derived` names fields that follow from something else, and the rule by which they do. */
export async function provenanceOfRow(
  row: RecordRow,
  known: readonly string[],
  { fields }: ProvenanceArguments,
  readings: Readings,
  reach: ProvenanceReach,
  derived: Readonly<Record<string, string>> = {},
): Promise<readonly FieldProvenance[]> {
  const asked = fieldsAsked(known, fields);
  const reading = await readings.load(readingKey(row.source, null, row.sourceRef));
  return asked.map((field) => ({ ...told(field, row, reading, reach), rule: derived[field] ?? 'only source', alternatives: [] }));
}

/** A record that may give fields of a row; `ranks` are those of its source. */
export interface FieldRecord extends Omit<Claim, 'rank' | 'kind'> {
  readonly key: string;
  /** Columns that it gives. */
  readonly given: readonly string[];
  readonly ranks: Readonly<Record<string, { readonly rank: number; readonly kind: string }>> | null;
}

/** SQL of the columns of a `FieldRecord`, of a table of records `c` with `fields`, beside its key. */
export const fieldRecordColumns = (entity: EntityName): string => `c.source, c.stream, c.source_ref AS "sourceRef", c.as_of AS "asOf",
  ARRAY(SELECT jsonb_object_keys(c.fields)) AS given,
  (SELECT jsonb_object_agg(w.field, jsonb_build_object('rank', w.rank, 'kind', w.kind))
   FROM platform.field_rank w WHERE w.entity = '${entity}' AND w.source = c.source) AS ranks`;

/** Of a row that several records make. `columns` has the column of each field; those in `joined` take from every record. */
export async function provenanceOfRecords(
  records: readonly FieldRecord[],
  columns: Readonly<Record<string, string>>,
  { fields }: ProvenanceArguments,
  readings: Readings,
  reach: ProvenanceReach,
  joined: readonly string[] = [],
): Promise<readonly FieldProvenance[]> {
  const provenances = fieldsAsked(Object.keys(columns), fields).map(async (field) => {
    const column = columns[field] ?? '';
    const ordered = inOrder(
      records.filter(({ given }) => given.includes(column)).map((record) => ({ ...record, ...(record.ranks?.[column] ?? { rank: null, kind: null }) })),
    );
    const [winner, ...others] = ordered;
    if (!winner) return [];
    const reading = await readings.load(readingKey(winner.source, winner.stream, winner.sourceRef));
    const rule = joined.includes(field) && others.length > 0 ? 'joined: every source adds to it' : ruleOf(ordered);
    const alternatives = others.filter(({ source }) => reach.source(source)).map(({ source, asOf }) => ({ source, observedAt: asOf }));
    return [{ ...told(field, winner, reading, reach), rule, alternatives }];
  });
  return (await Promise.all(provenances)).flat();
}

function told(field: string, { source, sourceRef, asOf }: RecordRow, reading: Reading | null, { refs }: ProvenanceReach) {
  return {
    ...{ field, source, upstreamRef: refs ? sourceRef : null, observedAt: asOf },
    ...{ syncedAt: reading?.syncedAt ?? null, mappingVersion: reading?.mappingVersion ?? null },
  };
}
