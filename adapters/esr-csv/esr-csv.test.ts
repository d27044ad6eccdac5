import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullAll } from '../../tests/support/pull.ts';
import adapter from './adapter.ts';
import { absenceReport, competenceReport, type StaffReportRow, staffReport } from './fixtures/upstream.ts';
import { EsrCsvSettings } from './settings.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));

type StreamName = 'staffMembers' | 'engagements' | 'bankMemberships' | 'credentials' | 'leave';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'esr-csv-'));
});
afterEach(() => rm(folder, { recursive: true }));

const nurse: StaffReportRow = {
  ...{ assignmentNumber: '7001', employeeNumber: '7001', firstName: 'Clementine', lastName: 'Rookwood', email: 'clementine.rookwood@example.nhs.invalid' },
  ...{ staffGroup: 'Nursing and Midwifery Registered', jobRole: 'Practice Nurse', fte: '0.8', contractedHours: '', assignmentCategory: 'Permanent' },
  ...{ organisation: 'Z99001', registrationBody: 'NMC', registrationNumber: '99A0001E', latestStartDate: '01/04/2024' },
};

/** Pulls a staff report of these rows. */
async function pullStaff(rows: readonly StaffReportRow[], settings: object = {}) {
  await writeFile(join(folder, 'staff.csv'), staffReport(rows));
  return pullAll<StreamName>(adapter, { namespace: 'brackenshire', staffFile: 'staff.csv', ...settings }, folder);
}

const pathsOf = (quarantined: Readonly<Record<string, readonly { readonly path: string }[]>>) =>
  Object.values(quarantined).map((problems) => problems.map(({ path }) => path));

