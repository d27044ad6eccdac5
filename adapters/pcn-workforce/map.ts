/** What a row of the workforce file means. Pure. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { jobRoleFromWords } from '../../schema/domain/codes.ts';
import { addDays, type Day, isDay } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { nwrsRole } from '../nwrs-roles.ts';
import type { WorkforceRow } from './wire.ts';

/** Whether the post comes by a service contract. */
const BY_SERVICE_CONTRACT: Readonly<Record<string, boolean>> = { 'NWRS Staff': false, 'NWRS contracted services': true };

/** The row's hours as a part of full time, or null when they are no number. */
export function fteIn(text: string): number | null {
  return /^\d{1,4}(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** The day of which the row is: data are taken at the end of the last day of the month. Null for no month. */
export function censusDay({ CENSUS_YEAR, CENSUS_MONTH }: { readonly CENSUS_YEAR: string; readonly CENSUS_MONTH: string }): Day | null {
  const first = `${CENSUS_YEAR}-${CENSUS_MONTH.padStart(2, '0')}-01`;
  if (!isDay(first)) return null;
  const later = addDays(first, 31);
  return addDays(later, -Number(later.slice(8)));
}

export function toPublishedWorkforce(row: WorkforceRow): Canonical['publishedWorkforce'] | Skipped {
  const byServiceContract = BY_SERVICE_CONTRACT[row.Data_source];
  if (byServiceContract === undefined) throw invalid('Data_source', `one of ${Object.keys(BY_SERVICE_CONTRACT).join(', ')}`, kindOf(row.Data_source));
  const countedOn = censusDay(row);
  if (countedOn === null) throw invalid('CENSUS_MONTH', 'a year of four digits and a month from 1 to 12', kindOf(row.CENSUS_MONTH));
  if (fteIn(row.FTE) === null) throw invalid('FTE', 'a number', kindOf(row.FTE));
  if (row.sum === null) return skip('added to the row of the same role');
  if (row.unread > 0) throw invalid('FTE', 'a number in every row of the role', 'one or more without');
  return {
    ...{ pcnOdsCode: row.PCN_CODE, countedOn, staffGroup: row.STAFF_GROUP, role: row.STAFF_ROLE, detailedRole: row.DETAILED_STAFF_ROLE },
    jobRole: nwrsRole(row.DETAILED_STAFF_ROLE, row.STAFF_ROLE)?.role ?? jobRoleFromWords(row.DETAILED_STAFF_ROLE),
    byServiceContract,
    fte: Math.round(row.sum * 10_000) / 10_000,
  };
}
