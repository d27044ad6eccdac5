import { describe, expect, test } from '@jest/globals';
import { RecordInvalidError } from '../../schema/domain/errors.ts';
import { testFolder } from '../../tests/support/files.ts';
import type { Cursor, UpstreamRecord } from '../contract.ts';
import rotaSheet from './adapter.ts';

const folder = testFolder();
const DAY = '02/03/2026';
const YEAR = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
const streamOf = (name: 'shifts' | 'leave') => {
  const stream = rotaSheet.pull.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`no stream ${name}`);
  return stream;
};

type Cells = Readonly<Record<string, string>>;

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** A sheet with the columns that its rows have. A row with nothing but what is given is an open GP shift from 09:00 to 13:00. */
function sheetOf(rows: readonly Cells[]): string {
  const whole = rows.map((row) => ({ Date: DAY, Start: '09:00', End: '13:00', Role: 'GP', 'Work email': '', ...row }));
  const columns = [...new Set(whole.flatMap(Object.keys))];
  return [columns, ...whole.map((row: Cells) => columns.map((column) => row[column] ?? ''))]
    .map((cells) => cells.map(quoted).join(','))
    .join('\n')
    .concat('\n');
}

async function clientOf(content: string | Uint8Array, settings: object = {}, name = 'rota.csv') {
  await folder.write(name, content);
  const parsed = rotaSheet.settings.parse({ file: name, organisationCode: 'Z99002', ...settings });
  return rotaSheet.connect(parsed, {
    resolvePath: folder.path,
    now: () => new Date('2026-03-01T09:00:00Z'),
    fetch: () => Promise.reject(new Error('no request')),
  });
}

/** What comes of a record: canonical, why it is skipped, or `path: expected, got` of each problem. */
function meaningOf(name: 'shifts' | 'leave', { raw, problems = [] }: UpstreamRecord): unknown {
  const inWords = (problem: { path: string; expected: string; got: string }) => `${problem.path}: ${problem.expected}, got ${problem.got}`;
  if (problems.length > 0) return problems.map(inWords);
  try {
    const mapped = streamOf(name).read(raw);
    return 'skipped' in mapped ? mapped.skipped : mapped;
  } catch (error) {
    if (error instanceof RecordInvalidError) return error.problems.map(inWords);
    throw error;
  }
}

async function recordsOf(name: 'shifts' | 'leave', content: string | Uint8Array, settings?: object) {
  const client = await clientOf(content, settings);
  const pages = await Array.fromAsync(streamOf(name).pages(client, { since: null, ...YEAR }));
  return pages.flatMap(({ records }) => records.map((record) => ({ ref: record.ref, where: record.where, meaning: meaningOf(name, record) })));
}

async function meaningsOf(rows: readonly Cells[], settings?: object, name: 'shifts' | 'leave' = 'shifts') {
  return (await recordsOf(name, sheetOf(rows), settings)).map(({ meaning }) => meaning);
}

async function timesOf(row: Cells, settings?: object) {
  const [meaning] = await meaningsOf([row], settings);
  if (Array.isArray(meaning) || typeof meaning === 'string') return meaning;
  const { startsAt, endsAt } = meaning as { startsAt: Date; endsAt: Date };
  return `${startsAt.toISOString().slice(0, 16)} ${endsAt.toISOString().slice(0, 16)}`;
}

