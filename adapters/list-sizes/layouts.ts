/** Where the columns of the publication's files are, in every year seen. */
import { byOwnName, type Layout } from '../published-files.ts';

/** Until July 2022 sub-ICB locations were clinical commissioning groups, and ICBs were partnerships (STP). */
export const PRACTICE_MAP: Layout = {
  title: 'practice map',
  options: {},
  columns: {
    ...byOwnName(['EXTRACT_DATE', 'PRACTICE_CODE', 'PRACTICE_NAME', 'PRACTICE_POSTCODE', 'PCN_CODE', 'PCN_NAME', 'SUPPLIER_NAME']),
    SUB_ICB_LOCATION_CODE: ['SUB_ICB_LOCATION_CODE', 'CCG_CODE'],
    SUB_ICB_LOCATION_NAME: ['SUB_ICB_LOCATION_NAME', 'CCG_NAME'],
    ICB_CODE: ['ICB_CODE', 'STP_CODE'],
    ICB_NAME: ['ICB_NAME', 'STP_NAME'],
  },
  optional: ['SUPPLIER_NAME'],
  dayColumn: 'EXTRACT_DATE',
};

/** By five-year age band, by single year of age, or totals alone: one layout, other names. */
export const LIST_SIZES: Layout = {
  title: 'list sizes',
  options: {},
  columns: {
    ...byOwnName(['EXTRACT_DATE', 'SEX', 'NUMBER_OF_PATIENTS']),
    ORG_TYPE: ['ORG_TYPE', 'TYPE'],
    ORG_CODE: ['ORG_CODE', 'CODE'],
    AGE: ['AGE_GROUP_5', 'AGE'],
    AGE_GROUP_5: ['AGE_GROUP_5'],
  },
  optional: ['AGE_GROUP_5'],
  dayColumn: 'EXTRACT_DATE',
};
