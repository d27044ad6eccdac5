/** Rotamap (CLWRota, Medirota): who works when, and who is away. */
import { createHash } from 'node:crypto';
import { addDays, type Day, isDay, londonDay } from '../../schema/domain/time.ts';
import { defineAdapter, type Page, type PullRequest, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { wordList } from '../words.ts';
import { centralReports, type Report, type Row } from './client.ts';
import { toLeave, toShift } from './map.ts';
import { personRota } from './public-api.ts';
import { RotamapSettings } from './settings.ts';
import { type AssignmentWords, createVocabulary, type Vocabulary } from './vocabulary.ts';
import { ASSIGNMENT_FIELDS, LEAVE_FIELDS, RotamapAssignment, RotamapLeave } from './wire.ts';

interface RotamapClient {
  readonly settings: RotamapSettings;
  readonly vocabulary: Vocabulary;
  readonly now: () => Date;
  assignments(first: Day, last: Day): Promise<Report>;
  leave(first: Day, last: Day): Promise<Report>;
  /** The words of an assignment, under the names that its API gives them. */
  wordsOf(row: Row): AssignmentWords;
}

function connect(settings: RotamapSettings, tools: Tools): RotamapClient {
  const report = centralReports(settings, tools);
  const isPublic = settings.api === 'public';
  const fields = ASSIGNMENT_FIELDS.filter((field) => !settings.omitFields.includes(field));
  return {
    settings,
    vocabulary: createVocabulary(settings),
    now: tools.now,
    assignments: isPublic ? personRota(settings, tools) : (first, last) => report('assignments', fields, first, last),
    leave: (first, last) => report('leave_events', LEAVE_FIELDS, first, last),
    wordsOf: isPublic ? publicWords(settings) : centralWords(settings),
  };
}

function centralWords(settings: RotamapSettings): RotamapClient['wordsOf'] {
  const { roleField } = settings;
  return (row) => ({
    session: row['session.rota_label'] ?? '',
    role: row[roleField] ?? '',
    place: row['place.name'] ?? '',
    placeCode: row['place.external_code'] ?? '',
    types: [row['role.name'], row['assignment_type.name'], row['extra_type.name']].map((words) => words ?? ''),
    staffKey: staffKeyOf(settings, row),
    paths: { role: roleField, place: 'place.name', person: 'person.email' },
  });
}

/** The location of the PublicAPI tells the place and the role in one: "Registrar On call". */
function publicWords({ people }: RotamapSettings): RotamapClient['wordsOf'] {
  const emailOf = wordList(people);
  return ({ session = '', location = '', location_type = '', person = '' }) => {
    const email = emailOf(person);
    return {
      session,
      role: location,
      place: location,
      placeCode: '',
      types: [location_type],
      staffKey: email === undefined ? undefined : `work-email:${email.toLowerCase()}`,
      paths: { role: 'location', place: 'location', person: 'person' },
    };
  };
}

/** The work e-mail, else the number that the department gives the person. */
function staffKeyOf({ namespace }: RotamapSettings, row: Row): string | undefined {
  const email = row['person.email'] ?? '';
  if (/^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(email)) return `work-email:${email.toLowerCase()}`;
  const id = row['person.local_id'] ?? '';
  return id === '' ? undefined : `ref:${namespace}:${id}`.toLowerCase();
}

/**
 * Day by day in spans, because a report over a year takes the service too long. A night reaches into the next day, so a
 * day before the window is asked for as well.
 *
 * The service may pass over the days that it is asked for and send all that it has. So a row is taken with the span that
 * its day lies in, and what lies in none is taken with the first, to be skipped and counted once.
 */
async function* spans(client: RotamapClient, { since, from, to }: PullRequest, ask: (first: Day, last: Day) => Promise<Report>, dayOf: (row: Row) => string) {
  const { daysPerRequest } = client.settings;
  const window = { from: from.toISOString(), to: to.toISOString() };
  const begin = addDays(londonDay(from), -1);
  const end = londonDay(to);
  const isOfThisPass = since?.from === window.from && since.to === window.to && isDay(String(since.next));
  for (let first = isOfThisPass ? String(since.next) : begin; first <= end; ) {
    const next = addDays(first, daysPerRequest);
    const last = next > end ? end : addDays(next, -1);
    const { rows, asOf } = await ask(first, last);
    const taken = rows.map((row, index) => ({ row, where: `row ${index + 1} of those from ${first} on` })).filter(({ row }) => isOfSpan(row, first));
    yield { taken, cursor: next > end ? null : { ...window, next }, asOf };
    first = next;

    function isOfSpan(row: Row | null, spanStart: Day): boolean {
      const day = row === null ? '' : dayOf(row).slice(0, 10);
      if (!isDay(day)) return true;
      return day < begin || day > end ? spanStart === begin : day >= spanStart && day <= last;
    }
  }
}

const NOT_A_ROW = [{ path: '', expected: 'as many values as there are columns', got: 'another row' }];

/** An assignment has no number: it goes by a digest of what tells it from others, so that nobody can be read from it. */
const shifts = stream({
  name: 'shifts',
  entity: 'shift',
  removals: 'absence',
  wire: RotamapAssignment,
  async *pages(client: RotamapClient, request): AsyncIterable<Page> {
    const { organisationCode } = client.settings;
    const joined = { window: { from: request.from, to: request.to }, organisationCode };
    for await (const { taken, cursor, asOf } of spans(client, request, client.assignments, (row) => row.date ?? '')) {
      const records = taken.map(({ row, where }): UpstreamRecord => {
        if (row === null) return { ref: null, where: `assignment in ${where}`, raw: {}, problems: NOT_A_ROW };
        const words = client.wordsOf(row);
        const { date = '', start_time = '', end_time = '' } = row;
        const who = words.staffKey ?? row.person ?? '';
        const ref = digestOf([date, words.session, start_time, who, words.placeCode || words.place, words.role, ...words.types]);
        return { ref, where: `assignment in ${where}`, raw: { date, start_time, end_time, joined: { ...joined, ...client.vocabulary.assignment(words) } } };
      });
      yield { records, cursor, asOf };
    }
  },
  map: toShift,
});

/** A row for each day, or for each request. In the PublicAPI the form of leave was not seen. */
const leave = stream({
  name: 'leave',
  entity: 'leave',
  removals: 'absence',
  wire: RotamapLeave,
  offered: ({ settings }: RotamapClient) => settings.api === 'central',
  async *pages(client: RotamapClient, request): AsyncIterable<Page> {
    const { settings, vocabulary } = client;
    const window = { from: request.from, to: request.to };
    const isWhole = settings.leaveRows === 'each-request';
    const dateOf = (row: Row) => (isWhole && row['leave_request.start_date']) || row.date || '';
    for await (const { taken, cursor, asOf } of spans(client, request, client.leave, dateOf)) {
      const records = taken.map(({ row, where }): UpstreamRecord => {
        if (row === null) return { ref: null, where: `leave in ${where}`, raw: {}, problems: NOT_A_ROW };
        const date = dateOf(row);
        const { start_time = '', end_time = '' } = row;
        const staffKey = staffKeyOf(settings, row) ?? null;
        const words = vocabulary.leave(row['leave_type.name'] ?? '', row['leave_request.state'] || row['leave_submittal.state'] || '');
        const unknown = staffKey === null ? [...words.unknown, { path: 'person.email', expected: 'who is away' }] : words.unknown;
        const id = row['leave_request.local_id'] ?? '';
        const named = id === '' ? digestOf([date, start_time, staffKey ?? '']) : id;
        return {
          ref: isWhole || id === '' ? named : `${named}#${date}${start_time === '' ? '' : `T${clockOf(start_time)}`}`,
          where: `leave in ${where}`,
          raw: { date, end_date: (isWhole && row['leave_request.end_date']) || '', start_time, end_time, joined: { window, ...words, unknown, staffKey } },
        };
      });
      yield { records, cursor, asOf };
    }
  },
  map: toLeave,
});

/** The time of day, without a day before it or an offset behind it. */
const clockOf = (time: string) => /\d\d:\d\d(?::\d\d)?/.exec(time)?.[0] ?? time;

const DIGEST_LENGTH = 24;

function digestOf(parts: readonly string[]): string {
  return `row:${createHash('sha256').update(parts.join('\n').toLowerCase()).digest('hex').slice(0, DIGEST_LENGTH)}`;
}

export default defineAdapter<RotamapSettings, RotamapClient>({
  id: 'rotamap',
  title: 'Rotamap (CLWRota, Medirota)',
  kind: 'ROTA',
  docs: 'https://www.rotamap.net/resources/publicapi',
  partial:
    'No reference of the Central API is published: its fields are those that were seen in use. Unfilled sessions, bids and the leave of the PublicAPI are not read.',
  settings: RotamapSettings,
  connect,
  async check({ assignments, now }) {
    const today = londonDay(now());
    await assignments(today, today);
  },
  pull: [shifts, leave],
});