describe('times', () => {
  test.each<[string, Cells, unknown]>([
    ['as practices type them', { Start: '9.00', End: '1pm' }, '2026-03-02T09:00 2026-03-02T13:00'],
    ['in four digits and with seconds', { Start: '0830', End: '12:40:00' }, '2026-03-02T08:30 2026-03-02T12:40'],
    ['that end before they start end the next day', { Start: '22:00', End: '07:00' }, '2026-03-02T22:00 2026-03-03T07:00'],
    ['that end as they start last a day', { Start: '09:00', End: '09:00' }, '2026-03-02T09:00 2026-03-03T09:00'],
    ['that end at 24:00 end at midnight', { Start: '18:00', End: '24:00' }, '2026-03-02T18:00 2026-03-03T00:00'],
    ['with days of their own', { Date: '', Start: '2026-03-02T20:00', End: '03/03/2026 08:00' }, '2026-03-02T20:00 2026-03-03T08:00'],
    ['with an end date', { 'End date': '03/03/2026', Start: '08:00', End: '07:00' }, '2026-03-02T08:00 2026-03-03T07:00'],
    ['in summer are an hour ahead', { Date: '01/07/2026' }, '2026-07-01T08:00 2026-07-01T12:00'],
    ['over the change to summer', { Date: '28/03/2026', Start: '22:00', End: '02:00' }, '2026-03-28T22:00 2026-03-29T01:00'],
    ['over the change to winter', { Date: '24/10/2026', Start: '22:00', End: '02:00' }, '2026-10-24T21:00 2026-10-25T02:00'],
    ['that exist twice, the first', { Date: '25/10/2026', Start: '01:30 BST', End: '04:00' }, '2026-10-25T00:30 2026-10-25T04:00'],
    ['that exist twice, the second', { Date: '25/10/2026', Start: '01:30', End: '04:00', Clock: 'gmt' }, '2026-10-25T01:30 2026-10-25T04:00'],
    ['from one of them to the other', { Date: '25/10/2026', Start: '01:30 BST', End: '01:15 GMT' }, '2026-10-25T00:30 2026-10-25T01:15'],
    [
      'that are repeated',
      { Date: '24/10/2026', Start: '20:00', End: '01:30' },
      ['End: BST or GMT behind the time or in Clock, got a time that exists twice: the clocks go back over it'],
    ],
    ['that are skipped', { Date: '29/03/2026', Start: '01:00' }, ['Start: a time that exists, got a time that does not exist: the clocks go forward over it']],
    ['in the wrong half of the year', { Date: '01/07/2026', Start: '09:00 GMT' }, ['Start: a time in BST, which clocks show on that day, got one in GMT']],
    ['that are none', { Start: 'morning', End: '' }, ['Start: a time as HH:MM, got text', 'End: a time as HH:MM, got nothing']],
    ['on a day that is none', { Date: '30/02/2026' }, ['Date: a date as DD/MM/YYYY, got text']],
    ['on another day than the date', { Start: '2026-03-03T09:00' }, ['Start: a time on the day in Date, got a time on another day']],
    ['that end before they start by their date', { 'End date': DAY, End: '08:00' }, ['End: an end after the start, got an earlier one']],
    ['longer than a day', { 'End date': '04/03/2026' }, ['End: an end within 24 hours of the start, got a later one']],
  ])('%s', async (_, row, expected) => {
    expect(await timesOf(row)).toEqual(expected);
  });

  test.each([
    ['mdy', '03/02/2026'],
    ['ymd', '2026/03/02'],
  ])('of a rota whose dates are written %s', async (dateOrder, date) => {
    expect(await timesOf({ Date: date }, { dateOrder })).toBe('2026-03-02T09:00 2026-03-02T13:00');
  });

  test('may stand in one column with the date', async () => {
    const sheet = 'From,To,Role,Work email\n02/03/2026 09:00,02/03/2026 13:00,GP,\n';
    const [record] = await recordsOf('shifts', sheet, { columns: { date: 'From', start: 'From', end: 'To' } });
    expect(record?.meaning).toMatchObject({ startsAt: new Date('2026-03-02T09:00:00Z'), endsAt: new Date('2026-03-02T13:00:00Z') });
  });
});

describe('breaks', () => {
  test.each<[string, number | string]>([
    ['', 0],
    ['none', 0],
    ['30', 30],
    ['30 mins', 30],
    ['0:30', 30],
    ['1h', 60],
    ['1.5 hours', 90],
    ['half an hour', 'Unpaid break (mins): minutes, as 30 or 0:30, got text'],
    ['240', 'Unpaid break (mins): a break shorter than the shift, got a longer one'],
  ])('%j', async (text, expected) => {
    const [meaning] = await meaningsOf([{ 'Unpaid break (mins)': text }]);
    expect(meaning).toEqual(typeof expected === 'string' ? [expected] : expect.objectContaining({ unpaidBreakMinutes: expected }));
  });
});

