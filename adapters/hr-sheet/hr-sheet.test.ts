import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullAll } from '../../tests/support/pull.ts';
import adapter from './adapter.ts';
import { HrSheetSettings, type StreamName } from './settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hr-sheet-'));
});
afterEach(() => rm(folder, { recursive: true }));

const PEOPLE = { namespace: 'alderbrook', file: 'list.csv', columns: { staffNumber: 'No', fullName: 'Name' } };

async function pullList(text: string | Buffer, settings: object = {}) {
  await writeFile(join(folder, 'list.csv'), text);
  return pullAll<StreamName>(adapter, { ...PEOPLE, ...settings }, folder);
}

const problemsOf = (quarantined: Readonly<Record<string, readonly { readonly path: string; readonly expected: string; readonly got: string }[]>>) =>
  Object.values(quarantined).flatMap((problems) => problems.map(({ path, expected, got }) => `${path}: ${expected}, got ${got}`));

describe('a whole name in one cell', () => {
  test.each([
    ['"Thornbury, Marigold"', ['Marigold', 'Thornbury']],
    ['"Thornbury, Dr Marigold (GP)"', ['Marigold', 'Thornbury']],
    ['Dr. Marigold Thornbury', ['Marigold', 'Thornbury']],
    ['Marigold Ann Thornbury', ['Marigold Ann', 'Thornbury']],
  ])('%s', async (cell, names) => {
    const { staffMembers } = await pullList(`No,Name\n1,${cell}\n`);
    expect([...staffMembers.kept.values()].map((kept) => Object.values(kept as object).slice(1, 3))).toEqual([names]);
  });

  test.each(['Marigold', '"Thornbury, Marigold, Dr"', '"Thornbury,"'])('that is none is a problem: %s', async (cell) => {
    const { staffMembers } = await pullList(`No,Name\n1,${cell}\n`);
    expect(problemsOf(staffMembers.quarantined)).toEqual(['Name: a given and a family name, or "Family, Given", got text']);
  });
});

describe('a registration', () => {
  const registrationOf = async (header: string, cells: string, settings: object) => {
    const columns = { staffNumber: 'No', fullName: 'Name', registrationNumber: 'Reg', ...settings };
    const { staffMembers } = await pullList(`No,Name,Reg,${header}\n1,Marigold Thornbury,${cells}\n`, { columns });
    const [kept] = [...staffMembers.kept.values()] as { registrations: { regulator: string; number: string }[] }[];
    return kept ? kept.registrations.map(({ regulator, number }) => `${regulator} ${number}`) : problemsOf(staffMembers.quarantined);
  };

  test.each([
    ['99a0001e', ['NMC 99A0001E']],
    ['PH 999901', ['HCPC PH999901']],
    ['9000001', ['GMC 9000001']],
    ['GMC No: 2123456', ['GMC 2123456']],
    ['GPhC 2123456', ['GPHC 2123456']],
    ['2123456', ['Reg: a number with the name of its regulator before it or in a column of its own, got a number that two regulators could have given']],
    ['12345', ['Reg: a number of the GMC, NMC, HCPC or GPhC, got text']],
    ['N/A', []],
  ])('without a column for the regulator: %s', async (number, expected) => {
    expect(await registrationOf('X', `${number},`, {})).toEqual(expected);
  });

  test.each([
    ['2123456,General Pharmaceutical Council', ['GPHC 2123456']],
    ['12345,GDC', []],
    ['12345,Guild', ['Body: a known body, or one that the setting registrationBodies maps, got another, beside a number']],
  ])('with one: %s', async (cells, expected) => {
    expect(await registrationOf('Body', cells, { registrationBody: 'Body' })).toEqual(expected);
  });

  test('from a column for each regulator, and a person may have two', async () => {
    const settings = { columns: { fullName: 'Name' }, registrationColumns: { NMC: 'PIN', HCPC: 'HCPC no' } };
    const { staffMembers } = await pullList('Name,PIN,HCPC no\nClementine Rookwood,99A0001E,PA99901\n', settings);
    expect([...staffMembers.kept.values()]).toMatchObject([{ keys: ['nmc:99a0001e', 'hcpc:pa99901'] }]);
    expect([...staffMembers.kept.keys()][0]).toMatch(/^row:[0-9a-f]{24}$/);
  });
});

test('a list with a row for each course gives credentials', async () => {
  const columns = { workEmail: 'Mail', credential: 'Course', credentialExpires: 'Valid to' };
  const rows = ['A@example.nhs.invalid,BLS,31/03/2027', 'a@example.nhs.invalid,Fire,31/03/2027', 'a@example.nhs.invalid,Sourdough,31/03/2027'];
  const { credentials, ...others } = await pullList(`Mail,Course,Valid to\n${rows.join('\n')}\n`, { columns, credentials: { fire: null } });
  expect(Object.keys(others)).toEqual([]);
  expect([...credentials.kept.values()]).toEqual([{ staffKey: 'work-email:a@example.nhs.invalid', kind: 'BASIC_LIFE_SUPPORT', expiresOn: '2027-03-31' }]);
  expect(credentials.skipped).toEqual({ 'a credential that no rule asks for': 1 });
  expect(problemsOf(credentials.quarantined)).toEqual(['Course: a known credential, or one that the setting credentials maps, got another']);
});

