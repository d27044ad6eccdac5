/** What was published of a network's workforce in one month. Pure. */
import type { PublishedRoleRow } from './loaders.ts';

/**
 * Null where there is nothing of it.
 *
 * Two upstreams that read the same publication tell the same: the newer, which comes first, is taken.
 */
export function publishedWorkforceOf(rows: readonly PublishedRoleRow[]) {
  const [first] = rows;
  if (first === undefined) return null;
  const roles = rows.filter(({ source }) => source === first.source);
  return { countedOn: first.countedOn, fte: sum(roles), serviceContractFte: sum(roles.filter(({ byServiceContract }) => byServiceContract)), roles };
}

/** Without the dust of binary fractions. */
const sum = (rows: readonly PublishedRoleRow[]) => Math.round(rows.reduce((total, { fte }) => total + fte, 0) * 10_000) / 10_000;
