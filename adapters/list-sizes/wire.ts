/**
 * What the publication's files hold: every cell is text, dates still as they are written, 01Jul2026 in the map and
 * 2026-07-01 in the counts of the same release.
 *
 * Source: the files themselves, of January 2022 and of April and July 2026; read 2026-11-23.
 */
import { z } from 'zod';

const cell = z.string();
const code = cell.min(1, 'a code');
const name = cell.min(1, 'a name');

export const PracticeMapRow = z.object({
  takenOn: z.string(),
  /** Whether an earlier row of the same file gave the same record. */
  repeat: z.boolean(),
  EXTRACT_DATE: cell,
  PRACTICE_CODE: code,
  PRACTICE_NAME: name,
  PRACTICE_POSTCODE: cell,
  PCN_CODE: cell,
  PCN_NAME: cell,
  SUB_ICB_LOCATION_CODE: code,
  SUB_ICB_LOCATION_NAME: name,
  ICB_CODE: code,
  ICB_NAME: name,
  SUPPLIER_NAME: cell,
});
export type PracticeMapRow = z.output<typeof PracticeMapRow>;

export const ListSizeRow = z.object({
  takenOn: z.string(),
  EXTRACT_DATE: code,
  ORG_TYPE: code,
  ORG_CODE: code,
  SEX: code,
  AGE: code,
  /** Empty in a file that is not by five-year age bands. */
  AGE_GROUP_5: cell,
  NUMBER_OF_PATIENTS: cell,
});
export type ListSizeRow = z.output<typeof ListSizeRow>;
