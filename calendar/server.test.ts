import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import type { Database } from '../platform/db.ts';
import { createFeedToken } from '../policy/feed-token.ts';
import { openTestDatabase } from '../tests/support/database.ts';
import { judgeFeed } from '../tests/support/judge-feed.ts';
import { fillSmallNetwork, insertShifts, PEOPLE, type PersonName, shiftId, type TestShift } from '../tests/support/small-network.ts';
import { createCalendarRouter } from './server.ts';

const SYNCED_AT = '2026-12-01T08:00:00Z';
const clinic = (given: Partial<TestShift> = {}): TestShift => ({
  startsAt: '2026-12-14T08:00:00Z',
  endsAt: '2026-12-14T12:00:00Z',
  person: 'alderGp',
  changedAt: SYNCED_AT,
  ...given,
});

describe('the calendar server', () => {
  let database: Database;
  let server: Server;
  let address: string;
  let clock = new Date('2026-12-02T09:00:00Z');
  let broken = false;
  const logged: string[] = [];
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    const sometimesBroken = {
      query: <Row extends object>(text: string, parameters?: readonly unknown[]) =>
        broken ? Promise.reject(new Error('the database is away')) : database.query<Row>(text, parameters),
      script: (text: string) => database.script(text),
    };
    const log = {
      error: (details: object, message: string) => void logged.push(`${message} ${JSON.stringify(details)} ${String((details as { err?: unknown }).err)}`),
    };
    const app = express().use(createCalendarRouter({ database: sometimesBroken, now: () => clock, log }));
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await database.close();
  });
  beforeEach(async () => {
    clock = new Date('2026-12-02T09:00:00Z');
    broken = false;
    await database.script('DELETE FROM rota.calendar_feed; DELETE FROM rota.shift; DELETE FROM rota.former_booking;');
  });

  /** Makes a link of a person and gives the path of its feed. */
  async function link(person: PersonName, revokedAt: Date | null = null): Promise<string> {
    const { token, hash } = createFeedToken();
    await database.query('INSERT INTO rota.calendar_feed (staff_id, label, token_hash, revoked_at) VALUES ($1, $2, $3, $4)', [
      PEOPLE[person],
      'Phone',
      hash,
      revokedAt,
    ]);
    return `/feeds/${token}.ics`;
  }
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(address + path, { method, headers: { 'accept-encoding': 'identity', ...headers } });
  const read = async (path: string) => (await get(path)).text();
  const change = (text: string, ...parameters: unknown[]) => database.query(text, parameters);

  describe('answers', () => {
    it('with a calendar that the judge finds nothing in, for nobody to keep but the caller', async () => {
      await insertShifts(database, [clinic(), clinic({ startsAt: '2026-10-24T23:30:00Z', endsAt: '2026-10-25T07:00:00Z' })]);
      const response = await get(await link('alderGp'));
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'cache-control': 'private, no-cache',
        'content-disposition': 'inline; filename="shifts.ics"',
        etag: expect.stringMatching(/^"[\w-]{43}"$/),
        vary: 'Accept-Encoding',
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex, nofollow',
        'referrer-policy': 'no-referrer',
      });
      const text = await response.text();
      expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(3);
      expect(judgeFeed(text)).toEqual([]);
    });

    it('HEAD with what GET says, without the body', async () => {
      await insertShifts(database, [clinic()]);
      const path = await link('alderGp');
      const [whole, head] = [await get(path), await get(path, {}, 'HEAD')];
      const told = ({ status, headers }: Response) => [status, headers.get('etag'), headers.get('content-length'), headers.get('content-type')];
      expect(told(head)).toEqual(told(whole));
      expect([await head.text(), (await whole.text()).length]).toEqual(['', Number(whole.headers.get('content-length'))]);
    });

    it('304 without a body to whoever has these bytes, compressed or not', async () => {
      await insertShifts(database, [clinic()]);
      const path = await link('alderGp');
      const etag = (await get(path)).headers.get('etag') ?? '';
      const compressed = (await get(path, { 'accept-encoding': 'gzip' })).headers.get('etag') ?? '';
      expect(compressed).not.toBe(etag);
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*', compressed]) {
        const response = await get(path, { 'if-none-match': known });
        expect([response.status, response.headers.get('etag'), response.headers.get('cache-control'), await response.text()]).toEqual([
          304,
          etag,
          'private, no-cache',
          '',
        ]);
      }
      expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    });

    it('compressed where that is asked for, with the same text', async () => {
      await insertShifts(database, [clinic()]);
      const path = await link('alderGp');
      const response = await get(path, { 'accept-encoding': 'gzip' });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      expect(await response.text()).toBe(await read(path));
    });

    it('405 to other methods and names those that it knows', async () => {
      const response = await get(await link('alderGp'), {}, 'POST');
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      const options = await get(await link('alderGp'), {}, 'OPTIONS');
      expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD']);
    });

    it('404, all alike, to links that are unknown and to what is no link', async () => {
      const unknown = `/feeds/${createFeedToken().token}.ics`;
      const answers = await Promise.all(
        [unknown, '/feeds/x.ics', '/feeds/', '/feeds', `${unknown.slice(0, -4)}`, `${unknown}/more`, '/feeds/%E0%A4%A.ics', '/feeds/__proto__.ics'].map(
          async (path) => {
            const response = await get(path);
            const { date: _, connection: __, 'keep-alive': ___, ...headers } = Object.fromEntries(response.headers);
            return JSON.stringify([response.status, headers, await response.text()]);
          },
        ),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('[404,');
    });

    it('410 to a link that was stopped', async () => {
      const response = await get(await link('alderGp', new Date('2026-12-01T00:00:00Z')));
      expect([response.status, response.headers.get('content-type')]).toEqual([410, 'text/plain; charset=utf-8']);
    });

    it('503 with a time to come again when the database is away, and tells the log nothing of the link', async () => {
      const path = await link('alderGp');
      broken = true;
      const response = await get(path);
      expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
        503,
        '300',
        'The calendar cannot be read at the moment. Please come again.\n',
      ]);
      expect(logged.join()).toContain('the database is away');
      expect(logged.join()).not.toContain(path.slice('/feeds/'.length, -'.ics'.length));
    });
  });

  describe('notes', () => {
    it('when a link was last fetched and by what, once a minute', async () => {
      const path = await link('alderGp');
      const lastFetch = async () => (await change('SELECT last_fetched_at AS at, last_fetched_by AS by FROM rota.calendar_feed'))[0];
      await get(path, { 'user-agent': 'Google-Calendar-Importer\u00e9' });
      expect(await lastFetch()).toEqual({ at: clock, by: 'Google-Calendar-Importer' });
      clock = new Date('2026-12-02T09:00:59Z');
      await get(path);
      expect(await lastFetch()).toMatchObject({ at: new Date('2026-12-02T09:00:00Z') });
      clock = new Date('2026-12-02T09:01:00Z');
      await get(path);
      expect(await lastFetch()).toMatchObject({ at: clock });
    });
  });

  describe('shows', () => {
    it('a person their own shifts and leave, and nobody else’s', async () => {
      await insertShifts(database, [clinic(), clinic({ person: 'birchGp', organisation: 'Z99002', site: 'Z99002' }), clinic({ person: null })]);
      const text = await read(await link('birchGp'));
      expect([text.match(/SUMMARY:.*/g), text.includes('Z99001')]).toEqual([
        ['SUMMARY:[Z99002] General practitioner\r', 'SUMMARY:Leave\r'].map((line) => line.trim()),
        false,
      ]);
    });

    it('the same bytes until something changes, all day long', async () => {
      await insertShifts(database, [clinic()]);
      const path = await link('alderGp');
      const first = await read(path);
      clock = new Date('2026-12-02T23:59:00Z');
      expect(await read(path)).toBe(first);
    });

    it('shifts from 90 days back', async () => {
      await insertShifts(database, [
        clinic({ startsAt: '2026-09-02T08:00:00Z', endsAt: '2026-09-02T12:00:00Z' }),
        clinic({ startsAt: '2026-09-04T08:00:00Z', endsAt: '2026-09-04T12:00:00Z' }),
      ]);
      expect((await read(await link('alderGp'))).match(/DTSTART;TZID=.*/g)).toEqual(['DTSTART;TZID=Europe/London:20260904T090000']);
    });

    it('a new name of the place, as a change of every shift there', async () => {
      await insertShifts(database, [clinic()]);
      const path = await link('alderGp');
      const before = await read(path);
      await change(`UPDATE practices.site SET name = 'Alderbrook New Surgery', changed_at = '2026-12-03T08:00:00Z' WHERE code = 'Z99001'`);
      const after = await read(path);
      await change(`UPDATE practices.site SET name = 'Alderbrook Surgery', changed_at = '2026-10-01T08:00:00Z' WHERE code = 'Z99001'`);
      expect(after).toContain('LOCATION:Alderbrook New Surgery');
      expect(after).toContain('LAST-MODIFIED:20261203T080000Z');
      expect(judgeFeed(after, before)).toEqual([]);
    });

    it('the last known name of a place that is gone', async () => {
      await insertShifts(database, [clinic()]);
      const path = await link('alderGp');
      const before = await read(path);
      await change(`UPDATE practices.site SET removed_at = '2026-12-03T08:00:00Z' WHERE code = 'Z99001'`);
      expect(await read(path)).toBe(before);
      await change(`UPDATE practices.site SET removed_at = NULL WHERE code = 'Z99001'`);
    });
  });

  describe('a shift that is lost', () => {
    const lost: readonly (readonly [string, string])[] = [
      ['was cancelled', `UPDATE rota.shift SET status = 'CANCELLED', changed_at = $1 WHERE id = $2`],
      ['has gone from its rota', 'UPDATE rota.shift SET removed_at = $1, changed_at = $1 WHERE id = $2'],
      ['went to somebody else', `UPDATE rota.booking SET staff_id = '${PEOPLE.birchGp}', changed_at = $1 WHERE shift_id = $2`],
      ['went to somebody whom nobody knows', 'UPDATE rota.booking SET staff_id = NULL, changed_at = $1 WHERE shift_id = $2'],
      [
        'is open again',
        `WITH s AS (UPDATE rota.shift SET status = 'OPEN', changed_at = $1 WHERE id = $2 RETURNING id) DELETE FROM rota.booking USING s WHERE shift_id = s.id`,
      ],
    ];

    it.each(lost)('because it %s is shown as cancelled until its day has passed', async (_why, statement) => {
      await insertShifts(database, [clinic()]);
      const path = await link('alderGp');
      const before = await read(path);
      await change(statement, new Date('2026-12-02T10:00:00Z'), shiftId(1));
      const after = await read(path);
      expect(after).toContain('SUMMARY:CANCELLED: [Z99001] General practitioner');
      expect(after).toContain('LAST-MODIFIED:20261202T100000Z');
      expect(judgeFeed(after, before)).toEqual([]);
      clock = new Date('2026-12-14T23:00:00Z');
      expect(await read(path)).toContain('STATUS:CANCELLED');
      clock = new Date('2026-12-15T00:00:00Z');
      expect(await read(path)).not.toContain('General practitioner');
    });

    it.each(lost)('because it %s comes back as the same event, newer than before', async (_why, statement) => {
      await insertShifts(database, [clinic()]);
      const path = await link('alderGp');
      await change(statement, new Date('2026-12-02T10:00:00Z'), shiftId(1));
      const without = await read(path);
      await change(`UPDATE rota.shift SET status = 'FILLED', removed_at = NULL, changed_at = '2026-12-02T11:00:00Z'`);
      await change(
        `INSERT INTO rota.booking (shift_id, staff_id, staff_key, status, fill_source_stated, changed_at) VALUES ($1, $2, 'x:y', 'CONFIRMED', false, '2026-12-02T11:00:00Z')
         ON CONFLICT (shift_id) DO UPDATE SET staff_id = excluded.staff_id, changed_at = excluded.changed_at`,
        shiftId(1),
        PEOPLE.alderGp,
      );
      const again = await read(path);
      expect(again).toContain('SUMMARY:[Z99001] General practitioner');
      expect(judgeFeed(again, without)).toEqual([expect.stringMatching(/^uncancel/)]);
    });

    it('does not tell who took it', async () => {
      await insertShifts(database, [clinic()]);
      await change(`UPDATE rota.booking SET staff_id = $1, changed_at = '2026-12-02T10:00:00Z'`, PEOPLE.birchGp);
      expect(await read(await link('alderGp'))).not.toMatch(/Ombersley|Celandine|birch/i);
      expect(await read(await link('birchGp'))).toContain('SUMMARY:[Z99001] General practitioner');
    });

    it('leaves nothing behind when the shift itself is deleted', async () => {
      await insertShifts(database, [clinic()]);
      await change('DELETE FROM rota.shift');
      expect(await change('SELECT * FROM rota.former_booking')).toEqual([]);
    });
  });
});
