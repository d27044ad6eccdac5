/** Writes the order in which sources win fields, for SQL to read (`platform/field-rank.ts`). */
import type { Sql } from '../../platform/db.ts';
import { fieldRanks, type PrecedenceOverrides } from '../../schema/domain/precedence.ts';
import { snakeCase } from './columns.ts';

/**
 * Writes the order that is in force, where it is another than before. What was rendered by the old one is rendered anew
 * when its records are next met, or replayed.
 */
export async function registerPrecedence(sql: Sql, overrides: PrecedenceOverrides): Promise<void> {
  const ranks = fieldRanks(overrides).map((rank) => ({ ...rank, field: snakeCase(rank.field) }));
  await sql.query(
    `WITH wanted AS MATERIALIZED (
       SELECT * FROM json_to_recordset($1::json) AS r (entity text, field text, kind text, rank integer)
     ), dropped AS (
       DELETE FROM platform.precedence p WHERE NOT EXISTS (SELECT FROM wanted w WHERE (w.entity, w.field, w.kind) = (p.entity, p.field, p.kind))
     )
     INSERT INTO platform.precedence AS p (entity, field, kind, rank) SELECT entity, field, kind, rank FROM wanted
     ON CONFLICT (entity, field, kind) DO UPDATE SET rank = excluded.rank WHERE p.rank <> excluded.rank`,
    [JSON.stringify(ranks)],
  );
}