describe('words', () => {
  test("of a practice's own come before those that are known", async () => {
    const settings = {
      roles: { 'Duty Dr': 'GENERAL_PRACTITIONER' },
      sites: { Hub: 'U99999-HUB' },
      organisations: { 'The network': 'U99999' },
      deliveryModes: { Tel: 'VIDEO' },
      statuses: { Done: 'FILLED' },
      covers: { Pool: 'BANK', Usual: null },
      nobody: ['Desk'],
    };
    const row = { Role: 'duty  dr', Site: 'HUB', Organisation: 'the network', Mode: 'tel', Status: 'done', 'Work email': 'A@example.nhs.invalid' };
    expect(await meaningsOf([{ ...row, Cover: 'pool' }, { ...row, Cover: 'usual', Start: '10:00' }, { 'Work email': 'desk' }], settings)).toMatchObject([
      {
        organisationCode: 'U99999',
        siteCode: 'U99999-HUB',
        role: 'GENERAL_PRACTITIONER',
        roleAsSent: 'duty  dr',
        deliveryMode: 'VIDEO',
        status: 'FILLED',
        staffKey: 'work-email:a@example.nhs.invalid',
        fillSource: 'BANK',
      },
      { fillSource: null },
      { status: 'OPEN', staffKey: null },
    ]);
  });

  test('that nobody knows are told by column, all at once, and not repeated', async () => {
    const row = { Role: 'Wizard', Site: 'Tower', Organisation: 'Guild', Mode: 'Owl', Status: 'Perhaps', Cover: 'Magic' };
    expect(await meaningsOf([row])).toEqual([
      [
        'Organisation: an ODS code, or a name that the setting organisations has, got a word that is not known',
        'Site: a site code, or a name that the setting sites has, got a word that is not known',
        'Role: a known role, or one that the setting roles has, got a word that is not known',
        'Mode: a known mode, or one that the setting deliveryModes has, got a word that is not known',
        'Status: a known status, or one that the setting statuses or leave has, got a word that is not known',
        'Cover: a known cover, or one that the setting covers has, got a word that is not known',
      ],
    ]);
  });

  test('that nobody knows go no further, the role no more than the others: they may be why somebody is away', async () => {
    const client = await clientOf(sheetOf([{ Role: 'Chemotherapy', Status: 'Bereaved' }]));
    const pages = await Array.fromAsync(streamOf('shifts').pages(client, { since: null, ...YEAR }));
    expect(JSON.stringify(pages)).not.toMatch(/chemotherapy|bereaved/i);
  });

  test('about who has a shift agree with the status', async () => {
    const somebody = 'a@example.nhs.invalid';
    expect(
      await meaningsOf([
        { Status: 'Filled' },
        { Status: 'Open', 'Work email': somebody },
        { 'Work email': somebody },
        { 'Work email': '—' },
        { Role: '' },
        { Status: 'Cancelled', Start: '10:00', 'Work email': somebody },
      ]),
    ).toEqual([
      ['Work email: who works a filled shift, got nobody'],
      ['Work email: nobody on an open shift, got somebody'],
      ['Ref: a row that no earlier one has given, got a repeat of row 3'],
      expect.objectContaining({ status: 'OPEN' }),
      ['Role: a known role, or one that the setting roles has, got nothing'],
      expect.objectContaining({ status: 'CANCELLED', staffKey: `work-email:${somebody}` }),
    ]);
  });

  test('a payroll number is read within its namespace', async () => {
    const settings = { staff: { by: 'payroll', namespace: 'brackenshire' }, columns: { staff: 'Payroll' } };
    expect(await meaningsOf([{ Payroll: '20100A' }, { Payroll: 'A Name' }], settings)).toEqual([
      expect.objectContaining({ staffKey: 'payroll:brackenshire:20100a' }),
      ['Payroll: a payroll number, got text that is none'],
    ]);
  });
});

