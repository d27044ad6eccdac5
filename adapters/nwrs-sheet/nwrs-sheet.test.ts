import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTable } from '../../platform/table/table.ts';
import { JOB_ROLES } from '../../schema/domain/codes.ts';
import { pullAll } from '../../tests/support/pull.ts';
import adapter from './adapter.ts';
import { NWRS_ROLES } from './roles.ts';
import { NwrsSheetSettings } from './settings.ts';
import { jobRoleOf, nwrsRole } from './vocabulary.ts';

/** The combinations of the published file of June 2026; it is not part of the project. */
const PUBLISHED = fileURLToPath(new URL('../../../shared/data/nhs/nwrs-pcn-roles_2026-06.csv', import.meta.url));

const COMBINATIONS = Object.entries(NWRS_ROLES).flatMap(([group, roles]) =>
  Object.entries(roles).flatMap(([role, detailed]) =>
    Object.entries(detailed).flatMap(([name, module]) => {
      const sources = module === 'both' ? ['NWRS Staff', 'NWRS contracted services'] : [module === 'staff' ? 'NWRS Staff' : 'NWRS contracted services'];
      return sources.map((source) => [source, group, role, name].join('|'));
    }),
  ),
);
const EVERY_ROLE = Object.values(NWRS_ROLES).flatMap((roles) =>
  Object.entries(roles).flatMap(([staffRole, detailed]) => Object.keys(detailed).map((name) => ({ staffRole, name }))),
);

describe('the roles of NWRS', () => {
  test('are the 116 combinations of June 2026', () => {
    expect(new Set(COMBINATIONS).size).toBe(116);
  });

  (existsSync(PUBLISHED) ? test : test.skip)('are those of the published file, to the letter', async () => {
    const { rows } = await openTable(PUBLISHED);
    const published = (await Array.fromAsync(rows)).map(({ cells }) =>
      ['Data_source', 'STAFF_GROUP', 'STAFF_ROLE', 'DETAILED_STAFF_ROLE'].map((column) => cells[column]).join('|'),
    );
    expect([...COMBINATIONS].sort()).toEqual(published.sort());
  });

  test('keep the group that NWRS counts them in', () => {
    for (const { staffRole, name } of EVERY_ROLE) {
      const found = nwrsRole(name, staffRole);
      const role = found && jobRoleOf(found);
      expect(found).toMatchObject({ detailed: name, staffRole });
      if (role) expect([name, JOB_ROLES[role].staffGroup]).toEqual([name, found?.staffGroup]);
    }
  });

  test('that the graph has no word for are known to be', () => {
    const without = EVERY_ROLE.filter(({ staffRole, name }) => {
      const found = nwrsRole(name, staffRole);
      return found !== null && jobRoleOf(found) === null;
    }).map(({ staffRole, name }) => (name === 'Other' ? `${name} (${staffRole})` : name));
    expect(without.sort()).toEqual(
      [
        ...['Clinical Director – DPC', 'Clinical Director – Nurse', 'Clinical Director – Medical', 'Finance Director', 'Other Director'],
        ...['Apprentice', 'Estates and Ancillary', 'Other (Other Admin/Non-clinical)', 'Telephonist'],
        ...['Advanced Dietician Practitioner', 'Advanced Occupational Therapist Practitioner', 'Advanced Podiatrist Practitioner'],
        ...['Apprentice - Healthcare Assistant', 'Apprentice - Other', 'Apprentice - Pharmacist', 'Apprentice - Physician Associate'],
        ...['Applied Psychologist – Clinical', 'Clinical Associate in Psychology', 'Dispenser', 'NHS Talking Therapies Therapist'],
        ...['Other (Other Direct Patient Care)', 'Peer Support Worker', 'Social Worker', 'Therapist- Counsellor', 'Therapist- Other'],
        ...['Trainee Mental Health and Wellbeing Practitioner', 'Trainee NHS Talking Therapies Therapist', 'Trainee Pharmacy Technician'],
        ...['Community Mental Health Nurse', 'Community Mental Health Nurse (Mental Health Practitioner - Adult)'],
        ...['Community Mental Health Nurse (Mental Health Practitioner - Children and Young People)', 'Nurse Dispenser', 'Other (Other Nurses)'],
      ].sort(),
    );
  });

  test.each([
    ['Therapist- Occupational Therapist', 'OCCUPATIONAL_THERAPIST'],
    ['Dietician', 'DIETICIAN'],
    ['Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Adult)', 'MENTAL_HEALTH_PRACTITIONER'],
    ['Therapist- Counsellor (Mental Health Practitioner - Children and Young People)', 'MENTAL_HEALTH_PRACTITIONER'],
    ['Social Prescribing Link Worker (Mental Health Practitioner - Adult)', 'SOCIAL_PRESCRIBING_LINK_WORKER'],
    ['Salaried By PCN', 'GENERAL_PRACTITIONER'],
  ])('are known in their own spelling: %s', (name, role) => {
    const found = nwrsRole(name, '');
    expect(found && jobRoleOf(found)).toBe(role);
  });

  test('of one name in several groups are told apart by the staff role', () => {
    expect(nwrsRole('Other', '')).toBeNull();
    expect(nwrsRole('other', 'OTHER NURSES')).toMatchObject({ staffGroup: 'NURSE' });
  });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nwrs-sheet-'));
});
afterEach(() => rm(folder, { recursive: true }));

