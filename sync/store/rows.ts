/** Entities whose records are rows of their own, keyed by source and reference: one statement a page. */
import type { EntityName } from '../../schema/domain/canonical.ts';
import type { KeptRecord } from '../read-page.ts';
import { type Column, changedAt, columnsOf, fromExcluded, names, toArrays, unnested } from './columns.ts';
import { type EntityStore, lockForPage, type PageContext, type RecordTable } from './entity-store.ts';

interface RowsDeclaration {
  readonly table: string;
  /** Canonical field → PostgreSQL type. */
  readonly fields: Readonly<Record<string, string>>;
  /** Default: a pass covers the whole. */
  readonly within?: RecordTable['within'];
}

const setChangedAt: RecordTable['alsoSet'] = (now) => `, changed_at = ${now}`;

export function recordTable(table: string, within: RecordTable['within'] = null): RecordTable {
  return { table, of: 'true', within, alsoSet: setChangedAt, names: 'source_ref' };
}

/** What every row takes from its record and its page: the columns, and the parameters after those of the columns. */
export const REF: Column = { field: 'sourceRef', column: 'source_ref', type: 'text' };

export function parametersOf(columns: readonly Column[], page: PageContext, records: readonly KeptRecord[]): readonly unknown[] {
  const rows = records.map(({ ref, value }) => ({ ...value, sourceRef: ref }));
  return [...toArrays(columns, rows), page.upstream, page.asOf, page.now, page.passId];
}

/** The placeholders of source, as_of, changed_at and pass_id, behind so many columns. */
export function pagePlaceholders(columns: readonly Column[]): readonly [string, string, string, string] {
  const after = (n: number) => `$${columns.length + n}`;
  return [after(1), after(2), after(3), after(4)];
}

/** Rows that concern nobody. */
export function rowStore<E extends EntityName>({ table, fields, within }: RowsDeclaration): EntityStore<E> {
  const columns = columnsOf(fields);
  const received = [REF, ...columns];
  const [source, asOf, now, passId] = pagePlaceholders(received);
  const statement = `
    INSERT INTO ${table} AS t (${names(columns)}, source, source_ref, as_of, changed_at, pass_id, removed_at)
    SELECT ${names(columns, 'r.')}, ${source}, r.source_ref, ${asOf}, ${now}, ${passId}, NULL FROM ${unnested(received)} r
    ON CONFLICT (source, source_ref) DO UPDATE SET
      ${fromExcluded(columns)}, as_of = excluded.as_of, pass_id = excluded.pass_id, removed_at = NULL, ${changedAt(columns)}`;
  return {
    records: recordTable(table, within),
    naturalKey: () => null,
    async store(tx, page, records) {
      await tx.query(statement, parametersOf(received, page, records));
      return [];
    },
    removed: async () => {},
  };
}

/** Rows that concern a person, found by the key that the record carries; nobody while no person has that key. */
export function personalRowStore<E extends EntityName>({ table, fields, within }: RowsDeclaration): EntityStore<E> {
  const columns = columnsOf({ staffKey: 'text', ...fields });
  const received = [REF, ...columns];
  const stored = [{ field: 'staffId', column: 'staff_id', type: 'uuid' }, ...columns];
  const [source, asOf, now, passId] = pagePlaceholders(received);
  const statement = `
    INSERT INTO ${table} AS t (${names(stored)}, source, source_ref, as_of, changed_at, pass_id, removed_at)
    SELECT k.staff_id, ${names(columns, 'r.')}, ${source}, r.source_ref, ${asOf}, ${now}, ${passId}, NULL
    FROM ${unnested(received)} r LEFT JOIN workforce.staff_key k ON k.key = r.staff_key
    ON CONFLICT (source, source_ref) DO UPDATE SET
      ${fromExcluded(stored)}, as_of = excluded.as_of, pass_id = excluded.pass_id, removed_at = NULL, ${changedAt(stored)}`;
  return {
    records: recordTable(table, within),
    naturalKey: () => null,
    async store(tx, page, records) {
      await lockForPage(tx, 'people', 'shared');
      await tx.query(statement, parametersOf(received, page, records));
      return [];
    },
    removed: async () => {},
  };
}
