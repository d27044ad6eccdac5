import { describe, expect, test } from '@jest/globals';
import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { RecordInvalidError } from '../../schema/domain/errors.ts';
import { testFolder } from '../../tests/support/files.ts';
import type { Cursor, UpstreamRecord } from '../contract.ts';
import rotaGrid from './adapter.ts';
import { readCell } from './cell.ts';
import { takeRanges } from './times.ts';
import { createVocabulary } from './vocabulary.ts';

const folder = testFolder();
const YEAR = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
const streamOf = (name: 'shifts' | 'leave') => {
  const stream = rotaGrid.pull.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`no stream ${name}`);
  return stream;
};

const people = { Marigold: 'm@example.nhs.invalid', Peregrine: { staff: 'p@example.nhs.invalid', role: 'PARAMEDIC' } };
const settingsOf = (changed: object) =>
  rotaGrid.settings.parse({ file: 'rota.csv', organisationCode: 'Z99002', defaultRole: 'GENERAL_PRACTITIONER', people, ...changed });

async function clientOf(content: string | Uint8Array, settings: object = {}) {
  const name = typeof content !== 'string' && content[0] === 0x50 ? 'rota.xlsx' : 'rota.csv';
  await folder.write(name, content);
  return rotaGrid.connect(settingsOf({ file: name, ...settings }), {
    resolvePath: folder.path,
    now: () => new Date('2026-03-01T09:00:00Z'),
    fetch: () => Promise.reject(new Error('no request')),
  });
}

/** What comes of a record in one line: who and when, why it is skipped, or `path: expected, got` of each problem. */
function meaningOf(name: 'shifts' | 'leave', { raw, problems = [] }: UpstreamRecord): unknown {
  const inWords = (problem: { path: string; expected: string; got: string }) => `${problem.path}: ${problem.expected}, got ${problem.got}`;
  if (problems.length > 0) return problems.map(inWords);
  try {
    const mapped = streamOf(name).read(raw) as unknown as Record<string, string & Date>;
    if (mapped.skipped !== undefined) return mapped.skipped;
    const at = (value: Date | undefined) => value?.toISOString().slice(0, 16);
    const who = mapped.staffKey === null ? 'open' : mapped.staffKey;
    return [who, mapped.kind ?? mapped.role, at(mapped.startsAt), at(mapped.endsAt)].join(' ');
  } catch (error) {
    if (error instanceof RecordInvalidError) return error.problems.map(inWords);
    throw error;
  }
}

async function recordsOf(content: string | Uint8Array, settings?: object, name: 'shifts' | 'leave' = 'shifts') {
  const client = await clientOf(content, settings);
  const pages = await Array.fromAsync(streamOf(name).pages(client, { since: null, ...YEAR }));
  return pages.flatMap(({ records }) => records.map((record) => ({ ...record, meaning: meaningOf(name, record) })));
}

const meaningsOf = async (...parameters: Parameters<typeof recordsOf>) => (await recordsOf(...parameters)).map(({ where, meaning }) => [where, meaning]);
/** The days on which the shifts of a grid start. */
const daysOf = async (content: string | Uint8Array, settings?: object) =>
  (await recordsOf(content, settings)).map(({ meaning }) => (typeof meaning === 'string' ? meaning.split(' ')[2]?.slice(0, 10) : meaning));

const cells = (...values: (string | null)[]) => values.map((value) => (value === null ? null : { value }));
const workbook = (data: SheetData) => writeExcelFile(data).toBuffer();
const WEEK = 'Week commencing 02/03/2026\n,Mon,Tue\n';
const M = 'work-email:m@example.nhs.invalid GENERAL_PRACTITIONER';

