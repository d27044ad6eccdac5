import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import { createTools } from '../../platform/http.ts';
import { RecordInvalidError, UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import type { PullStream, Tools } from '../contract.ts';
import adapter from './adapter.ts';
import type { FeedClient } from './client.ts';
import { fixtures, sampleState } from './fixtures/config.ts';
import { calendarText, createFakeFeed } from './fixtures/upstream.ts';
import { isFollowed } from './rules.ts';
import { IcalFeedSettings } from './settings.ts';

const NOW = new Date(fixtures.now);
const WINDOW = { from: new Date(fixtures.window.from), to: new Date(fixtures.window.to) };
const ONE_PERSON = { organisationCode: 'Z99001', staff: { by: 'feed', workEmail: 'one@example.nhs.invalid' }, defaultRole: 'GENERAL_PRACTITIONER' };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotagraph-ical-'));
});
afterEach(() => rm(folder, { recursive: true }));

const realTools = (): Tools => createTools({ now: () => NOW, resolvePath: (path) => join(folder, path), sleep: async () => {} });
const streamOf = (name: string) => adapter.pull.find((stream) => stream.name === name) as PullStream<FeedClient>;

/** Reference → what it means, or what is wrong with it. */
async function read(client: FeedClient, name = 'shifts', window = WINDOW): Promise<Record<string, unknown>> {
  const stream = streamOf(name);
  const results: Record<string, unknown> = {};
  for await (const page of stream.pages(client, { since: null, ...window })) {
    for (const { ref, raw, problems = [] } of page.records)
      results[String(ref)] = problems.length > 0 ? problems.map(({ path }) => path) : meaning(stream, raw);
  }
  return results;
}

function meaning(stream: PullStream<FeedClient>, raw: unknown): unknown {
  try {
    return stream.read(raw);
  } catch (error) {
    if (error instanceof RecordInvalidError) return error.problems.map(({ path }) => path);
    throw error;
  }
}

/** Reads events of a calendar file; each is its lines between UID and END. */
async function readFileOf(events: readonly (readonly string[])[], settings: object = ONE_PERSON, head: readonly string[] = [], name = 'shifts') {
  const components = events.map((lines, index) => ['BEGIN:VEVENT', `UID:${'abcdefgh'[index]}`, ...lines, 'END:VEVENT']);
  await writeFile(join(folder, 'rota.ics'), calendarText({ head, components }));
  return read(adapter.connect(IcalFeedSettings.parse({ file: 'rota.ics', ...settings }), realTools()), name);
}

const spans = (results: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(results).map(([ref, result]) => {
      const { startsAt, endsAt } = result as { startsAt?: Date; endsAt?: Date };
      return [ref, startsAt && endsAt ? `${startsAt.toISOString().slice(0, 16)} ${endsAt.toISOString().slice(0, 16)}` : result];
    }),
  );
const london = (start: string, end: string) => [`DTSTART;TZID=Europe/London:${start}`, `DTEND;TZID=Europe/London:${end}`];

