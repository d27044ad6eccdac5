/**
 * Organisations, sites and counts: known by codes that all upstreams share, so a row is made of several records.
 *
 * Every stream's record is kept as it came. The row is made of those that stand, whatever the order in which they came:
 * the sort of source decides who wins a field (`schema/domain/precedence.ts`), then the newest (`as_of`); one that gives
 * null or an empty list takes nothing away.
 */
import type { Sql } from '../../platform/db.ts';
import { BEST_LAST, withRank } from '../../platform/field-rank.ts';
import type { Canonical, EntityName } from '../../schema/domain/canonical.ts';
import { changedAt, columnsOf, fromExcluded, names, toRow, typed } from './columns.ts';
import { type EntityStore, lockForPage } from './entity-store.ts';

interface OrganisationDeclaration<E extends EntityName> {
  readonly entity: E;
  readonly table: string;
  /** Canonical field → PostgreSQL type. */
  readonly fields: Readonly<Record<string, string>>;
  /** Columns of the primary or unique key. */
  readonly uniqueBy: string;
  /** The key of a row, in SQL and of a record: the same text. */
  readonly keyOfRow: string;
  readonly keyOf: (value: Canonical[E]) => string;
  /** Lists that a row always has, if only an empty one. */
  readonly alwaysLists?: readonly string[];
}

export function organisationStore<E extends EntityName>(declaration: OrganisationDeclaration<E>): EntityStore<E> {
  const columns = columnsOf(declaration.fields);
  const render = renderStatement(declaration);
  const withdraw = `
    UPDATE ${declaration.table} AS t SET removed_at = $3, changed_at = $3
    WHERE t.removed_at IS NULL AND ${declaration.keyOfRow} = ANY($2::text[]) AND NOT EXISTS (
      SELECT FROM practices.source_record c WHERE c.entity = $1 AND c.key = ${declaration.keyOfRow} AND c.removed_at IS NULL)`;
  const { entity, keyOf } = declaration;
  return {
    records: { table: 'practices.source_record', of: `t.entity = '${entity}'`, within: null, alsoSet: () => '', names: 'key' },
    naturalKey: keyOf,
    async store(tx, page, records) {
      await lockForPage(tx, 'organisations', 'alone');
      const rows = records.map(({ ref, value }) => ({ key: keyOf(value), source_ref: ref, fields: given(toRow(columns, value)) }));
      await tx.query(KEEP_RECORDS, [JSON.stringify(rows), entity, page.upstream, page.stream, page.asOf, page.passId]);
      await tx.query(render, [entity, rows.map(({ key }) => key), page.now]);
      return [];
    },
    async removed(tx: Sql, now, keys) {
      await lockForPage(tx, 'organisations', 'alone');
      await tx.query(render, [entity, keys, now]);
      await tx.query(withdraw, [entity, keys, now]);
    },
  };
}

const KEEP_RECORDS = `
  INSERT INTO practices.source_record AS t (entity, key, source, stream, source_ref, fields, as_of, pass_id, removed_at)
  SELECT $2, r.key, $3, $4, r.source_ref, r.fields, $5, $6, NULL
  FROM json_to_recordset($1::json) AS r (key text, source_ref text, fields jsonb)
  ON CONFLICT (entity, key, source, stream) DO UPDATE SET
    source_ref = excluded.source_ref, fields = excluded.fields, as_of = excluded.as_of, pass_id = excluded.pass_id, removed_at = NULL`;

function renderStatement({ table, fields, uniqueBy, alwaysLists = [] }: Omit<OrganisationDeclaration<EntityName>, 'keyOf'>): string {
  const columns = columnsOf(fields);
  const values = columns.map(({ field, column }) => (alwaysLists.includes(field) ? `COALESCE(f.${column}, '{}')` : `f.${column}`)).join(', ');
  return `
    INSERT INTO ${table} AS t (${names(columns)}, source, source_ref, as_of, changed_at, pass_id, removed_at)
    SELECT ${values}, newest.source, newest.source_ref, newest.as_of, $3, newest.pass_id, NULL
    FROM (
      SELECT c.key, jsonb_object_agg(e.key, e.value ORDER BY ${BEST_LAST}) AS fields
      FROM practices.source_record c CROSS JOIN LATERAL jsonb_each(c.fields) e ${withRank('c.entity')}
      WHERE c.entity = $1 AND c.key = ANY($2::text[]) AND c.removed_at IS NULL
      GROUP BY c.key
    ) merged
    CROSS JOIN LATERAL (
      SELECT c.source, c.source_ref, c.as_of, c.pass_id FROM practices.source_record c
      WHERE c.entity = $1 AND c.key = merged.key AND c.removed_at IS NULL
      ORDER BY c.as_of DESC, c.source, c.stream LIMIT 1
    ) newest
    CROSS JOIN LATERAL jsonb_to_record(merged.fields) AS f (${typed(columns)})
    ON CONFLICT (${uniqueBy}) DO UPDATE SET
      ${fromExcluded(columns)}, source = excluded.source, source_ref = excluded.source_ref, as_of = excluded.as_of, pass_id = excluded.pass_id,
      removed_at = NULL, ${changedAt(columns)}`;
}

/** The columns that a record gives. */
export function given(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)));
}
