/** Where the columns of the ODS files are, in every year seen. */
import { extname } from 'node:path';
import type { TableOptions } from '../../platform/table/table.ts';
import { byOwnName, type Layout } from '../published-files.ts';
import { CORE_PARTNER_COLUMNS, EBRANCHS_COLUMNS, EPRACCUR_COLUMNS } from './wire.ts';

export const EPRACCUR: Layout = {
  title: 'practice list (epraccur)',
  options: { format: 'csv', header: EPRACCUR_COLUMNS },
  columns: byOwnName([
    ...['Organisation Code', 'Name', 'National Grouping', 'High Level Health Geography', 'Open Date', 'Close Date', 'Status Code', 'Commissioner'],
    ...['Prescribing Setting', 'Address Line 1', 'Address Line 2', 'Address Line 3', 'Address Line 4', 'Address Line 5', 'Postcode'],
  ]),
  optional: [],
  dayColumn: null,
};

export const EBRANCHS: Layout = {
  title: 'branch list (ebranchs)',
  options: { format: 'csv', header: EBRANCHS_COLUMNS },
  columns: byOwnName([
    ...['Organisation Code', 'Name', 'National Grouping', 'Close Date', 'Parent Practice', 'Left Provider/Purchaser Date'],
    ...['Address Line 1', 'Address Line 2', 'Address Line 3', 'Address Line 4', 'Address Line 5', 'Postcode'],
  ]),
  optional: [],
  dayColumn: null,
};

const isWorkbook = (path: string) => ['.xlsx', '.xlsm'].includes(extname(path).toLowerCase());

/** Networks: a sheet of the workbook, or the networks that the core partner list names. */
export function pcnLayout(path: string): Layout {
  const columns = byOwnName(['PCN Code', 'PCN Name', 'Open Date', 'Close Date']);
  if (isWorkbook(path)) return { title: 'network sheet (ePCN)', options: { sheet: 'PCNDetails' }, columns, optional: [], dayColumn: null };
  return { ...corePartnerLayout(path), columns, optional: ['Open Date', 'Close Date'] };
}

/** Memberships: a sheet of the workbook, or the core partner list, which has no header. */
export function corePartnerLayout(path: string): Layout {
  const options: TableOptions = isWorkbook(path) ? { sheet: 'PCN Core Partner Details' } : { format: 'csv', header: CORE_PARTNER_COLUMNS };
  return {
    title: isWorkbook(path) ? 'membership sheet (ePCN)' : 'core partner list (epcncorepartnerdetails)',
    options,
    columns: byOwnName(['Partner Organisation Code', 'PCN Code', 'Practice to PCN Relationship Start Date', 'Practice to PCN Relationship End Date']),
    optional: [],
    dayColumn: null,
  };
}