describe('times in a cell', () => {
  test.each([
    ['8-1', '08:00-13:00'],
    ['9-5', '09:00-17:00'],
    ['2-6', '14:00-18:00'],
    ['12-4', '12:00-16:00'],
    ['8-8', '08:00-20:00'],
    ['8.30-1.15', '08:30-13:15'],
    ['0800-1300', '08:00-13:00'],
    ['800-1300', '08:00-13:00'],
    ['08:00 – 13:00', '08:00-13:00'],
    ['10:00 to 14:00', '10:00-14:00'],
    ['9am-1pm', '09:00-13:00'],
    ['8-1pm', '08:00-13:00'],
    ['1-5pm', '13:00-17:00'],
    ['9-11pm', '21:00-23:00'],
    ['10-12pm', '10:00-12:00'],
    ['18:30-20:00', '18:30-20:00'],
    ['22:00-06:00', '22:00-06:00'],
    ['10pm-6', '22:00-06:00'],
    ['18:00-24:00', '18:00-00:00'],
    ['8-1/2-6', '08:00-13:00,14:00-18:00'],
  ])('%s', (text, expected) => {
    expect(
      takeRanges(text, 7)
        ?.ranges.map(({ start, end }) => `${start}-${end}`)
        .join(),
    ).toBe(expected);
  });

  test('that begin early where the practice says so', () => {
    expect(takeRanges('6-2', 6)?.ranges).toEqual([{ start: '06:00', end: '14:00' }]);
    expect(takeRanges('6-10', 7)?.ranges).toEqual([{ start: '18:00', end: '22:00' }]);
  });

  test.each(['25-30', '13pm-2', '8:75-9'])('that are not possible are told: %s', (text) => {
    expect(takeRanges(text, 7)).toBeNull();
  });

  test.each(['8.3-1', '9', '12', '1-2-3'])('that are not certain are none: %s', (text) => {
    expect(readCell(text, createVocabulary(settingsOf({})), 7)).toMatchObject([{ says: 'unclear' }]);
  });
});

describe('what a cell says', () => {
  const said = (text: string, settings: object = {}) =>
    readCell(text, createVocabulary(settingsOf({ sites: { Hub: 'U99999-HUB' }, ...settings })), 7).map(
      ({ says, times, leave, role, site, deliveryMode, cover, got }) =>
        [says, leave, role, site, deliveryMode, cover, times.map(({ start, end }) => `${start}-${end}`).join(), got].filter((part) => part).join(' '),
    );

  test.each<[string, string[]]>([
    ['AM', ['shift 08:30-12:40']],
    ['pm', ['shift 14:00-18:10']],
    ['All day', ['shift 08:30-12:40,14:00-18:10']],
    ['AM/PM', ['shift 08:30-12:40', 'shift 14:00-18:10']],
    ['AM PM', ['shift 08:30-12:40,14:00-18:10']],
    ['OC', ['shift 08:00-18:30']],
    ['on-call', ['shift 08:00-18:30']],
    ['EA', ['shift 18:30-20:00']],
    ['AM + EA', ['shift 08:30-12:40', 'shift 18:30-20:00']],
    ['AM Hub', ['shift U99999-HUB 08:30-12:40']],
    ['8-1 (Hub)', ['shift U99999-HUB 08:00-13:00']],
    ['AM Hub, PM', ['shift U99999-HUB 08:30-12:40', 'shift 14:00-18:10']],
    ['AM 8-12', ['shift 08:00-12:00']],
    ['Nurse', ['shift PRACTICE_NURSE']],
    ['Practice nurse 8-1', ['shift PRACTICE_NURSE 08:00-13:00']],
    ['tel triage', ['unclear a word that is not known']],
    ['Telephone triage AM', ['shift TELEPHONE 08:30-12:40']],
    ['Locum AM', ['shift LOCUM 08:30-12:40']],
    ['A/L', ['leave ANNUAL']],
    ['S/L', ['leave AWAY']],
    ['A/L PM', ['leave ANNUAL 14:00-18:10']],
    ['Study leave 1-5', ['leave STUDY 13:00-17:00']],
    ['AM / A/L PM', ['shift 08:30-12:40', 'leave ANNUAL 14:00-18:10']],
    ['Off', ['off']],
    ['–', ['off']],
    ['NWD', ['off']],
    ['AM\nlunch talk', ['shift 08:30-12:40', 'unclear a word that is not known']],
    ['AM\nA/L', ['shift 08:30-12:40', 'unclear leave beside work, without its session or times']],
    ['A/L Hub', ['unclear two things at once: part them by a new line, each with its session or times']],
    ['AM Hub PM', ['unclear two things at once: part them by a new line, each with its session or times']],
    ['X', ['unclear a word that is not known']],
    ['Room 3', ['unclear text or times that are not known']],
    ['2026-01-08', ['unclear a date: Excel takes 8-1 for one; format the cells as text and type it again']],
    ['08-Jan', ['unclear a date: Excel takes 8-1 for one; format the cells as text and type it again']],
  ])('%j', (text, expected) => {
    expect(said(text)).toEqual(expected);
  });

  test("by a practice's own words and times", () => {
    const settings = {
      sessions: { Morning: '08:00-12:00', Triage: '08:00-10:00' },
      leave: { 's/l': 'STUDY' },
      works: ['X'],
      off: ['Gym'],
      roles: { 'Duty Dr': 'GENERAL_PRACTITIONER' },
    };
    expect(said('am', settings)).toEqual(['shift 08:00-12:00']);
    expect(said('day', settings)).toEqual(['shift 08:00-12:00,14:00-18:10']);
    expect(said('triage', settings)).toEqual(['shift 08:00-10:00']);
    expect(said('S/L', settings)).toEqual(['leave STUDY']);
    expect(said('x', settings)).toEqual(['shift']);
    expect(said('gym', settings)).toEqual(['off']);
    expect(said('duty dr pm', settings)).toEqual(['shift GENERAL_PRACTITIONER 14:00-18:10']);
  });
});

