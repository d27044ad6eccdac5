import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { openTable } from '../platform/table/table.ts';
import { JOB_ROLES, type JobRole, jobRoleFromWords, type StaffGroup } from '../schema/domain/codes.ts';
import { NWRS_ROLES, nwrsRole } from './nwrs-roles.ts';
import { NwrsSheetSettings } from './nwrs-sheet/settings.ts';
import { createVocabulary } from './nwrs-sheet/vocabulary.ts';
import { toPublishedWorkforce } from './pcn-workforce/map.ts';

/** The combinations of the published file of June 2026; it is not part of the project. */
const PUBLISHED = fileURLToPath(new URL('../../shared/data/nhs/nwrs-pcn-roles_2026-06.csv', import.meta.url));

const GROUPS: Readonly<Record<string, StaffGroup>> = {
  Directors: 'DIRECTOR',
  'Other GPs': 'GP',
  'Other Nurses': 'NURSE',
  'Other Direct Patient Care staff': 'DIRECT_PATIENT_CARE',
  'Other Admin/Non-clinical staff': 'ADMIN',
};
const SOURCES = { staff: ['NWRS Staff'], contracted: ['NWRS contracted services'], both: ['NWRS Staff', 'NWRS contracted services'] } as const;

interface Combination {
  readonly source: string;
  readonly group: string;
  readonly staffRole: string;
  readonly detailed: string;
}

const COMBINATIONS: readonly Combination[] = Object.entries(NWRS_ROLES).flatMap(([group, roles]) =>
  Object.entries(roles).flatMap(([staffRole, detailedRoles]) =>
    Object.entries(detailedRoles).flatMap(([detailed, [, module]]) => SOURCES[module].map((source) => ({ source, group, staffRole, detailed }))),
  ),
);
const nameOf = ({ source, group, staffRole, detailed }: Combination) => [source, group, staffRole, detailed].join('|');

const sheet = createVocabulary(NwrsSheetSettings.parse({ namespace: 'brackenford', file: 'list.csv' }));
const roleOf = ({ detailed, staffRole }: Combination) => sheet.role(detailed, nwrsRole(detailed, staffRole));

function publishedAs({ source, group, staffRole, detailed }: Combination): JobRole | null | undefined {
  const month = { CENSUS_YEAR: '2026', CENSUS_MONTH: '6', PCN_CODE: 'U99999', FTE: '1', sum: 1, unread: 0 };
  const record = toPublishedWorkforce({ ...month, Data_source: source, STAFF_GROUP: group, STAFF_ROLE: staffRole, DETAILED_STAFF_ROLE: detailed });
  return 'jobRole' in record ? record.jobRole : undefined;
}

describe('the roles of NWRS', () => {
  test('are the 116 combinations of June 2026', () => {
    expect(new Set(COMBINATIONS.map(nameOf)).size).toBe(116);
  });

  (existsSync(PUBLISHED) ? test : test.skip)('are those of the published file, to the letter', async () => {
    const { rows } = await openTable(PUBLISHED);
    const published = (await Array.fromAsync(rows)).map(({ cells }) =>
      ['Data_source', 'STAFF_GROUP', 'STAFF_ROLE', 'DETAILED_STAFF_ROLE'].map((column) => cells[column]).join('|'),
    );
    expect(COMBINATIONS.map(nameOf).sort()).toEqual(published.sort());
  });

  test.each(COMBINATIONS)('have a role here, of the group in which they are published: $source, $staffRole, $detailed', (combination) => {
    const role = roleOf(combination);
    expect(role && JOB_ROLES[role].staffGroup).toBe(GROUPS[combination.group]);
    expect(sheet.staffGroup(combination.group)).toBe(GROUPS[combination.group]);
    expect(publishedAs(combination)).toBe(role);
  });

  test('are told apart, but for the contracts of general practitioners', () => {
    const byRole = Map.groupBy(COMBINATIONS, roleOf);
    const names = [...byRole].map(([role, group]) => [role, [...new Set(group.map(({ staffRole, detailed }) => `${staffRole}|${detailed}`))]] as const);
    expect(names.filter(([, those]) => those.length > 1)).toEqual([
      ['GENERAL_PRACTITIONER', ['GP Locums|GP Locum', 'Salaried GPs|Salaried By PCN', 'Salaried GPs|Salaried By Practice']],
    ]);
  });

  test('go by the same words wherever they are written, but for those that say nothing alone', () => {
    const otherwise = COMBINATIONS.filter((combination) => jobRoleFromWords(combination.detailed) !== roleOf(combination));
    expect(new Set(otherwise.map(({ detailed }) => detailed))).toEqual(new Set(['Other', 'Apprentice']));
    expect([jobRoleFromWords('Other'), jobRoleFromWords('Apprentice')]).toEqual([null, null]);
  });

  test.each([
    ['Therapist- Occupational Therapist', 'OCCUPATIONAL_THERAPIST'],
    ['Dietician', 'DIETICIAN'],
    ['Trainee Nursing Associate', 'TRAINEE_NURSING_ASSOCIATE'],
    ['Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Adult)', 'MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER_MHP_ADULT'],
    ['Therapist- Counsellor (Mental Health Practitioner - Children and Young People)', 'COUNSELLOR_MHP_CYP'],
    ['Clinical Director - DPC', 'CLINICAL_DIRECTOR_DIRECT_PATIENT_CARE'],
    ['Salaried By PCN', 'GENERAL_PRACTITIONER'],
  ])('are known in their own spelling, without a staff role: %s', (detailed, role) => {
    expect(nwrsRole(detailed, '')?.role).toBe(role);
  });

  test('of one name in several groups are told apart by the staff role', () => {
    expect(nwrsRole('Other', '')).toBeNull();
    expect(nwrsRole('other', 'OTHER NURSES')?.role).toBe('OTHER_NURSE');
  });
});
