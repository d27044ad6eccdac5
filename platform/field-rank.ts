/** Who wins a field, in SQL: of the records `c` whose fields are `e`, the order in which the last one wins. */

/** No source has a rank as low. */
const NO_RANK = 32_767;

/** Joins each field of a record with the rank of its source. `entity` is an SQL expression. */
export const withRank = (entity: string): string => `LEFT JOIN platform.field_rank w ON w.entity = ${entity} AND w.field = e.key AND w.source = c.source`;

export const BEST_LAST = `COALESCE(w.rank, ${NO_RANK}) DESC, c.as_of, c.source COLLATE "C" DESC, c.stream COLLATE "C" DESC, c.source_ref COLLATE "C" DESC`;
