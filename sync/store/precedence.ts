/** Who wins a field, in SQL: of the records `c` whose fields are `e`, the order in which the last one wins. */
import type { Sql } from '../../platform/db.ts';
import { fieldRanks, type PrecedenceOverrides } from '../../schema/domain/precedence.ts';
import { snakeCase } from './columns.ts';

/** No source has a rank as low. */
const NO_RANK = 32_767;

/** Joins each field of a record with the rank of its source. `entity` is an SQL expression. */
export const withRank = (entity: string): string => `LEFT JOIN platform.field_rank w ON w.entity = ${entity} AND w.field = e.key AND w.source = c.source`;

export const BEST_LAST = `COALESCE(w.rank, ${NO_RANK}) DESC, c.as_of, c.source COLLATE "C" DESC, c.stream COLLATE "C" DESC, c.source_ref COLLATE "C" DESC`;

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
