import { describe, expect, test } from '@jest/globals';
import { dateOrderOf, describeLook, lookAt, masked } from './shapes.ts';
import { suggestColumns } from './suggest.ts';

/** A table as heading → values, to heading → field. */
function suggested(columns: Readonly<Record<string, readonly string[]>>) {
  const looks = Object.entries(columns).map(([heading, values]) => lookAt(heading, values));
  return Object.fromEntries(suggestColumns(looks).map(({ look, target, because }) => [look.heading, target ? `${target.setting}.${target.name}` : because]));
}

describe('a suggestion', () => {
  test('goes by the heading, however it is written', () => {
    expect(suggested({ 'STAFF  No.': ['A1', 'A2'], 'E-Mail': ['a@example.nhs.invalid'], 'Hrs / Wk': ['37.5', '20'], W_T_E: ['1'], wte: ['0.8'] })).toEqual({
      'STAFF  No.': 'columns.staffNumber',
      'E-Mail': 'columns.workEmail',
      'Hrs / Wk': 'columns.hoursPerWeek',
      W_T_E: '',
      wte: 'columns.fte',
    });
  });

  test('is not made where the values speak against the heading', () => {
    expect(suggested({ Email: ['ask reception', 'none yet'], Started: ['a while ago', 'in spring'], FTE: ['37.5', '20'] })).toEqual({
      Email: 'workEmail? Its values do not look like it',
      Started: 'startDate? Its values do not look like it',
      FTE: 'fte? Its values do not look like it',
    });
  });

  test('goes by values that leave no doubt, and leaves numbers that may be anything', () => {
    expect(
      suggested({ Contact: ['a@example.nhs.invalid', 'b@example.nhs.invalid'], Grade: ['Practice nurse', 'HCA', 'GP'], Ref2: ['9000001'], PINs: ['99A0001E'] }),
    ).toEqual({
      Contact: 'columns.workEmail',
      Grade: 'columns.role',
      Ref2: '',
      PINs: 'columns.registrationNumber',
    });
  });

  test('takes no staff number or short name for the code of an organisation', () => {
    expect(suggested({ Ref2: ['S001', 'S002'], 'Middle name': ['Ann', 'Bob'], 'Where?': ['Z99001', 'U99999'] })).toEqual({
      Ref2: '',
      'Middle name': '',
      'Where?': 'columns.organisation',
    });
  });

  test('knows a column for each regulator', () => {
    expect(suggested({ 'GMC no.': ['9000001', 'N/A'], 'NMC PIN': ['99A0001E'], HCPC: ['PH999901'], GPhC: ['9000001'] })).toEqual({
      'GMC no.': 'registrationColumns.GMC',
      'NMC PIN': 'registrationColumns.NMC',
      HCPC: 'registrationColumns.HCPC',
      GPhC: '',
    });
  });

  test('takes no date for the last day of a credential that may be its first', () => {
    expect(suggested({ 'DBS date': ['01/02/2024'], 'BLS expires': ['01/02/2027'], 'Safeguarding children - due': ['01/02/2027'] })).toEqual({
      'DBS date': 'DBS? Map it only if it is a last day, not the day of issue',
      'BLS expires': 'credentialColumns.BASIC_LIFE_SUPPORT',
      'Safeguarding children - due': 'credentialColumns.SAFEGUARDING_CHILDREN',
    });
  });

  test('is never made for what nobody needs, whatever its values', () => {
    expect(suggested({ 'Private e-mail': ['a@example.invalid'], 'Emergency contact': ['a@example.invalid'], DOB: ['01/02/1980'] })).toEqual({
      'Private e-mail': 'never read',
      'Emergency contact': 'never read',
      DOB: 'never read',
    });
  });

  test('gives one column to a field, and passes over a whole name where there are both parts', () => {
    expect(suggested({ 'Job title': ['GP'], Role: ['GP'], Name: ['Marigold Thornbury'], Surname: ['Thornbury'], Forename: ['Marigold'] })).toMatchObject({
      'Job title': 'role? Another column suits better',
      Role: 'columns.role',
      Name: 'fullName? Another column suits better',
      Surname: 'columns.familyName',
    });
  });
});

test.each([
  ['Marigold', 'Aaaa'],
  ["Zoë O'Brien-Łukasz", "Aaa A'Aaaa-Aaaa"],
  ['marigold.thornbury@example.nhs.invalid', 'aaa.aaa@aaa.aaa.aaa'],
  ['99A0001E', '99A9999A'],
  ['03/05/1981', '99/99/9999'],
  ['£32,000 ½', '·99,999 9'],
  ['李小龍', 'aaa'],
  ['', ''],
])('a value is masked: %s', (value, mask) => {
  expect(masked(value)).toBe(mask);
});

test('a mask is cut where it is long', () => {
  expect(masked('one two three four five six seven eight')).toHaveLength(24);
});

test.each([
  [['03/04/2026', '25/04/2026'], 'dmy'],
  [['03/04/2026', '04/25/2026'], 'mdy'],
  [['03/04/2026', '2026-04-25', '1 May 2026'], null],
] as const)('the order of dates is read from those that have only one: %s', (values, order) => {
  expect(dateOrderOf(values)).toBe(order);
});

test('a look says what most values are', () => {
  expect(describeLook(lookAt('X', ['', 'N/A', '-']))).toBe('nothing');
  expect(describeLook(lookAt('X', ['09:00', '10:30', 'noon']))).toBe('times');
  expect(describeLook(lookAt('X', ['0.5', '1']))).toBe('numbers up to 4');
});
