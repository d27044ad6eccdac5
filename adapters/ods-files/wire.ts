/**
 * What the NHS reference files hold: every cell is text, dates still as they are written.
 *
 * Sources: the ODS specification of `epraccur` (2019) and the files themselves, of 2017 to 2026; read 2026-11-23.
 */
import { z } from 'zod';

/** Columns that `epraccur` and `ebranchs` share, in order. Neither file has a header. */
const PRESCRIBING_COLUMNS = [
  ...['Organisation Code', 'Name', 'National Grouping', 'High Level Health Geography'],
  ...['Address Line 1', 'Address Line 2', 'Address Line 3', 'Address Line 4', 'Address Line 5', 'Postcode'],
  ...['Open Date', 'Close Date', 'Status Code', 'Organisation Sub-Type Code', 'Commissioner'],
  ...['Join Provider/Purchaser Date', 'Left Provider/Purchaser Date', 'Contact Telephone Number', 'Null 19', 'Null 20', 'Null 21'],
  ...['Amended Record Indicator', 'Null 23', 'Provider/Purchaser', 'Null 25', 'Prescribing Setting', 'Null 27'],
] as const;

export const EPRACCUR_COLUMNS: readonly string[] = PRESCRIBING_COLUMNS;
/** In `ebranchs` column 15 holds the practice that the branch belongs to. */
export const EBRANCHS_COLUMNS: readonly string[] = PRESCRIBING_COLUMNS.map((column) => (column === 'Commissioner' ? 'Parent Practice' : column));

/** The core partner list of the data search and export service. No header. */
export const CORE_PARTNER_COLUMNS = [
  ...['Partner Organisation Code', 'Partner Name', 'Practice Parent Sub ICB Loc Code', 'Practice Parent Sub ICB Loc Name', 'PCN Code', 'PCN Name'],
  ...['PCN Parent Sub ICB Loc Code', 'PCN Parent Sub ICB Loc Name', 'Practice to PCN Relationship Start Date', 'Practice to PCN Relationship End Date'],
  'Practice Sub ICB Loc and PCN Sub ICB Loc Match',
] as const;

const cell = z.string();
const code = cell.min(1, 'a code');
const name = cell.min(1, 'a name');

/** Beside its cells, each row carries the day of its file. */
const row = { takenOn: z.string() };

/** One that repeats a record which an earlier row of the same file gave. */
const repeatable = { repeat: z.boolean() };

const address = { 'Address Line 1': cell, 'Address Line 2': cell, 'Address Line 3': cell, 'Address Line 4': cell, 'Address Line 5': cell, Postcode: cell };

export const EpraccurRow = z.object({
  ...row,
  ...address,
  includeWales: z.boolean(),
  'Organisation Code': code,
  Name: name,
  'National Grouping': cell,
  'High Level Health Geography': cell,
  'Open Date': cell,
  'Close Date': cell,
  'Status Code': cell,
  Commissioner: cell,
  'Prescribing Setting': cell,
});
export type EpraccurRow = z.output<typeof EpraccurRow>;

/** A row of `epraccur` with the network that the settings tie it to, if any. */
export const HubRow = EpraccurRow.extend({ network: z.string().nullable() });
export type HubRow = z.output<typeof HubRow>;

export const EbranchsRow = z.object({
  ...row,
  ...address,
  includeWales: z.boolean(),
  'Organisation Code': code,
  Name: name,
  'National Grouping': cell,
  'Close Date': cell,
  'Parent Practice': code,
  'Left Provider/Purchaser Date': cell,
});
export type EbranchsRow = z.output<typeof EbranchsRow>;

export const EpcnDetailsRow = z.object({ ...row, 'PCN Code': code, 'PCN Name': name, 'Open Date': cell, 'Close Date': cell, ...repeatable });
export type EpcnDetailsRow = z.output<typeof EpcnDetailsRow>;

export const CorePartnerRow = z.object({
  ...row,
  'Partner Organisation Code': code,
  'PCN Code': code,
  'Practice to PCN Relationship Start Date': cell,
  'Practice to PCN Relationship End Date': cell,
});
export type CorePartnerRow = z.output<typeof CorePartnerRow>;
