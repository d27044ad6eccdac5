/** What was published of a network's workforce in one month. Pure. */
import { dayOf } from '../../platform/graphql/record-source.ts';
import type { Day } from '../../schema/domain/time.ts';
import type { PublishedWorkforce } from '../../schema/prisma/generated/client.ts';

/**
 * Of the newest month, or of the one that ends on `day`; null where there is nothing of it. Rows are newest first.
 *
 * Two upstreams that read the same publication tell the same: one of them is taken.
 */
export function publishedWorkforceOf(rows: readonly PublishedWorkforce[], day: Day | null) {
  const [newest] = rows;
  const wanted = day ?? dayOf(newest?.countedOn ?? null);
  const ofMonth = rows.filter(({ countedOn }) => dayOf(countedOn) === wanted);
  const [first] = ofMonth;
  if (first === undefined) return null;
  const roles = ofMonth.filter(({ source }) => source === first.source);
  return { countedOn: wanted, fte: sum(roles), serviceContractFte: sum(roles.filter(({ byServiceContract }) => byServiceContract)), roles };
}

/** Without the dust of binary fractions. */
const sum = (rows: readonly PublishedWorkforce[]) => Math.round(rows.reduce((total, { fte }) => total + fte, 0) * 10_000) / 10_000;
