import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { Page } from '../contract.ts';
import adapter from './adapter.ts';
import { fixtures } from './fixtures/config.ts';
import { assignment, deletion, type OutboundFileFacts, organisation, outboundFile, person, position } from './fixtures/upstream.ts';
import { ASSIGNMENT_COLUMNS, ORGANISATION_COLUMNS, PERSON_COLUMNS, POSITION_COLUMNS } from './wire.ts';

type StreamName = 'staffMembers' | 'engagements' | 'bankMemberships';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'esr-outbound-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = async (facts: Partial<OutboundFileFacts> & Pick<OutboundFileFacts, 'lines'>) => {
  const { name, content } = outboundFile({ kind: 'F', date: '20261101', number: 1, previousDate: '20261025', ...facts });
  await writeFile(join(folder, name), content);
  return join(folder, name);
};
const putChanges = (number: number, lines: readonly string[], facts: Partial<OutboundFileFacts> = {}) =>
  put({ kind: 'C', date: `202611${String(number).padStart(2, '0')}`, number, previousDate: '20261101', lines, ...facts });

const connect = (settings: object = {}, path = folder) =>
  adapter.connect(adapter.settings.parse({ namespace: 'brackenshire', folder: 'outbound', ...settings }), {
    fetch: () => Promise.reject(new Error('no request is expected')),
    now: () => new Date(fixtures.now),
    resolvePath: () => path,
  });