describe('a staff report', () => {
  test('gives one person and two engagements for two assignments', async () => {
    const { staffMembers, engagements } = await pullStaff([nurse, { ...nurse, assignmentNumber: '7001-2', organisation: 'Z99002', fte: '0.2' }]);
    expect(staffMembers.kept.size).toBe(1);
    expect(staffMembers.skipped).toEqual({ 'a person whom an earlier row gave': 1 });
    expect([...engagements.kept.values()]).toMatchObject([
      { staffKey: 'payroll:brackenshire:7001', organisationCode: 'Z99001', contractedMinutesPerWeek: 1800 },
      { staffKey: 'payroll:brackenshire:7001', organisationCode: 'Z99002', contractedMinutesPerWeek: 450 },
    ]);
  });

  test('takes contracted hours before FTE', async () => {
    const { engagements } = await pullStaff([{ ...nurse, contractedHours: '30.25', fte: '0.5' }]);
    expect(engagements.kept.get('7001')).toMatchObject({ contractedMinutesPerWeek: 1815 });
  });

  test('knows no hours where none are fixed', async () => {
    const { engagements } = await pullStaff(
      ['Bank', 'Locum', 'Agency'].map((assignmentCategory, index) => ({ ...nurse, assignmentNumber: String(index), assignmentCategory })),
    );
    expect([...engagements.kept.values()]).toMatchObject(['BANK', 'LOCUM', 'AGENCY'].map((kind) => ({ kind, contractedMinutesPerWeek: null })));
  });

  test('gives a bank membership for a bank assignment alone', async () => {
    const { bankMemberships } = await pullStaff([
      nurse,
      { ...nurse, assignmentNumber: '7001-2', assignmentCategory: 'Bank', organisation: 'U99999', endDate: '31/03/2026' },
    ]);
    expect([...bankMemberships.kept.entries()]).toEqual([
      ['7001-2', { staffKey: 'payroll:brackenshire:7001', bankCode: 'U99999', startsOn: '2024-04-01', endsOn: '2026-04-01' }],
    ]);
    expect(bankMemberships.skipped).toEqual({ 'not a bank assignment': 1 });
  });

  test('quarantines an assignment that two rows give in other terms, and skips one that they give in the same', async () => {
    const { engagements } = await pullStaff([nurse, nurse, { ...nurse, fte: '0.1' }]);
    expect(engagements.kept.get('7001')).toMatchObject({ contractedMinutesPerWeek: 1800 });
    expect(engagements.skipped).toEqual({ 'an assignment that an earlier row gave': 1 });
    expect(engagements.quarantined).toEqual({
      'row 4 of the staff report': [{ path: '', expected: 'one row for each record', got: 'another row of the same record that says otherwise' }],
    });
  });

  test.each([
    ['jobRole', { jobRole: 'Modern Matron', occupationCode: 'N6A' }, 'another, with occupation code N6A'],
    ['jobRole', { jobRole: 'Modern Matron', occupationCode: 'see notes' }, 'text'],
  ])('quarantines an unknown role with its occupation code, and nothing that is not a code', async (_, cells, got) => {
    const { engagements } = await pullStaff([{ ...nurse, ...cells }]);
    expect(Object.values(engagements.quarantined)).toEqual([
      [{ path: 'Job Role', expected: 'a known role, or one that the setting roles or occupationCodes maps', got }],
    ]);
  });

  test.each([
    ['by job role', { roles: { 'modern matron': 'ADVANCED_NURSE_PRACTITIONER' } }],
    ['by occupation code', { occupationCodes: { N6A: 'ADVANCED_NURSE_PRACTITIONER' } }],
  ])('reads a role that the settings map, %s', async (_, settings) => {
    const { engagements } = await pullStaff([{ ...nurse, jobRole: 'Modern Matron', occupationCode: 'N6A' }], settings);
    expect(engagements.kept.get('7001')).toMatchObject({ role: 'ADVANCED_NURSE_PRACTITIONER', roleAsSent: 'Modern Matron' });
  });

  test('reads the title and the code of a packed position', async () => {
    const position = '3559601|Treatment room nurse|N6H|Treatment room';
    const row = { ...nurse, jobRole: 'Staff Nurse', position };
    expect((await pullStaff([row], { roles: { 'Treatment Room Nurse': 'PRACTICE_NURSE' } })).engagements.kept.get('7001')).toMatchObject({
      role: 'PRACTICE_NURSE',
    });
    expect((await pullStaff([row], { occupationCodes: { N6H: 'PRACTICE_NURSE' } })).engagements.kept.get('7001')).toMatchObject({ role: 'PRACTICE_NURSE' });
  });

  test('maps the name of an organisation by settings, and takes no short name for a code', async () => {
    const named = await pullStaff([{ ...nurse, organisation: 'Alderbrook' }]);
    expect(pathsOf(named.engagements.quarantined)).toEqual([['Organisation']]);
    const mapped = await pullStaff([{ ...nurse, organisation: 'ALDERBROOK' }], { organisations: { Alderbrook: 'Z99001' } });
    expect(mapped.engagements.kept.get('7001')).toMatchObject({ organisationCode: 'Z99001' });
  });

  test('takes the end of time for no end', async () => {
    const { engagements } = await pullStaff([{ ...nurse, endDate: '31-Dec-4712' }]);
    expect(engagements.kept.get('7001')).toMatchObject({ endsOn: null });
  });

  test.each([
    ['GMC', '123456', false],
    ['General Medical Council', '9000001', true],
    ['NMC', '99a0001e', true],
    ['NMC', '9990001E', false],
    ['HCPC', 'PH 999901', true],
    ['GPhC', '1234567', false],
    ['GPhC', '2999901', true],
  ])('checks the form of a registration: %s %s', async (registrationBody, registrationNumber, isGood) => {
    const { staffMembers } = await pullStaff([{ ...nurse, registrationBody, registrationNumber }]);
    expect(staffMembers.kept.has('7001')).toBe(isGood);
    expect(pathsOf(staffMembers.quarantined)).toEqual(isGood ? [] : [['Professional Registration Num']]);
  });

  test('joins the registrations of all rows of a person', async () => {
    const { staffMembers } = await pullStaff([nurse, { ...nurse, registrationBody: 'HCPC', registrationNumber: 'PA999901' }]);
    expect(staffMembers.kept.get('7001')).toMatchObject({
      keys: ['payroll:brackenshire:7001', 'work-email:clementine.rookwood@example.nhs.invalid', 'nmc:99a0001e', 'hcpc:pa999901'],
      registrations: [
        { regulator: 'NMC', number: '99A0001E' },
        { regulator: 'HCPC', number: 'PA999901' },
      ],
    });
  });

  test('is refused without a column that the settings name', async () => {
    await expect(pullStaff([nurse], { staffColumns: { organisation: 'Org Level 5' } })).rejects.toThrow(
      /staff report: expected the columns "Org Level 5"; the header has "Assignment Number"/,
    );
  });

  test('refuses a setting that would read what nobody needs', () => {
    const settings = { namespace: 'brackenshire', staffFile: 'staff.csv', staffColumns: { dateOfBirth: 'Date Of Birth' } };
    expect(EsrCsvSettings.safeParse(settings).success).toBe(false);
  });

  test.each(['Date Of Birth', 'NI Number', 'Annual Salary Value', 'Ethnic Origin', 'Disability Flag', 'Religious Belief', 'Home Address', 'Absence Reason'])(
    'refuses a setting that would read "%s" as something else',
    (heading) => {
      for (const columns of [{ staffColumns: { skills: heading } }, { absenceColumns: { employeeNumber: heading } }]) {
        expect(EsrCsvSettings.safeParse({ namespace: 'brackenshire', staffFile: 'staff.csv', ...columns }).success).toBe(false);
      }
    },
  );

  test.each([
    { staffColumns: { employeeNumber: 'Payroll Number', email: 'Office Email Address', organisation: 'Pay Point' } },
    { absenceColumns: { absenceType: 'Absence Reason' } },
  ])('takes headings that only sound like it, and a reason where it is looked up and dropped: %j', (columns) => {
    expect(EsrCsvSettings.safeParse({ namespace: 'brackenshire', staffFile: 'staff.csv', ...columns }).success).toBe(true);
  });
});