describe('days', () => {
  test.each<[string, string, object]>([
    ['a week commencing', 'Week commencing 02/03/2026\n,Mon,Tue\nMarigold,AM,AM\n', {}],
    ['W/C with the date in the next cell', 'W/C:,2 March 2026\nName,Monday,Tuesday\nMarigold,AM,AM\n', {}],
    ['a week in the corner of the heading', 'w/c 02.03.26,Mon,Tue\nMarigold,AM,AM\n', {}],
    ['a date alone, on which a week begins', '2nd March 2026\n,Mon,Tue\nMarigold,AM,AM\n', {}],
    ['a week ending', 'Week ending Sunday 8 March 2026\n,Mon,Tue\nMarigold,AM,AM\n', {}],
    ['dates', 'Name,02/03/2026,03/03/2026\nMarigold,AM,AM\n', {}],
    ['weekdays with dates', 'Name,Mon 2 Mar 26,Tue 3 Mar 26\nMarigold,AM,AM\n', {}],
    ['weekdays with dates without a year', 'Wk beginning 2/3/26\n,Mon 2/3,Tue 3/3\nMarigold,AM,AM\n', {}],
    ['weekdays with a number', 'Rota for week commencing 02/03/2026\n,Mon 2nd,Tue 3rd\nMarigold,AM,AM\n', {}],
    ['weekdays above dates', 'Staff,Mon,Tue\n,02/03/2026,03/03/2026\nMarigold,AM,AM\n', {}],
    ['dates above weekdays', ',2/3/26,3/3/26\nName,Mon,Tue\nMarigold,AM,AM\n', {}],
    ['weekdays above numbers', 'W/C 2/3/2026\n,Mon,Tue\n,2,3\nMarigold,AM,AM\n', {}],
    ['names of the practice', 'W/C 2/3/2026\n,Lun,Mar\nMarigold,AM,AM\n', { days: ['Lun', 'Mar'] }],
    ['dates of another order', 'Name,2026/03/02,2026/03/03\nMarigold,AM,AM\n', { dateOrder: 'ymd' }],
  ])('by %s', async (_, content, settings) => {
    expect(await daysOf(content, settings)).toEqual(['2026-03-02', '2026-03-03']);
  });

  test('by letters that repeat, and over two weeks in one row', async () => {
    const letters = { days: ['M', 'T', 'W', 'T', 'F', 'S', 'S'] };
    expect(await daysOf('W/C 2/3/2026\n,M,T,W,T,F,S,S\nMarigold,AM,,,AM,,AM,AM\n', letters)).toEqual(['2026-03-02', '2026-03-05', '2026-03-07', '2026-03-08']);
    expect(await daysOf('W/C 2/3/2026\n,Mon,Tue,Mon,Tue\nMarigold,AM,,AM,AM\n')).toEqual(['2026-03-02', '2026-03-09', '2026-03-10']);
  });

  test('of a week that begins on a Sunday, in any order of its own', async () => {
    expect(await daysOf('W/C 01/03/2026\n,Sun,Mon\nMarigold,AM,AM\n', { weekStartsOn: 'SUNDAY' })).toEqual(['2026-03-01', '2026-03-02']);
  });

  test('of several weeks below each other', async () => {
    const content = `${WEEK}Marigold,AM,\n\nWeek commencing 09/03/2026\n,Mon,Tue\nMarigold,,AM\n`;
    expect(await daysOf(content)).toEqual(['2026-03-02', '2026-03-10']);
  });

  test('of a week that commences on the wrong day are none, unless they have dates', async () => {
    const wrong = ['row 1: the date of a monday, on which weeks commence, got another day'];
    expect(await meaningsOf('W/C 03/03/2026\n,Mon,Tue 3/3/26\nMarigold,AM,AM\n')).toEqual([
      ['cell B3', wrong],
      ['cell C3', `${M} 2026-03-03T08:30 2026-03-03T12:40`],
    ]);
  });

  test('with the weekday of another date are none: so dates in the wrong order are found', async () => {
    expect(await meaningsOf('Name,Tue 02/03/2026,Tue 03/03/2026\nMarigold,AM,AM\n')).toEqual([
      ['cell B2', ['B1: the weekday of its date, got another weekday']],
      ['cell C2', `${M} 2026-03-03T08:30 2026-03-03T12:40`],
    ]);
  });

  test('between others that are misspelt are told, and the days after them are still right; totals between weeks are not read', async () => {
    const content = 'W/C 2/3/2026\n,Mon,Teusday,Wed,Total,Mon\nMarigold,AM,AM,AM,3,PM\n';
    expect(await meaningsOf(content)).toEqual([
      ['cell B3', `${M} 2026-03-02T08:30 2026-03-02T12:40`],
      ['cell C3', ['C2: a day, as Mon or 02/03/2026, as beside it, got words that name none']],
      ['cell D3', `${M} 2026-03-04T08:30 2026-03-04T12:40`],
      ['cell F3', `${M} 2026-03-09T14:00 2026-03-09T18:10`],
    ]);
  });

  test('without a year or a week are none, and have no reference: any may be meant', async () => {
    const records = await recordsOf(',Mon,Tue\nMarigold,AM,\n');
    expect(records).toMatchObject([
      { ref: null, where: 'cell B2', meaning: ['B1: a date with its year, or a week commencing above, got a day without either'] },
    ]);
  });
});

