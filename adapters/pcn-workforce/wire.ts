/**
 * What the individual-level file of the Primary Care Network Workforce publication holds: a row for each post, as text.
 *
 * Source: the files of March 2020, June and September 2022 and June 2026, whose columns are the same; read 2026-11-25.
 */
import { z } from 'zod';
import { byOwnName } from '../published-files.ts';

/** Names and areas of a network are elsewhere. UNIQUE_IDENTIFIER is not read: it is given out anew with each release. */
export const COLUMNS = byOwnName(['Data_source', 'CENSUS_YEAR', 'CENSUS_MONTH', 'PCN_CODE', 'STAFF_GROUP', 'STAFF_ROLE', 'DETAILED_STAFF_ROLE', 'FTE']);

const cell = z.string();

/** A row, and what became of it among the rows of the same role. */
export const WorkforceRow = z.object({
  Data_source: cell,
  CENSUS_YEAR: cell,
  CENSUS_MONTH: cell,
  PCN_CODE: cell.min(1, 'a code'),
  STAFF_GROUP: cell.min(1, 'a staff group'),
  STAFF_ROLE: cell.min(1, 'a role'),
  DETAILED_STAFF_ROLE: cell.min(1, 'a detailed role'),
  FTE: cell,
  /** Of the first row of a role: what all its rows come to. Null for a row that is in that sum, or cannot be. */
  sum: z.number().nullable(),
  /** Of the first row of a role: how many of its rows could not be added up. */
  unread: z.number(),
});
export type WorkforceRow = z.output<typeof WorkforceRow>;