const HEADER = 'First Name,Last Name,GMC Registration Number,STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,Contract Type,FTE';

async function pullRows(rows: readonly string[], settings: object = {}, encoding: 'utf8' | 'latin1' = 'utf8') {
  await writeFile(join(folder, 'list.csv'), Buffer.from([HEADER, ...rows, ''].join('\r\n'), encoding));
  const common = { namespace: 'brackenford', file: 'list.csv', organisationCode: 'U99999' };
  return pullAll<'staffMembers' | 'engagements'>(adapter, { ...common, ...settings }, folder);
}

const problemsOf = (quarantined: Readonly<Record<string, readonly { readonly path: string; readonly expected: string; readonly got: string }[]>>) =>
  Object.values(quarantined).flatMap((problems) => problems.map(({ path, expected, got }) => `${path}: ${expected}, got ${got}`));

const DIRECTOR = 'Marigold,Thornbury,9000001,Directors,Medical Clinical Director (GP),Clinical Director \u2013 Medical,Partner,0.2';

test('a role without a word here is named, and the settings may give it one or none', async () => {
  const named = await pullRows([DIRECTOR]);
  expect(problemsOf(named.engagements.quarantined)).toEqual([
    'DETAILED_STAFF_ROLE: a known role, or one that the setting roles maps, got Clinical Director – Medical, for which there is no role here',
  ]);
  expect(named.staffMembers.kept.size).toBe(1);
  const given = await pullRows([DIRECTOR], { roles: { 'clinical director - medical': 'GENERAL_PRACTITIONER' } });
  expect([...given.engagements.kept.values()]).toMatchObject([{ role: 'GENERAL_PRACTITIONER', kind: 'PARTNER', roleAsSent: 'Clinical Director – Medical' }]);
  const none = await pullRows([DIRECTOR], { roles: { 'Clinical Director – Medical': null } });
  expect(none.engagements.skipped).toEqual({ 'a role that is not wanted': 1 });
});

test('an en dash in Windows-1252, as in the files of 2022, is the same dash', async () => {
  const { engagements } = await pullRows(
    [DIRECTOR.replace('\u2013', '\u0096')],
    { roles: { 'Clinical Director – Medical': 'GENERAL_PRACTITIONER' } },
    'latin1',
  );
  expect([...engagements.kept.values()]).toMatchObject([{ roleAsSent: 'Clinical Director – Medical' }]);
});

test('a number under the heading of the GMC is one of the GMC', async () => {
  const { staffMembers } = await pullRows(['Leopold,Merryweather,2123456,Other GPs,GP Locums,GP Locum,Locum,0.1']);
  expect([...staffMembers.kept.values()]).toMatchObject([{ keys: ['gmc:2123456'] }]);
});

test('a role that nobody knows is not told, for it may be anything', async () => {
  const { engagements } = await pullRows(['Leopold,Merryweather,9000002,Other GPs,Wizards,Wizard,Locum,0.1']);
  expect(problemsOf(engagements.quarantined)).toEqual(['DETAILED_STAFF_ROLE: a known role, or one that the setting roles maps, got text']);
});

test.each([
  ['Salaried GPs,Salaried By Practice,', {}, 'SALARIED'],
  ['GP Locums,GP Locum,', {}, 'LOCUM'],
  ['Salaried GPs,Salaried By PCN,Bank', {}, 'BANK'],
  ['Salaried GPs,Salaried By PCN,', { engagementKinds: { 'Salaried By PCN': 'ARRS' } }, 'ARRS'],
  ['Salaried GPs,Salaried By PCN,Zero hours', { engagementKinds: { 'zero hours': 'BANK' } }, 'BANK'],
])('terms come from the contract, else the role, and the settings go before both: %s', async (cells, settings, kind) => {
  const { engagements } = await pullRows([`Leopold,Merryweather,9000002,Other GPs,${cells},1`], settings);
  expect([...engagements.kept.values()]).toMatchObject([{ kind }]);
});

test.each(['UNIQUE_IDENTIFIER', 'Unique Identifier', 'Date of Birth', 'NINO', 'Gender', 'Country of qualification'])(
  'no setting can name the column %s',
  (heading) => {
    const settings = { namespace: 'brackenford', file: 'list.csv', columns: { staffNumber: heading } };
    expect(NwrsSheetSettings.safeParse(settings).success).toBe(false);
  },
);

test('what NWRS asks for and nobody here needs never leaves the reader', async () => {
  const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));
  const { fixtures: declared } = await import('./fixtures/config.ts');
  const list = await readFile(join(fixtures, 'nwrs-list.csv'), 'utf8');
  const tools = {
    fetch: () => Promise.reject(new Error('no request is expected')),
    now: () => new Date(declared.now),
    resolvePath: (path: string) => join(fixtures, path),
  };
  const client = adapter.connect(adapter.settings.parse(declared.settings), tools);
  const pages = [];
  for (const stream of adapter.pull) {
    for await (const page of stream.pages(client, { since: null, from: new Date(declared.window.from), to: new Date(declared.window.to) })) pages.push(page);
  }
  const text = JSON.stringify(pages);
  for (const value of ['03/05/1981', 'QQ123456A', 'Female']) {
    expect(list).toContain(value);
    expect(text).not.toContain(value);
  }
});