describe('people', () => {
  test('by name in the settings, by a column of e-mails, or by an e-mail as a name', async () => {
    const content = 'W/C 2/3/2026\nName,Work email,Mon,Tue\nMarigold,,AM,\nDr X,x@example.nhs.invalid,AM,\ny@example.nhs.invalid,,AM,\n';
    expect((await recordsOf(content)).map(({ meaning }) => String(meaning).split(' ')[0])).toEqual([
      'work-email:m@example.nhs.invalid',
      'work-email:x@example.nhs.invalid',
      'work-email:y@example.nhs.invalid',
    ]);
  });

  test('by payroll number, or by the names of this rota alone, which are not told', async () => {
    const payroll = { staff: { by: 'payroll', namespace: 'hill' } };
    expect(await recordsOf('W/C 2/3/2026\nName,Payroll number,Mon,Tue\nDr X,20A,AM,\n', payroll)).toMatchObject([
      { meaning: expect.stringMatching(/^payroll:hill:20a /) },
    ]);
    const records = await recordsOf(`${WEEK}Dr Xanthe,AM,\n`, { staff: { by: 'name', namespace: 'hill' }, people: {} });
    expect(records).toMatchObject([{ meaning: expect.stringMatching(/^ref:hill:[0-9a-f]{24} /) }]);
    expect(JSON.stringify(records)).not.toMatch(/xanthe/i);
  });

  test('that nobody knows are told by their cell, and not by name', async () => {
    const content = `${WEEK}Xanthe,AM,A/L\n,AM,\n`;
    const unknown =
      'A3: a person that the setting people has, one with a work e-mail or payroll number beside the name, or a word for nobody, got a name that is not known';
    expect(await meaningsOf(content)).toEqual([
      ['cell B3', [unknown]],
      ['cell C3', 'leave, not a shift'],
      ['cell B4', ['A4: who, or a word for nobody, got nothing']],
    ]);
    expect(await meaningsOf(content, {}, 'leave')).toEqual([
      ['cell B3', 'a shift, not leave'],
      ['cell C3', [unknown]],
      ['cell B4', 'a shift, not leave'],
    ]);
  });

  test('that nobody is are open shifts, each of which counts', async () => {
    const records = await recordsOf(`${WEEK}Vacant,AM,\nTBC,AM,\n,AM,\n`, { blankPerson: 'nobody' });
    expect(records.map(({ meaning }) => meaning)).toEqual(Array(3).fill('open GENERAL_PRACTITIONER 2026-03-02T08:30 2026-03-02T12:40'));
    const [first, second, third] = records.map(({ ref }) => ref);
    expect([second, third]).toEqual([`${first}#2`, `${first}#3`]);
  });

  test('with a second row without a name, where the practice writes so', async () => {
    expect(await daysOf(`${WEEK}Marigold,AM,\n,PM,AM\n`, { blankPerson: 'as-above' })).toEqual(['2026-03-02', '2026-03-02', '2026-03-03']);
  });

  test('have the role of the cell, the column, the settings, the section or the default, in this order', async () => {
    const content =
      'W/C 2/3/2026\nName,Role,Mon,Tue\nNurses,,,\nMarigold,,AM,GP\nPeregrine,,AM,\nMarigold,HCA,PM,\nAdmin team,,,\nPeregrine,,PM,\nMarigold,,EA,\n';
    const roles = (await recordsOf(content, { defaultRole: null })).map(({ meaning }) => (Array.isArray(meaning) ? meaning : String(meaning).split(' ')[1]));
    expect(roles).toEqual([
      'PRACTICE_NURSE',
      'GENERAL_PRACTITIONER',
      'GENERAL_PRACTITIONER',
      'PARAMEDIC',
      'HEALTHCARE_ASSISTANT',
      'PARAMEDIC',
      ['B9: a role beside the name, above it, in the cell or in the settings, got a section that names none'],
    ]);
  });

  test('twice on one day from the same time on are one, and the later cell says what it repeats', async () => {
    expect(await meaningsOf(`${WEEK}Marigold,AM,\nMarigold,8:30-1,\n`)).toEqual([
      ['cell B3', `${M} 2026-03-02T08:30 2026-03-02T12:40`],
      ['cell B4', ['B4: an entry that no earlier cell has given, got a repeat of cell B3']],
    ]);
  });

  test('of totals and notes are left out and counted', async () => {
    expect(await meaningsOf(`${WEEK}Marigold,AM,\nTotal,1,0\nRooms,2,\n`, { rowsLeftOut: ['Rooms'] })).toEqual([
      ['cell B3', `${M} 2026-03-02T08:30 2026-03-02T12:40`],
      ['cell A4', 'a row that is no person'],
      ['cell A5', 'a row that is no person'],
    ]);
  });
});