describe('zones', () => {
  it.each([
    'GMT Standard Time',
    'GMT Standard Time 1',
    'GB',
    '"(UTC+00:00) Dublin, Edinburgh, Lisbon, London"',
    '/freeassociation.sourceforge.net/Europe/London',
  ])('take %s for London, though the feed does not describe it', async (name) => {
    const results = await readFileOf([[`DTSTART;TZID=${name}:20260602T090000`, `DTEND;TZID=${name}:20260602T100000`]]);
    expect(spans(results)).toEqual({ a: '2026-06-02T08:00 2026-06-02T09:00' });
  });

  it('know London better than a feed that says it has no summer time', async () => {
    const wrong = [
      'BEGIN:VTIMEZONE',
      'TZID:Europe/London',
      'BEGIN:STANDARD',
      'TZOFFSETFROM:+0000',
      'TZOFFSETTO:+0000',
      'DTSTART:19700101T000000',
      'END:STANDARD',
      'END:VTIMEZONE',
    ];
    expect(spans(await readFileOf([london('20260602T090000', '20260602T100000')], ONE_PERSON, wrong))).toEqual({ a: '2026-06-02T08:00 2026-06-02T09:00' });
  });

  it('read floating times as London, or as UTC where a setting says so', async () => {
    const floating = [['DTSTART:20260602T090000', 'DTEND:20260602T100000']];
    expect(spans(await readFileOf(floating))).toEqual({ a: '2026-06-02T08:00 2026-06-02T09:00' });
    expect(spans(await readFileOf(floating, { ...ONE_PERSON, floatingTimes: 'UTC' }))).toEqual({ a: '2026-06-02T09:00 2026-06-02T10:00' });
  });

  it('are not known by a description that would be searched for ever', async () => {
    const endless = ['BEGIN:VTIMEZONE', 'TZID:Odd', 'BEGIN:STANDARD', 'TZOFFSETFROM:+0000', 'TZOFFSETTO:+0100', 'DTSTART:19700101T000000'];
    const head = [...endless, 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31', 'END:STANDARD', 'END:VTIMEZONE'];
    expect(await readFileOf([['DTSTART;TZID=Odd:20260602T090000', 'DURATION:PT1H']], ONE_PERSON, head)).toEqual({ a: ['DTSTART'] });
  });

  it('take the first of two times in October, and refuse one that does not exist in March', async () => {
    const results = await readFileOf([london('20261025T013000', '20261025T060000'), london('20260329T013000', '20260329T060000')]);
    expect(spans(results)).toEqual({ a: '2026-10-25T00:30 2026-10-25T06:00', b: ['DTSTART'] });
  });
});

describe('recurrences', () => {
  const night = [...london('20261017T220000', '20261018T060000'), 'RRULE:FREQ=WEEKLY;COUNT=2'];

  it('end at the same time on the clock when it changes under them, or after the same hours', async () => {
    expect(spans(await readFileOf([night]))).toEqual({
      'a#2026-10-17T21:00Z': '2026-10-17T21:00 2026-10-18T05:00',
      'a#2026-10-24T21:00Z': '2026-10-24T21:00 2026-10-25T06:00',
    });
    expect(spans(await readFileOf([night], { ...ONE_PERSON, recurringEnds: 'elapsed' }))).toMatchObject({
      'a#2026-10-24T21:00Z': '2026-10-24T21:00 2026-10-25T05:00',
    });
  });

  it('keep the hours of a DURATION', async () => {
    const results = await readFileOf([['DTSTART;TZID=Europe/London:20261017T220000', 'DURATION:PT8H', 'RRULE:FREQ=WEEKLY;COUNT=2']]);
    expect(spans(results)).toMatchObject({ 'a#2026-10-24T21:00Z': '2026-10-24T21:00 2026-10-25T05:00' });
  });

  it('end with an UNTIL in UTC, to the minute, in summer time', async () => {
    const results = await readFileOf([[...london('20260601T090000', '20260601T100000'), 'RRULE:FREQ=DAILY;UNTIL=20260602T080000Z']]);
    expect(Object.keys(results)).toEqual(['a#2026-06-01T08:00Z', 'a#2026-06-02T08:00Z']);
  });

  it('give only what reaches into the window of a series without an end', async () => {
    const results = await readFileOf([[...london('20050103T090000', '20050103T100000'), 'RRULE:FREQ=WEEKLY;BYDAY=MO']]);
    const kept = Object.values(results).filter((result) => result && typeof result === 'object' && 'startsAt' in result);
    expect(kept).toHaveLength(32);
    expect(Object.keys(results).length).toBeLessThan(36);
  });

  it('that begin too long ago, or are too many, are told', async () => {
    const daily = 'RRULE:FREQ=DAILY';
    expect(await readFileOf([[...london('19600103T090000', '19600103T100000'), daily]])).toEqual({ 'a#more': ['RRULE'] });
    await writeFile(
      join(folder, 'long.ics'),
      calendarText({ head: [], components: [['BEGIN:VEVENT', 'UID:a', ...london('20260101T090000', '20260101T100000'), daily, 'END:VEVENT']] }),
    );
    const client = adapter.connect(IcalFeedSettings.parse({ file: 'long.ics', ...ONE_PERSON }), realTools());
    const results = await read(client, 'shifts', { from: WINDOW.from, to: new Date('2036-01-01T00:00:00Z') });
    expect([Object.keys(results).length, results['a#more']]).toEqual([2001, ['RRULE']]);
  });

  it('heed what is listed beside a rule, and the first time even without one', async () => {
    const results = await readFileOf([
      [...london('20260601T090000', '20260601T100000'), 'RDATE;TZID=Europe/London:20260605T090000,20260601T090000'],
      [...london('20260608T090000', '20260608T100000'), 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20260609T080000Z'],
      [...london('20260615T090000', '20260615T100000'), 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE;VALUE=DATE:20260616'],
    ]);
    expect(Object.keys(results)).toEqual([
      'a#2026-06-01T08:00Z',
      'a#2026-06-05T08:00Z',
      'b#2026-06-08T08:00Z',
      'b#2026-06-10T08:00Z',
      'c#2026-06-15T08:00Z',
      'c#2026-06-17T08:00Z',
    ]);
  });

  it('move an occurrence into the window that the rule puts before it', async () => {
    const components = [
      ['BEGIN:VEVENT', 'UID:a', ...london('20260318T090000', '20260318T100000'), 'RRULE:FREQ=DAILY;COUNT=2', 'END:VEVENT'],
      ['BEGIN:VEVENT', 'UID:a', 'RECURRENCE-ID:20260318T090000Z', ...london('20260325T090000', '20260325T100000'), 'END:VEVENT'],
    ];
    await writeFile(join(folder, 'rota.ics'), calendarText({ head: [], components }));
    const results = await read(adapter.connect(IcalFeedSettings.parse({ file: 'rota.ics', ...ONE_PERSON }), realTools()));
    expect(spans(results)['a#2026-03-18T09:00Z']).toBe('2026-03-25T09:00 2026-03-25T10:00');
  });

  it.each([
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31',
    'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31',
    'FREQ=MONTHLY;BYDAY=5MO;BYSETPOS=2',
    'FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=31',
    'FREQ=HOURLY',
    'FREQ=SECONDLY',
  ])('are not looked for by a rule that may never end: %s', async (rule) => {
    expect(await readFileOf([[...london('20260601T090000', '20260601T100000'), `RRULE:${rule}`], london('20260602T090000', '20260602T100000')])).toMatchObject({
      a: ['RRULE'],
      b: { status: 'FILLED' },
    });
  });

  it('rise from one to the next by every rule that is followed, and come to no end', () => {
    const rules = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].flatMap((freq) =>
      ['', ';INTERVAL=2', ';INTERVAL=7', ';INTERVAL=12'].flatMap((interval) =>
        ['', ';BYMONTH=2', ';BYMONTH=4,12'].flatMap((months) =>
          [
            '',
            ';BYMONTHDAY=31',
            ';BYMONTHDAY=29,30',
            ';BYMONTHDAY=-1',
            ';BYDAY=MO',
            ';BYDAY=5MO',
            ';BYDAY=-1FR,2TU',
            ';BYDAY=TU,WE;BYSETPOS=-1',
            ';BYDAY=5SU;BYSETPOS=2',
          ].map((days) => `FREQ=${freq}${interval}${months}${days}`),
        ),
      ),
    );
    const steps = rules.flatMap((rule) =>
      ['2024-02-29T09:00:00', '2026-01-31T22:00:00', '2026-03-30T08:00:00', '2026-06-01T08:00:00'].flatMap((first) => {
        const start = ICAL.Time.fromDateTimeString(first);
        const parsed = ICAL.Recur.fromString(rule);
        if (!isFollowed(parsed, start)) return [];
        const times = parsed.iterator(start);
        return [{ rule, first, times: Array.from({ length: 25 }, () => String(times.next())) }];
      }),
    );
    expect(steps.length).toBeGreaterThan(150);
    expect(steps.filter(({ times }) => times.includes('null') || times.some((time, index) => index > 0 && time <= String(times[index - 1])))).toEqual([]);
  });

  it('keep to the days that there are: no 1 March for 29 February', async () => {
    const yearly = 'RRULE:FREQ=YEARLY';
    const results = await readFileOf([
      [...london('20240229T090000', '20240229T100000'), yearly],
      [...london('20240531T090000', '20240531T100000'), 'RRULE:FREQ=MONTHLY'],
      [...london('20240601T090000', '20240601T100000'), yearly],
    ]);
    expect(Object.entries(results).map(([ref, result]) => (Array.isArray(result) ? [ref, result] : ref))).toEqual([
      ['a', ['RRULE']],
      'b#2026-03-31T08:00Z',
      'b#2026-05-31T08:00Z',
      'b#2026-07-31T08:00Z',
      'b#2026-08-31T08:00Z',
      'b#2026-10-31T09:00Z',
      'c#2026-06-01T08:00Z',
    ]);
  });

  it('are not changed from one occurrence on, which is told', async () => {
    const components = [
      ['BEGIN:VEVENT', 'UID:a', ...london('20260601T090000', '20260601T100000'), 'RRULE:FREQ=DAILY;COUNT=2', 'END:VEVENT'],
      ['BEGIN:VEVENT', 'UID:a', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260602T080000Z', ...london('20260602T110000', '20260602T120000'), 'END:VEVENT'],
    ];
    await writeFile(join(folder, 'rota.ics'), calendarText({ head: [], components }));
    const results = await read(adapter.connect(IcalFeedSettings.parse({ file: 'rota.ics', ...ONE_PERSON }), realTools()));
    expect(results).toEqual({ a: ['RECURRENCE-ID'], 'a#2026-06-02T08:00Z': ['RECURRENCE-ID'] });
  });
});

describe('whole days', () => {
  it('are leave from midnight to midnight, also over a clock change', async () => {
    const results = await readFileOf([['DTSTART;VALUE=DATE:20260328', 'DTEND;VALUE=DATE:20260330', 'SUMMARY:Annual leave']], ONE_PERSON, [], 'leave');
    expect(results).toMatchObject({ a: { kind: 'ANNUAL', allDay: true, startsAt: new Date('2026-03-28T00:00Z'), endsAt: new Date('2026-03-29T23:00Z') } });
  });

  it('are a shift on each day where the settings give its hours', async () => {
    const results = await readFileOf([['DTSTART;VALUE=DATE:20260601', 'DTEND;VALUE=DATE:20260603']], {
      ...ONE_PERSON,
      allDayHours: { start: '20:00', end: '08:00' },
    });
    expect(spans(results)).toEqual({ 'a#2026-06-01': '2026-06-01T19:00 2026-06-02T07:00', 'a#2026-06-02': '2026-06-02T19:00 2026-06-03T07:00' });
  });
});

describe('words', () => {
  const byName = {
    organisationCode: 'Z99001',
    summary: '^(?<role>[^:@]+): (?<person>[^@]+?)(?: @ (?<site>.+))?$',
    staff: { by: 'name' },
    people: { 'Dr Fictionby': 'Bramble.Fictionby@example.nhs.invalid' },
    sites: { Alderbrook: 'Z99001' },
  };
  const titled = (summary: string) => [...london('20260601T090000', '20260601T100000'), `SUMMARY:${summary}`];

  it('are found in the title as the settings say', async () => {
    expect(await readFileOf([titled('GP: dr  fictionby @ Alderbrook')], byName)).toMatchObject({
      a: { role: 'GENERAL_PRACTITIONER', roleAsSent: 'GP', siteCode: 'Z99001', staffKey: 'work-email:bramble.fictionby@example.nhs.invalid' },
    });
  });

  it('that are not known are told, each where it stands, and never guessed', async () => {
    const results = await readFileOf(
      [titled('GP: Dr Nobody @ Alderbrook'), titled('Wizard: Dr Fictionby @ Atlantis'), titled('GP: TBC'), titled('Dr Fictionby')],
      byName,
    );
    expect(results).toMatchObject({ a: ['SUMMARY'], b: ['SUMMARY', 'SUMMARY'], c: { status: 'OPEN', staffKey: null }, d: ['SUMMARY', 'SUMMARY'] });
  });

  it('leave an event that names nobody open only where the settings say so', async () => {
    expect(await readFileOf([titled('GP')], { organisationCode: 'Z99001', staff: { by: 'attendee' }, withoutPerson: 'open' })).toMatchObject({
      a: { status: 'OPEN' },
    });
  });

  it('call no reason for being away by its name', async () => {
    const results = await readFileOf([titled('Sick leave')], ONE_PERSON, [], 'leave');
    expect(results).toMatchObject({ a: { kind: 'AWAY' } });
    expect(JSON.stringify(results)).not.toMatch(/sick/i);
  });

  it('with escapes and folds are read as they were meant', async () => {
    const long = `Nurse\\, treatment room${' and more'.repeat(10)}`;
    expect(await readFileOf([titled(long)], { ...ONE_PERSON, summary: '^(?<role>Nurse), treatment room(?: and more)+$' })).toMatchObject({
      a: { role: 'PRACTICE_NURSE' },
    });
  });
});

describe('a calendar that is not as it should be', () => {
  it('loses only the event that is broken', async () => {
    const text = calendarText({
      head: [],
      components: [
        ['BEGIN:VEVENT', 'UID:no-end', ...london('20260601T090000', '20260601T100000')],
        ['BEGIN:VEVENT', 'UID:raw-line-break', ...london('20260602T090000', '20260602T100000'), 'DESCRIPTION:bring', 'the keys', 'END:VEVENT'],
        [
          'BEGIN:VEVENT',
          'UID:alarm',
          ...london('20260603T090000', '20260603T100000'),
          'BEGIN:VALARM',
          'SUMMARY:x',
          'DURATION:never',
          'END:VALARM',
          'END:VEVENT',
        ],
        ['BEGIN:VEVENT', 'UID:rule', ...london('20260604T090000', '20260604T100000'), 'RRULE:FREQ=SOMETIMES', 'END:VEVENT'],
        ['BEGIN:VEVENT', 'UID:backwards', ...london('20260605T090000', '20260605T080000'), 'END:VEVENT'],
        ['BEGIN:VEVENT', 'UID:endless', 'DTSTART:20260605T090000Z', 'END:VEVENT'],
        ['BEGIN:VEVENT', 'UID:mixed', 'DTSTART:20260605T090000Z', 'DTEND;VALUE=DATE:20260606', 'END:VEVENT'],
        ['BEGIN:VEVENT', 'UID:__proto__', ...london('20260606T090000', '20260606T100000'), 'END:VEVENT'],
      ],
    });
    await writeFile(join(folder, 'rota.ics'), `\uFEFF${text.replaceAll('\r\n', '\n')}`);
    const stream = streamOf('shifts');
    const found = new Map<string | null, unknown>();
    for await (const { records } of stream.pages(adapter.connect(IcalFeedSettings.parse({ file: 'rota.ics', ...ONE_PERSON }), realTools()), {
      since: null,
      ...WINDOW,
    })) {
      for (const { ref, raw, problems = [] } of records) found.set(ref, problems.length > 0 ? problems.map(({ path }) => path) : meaning(stream, raw));
    }
    expect([...found].map(([ref, result]) => [ref, Array.isArray(result) ? result : 'kept'])).toEqual([
      ['no-end', ['END']],
      ['raw-line-break', 'kept'],
      ['alarm', 'kept'],
      ['rule', ['RRULE']],
      ['backwards', ['DTEND']],
      ['endless', ['DTEND']],
      ['mixed', ['DTEND']],
      ['__proto__', 'kept'],
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is refused when it would fill the memory', async () => {
    await writeFile(join(folder, 'rota.ics'), `BEGIN:VCALENDAR\r\n${`X-FILL:${'x'.repeat(1000)}\r\n`.repeat(10_500)}END:VCALENDAR\r\n`);
    await expect(adapter.check(adapter.connect(IcalFeedSettings.parse({ file: 'rota.ics', ...ONE_PERSON }), realTools()))).rejects.toThrow(
      'expected at most 10 MB',
    );
  });

  it.each([
    ['is not there', null, UpstreamUnavailableError],
    ['is empty', '', UpstreamRejectedError],
    ['is a web page', '<html></html>', UpstreamRejectedError],
    ['breaks off', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n', UpstreamRejectedError],
  ])('as a file that %s is refused', async (_words, content, errorClass) => {
    if (content !== null) await writeFile(join(folder, 'rota.ics'), content);
    await expect(adapter.check(adapter.connect(IcalFeedSettings.parse({ file: 'rota.ics', ...ONE_PERSON }), realTools()))).rejects.toThrow(errorClass);
  });
});

describe('the feed', () => {
  const url = String(fixtures.settings.url);
  const fakeTools = () => {
    const fake = createFakeFeed({ path: new URL(url).pathname, state: sampleState() });
    const seen: { readonly url: string; readonly status: number }[] = [];
    const tools: Tools = {
      now: () => NOW,
      resolvePath: (path) => path,
      async fetch(address, init) {
        const response = await fake.handle(new Request(address, init));
        seen.push({ url: String(address), status: response.status });
        if (response.status >= 400) throw new UpstreamRejectedError(`rota.example.invalid refuses the request (${response.status}).`);
        return response;
      },
    };
    return { fake, seen, tools };
  };

  it('is asked whether it changed, and read again when it did', async () => {
    const { fake, seen, tools } = fakeTools();
    const client = adapter.connect(IcalFeedSettings.parse(fixtures.settings), tools);
    const before = await read(client);
    expect(await read(client)).toEqual(before);
    fake.state.components = fake.state.components.slice(1);
    expect(Object.keys(await read(client))).toHaveLength(Object.keys(before).length - 1);
    expect(seen.map(({ status }) => status)).toEqual([200, 304, 200]);
  });

  it('gives the same as a file', async () => {
    await writeFile(join(folder, 'rota.ics'), calendarText(sampleState()));
    const file = adapter.connect(IcalFeedSettings.parse({ ...fixtures.settings, url: undefined, file: 'rota.ics' }), realTools());
    const feed = adapter.connect(IcalFeedSettings.parse(fixtures.settings), fakeTools().tools);
    for (const { name } of adapter.pull) expect(await read(file, name)).toEqual(await read(feed, name));
  });

  it('is fetched encrypted where its address begins with webcal', async () => {
    const { seen, tools } = fakeTools();
    await adapter.check(adapter.connect(IcalFeedSettings.parse({ ...fixtures.settings, url: url.replace('https', 'webcal') }), tools));
    expect(seen.map((request) => request.url)).toEqual([url]);
  });

  it('whose link was made anew says so, without the link', async () => {
    const stale = { ...fixtures.settings, url: url.replace('3vQm81Zr7w', 'older-link-00') };
    await expect(adapter.check(adapter.connect(IcalFeedSettings.parse(stale), fakeTools().tools))).rejects.toThrow(
      /^rota\.example\.invalid refuses the request \(404\)\. The link of a feed ends when it is made anew: is the setting url the newest\?$/,
    );
  });
});

describe('settings', () => {
  const refused = (changed: object) => IcalFeedSettings.safeParse({ ...fixtures.settings, ...changed }).error?.issues[0]?.message;

  it('ask for a feed or a file, and not for both', () => {
    expect(refused({ file: 'rota.ics' })).toBe('one of url and file');
    expect(refused({ url: undefined })).toBe('one of url and file');
  });

  it('refuse to send the link in the clear', () => {
    expect(refused({ url: 'http://rota.example.invalid/x.ics' })).toBe('an address that begins with https:// or webcal://');
  });

  it('refuse a pattern that is none, or that names what is not read', () => {
    for (const summary of ['(', '(?<reason>.*)']) expect(refused({ summary })).toBe('a regular expression whose named groups are role, site or person');
  });
});