test('what nobody needs never leaves the reader', async () => {
  const { fixtures } = await import('./fixtures/config.ts');
  const client = adapter.connect(adapter.settings.parse(fixtures.settings), {
    fetch: () => Promise.reject(new Error('no request is expected')),
    now: () => new Date(fixtures.now),
    resolvePath: (path) => join(FIXTURES, path),
  });
  const report = await readFile(join(FIXTURES, 'staff-report.csv'), 'utf8');
  const absences = await readFile(join(FIXTURES, 'absence-report.csv'), 'utf8');
  const sensitive = ['03/05/1981', 'QQ123456A', 'Not declared', '70000', 'Sickness', 'Maternity', 'Gastrointestinal', 'Diploma'];
  for (const value of sensitive) expect(report + absences).toContain(value);
  const all: unknown[] = [];
  for (const stream of adapter.pull) {
    for await (const page of stream.pages(client, { since: null, from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) })) all.push(page);
  }
  const text = JSON.stringify(all);
  for (const value of sensitive) expect(text).not.toContain(value);
});

describe('a competence report', () => {
  test('reads the parts of a national name, and keeps a competence that does not expire', async () => {
    await writeFile(
      join(folder, 'competences.csv'),
      competenceReport([
        { employeeNumber: '7001', competence: 'NHS|CSTF|Safeguarding Adults|', expiryDate: '31/01/2027' },
        { employeeNumber: '7001', competence: 'DBS check', expiryDate: '' },
        { employeeNumber: '7001', competence: 'First Aid at Work', expiryDate: '31/01/2027' },
      ]),
    );
    const { credentials } = await pullStaff([nurse], { competencesFile: 'competences.csv', competences: { 'First aid at work': null } });
    expect([...credentials.kept.values()]).toEqual([
      { staffKey: 'payroll:brackenshire:7001', kind: 'SAFEGUARDING_ADULTS', expiresOn: '2027-01-31' },
      { staffKey: 'payroll:brackenshire:7001', kind: 'DBS', expiresOn: null },
    ]);
    expect(credentials.skipped).toEqual({ 'a competence that no rule asks for': 1 });
  });
});