const window = { since: null, from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
const pagesOf = (name: StreamName, settings: object = {}): Promise<readonly Page[]> =>
  Array.fromAsync(adapter.pull.find((stream) => stream.name === name)?.pages(connect(settings), window) ?? []);

/** Reference or place → what the record means, or what is wrong with it. */
async function read(name: StreamName, settings: object = {}): Promise<Record<string, unknown>> {
  const stream = adapter.pull.find((candidate) => candidate.name === name);
  const records = (await pagesOf(name, settings)).flatMap((page) => page.records);
  const meaning = ({ raw, problems = [] }: (typeof records)[number]) => {
    if (problems.length > 0) return { problems };
    try {
      return stream?.read(raw);
    } catch (error) {
      return (error as Error).message;
    }
  };
  return Object.fromEntries(records.map((record) => [record.ref ?? record.where, meaning(record)]));
}

const aPerson = (more = {}) => person({ PersonId: '1', EmployeeNumber: '7001', FirstName: 'Delphine', LastName: 'Hartwhistle', ...more });
const anAssignment = (more = {}) =>
  assignment({
    ...{ PersonId: '1', AssignmentId: '10', EffectiveStartDate: '20200101', AssignmentType: 'E', AssignmentCategory: 'Permanent' },
    ...{ OrganisationId: '5', JobName: 'Administrative and Clerical|Receptionist', ...more },
  });
const anOrganisation = organisation({ OrganisationId: '5', OrganisationName: 'Alderbrook', NacsCode: 'Z99001' });

test('the layouts have as many columns as the interface, each of a name of its own', () => {
  const layouts = [PERSON_COLUMNS, ASSIGNMENT_COLUMNS, POSITION_COLUMNS, ORGANISATION_COLUMNS];
  expect(layouts.map(({ length }) => length)).toEqual([44, 50, 24, 15]);
  for (const layout of layouts) expect(new Set(layout).size).toBe(layout.length);
});

describe('files', () => {
  test('are played from the newest full one on, in the order of their runs, whatever their order in the folder', async () => {
    await put({ date: '20261004', number: 900, lines: [aPerson({ LastName: 'Oldest' })] });
    await putChanges(20, [aPerson({ LastName: 'Newest' })]);
    await putChanges(8, [aPerson({ LastName: 'Middle' })]);
    await put({ lines: [aPerson({ LastName: 'Full' }), aPerson({ PersonId: '2', EmployeeNumber: '7002' })] });
    const people = await read('staffMembers');
    expect(people['1']).toMatchObject({ familyName: 'Newest' });
    expect(Object.values(people).filter((meaning) => JSON.stringify(meaning).includes('a later one replaces'))).toHaveLength(2);
  });

  test('are of the time of the last run, in London', async () => {
    await put({ date: '20260701', lines: [aPerson()] });
    expect((await pagesOf('staffMembers')).map(({ asOf }) => asOf)).toEqual([new Date('2026-07-01T02:00:00Z')]);
  });

  test('wait for one that is missing between two', async () => {
    await put({ lines: [aPerson()] });
    await putChanges(20, [aPerson()], { previousDate: '20261108' });
    await expect(adapter.check(connect())).rejects.toThrow(
      'expected the file between GO_990_EXP_GOF_20261101_00000001.DAT and GO_990_EXP_GOC_20261120_00000020.DAT',
    );
  });

  test('of changes alone say too little', async () => {
    await putChanges(8, [aPerson()]);
    await expect(adapter.check(connect())).rejects.toThrow(UpstreamUnavailableError);
  });

  test('of several employers need the VPD', async () => {
    await put({ lines: [aPerson()] });
    await put({ vpd: '991', lines: [aPerson({ LastName: 'Other' })] });
    await expect(adapter.check(connect())).rejects.toThrow('Set vpd');
    expect((await read('staffMembers', { vpd: '991' }))['1']).toMatchObject({ familyName: 'Other' });
  });

  test('of other kinds in the folder are passed over', async () => {
    await put({ lines: [aPerson()] });
    await writeFile(join(folder, 'GO_990_ASG_20090706_Full_31820181.DAT'), 'x');
    await expect(adapter.check(connect())).resolves.toBeUndefined();
  });

  test.each([
    ['without a trailer', (text: string) => text.replace(/TRL.*\r\n$/, ''), 'expected a trailer (TRL) at its end, got none'],
    ['with fewer lines than the trailer counts', (text: string) => text.replace(/PRA.*\r\n/, ''), 'expected as many lines as its trailer counts, got 2'],
    ['with lines after the trailer', (text: string) => `${text}PRD~1\r\n`, 'expected nothing after its trailer'],
    ['with another header', (text: string) => text.replace(/^HDR/, 'FHR'), 'Is it a file of interface GO2?'],
  ])('%s are refused as not whole', async (_what, spoil, words) => {
    const file = await put({ lines: [aPerson()] });
    const { content } = outboundFile({ kind: 'F', date: '20261101', number: 1, previousDate: '20261025', lines: [aPerson()] });
    await writeFile(file, spoil(content));
    const pulled = pagesOf('staffMembers');
    await expect(pulled).rejects.toThrow(UpstreamRejectedError);
    await expect(pulled).rejects.toThrow(words);
  });

  test('a folder that is not there is an upstream that is away', async () => {
    await expect(adapter.check(connect({}, join(folder, 'nowhere')))).rejects.toThrow('nowhere: the folder cannot be read (ENOENT)');
  });
});

describe('records', () => {
  test('that were deleted are tombstones, and stand again when they come again', async () => {
    await put({ lines: [aPerson(), aPerson({ PersonId: '2', EmployeeNumber: '7002' })] });
    await putChanges(8, [deletion('PRD', '1'), deletion('PRD', '2')]);
    await putChanges(9, [aPerson()]);
    const people = await read('staffMembers');
    expect(people['2']).toEqual({ removed: true });
    expect(people['1']).toMatchObject({ givenName: 'Delphine' });
  });

  test.each([
    ['too few columns', aPerson().split('~').slice(0, 40).join('~'), '40'],
    ['columns that a later interface added', `${aPerson()}~x`, '45'],
  ])('of %s are quarantined under their id', async (_what, line, got) => {
    await put({ lines: [line] });
    expect((await read('staffMembers'))['1']).toEqual({ problems: [{ path: '', expected: '44 columns, as in the interface of 2012', got }] });
  });

  test('with empty columns more are read', async () => {
    await put({ lines: [`${aPerson()}~~`] });
    expect((await read('staffMembers'))['1']).toMatchObject({ givenName: 'Delphine' });
  });

  test('without an id are quarantined by their line', async () => {
    await put({ lines: [aPerson({ PersonId: 'Delphine' })] });
    expect(await read('staffMembers')).toEqual({
      'line 2 of GO_990_EXP_GOF_20261101_00000001.DAT': { problems: [{ path: 'PersonId', expected: 'a number', got: 'another' }] },
    });
  });
});

describe('an assignment', () => {
  const engagement = async (more: object, others: readonly string[] = [aPerson(), anOrganisation], settings: object = {}) => {
    await put({ lines: [...others, anAssignment(more)] });
    return (await read('engagements', settings))['10'];
  };

  test.each([
    ['hours of a week', { NormalHours: '22.5', Frequency: 'Week', Fte: '1' }, 1350],
    ['hours that say nothing of how often', { NormalHours: '22.5' }, 1350],
    ['FTE where hours are of a month', { NormalHours: '97.5', Frequency: 'Month', Fte: '.6' }, 1350],
    ['neither', {}, null],
    ['none that are fixed, at the bank', { AssignmentCategory: 'Bank', NormalHours: '10', Frequency: 'Week' }, null],
  ])('has %s', async (_what, more, contractedMinutesPerWeek) => {
    expect(await engagement(more)).toMatchObject({ contractedMinutesPerWeek });
  });

  test.each([
    ['with its last day', { AssignmentEndDate: '20261231' }, {}, '2027-01-01'],
    ['with the person’s last day, where that is first', { AssignmentEndDate: '20261231' }, { ActualTerminationDate: '20260630' }, '2026-07-01'],
    ['never, at the end of time', { AssignmentEndDate: '47121231' }, { ActualTerminationDate: '47121231' }, null],
    ['never, where the line alone ends', { EffectiveEndDate: '20261231', ContractEndDate: '20261231' }, {}, null],
    ['never, where the person left an earlier employment', {}, { ActualTerminationDate: '20150630' }, null],
  ])('ends %s', async (_what, more, ofPerson, endsOn) => {
    expect(await engagement(more, [aPerson(ofPerson), anOrganisation])).toMatchObject({ startsOn: '2020-01-01', endsOn });
  });

  test('begins with its earliest line', async () => {
    expect(await engagement({ EarliestAssignmentDate: '20180401' })).toMatchObject({ startsOn: '2018-04-01' });
  });

  test.each([
    ['the setting by id', { organisations: { '5': 'Z99005' } }, 'Z99005'],
    ['the setting by name', { organisations: { ALDERBROOK: 'Z99006' } }, 'Z99006'],
    ['the code of the organisation', {}, 'Z99001'],
  ])('is of the organisation that is told by %s', async (_what, settings, organisationCode) => {
    expect(
      await engagement({ PositionId: '9' }, [aPerson(), anOrganisation, position({ PositionId: '9', WorkplaceOrgCode: 'Z99009' })], settings),
    ).toMatchObject({ organisationCode });
  });

  test('is of the workplace of its position where the organisation has no code, else quarantined by the id', async () => {
    const uncoded = organisation({ OrganisationId: '5', OrganisationName: 'Wards' });
    expect(await engagement({ PositionId: '9' }, [aPerson(), uncoded, position({ PositionId: '9', WorkplaceOrgCode: 'Z99009' })])).toMatchObject({
      organisationCode: 'Z99009',
    });
    expect(await engagement({}, [aPerson(), uncoded])).toContain('got the organisation 5');
  });

  test.each([
    ['the job', { JobName: 'Allied Health Professionals|Paramedic' }, 'PARAMEDIC', 'Paramedic'],
    [
      'the title of a packed position',
      { JobName: 'Nursing and Midwifery Registered|Staff Nurse', PositionName: '1|Practice Nurse|N6H|Room 2' },
      'PRACTICE_NURSE',
      'Staff Nurse',
    ],
    ['the occupation code', { JobName: '', PositionName: '1|Room 2 nurse|N6H|Room 2' }, 'PRACTICE_NURSE', 'Room 2 nurse'],
  ])('has the role that is told by %s', async (_what, more, role, roleAsSent) => {
    expect(await engagement(more, [aPerson(), anOrganisation], { occupationCodes: { N6H: 'PRACTICE_NURSE' } })).toMatchObject({ role, roleAsSent });
  });

  test('without a category is quarantined, unless the settings say what that means', async () => {
    expect(await engagement({ AssignmentCategory: '' })).toContain('AssignmentCategory: expected a known category');
    expect(await engagement({ AssignmentCategory: '' }, [aPerson(), anOrganisation], { assignmentCategories: { '': 'BANK' } })).toMatchObject({ kind: 'BANK' });
  });

  test('changes with its position, though no line of its own came', async () => {
    await put({ lines: [aPerson(), anOrganisation, position({ PositionId: '9', JobRole: 'Receptionist' }), anAssignment({ JobName: '', PositionId: '9' })] });
    await putChanges(8, [position({ PositionId: '9', JobRole: 'Medical Secretary' })]);
    expect((await read('engagements'))['10']).toMatchObject({ role: 'MEDICAL_SECRETARY' });
  });
});

test('what nobody needs never leaves the reader', async () => {
  const client = connect({}, fileURLToPath(new URL('./fixtures/outbound/', import.meta.url)));
  const all: unknown[] = [];
  for (const stream of adapter.pull) for await (const page of stream.pages(client, window)) all.push(page);
  const text = JSON.stringify(all);
  expect(text).toContain('Hartwhistle');
  for (const value of ['19810503', 'QQ123456A', 'ZZ Not stated', 'Married', 'British', '45123', 'Voluntary Resignation', '01632'])
    expect(text).not.toContain(value);
});
