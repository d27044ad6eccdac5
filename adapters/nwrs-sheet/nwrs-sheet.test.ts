import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pullAll } from '../../tests/support/pull.ts';
import adapter from './adapter.ts';
import { NwrsSheetSettings } from './settings.ts';

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

test('a director is one, unless the settings say as what they work, or that they are not wanted', async () => {
  const plain = await pullRows([DIRECTOR]);
  expect([...plain.engagements.kept.values()]).toMatchObject([{ role: 'CLINICAL_DIRECTOR_MEDICAL', roleAsSent: 'Clinical Director – Medical' }]);
  const given = await pullRows([DIRECTOR], { roles: { 'clinical director - medical': 'GENERAL_PRACTITIONER' } });
  expect([...given.engagements.kept.values()]).toMatchObject([{ role: 'GENERAL_PRACTITIONER', kind: 'PARTNER', roleAsSent: 'Clinical Director – Medical' }]);
  const none = await pullRows([DIRECTOR], { roles: { 'Clinical Director – Medical': null } });
  expect(none.engagements.skipped).toEqual({ 'a role that is not wanted': 1 });
});

test.each([
  ['Directors,Pharmacists,Pharmacist', {}],
  ['Other Nurses,Other Direct Patient Care,Other', {}],
  ['Other Nurses,Other Nurses,Other', { roles: { Other: 'PHLEBOTOMIST' } }],
])('a role is of the group of its row: %s', async (cells, settings) => {
  const { engagements } = await pullRows([`Leopold,Merryweather,9000002,${cells},Permanent,1`], settings);
  expect(problemsOf(engagements.quarantined)).toEqual(['STAFF_GROUP: the group of the role, got another']);
});

test('two posts of a person that are both called Other are two, for the staff role tells which', async () => {
  const leopold = 'Leopold,Merryweather,9000002';
  const { engagements } = await pullRows([
    `${leopold},Other Direct Patient Care staff,Other Direct Patient Care,Other,Permanent,0.5`,
    `${leopold},Other Admin/Non-clinical staff,Other Admin/Non-clinical,Other,Permanent,0.5`,
  ]);
  expect([...engagements.kept.values()].map((engagement) => (engagement as { role: string }).role)).toEqual(['OTHER_DIRECT_PATIENT_CARE', 'OTHER_ADMIN']);
  expect(engagements.skipped).toEqual({});
});

test('an en dash in Windows-1252, as in the files of 2022, is the same dash', async () => {
  const { engagements } = await pullRows([DIRECTOR.replace('\u2013', '\u0096')], {}, 'latin1');
  expect([...engagements.kept.values()]).toMatchObject([{ role: 'CLINICAL_DIRECTOR_MEDICAL', roleAsSent: 'Clinical Director – Medical' }]);
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