describe('an absence report', () => {
  const window = { from: '2026-10-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

  async function pullLeave(rows: Parameters<typeof absenceReport>[0]) {
    await writeFile(join(folder, 'staff.csv'), staffReport([nurse]));
    await writeFile(join(folder, 'absences.csv'), absenceReport(rows));
    const settings = { namespace: 'brackenshire', staffFile: 'staff.csv', absencesFile: 'absences.csv' };
    return (await pullAll<StreamName>(adapter, settings, folder, window)).leave;
  }

  test('of the Sunday on which the clocks go back lasts 25 hours', async () => {
    const leave = await pullLeave([{ employeeNumber: '7001', absenceType: 'Annual Leave', startDate: '25/10/2026', endDate: '25/10/2026' }]);
    // Midnight BST to midnight GMT.
    expect(leave.kept.get('7001/2026-10-25')).toMatchObject({
      kind: 'ANNUAL',
      allDay: true,
      startsAt: new Date('2026-10-24T23:00:00Z'),
      endsAt: new Date('2026-10-26T00:00:00Z'),
    });
  });

  test.each(['Sickness', 'Maternity Leave', 'Compassionate', ''])('says nothing of why a person is away: "%s"', async (absenceType) => {
    const leave = await pullLeave([{ employeeNumber: '7001', absenceType, startDate: '02/11/2026', endDate: '03/11/2026' }]);
    expect(leave.kept.get('7001/2026-11-02')).toMatchObject({ kind: 'AWAY' });
  });

  test('without an end lasts to the end of the window', async () => {
    const leave = await pullLeave([{ employeeNumber: '7001', absenceType: 'Sickness', startDate: '02/09/2026', endDate: '' }]);
    expect(leave.kept.get('7001/2026-09-02')).toMatchObject({ startsAt: new Date('2026-09-01T23:00:00Z'), endsAt: new Date(window.to) });
  });

  test('skips what is outside the window', async () => {
    const leave = await pullLeave([
      { employeeNumber: '7001', absenceType: 'Annual Leave', startDate: '01/09/2026', endDate: '30/09/2026' },
      { employeeNumber: '7001', absenceType: 'Annual Leave', startDate: '01/12/2026', endDate: '02/12/2026' },
      { employeeNumber: '7001', absenceType: 'Sickness', startDate: '05/12/2026', endDate: '' },
    ]);
    expect(leave.kept.size).toBe(0);
    expect(leave.skipped).toEqual({ 'outside the window': 3 });
  });

  test('quarantines an end before the start', async () => {
    const leave = await pullLeave([{ employeeNumber: '7001', absenceType: 'Annual Leave', startDate: '05/10/2026', endDate: '01/10/2026' }]);
    expect(pathsOf(leave.quarantined)).toEqual([['Absence End Date']]);
  });
});

test('a report of another system is read by its own headings', async () => {
  await copyFile(join(FIXTURES, 'staff-report.csv'), join(folder, 'copy.csv'));
  const text = await readFile(join(folder, 'copy.csv'), 'utf8');
  await writeFile(join(folder, 'copy.csv'), text.replace('Employee Number', 'Pay no').replace('Job Role', 'What they do').replaceAll(',', ';'));
  const settings = { namespace: 'brackenshire', staffFile: 'copy.csv', staffColumns: { employeeNumber: 'Pay No', jobRole: 'what they do' } };
  const { staffMembers } = await pullAll<StreamName>(adapter, settings, folder);
  expect(staffMembers.kept.get('20100002')).toMatchObject({ givenName: 'Peregrine' });
});