test('a list of leave alone gives leave, to the minute where it has times', async () => {
  const columns = { staffNumber: 'No', leaveStart: 'From', leaveStartTime: 'At', leaveEnd: 'To', leaveEndTime: 'Until', leaveKind: 'Type' };
  const rows = ['1,25/10/2026,,25/10/2026,,Gastro', '1,02/11/2026,13:00,02/11/2026,17:30,Holiday', '1,25/10/2026,01:30,25/10/2026,,A/L'];
  const { leave } = await pullList(`No,From,At,To,Until,Type\n${rows.join('\n')}\n`, { columns });
  expect([...leave.kept.values()]).toEqual([
    // Midnight BST to midnight GMT: 25 hours.
    { staffKey: 'payroll:alderbrook:1', kind: 'AWAY', startsAt: new Date('2026-10-24T23:00:00Z'), endsAt: new Date('2026-10-26T00:00:00Z'), allDay: true },
    { staffKey: 'payroll:alderbrook:1', kind: 'ANNUAL', startsAt: new Date('2026-11-02T13:00:00Z'), endsAt: new Date('2026-11-02T17:30:00Z'), allDay: false },
  ]);
  expect(problemsOf(leave.quarantined)).toEqual(['At: a time that exists once on that day, got one that the clocks repeat']);
});

test.each([
  [{ hoursPerWeek: 'H', fte: 'F', sessionsPerWeek: 'S' }, '30.25,0.5,4', 1815],
  [{ hoursPerWeek: 'H', fte: 'F', sessionsPerWeek: 'S' }, ',.5,4', 1125],
  [{ hoursPerWeek: 'H', fte: 'F', sessionsPerWeek: 'S' }, ',,4', 1000],
  [{ hoursPerWeek: 'H' }, ',0.5,4', null],
])('a week is taken from hours, else from FTE, else from sessions', async (week, cells, minutes) => {
  const settings = { columns: { staffNumber: 'No', role: 'Job', ...week }, organisationCode: 'Z99001', defaultEngagementKind: 'SALARIED' };
  const { engagements } = await pullList(`No,Job,H,F,S\n1,GP,${cells}\n`, settings);
  expect([...engagements.kept.values()]).toMatchObject([{ contractedMinutesPerWeek: minutes, kind: 'SALARIED', organisationCode: 'Z99001' }]);
});

describe('settings', () => {
  const problems = (settings: object) => HrSheetSettings.safeParse({ ...PEOPLE, ...settings }).error?.issues.map(({ message }) => message) ?? [];

  test.each(['Date of Birth', 'DOB', 'Salary', 'NI Number', 'Home address', 'Personal e-mail', 'Notes', 'Reason for absence', 'Bank account'])(
    'may not name what nobody needs: %s',
    (heading) => {
      expect(problems({ columns: { staffNumber: 'No', fullName: 'Name', skills: heading } })).toEqual([expect.stringMatching(/^a column that may be read/)]);
    },
  );

  test.each(['E-mail address', 'Payroll number', 'Medical indemnity until', 'On bank?', 'Work address'])(
    'may name what sounds like it and is not: %s',
    (heading) => {
      expect(problems({ columns: { staffNumber: 'No', fullName: 'Name', skills: heading } })).toEqual([]);
    },
  );

  test('are refused where they give nothing, tell nobody apart, or name a column twice', () => {
    expect(problems({ columns: { staffNumber: 'No' } })).toEqual([expect.stringMatching(/^columns of at least one of/)]);
    expect(problems({ columns: { fullName: 'Name' } })).toEqual([expect.stringMatching(/^a column that tells people apart/)]);
    expect(problems({ columns: { staffNumber: 'No', fullName: 'Name', role: 'name' } })).toEqual([expect.stringMatching(/fullName and role share$/)]);
    expect(problems({ columns: { staffNumber: 'No', fullName: 'Name', shoeSize: 'Size' } })).toHaveLength(1);
  });
});

test('what nobody needs never leaves the reader', async () => {
  const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));
  const { fixtures: declared } = await import('./fixtures/config.ts');
  const tools = {
    fetch: () => Promise.reject(new Error('no request is expected')),
    now: () => new Date(declared.now),
    resolvePath: (path: string) => join(fixtures, path),
  };
  const client = adapter.connect(adapter.settings.parse(declared.settings), tools);
  const list = await readFile(join(fixtures, 'staff-list.csv'), 'utf8');
  const sensitive = ['03/05/1981', '70000', 'Mat leave', 'Sick', 'back door'];
  for (const value of sensitive) expect(list).toContain(value);
  const pages = [];
  for (const stream of adapter.pull) {
    for await (const page of stream.pages(client, { since: null, from: new Date(declared.window.from), to: new Date(declared.window.to) })) pages.push(page);
  }
  const text = JSON.stringify(pages);
  for (const value of sensitive) expect(text).not.toContain(value);
});