describe('leave', () => {
  const who = { 'Work email': 'a@example.nhs.invalid' };

  test.each<[string, Cells, object, unknown]>([
    ['of a day', { Status: 'A/L', Start: '', End: '' }, {}, ['ANNUAL', '2026-03-02T00:00', '2026-03-03T00:00', true]],
    [
      'of days over a clock change',
      { Status: 'A/L', Start: '', End: '', Date: '28/03/2026', 'End date': '29/03/2026' },
      {},
      ['ANNUAL', '2026-03-28T00:00', '2026-03-29T23:00', true],
    ],
    ['of an afternoon, in the role column', { Role: 'Study', Start: '13:00', End: '17:00' }, {}, ['STUDY', '2026-03-02T13:00', '2026-03-02T17:00', false]],
    ['that may be study or sick leave', { Status: 'S/L', Start: '', End: '' }, {}, ['AWAY', '2026-03-02T00:00', '2026-03-03T00:00', true]],
    [
      'whose word the practice explains',
      { Status: 'S/L', Start: '', End: '' },
      { leave: { 's/l': 'STUDY' } },
      ['STUDY', '2026-03-02T00:00', '2026-03-03T00:00', true],
    ],
  ])('%s', async (_, row, settings, expected) => {
    const [meaning] = await meaningsOf([{ ...who, ...row }], settings, 'leave');
    const { kind, startsAt, endsAt, allDay } = meaning as { kind: string; startsAt: Date; endsAt: Date; allDay: boolean };
    expect([kind, startsAt.toISOString().slice(0, 16), endsAt.toISOString().slice(0, 16), allDay]).toEqual(expected);
    expect(await meaningsOf([{ ...who, ...row }], settings)).toEqual(['leave, not a shift']);
  });

  test('says what is wrong with it, and not why the person is away', async () => {
    expect(
      await meaningsOf(
        [
          { Status: 'Sick', Start: '', End: '' },
          { ...who, Status: 'Sick', Start: '', End: '', 'End date': '01/03/2026' },
          { ...who, Status: 'Sick', Date: '03/03/2026', Start: '', End: '12:00' },
          {},
        ],
        {},
        'leave',
      ),
    ).toEqual([
      ['Work email: who is away, got nobody'],
      ['End date: a day from Date on, got an earlier one'],
      ['Start: a time as HH:MM, got nothing'],
      'a shift, not leave',
    ]);
  });

  test('does not carry its reason on', async () => {
    const client = await clientOf(sheetOf([{ ...who, Status: 'Compassionate leave', Role: 'Sick' }]));
    const [page] = await Array.fromAsync(streamOf('leave').pages(client, { since: null, ...YEAR }));
    expect(JSON.stringify(page?.records)).not.toMatch(/compassionate|sick/i);
  });
});

describe('a row goes by', () => {
  const refsOf = async (rows: readonly Cells[], settings?: object) => (await recordsOf('shifts', sheetOf(rows), settings)).map(({ ref }) => ref);

  test('its own reference, else by what it is: in whatever way that is written, and without a name in it', async () => {
    const [own, made] = await refsOf([{ Ref: 'B-1' }, { 'Work email': 'marigold@example.nhs.invalid' }]);
    const [again] = await refsOf([{ 'Work email': 'Marigold@example.nhs.invalid', Date: '2 March 2026', Start: '9am', Role: 'gp', End: '12:00' }]);
    expect(own).toBe('B-1');
    expect(made).toMatch(/^row:[0-9a-f]{24}$/);
    expect(again).toBe(made);
  });

  test('its number among those that are the same and open: each is a shift, unless the settings say otherwise', async () => {
    const [first, second, third] = await refsOf([{}, {}, { 'Work email': 'TBC' }]);
    expect([second, third]).toEqual([`${first}#2`, `${first}#3`]);
    expect(await meaningsOf([{}, {}], { identicalOpenRows: 'repeats' })).toEqual([
      expect.objectContaining({ status: 'OPEN' }),
      ['Ref: a row that no earlier one has given, got a repeat of row 2'],
    ]);
  });

  test('nothing when it repeats another, and the first is kept', async () => {
    const records = await recordsOf('shifts', sheetOf([{ Ref: 'B-1' }, { Ref: 'B-2' }, { Ref: 'B-1', Start: '10:00' }]));
    expect(records.map(({ ref }) => ref)).toEqual(['B-1', 'B-2', 'B-1']);
    expect(records[2]).toMatchObject({ where: 'row 4 of the rota', meaning: ['Ref: a row that no earlier one has given, got a repeat of row 2'] });
  });
});