describe('sessions', () => {
  test('below the days say when, where the cells do not', async () => {
    const content = 'W/C 2/3/2026\n,Mon,,Tue,\n,AM,PM,AM,PM\nMarigold,X,Hub,A/L,9-11\n';
    const settings = { works: ['X'], sites: { Hub: 'U99999-HUB' } };
    expect(await meaningsOf(content, settings)).toEqual([
      ['cell B4', `${M} 2026-03-02T08:30 2026-03-02T12:40`],
      ['cell C4', `${M} 2026-03-02T14:00 2026-03-02T18:10`],
      ['cell D4', 'leave, not a shift'],
      ['cell E4', `${M} 2026-03-03T09:00 2026-03-03T11:00`],
    ]);
    expect((await meaningsOf(content, settings, 'leave'))[2]).toEqual(['cell D4', 'work-email:m@example.nhs.invalid ANNUAL 2026-03-03T08:30 2026-03-03T12:40']);
  });

  test('beside the name do so for a row', async () => {
    const content = 'W/C 2/3/2026\nName,Session,Mon,Tue\nMarigold,AM,Y,\nMarigold,PM,,Y\nMarigold,Tea,Y,\n';
    expect((await meaningsOf(content, { works: ['Y'] })).map(([, meaning]) => (Array.isArray(meaning) ? meaning : String(meaning).split(' ')[2]))).toEqual([
      '2026-03-02T08:30',
      '2026-03-03T14:00',
      ['B5: a session that is known or set, got a word that is not known'],
    ]);
  });
});

