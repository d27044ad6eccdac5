import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RecordInvalidError } from '../../schema/domain/errors.ts';
import type { PullRequest } from '../contract.ts';
import adapter from './adapter.ts';
import { fixtures } from './fixtures/config.ts';
import { localTimeIn } from './map.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));
const YEAR: PullRequest = { since: null, from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-extract-'));
  for (const system of ['emis', 'systmone']) await cp(join(FIXTURES, system), join(folder, system), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const connect = (settings: object = {}) =>
  adapter.connect(adapter.settings.parse({ ...fixtures.settings, ...settings }), {
    fetch: () => Promise.reject(new Error('no request is expected')),
    now: () => new Date(fixtures.now),
    resolvePath: (path) => join(folder, path),
  });

async function recordsOf(name: string, request = YEAR, settings: object = {}) {
  const stream = adapter.pull.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`no stream "${name}"`);
  const pages = await Array.fromAsync(stream.pages(connect(settings), request));
  return pages.flatMap(({ records }) => records.map((record) => ({ ...record, meaning: meaningOf(() => stream.read(record.raw), record.problems ?? []) })));
}

function meaningOf(read: () => object, problems: readonly object[]): Record<string, unknown> {
  if (problems.length > 0) return { problems };
  try {
    return read() as Record<string, unknown>;
  } catch (error) {
    if (error instanceof RecordInvalidError) return { problems: error.problems };
    throw error;
  }
}

const SESSION = 'emis/291_Appointment_Session_20261123.csv';
const S1 = '5E550000-0000-4000-8000-000000000001';
const U1 = '05E40000-0000-4000-8000-000000000001';
const U2 = '05E40000-0000-4000-8000-000000000002';

/** A later extract of the same table, with rows as text by column. */
async function addExtract(of: string, as: string, rows: readonly Readonly<Record<string, string>>[]) {
  const [header = ''] = (await readFile(join(folder, of), 'utf8')).split('\r\n');
  const lines = rows.map((row) =>
    header
      .split(',')
      .map((column) => row[column] ?? '')
      .join(','),
  );
  await writeFile(join(folder, as), [header, ...lines, ''].join('\r\n'));
}

test('nothing of a patient, and no name or number that nobody needs, leaves the reader', async () => {
  const files = await Promise.all(
    ['emis', 'systmone'].map(async (system) => (await readdir(join(FIXTURES, system))).map((name) => join(FIXTURES, system, name))),
  );
  const content = (await Promise.all(files.flat().map((file) => readFile(file, 'latin1')))).join('\n');
  const planted = ['MARKER-PATIENT', 'MARKER-DNA', 'MARKER-STATUS', 'MARKER-PHONE', 'MARKER-BOOKING', 'MARKER-CONTACT', '08:38:08', '08:31:11', '09:09:09'];
  for (const value of planted) expect(content).toContain(value);
  const records = (await Promise.all(adapter.pull.map(({ name }) => recordsOf(name)))).flat();
  expect(records.length).toBeGreaterThan(60);
  const text = JSON.stringify(records);
  for (const value of planted) expect(text).not.toContain(value);
});

test('the file that names patients is not opened', async () => {
  await rm(join(folder, 'emis/291_Appointment_Slot_20261123.csv'));
  await adapter.check(connect());
  await writeFile(join(folder, 'emis/291_Appointment_Slot_20261123.csv'), '\0');
  expect(await recordsOf('emisShifts')).not.toHaveLength(0);
});

describe('a later extract', () => {
  const moved = {
    AppointmentSessionGuid: S1,
    OrganisationGuid: '0A600000-0000-4000-8000-000000000001',
    ...{ StartDate: '2026-03-02', StartTime: '09:00:00', EndDate: '2026-03-02', EndTime: '12:00:00', Deleted: 'false' },
  };

  test('has the last word on a session, and the earlier state is counted', async () => {
    await addExtract(SESSION, 'emis/1000_Appointment_Session_20261124.csv', [moved]);
    const records = (await recordsOf('emisShifts')).filter(({ ref }) => ref?.startsWith(S1));
    expect(records.map(({ where, meaning }) => [where, meaning.skipped ?? meaning.startsAt])).toEqual([
      ['row 2 of 291_Appointment_Session_20261123.csv', 'an earlier state of a row that a later file has'],
      ['row 2 of 1000_Appointment_Session_20261124.csv with row 2 of Appointment_SessionUser', new Date('2026-03-02T09:00:00Z')],
    ]);
  });

  test('removes a session for all who held it, and one of two holders', async () => {
    await addExtract(SESSION, 'emis/1000_Appointment_Session_20261124.csv', [{ AppointmentSessionGuid: S1, Deleted: 'true' }]);
    const links = 'emis/291_Appointment_SessionUser_20261123.csv';
    const S2 = '5E550000-0000-4000-8000-000000000002';
    await addExtract(links, 'emis/1000_Appointment_SessionUser_20261124.csv', [{ SessionGuid: S2, UserInRoleGuid: U2, Deleted: 'true' }]);
    const records = await recordsOf('emisShifts');
    const removed = records.filter(({ meaning }) => meaning.removed === true).map(({ ref }) => ref);
    expect(removed).toEqual(expect.arrayContaining([`${S1}/${U1}`, `${S2}/${U2}`]));
    expect(removed).not.toContain(`${S2}/${U1}`);
  });

  test('takes back a session that has become something else, or that its holder has given up', async () => {
    await addExtract(SESSION, 'emis/1000_Appointment_Session_20261124.csv', [{ ...moved, SessionTypeDescription: 'Meeting' }]);
    await addExtract('systmone/SRRota.csv', 'systmone/SRRota_2.csv', [{ RowIdentifier: '401', IDOrganisationVisibleTo: 'Z99003', Name: 'Morning surgery' }]);
    const [emis, systmone] = await Promise.all([recordsOf('emisShifts'), recordsOf('systmoneShifts')]);
    expect(emis.find(({ ref }) => ref === `${S1}/${U1}`)?.meaning).toEqual({ removed: true });
    expect(systmone.filter(({ ref }) => ref === '401').at(-1)?.meaning).toEqual({ removed: true });
  });

  test('may lie in a folder of its own', async () => {
    for (const day of ['2026-11-24', '2026-11-25']) await mkdir(join(folder, 'emis', day));
    await addExtract(SESSION, 'emis/2026-11-25/Appointment_Session.csv', [{ ...moved, StartTime: '10:00:00' }]);
    await addExtract(SESSION, 'emis/2026-11-24/Appointment_Session.csv', [moved]);
    await rename(join(folder, SESSION), join(folder, 'emis/2026-11-24/1_Appointment_Session.csv'));
    const records = await recordsOf('emisShifts');
    expect(records.find(({ ref }) => ref === `${S1}/${U1}`)).toMatchObject({
      where: 'row 2 of 2026-11-25/Appointment_Session.csv with row 2 of Appointment_SessionUser',
      meaning: { startsAt: new Date('2026-03-02T10:00:00Z') },
    });
  });

  test('moves an appointment, and with it the end of its rota', async () => {
    const appointment = { RowIdentifier: '9002', IDRota: '401', DateStart: '02 Mar 2026 13:30:00', DateEnd: '02 Mar 2026 13:45:00', RemovedData: '0' };
    await addExtract('systmone/SRAppointment.csv', 'systmone/SRAppointment_2.csv', [appointment]);
    const records = await recordsOf('systmoneShifts');
    expect(records.find(({ ref }) => ref === '401')?.meaning).toMatchObject({ endsAt: new Date('2026-03-02T13:45:00Z') });
  });
});

describe('SystmOne', () => {
  test.each([
    ['02 Mar 2026 08:30:00', '2026-03-02T08:30:00'],
    ['2026-03-02 08:30:00', '2026-03-02T08:30:00'],
    ['2 March 2026 08:30:00', '2026-03-02T08:30:00'],
    ['31 Feb 2026 08:30:00', null],
    ['02 Mar 2026', null],
    ['02 Mar 2026 08:30', null],
    ['', null],
  ])('writes times as "dd MMM yyyy HH:mm:ss": %j', (text, local) => {
    expect(localTimeIn(text)).toBe(local);
  });

  test('of a version without the start and the removal of a rota is read by its appointments', async () => {
    const file = join(folder, 'systmone/SRRota.csv');
    const lines = (await readFile(file, 'latin1')).split('\r\n').filter((line) => line !== '');
    const without = (line: string) =>
      line
        .split(',')
        .filter((_, index) => index !== 9 && index !== 14)
        .join(',');
    await writeFile(file, `${lines.map(without).join('\r\n')}\r\n`, 'latin1');
    const records = await recordsOf('systmoneShifts');
    expect(records.find(({ ref }) => ref === '401')?.meaning).toMatchObject({ startsAt: new Date('2026-03-02T08:40:00Z') });
  });

  test('without a file of branches leaves the site unknown', async () => {
    await rm(join(folder, 'systmone/SROrganisationBranch.csv'));
    const records = await recordsOf('systmoneShifts');
    expect(records.find(({ ref }) => ref === '401')?.meaning).toMatchObject({ siteCode: null });
    expect(records.find(({ ref }) => ref === '408')?.meaning).toMatchObject({ siteCode: null });
  });

  test('a rota over the edge of the window keeps its length, and is not cut', async () => {
    const window = { since: null, from: new Date('2026-03-28T00:00:00Z'), to: new Date('2026-03-29T00:00:00Z') };
    const records = await recordsOf('systmoneShifts', window);
    expect(records.find(({ ref }) => ref === '402')?.meaning).toMatchObject({ endsAt: new Date('2026-03-29T06:00:00Z') });
  });

  test('an appointment that is not whole stops the rotas and not the people', async () => {
    const file = join(folder, 'systmone/SRAppointment.csv');
    await writeFile(file, `${await readFile(file, 'latin1')}9100,Z99003,02 Mar 2026 13:00:00\r\n`, 'latin1');
    await expect(recordsOf('systmoneShifts')).rejects.toThrow(
      /^row 21 of SRAppointment: expected 27 columns, as in the header, got 3\. No rota is read until it is mended\.$/,
    );
    expect(await recordsOf('systmoneStaffMembers')).not.toHaveLength(0);
  });
});

describe('settings', () => {
  test('need one of the two folders, and offer the streams of those that they name', () => {
    expect(adapter.settings.safeParse({ namespace: 'a' }).success).toBe(false);
    const emis = connect({ systmoneFolder: undefined });
    expect(adapter.pull.filter(({ offered }) => offered?.(emis)).map(({ name }) => name)).toEqual(['emisStaffMembers', 'emisEngagements', 'emisShifts']);
  });

  test('may give every engagement a kind', async () => {
    const records = await recordsOf('emisEngagements', YEAR, { defaultEngagementKind: 'SALARIED' });
    expect(records.filter(({ meaning }) => meaning.kind === 'SALARIED').map(({ meaning }) => meaning.role)).toEqual(['PRACTICE_NURSE', 'PHARMACIST']);
  });
});

test('a folder that is not there is named as the settings name it', async () => {
  await expect(adapter.check(connect({ emisFolder: 'elsewhere' }))).rejects.toThrow(
    /^elsewhere: expected a folder with the files of an extract; it cannot be read \(ENOENT\)\.$/,
  );
});

test('a table is found by its whole name', async () => {
  await copyFile(join(folder, SESSION), join(folder, 'emis/sessions.csv'));
  await rm(join(folder, SESSION));
  await expect(adapter.check(connect())).rejects.toThrow(/^emis: expected a file of the table Appointment_Session, got none\./);
});
