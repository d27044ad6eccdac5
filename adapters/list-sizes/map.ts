/** What each row of "Patients Registered at a GP Practice" means. Pure. */
import { foldName } from '../../platform/table/cells.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { SEXES } from '../../schema/domain/organisation.ts';
import type { Day } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Skipped, skip } from '../contract.ts';
import { dayIn } from '../published-files.ts';
import type { ListSizeRow, PracticeMapRow } from './wire.ts';

export function icbOfMap(row: PracticeMapRow): Canonical['icb'] | Skipped {
  return row.repeat ? skip('an ICB that an earlier row gave') : { code: row.ICB_CODE, name: row.ICB_NAME };
}

export function subIcbLocationOfMap(row: PracticeMapRow): Canonical['subIcbLocation'] | Skipped {
  if (row.repeat) return skip('a sub-ICB location that an earlier row gave');
  return { code: row.SUB_ICB_LOCATION_CODE, name: row.SUB_ICB_LOCATION_NAME, icbCode: row.ICB_CODE };
}

export function pcnOfMap(row: PracticeMapRow): Canonical['pcn'] | Skipped {
  if (isUnallocated(row)) return skip('a practice in no network');
  if (row.repeat) return skip('a network that an earlier row gave');
  return { odsCode: row.PCN_CODE, name: row.PCN_NAME, openedOn: null, closedOn: null };
}

/** The map lists practices that have patients; it does not say since when, nor whether they are open. */
export function practiceOfMap(row: PracticeMapRow): Canonical['practice'] {
  return {
    odsCode: row.PRACTICE_CODE,
    name: row.PRACTICE_NAME,
    status: null,
    addressLines: null,
    postcode: row.PRACTICE_POSTCODE || null,
    openedOn: null,
    closedOn: null,
    subIcbLocationCode: row.SUB_ICB_LOCATION_CODE,
    icbCode: row.ICB_CODE,
    clinicalSystem: row.SUPPLIER_NAME === '' || foldName(row.SUPPLIER_NAME) === 'unknown' ? null : row.SUPPLIER_NAME,
  };
}

/** The map says who is a member on its day, and not since when. */
export function membershipOfMap(row: PracticeMapRow): Canonical['pcnMembership'] | Skipped {
  if (isUnallocated(row)) return skip('a practice in no network');
  return { practiceOdsCode: row.PRACTICE_CODE, pcnOdsCode: row.PCN_CODE, startsOn: null, endsOn: null };
}

/** `U` stands for no network. `U00000` is a network like any other: West Norwich. */
function isUnallocated({ PCN_CODE }: PracticeMapRow): boolean {
  return PCN_CODE === '' || PCN_CODE === 'U';
}

/** The total of one practice; the same file also splits it by sex and age, and adds it up by area. */
export function registeredPatientsOfListSize(row: ListSizeRow): Canonical['registeredPatients'] | Skipped {
  if (row.ORG_TYPE !== 'GP') return skip(OF_AN_AREA);
  if (row.SEX !== 'ALL' || row.AGE !== 'ALL') return skip('one sex or one age band of a practice');
  return { practiceOdsCode: row.ORG_CODE, countedOn: dayOfCount(row), patients: patientsIn(row) };
}

/** One sex and one five-year age band of one practice. */
export function registeredPatientsByAgeOfListSize(row: ListSizeRow): Canonical['registeredPatientsByAge'] | Skipped {
  if (row.ORG_TYPE !== 'GP') return skip(OF_AN_AREA);
  if (row.AGE === 'ALL') return skip('all ages of a practice');
  if (row.AGE_GROUP_5 === '') return skip('a single year of age');
  const sex = SEXES.find((known) => known === row.SEX);
  if (sex === undefined) throw invalid('SEX', `one of ${SEXES.join(', ')}`, kindOf(row.SEX));
  return { practiceOdsCode: row.ORG_CODE, countedOn: dayOfCount(row), sex, ...ageBand(row.AGE_GROUP_5), patients: patientsIn(row) };
}

const OF_AN_AREA = 'a total of an area or a network';

/** `0_4` is from 0 to below 5; `95+` has no upper end. */
function ageBand(text: string): Pick<Canonical['registeredPatientsByAge'], 'ageFrom' | 'ageBelow'> {
  const [, from, last, plus] = /^(\d{1,3})(?:_(\d{1,3})|(\+))$/.exec(text) ?? [];
  if (from !== undefined && plus !== undefined) return { ageFrom: Number(from), ageBelow: null };
  if (from !== undefined && last !== undefined && Number(last) === Number(from) + 4) return { ageFrom: Number(from), ageBelow: Number(from) + 5 };
  throw invalid('AGE_GROUP_5', 'five years of age as 0_4, or 95+', kindOf(text));
}

function dayOfCount(row: ListSizeRow): Day {
  const countedOn = dayIn(row, 'EXTRACT_DATE');
  if (countedOn === null) throw invalid('EXTRACT_DATE', 'a date', 'nothing');
  return countedOn;
}

function patientsIn({ NUMBER_OF_PATIENTS }: ListSizeRow): number {
  if (!/^\d{1,9}$/.test(NUMBER_OF_PATIENTS)) throw invalid('NUMBER_OF_PATIENTS', 'a whole number', kindOf(NUMBER_OF_PATIENTS));
  return Number(NUMBER_OF_PATIENTS);
}