describe('over a change of the clocks', () => {
  test('a night has its true length, and a time that does not exist or exists twice is told', async () => {
    const content = 'Name,Sat 28/03/2026,Sun 29/03/2026\nMarigold,22:00-06:00,01:30-09:00\n,Sat 24/10/2026,Sun 25/10/2026\nMarigold,22:00-06:00,01:30-09:00\n';
    expect(await meaningsOf(content)).toEqual([
      ['cell B2', `${M} 2026-03-28T22:00 2026-03-29T05:00`],
      ['cell C2', ['C2: a time that exists, got a time that does not exist: the clocks go forward over it']],
      ['cell B4', `${M} 2026-10-24T21:00 2026-10-25T06:00`],
      ['cell C4', ['C4: a time that exists once, got a time that exists twice: the clocks go back over it']],
    ]);
  });

  test('a day of leave has 23 or 25 hours', async () => {
    expect(await meaningsOf('Name,Sun 29/03/2026,Mon 30/03/2026\nMarigold,A/L,\n', {}, 'leave')).toEqual([
      ['cell B2', 'work-email:m@example.nhs.invalid ANNUAL 2026-03-29T00:00 2026-03-29T23:00'],
    ]);
  });
});

describe('a workbook', () => {
  const title = [{ value: 'Week commencing 2 March 2026', columnSpan: 3 }, null, null];

  test('with merged names, days and cells: each counts for every day that it covers, and once in one', async () => {
    const content = await workbook([
      title,
      [null, { value: 'Mon', columnSpan: 2 }, null, { value: 'Tue', columnSpan: 2 }, null],
      cells('', 'AM', 'PM', 'AM', 'PM'),
      [{ value: 'GPs', columnSpan: 5 }, null, null, null, null],
      [{ value: 'Marigold', rowSpan: 2 }, { value: '8-6', columnSpan: 2 }, null, { value: 'A/L', columnSpan: 2 }, null],
      [null, null, null, { value: 'EA' }, null],
      [{ value: 'Peregrine' }, { value: 'A/L', columnSpan: 4 }, null, null, null],
    ]);
    expect(await meaningsOf(content)).toEqual([
      ['sheet 1, cell B5', `${M} 2026-03-02T08:00 2026-03-02T18:00`],
      ['sheet 1, cell D5', 'leave, not a shift'],
      ['sheet 1, cell D6', `${M} 2026-03-03T18:30 2026-03-03T20:00`],
      ['sheet 1, cell B7', 'leave, not a shift'],
      ['sheet 1, cell D7', 'leave, not a shift'],
    ]);
    expect((await meaningsOf(content, {}, 'leave')).filter(([, meaning]) => !String(meaning).startsWith('a shift'))).toEqual([
      ['sheet 1, cell D5', 'work-email:m@example.nhs.invalid ANNUAL 2026-03-03T00:00 2026-03-04T00:00'],
      ['sheet 1, cell B7', 'work-email:p@example.nhs.invalid ANNUAL 2026-03-02T00:00 2026-03-03T00:00'],
      ['sheet 1, cell D7', 'work-email:p@example.nhs.invalid ANNUAL 2026-03-03T00:00 2026-03-04T00:00'],
    ]);
  });

  test('with real dates for headings, and colours, which say nothing', async () => {
    const day = (date: number) => ({ value: new Date(Date.UTC(2026, 2, date)), type: Date, format: 'ddd d mmm' });
    const content = await workbook([
      [{ value: 'Name' }, day(2), day(3)],
      [
        { value: 'Marigold', backgroundColor: '#00ff00' },
        { value: 'AM', backgroundColor: '#ff0000' },
        { value: '', backgroundColor: '#ff0000' },
      ],
    ]);
    expect(await daysOf(content)).toEqual(['2026-03-02']);
  });

  test('with times that Excel took for dates: told, and no heading', async () => {
    const eaten = (date: number) => ({ value: new Date(Date.UTC(2026, 0, date)), type: Date, format: 'd-mmm' });
    const content = await workbook([title, cells('', 'Mon', 'Tue'), [{ value: 'Marigold' }, eaten(8), eaten(9)]]);
    const problem = (cell: string) => [
      `${cell}: a session, times as 08:00-13:00, leave, a role or site that is known, or a word that the settings have, got a date: Excel takes 8-1 for one; format the cells as text and type it again`,
    ];
    expect(await meaningsOf(content)).toEqual([
      ['sheet 1, cell B3', problem('B3')],
      ['sheet 1, cell C3', problem('C3')],
    ]);
  });

  test('with a sheet a week, dated in the sheet or by its name, and one that is no rota', async () => {
    const week = (row: string[]) => [cells('', 'Mon', 'Tue'), cells(...row)];
    const content = await writeExcelFile([
      { sheet: 'WC 02-03-2026', data: week(['Marigold', 'AM', '']) },
      { sheet: 'Second', data: [cells('W/C 09/03/2026'), ...week(['Marigold', 'AM', ''])] },
      { sheet: 'Phone list', data: [cells('Reception', '01632 960001')] },
    ]).toBuffer();
    expect(await meaningsOf(content)).toEqual([
      ['sheet 1, cell B2', `${M} 2026-03-02T08:30 2026-03-02T12:40`],
      ['sheet 2, cell B3', `${M} 2026-03-09T08:30 2026-03-09T12:40`],
      ['sheet 3, cell A1', [expect.stringMatching(/^: a row with at least two days.*got none below: leave the sheet out by the setting sheets/)]],
    ]);
    expect(await daysOf(content, { sheets: '^(wc|second)' })).toEqual(['2026-03-02', '2026-03-09']);
  });
});