describe('a pull', () => {
  const MANY = 2500;
  const rotaOf = (rows: number) => sheetOf(Array.from({ length: rows }, (_, index) => ({ Ref: index % 500 === 7 ? '' : `B-${index}` })));
  const pull = async (content: string, since: Cursor | null, period = YEAR) => {
    const client = await clientOf(content, {}, 'long.csv');
    return Array.fromAsync(streamOf('shifts').pages(client, { since, ...period }));
  };
  const refsOf = (pages: Awaited<ReturnType<typeof pull>>) => pages.flatMap(({ records }) => records.map(({ ref }) => ref));

  test('comes in pages of a thousand and goes on after any of them', async () => {
    const content = rotaOf(MANY);
    const pages = await pull(content, null);
    expect(pages.map(({ records }) => records.length)).toEqual([1000, 1000, 500]);
    expect(pages.at(-1)?.cursor).toBeNull();
    expect(new Set(refsOf(pages)).size).toBe(MANY);
    for (const at of [0, 1]) expect(refsOf(await pull(content, pages[at]?.cursor ?? null))).toEqual(refsOf(pages.slice(at + 1)));
  });

  test('begins anew when the file or the period is another', async () => {
    const [first] = await pull(rotaOf(MANY), null);
    const later = { from: YEAR.from, to: new Date('2027-02-01T00:00:00Z') };
    expect(refsOf(await pull(rotaOf(MANY + 1), first?.cursor ?? null))).toHaveLength(MANY + 1);
    expect(refsOf(await pull(rotaOf(MANY), first?.cursor ?? null, later))).toHaveLength(MANY);
  });

  test('of a thousand rows is one page, and of none is one that is empty', async () => {
    expect((await pull(rotaOf(1000), null)).map(({ records, cursor }) => [records.length, cursor])).toEqual([[1000, null]]);
    expect((await pull('Date,Start,End,Role,Work email\n', null)).map(({ records, cursor }) => [records.length, cursor])).toEqual([[0, null]]);
  });

  test('takes what starts within its period', async () => {
    const rows = [
      { Date: '31/12/2025', Start: '23:00', End: '08:00' },
      { Date: '01/01/2026', Start: '00:00', End: '08:00' },
      { Date: '31/12/2026', Start: '23:00', End: '08:00' },
    ];
    const meanings = await meaningsOf(rows);
    expect(meanings).toEqual(['outside the period', expect.objectContaining({ status: 'OPEN' }), expect.objectContaining({ status: 'OPEN' })]);
  });
});

describe('a sheet', () => {
  test('in Windows-1252, parted by semicolons, under a title, with other names of columns', async () => {
    const sheet = 'Rota für März\n\nTag;Von;Bis;Rôle;Wer\n02.03.2026;09:00;13:00;Médecin;\n';
    const columns = { date: 'Tag', start: 'Von', end: 'Bis', role: 'rôle', staff: 'Wer' };
    const settings = { columns, headerRow: 3, roles: { Médecin: 'GENERAL_PRACTITIONER' } };
    const records = await recordsOf('shifts', Buffer.from(sheet, 'latin1'), settings);
    expect(records).toMatchObject([{ where: 'row 4 of the rota', meaning: { role: 'GENERAL_PRACTITIONER', roleAsSent: 'Médecin' } }]);
  });

  test('with rows of the wrong width and a half-written last line keeps the others', async () => {
    const whole = sheetOf([{ Ref: 'B-1' }, { Ref: 'B-2' }]);
    const records = await recordsOf('shifts', `${whole}${DAY},09:00\n${whole.split('\n')[1]?.replace('B-1', 'B-3')}\n${DAY},09:0`);
    expect(records.map(({ where, meaning }) => [where, Array.isArray(meaning) ? meaning : 'kept'])).toEqual([
      ['row 2 of the rota', 'kept'],
      ['row 3 of the rota', 'kept'],
      ['row 4 of the rota', [': 6 columns, as in the header, got 2']],
      ['row 5 of the rota', 'kept'],
      ['row 6 of the rota', [': a whole line, got a last line that is half written: the file ends within it']],
    ]);
  });

  test('that lacks columns is refused by check, with the names of all of them', async () => {
    const client = await clientOf('Date,Start,Finish\n');
    await expect(rotaSheet.check(client)).rejects.toThrow(/"Role" or "Job role" or "Staff role", "Work email"/);
  });

  test('without a header is refused, and what stands in its place is not told', async () => {
    const client = await clientOf('02/03/2026,09:00,13:00,GP,marigold@example.nhs.invalid\n');
    const refusal = await rotaSheet.check(client).catch((error: Error) => error.message);
    expect(refusal).toMatch(/the header row has none of them\. Say which row holds the header\.$/);
    expect(refusal).not.toMatch(/marigold/);
  });

  test('whose settings name a field that there is not is refused', () => {
    expect(rotaSheet.settings.safeParse({ file: 'rota.csv', organisationCode: 'Z99002', columns: { notes: 'Notes' } }).success).toBe(false);
    expect(rotaSheet.settings.safeParse({ file: 'rota.csv', organisationCode: 'Birchwood' }).success).toBe(false);
  });
});