describe('a file', () => {
  test('in UTF-16 with tabs, or in Windows-1252 with semicolons', async () => {
    const grid = (mark: string) => ['Week commencing 02/03/2026', ['Näme', 'Mon', 'Tue'].join(mark), ['Zoë', 'AM', ''].join(mark), ''].join('\r\n');
    const settings = { people: { Zoë: 'z@example.nhs.invalid' }, columns: { person: 'Näme' } };
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(grid('\t'), 'utf16le')]);
    for (const content of [utf16, Buffer.from(grid(';'), 'latin1')]) expect(await daysOf(content, settings)).toEqual(['2026-03-02']);
  });

  test('without any heading of days is refused, by check too', async () => {
    await expect(recordsOf('Name,Date\nMarigold,AM\n')).rejects.toThrow('expected a row with at least two days');
    await expect(rotaGrid.check(await clientOf('Name,Date\n'))).rejects.toThrow('expected a row with at least two days');
  });

  test('with a title below which no days follow says so: what stands there would otherwise be of the week before', async () => {
    expect(await meaningsOf(`${WEEK}Marigold,AM,\nWeek commencing 09/03/2026\n,Mnoday,Teusday\nMarigold,AM,AM\n`)).toMatchObject([
      ['cell B3', `${M} 2026-03-02T08:30 2026-03-02T12:40`],
      ['cell A4', [expect.stringMatching(/^: a row with at least two days/)]],
    ]);
  });

  test('that is cut off in its last line keeps the others', async () => {
    expect(await meaningsOf(`${WEEK}Marigold,AM,\nPeregrine,A`)).toEqual([
      ['cell B3', `${M} 2026-03-02T08:30 2026-03-02T12:40`],
      ['cell A4', [': a whole line, got a last line that is half written: the file ends within it']],
    ]);
  });

  test('of many weeks comes in pages and goes on after any of them', async () => {
    const weeks = Array.from({ length: 300 }, (_, week) => {
      const monday = new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString().slice(0, 10);
      return `W/C ${monday}\n,Mon,Tue\n${'Marigold,AM/PM,AM/PM\nPeregrine,AM,PM\n'}`;
    });
    const client = await clientOf(weeks.join('\n'));
    const pull = (since: Cursor | null) => Array.fromAsync(streamOf('shifts').pages(client, { since, ...YEAR }));
    const pages = await pull(null);
    const refs = (of: typeof pages) => of.flatMap(({ records }) => records.map(({ ref }) => ref));
    expect(pages.map(({ records }) => records.length)).toEqual([1000, 800]);
    expect(new Set(refs(pages)).size).toBe(1800);
    expect(refs(await pull(pages[0]?.cursor ?? null))).toEqual(refs(pages.slice(1)));
  });
});

describe('what a practice sets', () => {
  test.each([{ sessions: { AM: 'early' } }, { sheets: '(' }, { columns: { notes: 'Notes' } }, { days: ['Mon'] }, { leave: { Sick: 'SICK' } }])(
    'is refused: %j',
    (changed) => {
      expect(rotaGrid.settings.safeParse({ file: 'rota.csv', organisationCode: 'Z99002', ...changed }).success).toBe(false);
    },
  );

  test('does not carry the words of a cell on: they may be why a person is away', async () => {
    const records = await recordsOf(`${WEEK}Marigold,Sick,Compassionate leave\nMarigold,Hospital,\n`, {}, 'leave');
    expect(JSON.stringify(records)).not.toMatch(/sick|compassionate|hospital|marigold/i);
  });
});
