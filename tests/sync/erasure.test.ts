/** A person who is erased on request: nothing of them is left, they do not come back, and every figure is as before. */
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { UpstreamRecord } from '../../adapters/contract.ts';
import type { Database } from '../../platform/db.ts';
import { lockForPage } from '../../platform/page-lock.ts';
import { rejectReview } from '../../platform/people/decide.ts';
import { regroup } from '../../platform/people/resolve.ts';
import { ERASED_KEY } from '../../schema/domain/leaver.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import { erasePerson, findPerson, tellHeld } from '../../sync/erase.ts';
import { ERASED } from '../../sync/erased.ts';
import { replayUpstream } from '../../sync/replay.ts';
import type { RunReport } from '../../sync/report.ts';
import { purgeHistory } from '../../sync/retention.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import { NOW, staffRecord, upstreamOf, WINDOW } from './fake-upstream.ts';
import { emptyTables } from './harness.ts';
import { type Sent, sentBy } from './kept-upstream.ts';

const SECRET = 'a secret of the tests, long enough to be one';
const REASON = 'request 2026-117';
const ROBIN = 'work-email:robin.ashdown@example.nhs.invalid';
const JULES = 'work-email:jules.ferngate@example.nhs.invalid';

let database: Database;
let graph: Graph;
beforeAll(async () => {
  database = await openTestDatabase();
  graph = await openGraph(database);
});
beforeEach(async () => {
  await emptyTables(database);
  await database.script('TRUNCATE rota.calendar_feed, platform.audit, platform.erasure, platform.erased_key, workforce.identity_move');
});
afterAll(async () => {
  await graph.close();
  await database.close();
});

const staff = (key: string, givenName: string, familyName: string, more: object = {}) => ({
  ...{ keys: [key], givenName, familyName, workEmail: key.slice('work-email:'.length), registrations: [], skills: ['spirometry'] },
  ...more,
});
const engaged = (staffKey: string, kind = 'SALARIED') => ({
  ...{ staffKey, organisationCode: 'Z99001', kind, role: 'PRACTICE_NURSE', roleAsSent: null, contractedMinutesPerWeek: 2_250, startsOn: null, endsOn: null },
});
const away = (staffKey: string) => ({ staffKey, kind: 'ANNUAL', startsAt: '2026-11-24T00:00:00Z', endsAt: '2026-11-25T00:00:00Z', allDay: true });
const shift = (day: number, staffKey: string | null, fillSource: string | null = null) => ({
  ...{
    organisationCode: 'Z99001',
    siteCode: null,
    role: 'PRACTICE_NURSE',
    roleAsSent: null,
    skillsNeeded: [],
    deliveryMode: 'ON_SITE',
    unpaidBreakMinutes: 30,
  },
  ...{ startsAt: `2026-11-${day}T09:00:00Z`, endsAt: `2026-11-${day}T13:00:00Z`, status: staffKey === null ? 'OPEN' : 'FILLED', staffKey, fillSource },
});

const HR: Sent = {
  staffMember: { p1: staff(ROBIN, 'Robin', 'Ashdown'), p2: staff(JULES, 'Jules', 'Ferngate') },
  engagement: { e1: engaged(ROBIN, 'AGENCY'), e2: engaged(JULES) },
  credential: { c1: { staffKey: ROBIN, kind: 'DBS', expiresOn: '2027-04-01' } },
  bankMembership: { b1: { staffKey: ROBIN, bankCode: 'Z99001', startsOn: null, endsOn: null } },
  leave: { l1: away(ROBIN), l2: away(JULES) },
};
const ROTA: Sent = {
  shift: { s1: shift(17, ROBIN), s2: shift(18, JULES), s3: shift(26, ROBIN), s4: shift(27, null), s5: shift(19, ROBIN, 'LOCUM'), s6: shift(20, null) },
};
const hr = (changes: Sent = {}) => sentBy('hr', 'HR', ['Z99001'], NOW, { ...HR, ...changes });
const rota = (sent: Sent = ROTA) => sentBy('rota', 'ROTA', ['Z99001'], NOW, sent);

async function sync(upstreams: readonly Upstream[], erasureSecret: string | null = SECRET): Promise<readonly RunReport[]> {
  const { runs } = await createSyncEngine({ database, now: () => NOW, erasureSecret }).run(upstreams, WINDOW);
  return runs;
}

async function erase(key = ROBIN): Promise<string> {
  const staffId = await findPerson(database, key);
  if (staffId === null) throw new Error('Nobody has this key.');
  expect(await erasePerson(database, { staffId, reason: REASON, secret: SECRET, now: NOW })).toBe(true);
  return staffId;
}

const MEASURES = `{ staffingMeasures(from: "2026-11-02T00:00:00Z", to: "2026-11-30T00:00:00Z", groupBy: [ORGANISATION, ROLE, WEEK]) {
  organisationCode role weekStartsOn neededHours filledHours unfilledHours fillRateByHours agencyHours agencyRateByHours } }`;
const measures = async () => {
  const { data, errors } = await graph.ask('service', MEASURES);
  expect(errors).toEqual([]);
  return data.staffingMeasures;
};

/** All that the database holds, raw pages unpacked, as one text. */
async function everything(): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('practices', 'workforce', 'rota', 'platform')`,
  );
  const texts = await Promise.all(tables.map(({ name }) => database.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`)));
  const pages = await database.query<{ content: Uint8Array }>('SELECT content FROM platform.raw_page WHERE content IS NOT NULL');
  return [...texts.flat().map(({ row }) => row), ...pages.map(({ content }) => inflateSync(content).toString('utf8'))].join('\n').toLowerCase();
}

const fills = () =>
  database.query<{ ref: string; key: string; isNobody: boolean; fill: string | null }>(
    'SELECT s.source_ref AS ref, b.staff_key AS key, b.staff_id IS NULL AS "isNobody", b.fill_source AS fill FROM rota.booking b JOIN rota.shift s ON s.id = b.shift_id ORDER BY 1',
  );

describe('a person who is erased', () => {
  it('is told what is held of them first, and nothing is changed by that', async () => {
    await sync([hr(), rota()]);
    const staffId = await findPerson(database, ROBIN);
    expect(await findPerson(database, `staff_${staffId}`)).toBe(staffId);
    const before = await everything();
    expect(await tellHeld(database, staffId ?? '', NOW)).toEqual({
      ...{ staffId, records: 1, engagements: 1, credentials: 1, bankMemberships: 1, leave: 1, bookings: 3, calendarFeeds: 0, stillWorks: true },
    });
    expect(await everything()).toBe(before);
  });

  it('is nowhere in the database, with their name, address and references, and others are as they were', async () => {
    await sync([hr(), rota()]);
    await database.query(
      `INSERT INTO rota.calendar_feed (staff_id, label, token_hash) SELECT staff_id, 'phone', 'hash' FROM workforce.staff_key WHERE key = $1`,
      [ROBIN],
    );
    const staffId = await erase();
    const held = await everything();
    for (const word of ['robin', 'ashdown', ROBIN]) expect(held.includes(word)).toBe(false);
    expect(held).toContain('jules');
    for (const table of ['source_record', 'engagement', 'credential', 'bank_membership', 'leave']) {
      expect(await database.query(`SELECT 1 FROM workforce.${table} WHERE staff_id = $1`, [staffId])).toEqual([]);
    }
    expect(await database.query('SELECT 1 FROM rota.calendar_feed')).toEqual([]);
    expect(await database.query('SELECT 1 FROM rota.former_booking')).toEqual([]);
    expect(await database.query('SELECT staff_id, reason, erased_at FROM platform.erasure')).toEqual([{ staff_id: staffId, reason: REASON, erased_at: NOW }]);
    expect(await database.query('SELECT actor, action, subject FROM platform.audit')).toEqual([
      { actor: 'operator', action: 'erase person', subject: `staff_${staffId}` },
    ]);
  });

  it('leaves every figure as it was, at once and after the next sync', async () => {
    await sync([hr(), rota()]);
    const before = await measures();
    expect(before.map(({ agencyRateByHours }: { agencyRateByHours: number | null }) => agencyRateByHours)).toContainEqual(expect.any(Number));
    const erased = ['s1', 's3', 's5'].map((ref) => expect.objectContaining({ ref, key: ERASED_KEY, isNobody: true }));
    const fillsBefore = await fills();
    await erase();
    expect(await measures()).toEqual(before);
    expect(await fills()).toEqual(expect.arrayContaining(erased));
    await sync([hr(), rota()]);
    expect(await measures()).toEqual(before);
    expect((await fills()).map(({ ref, fill }) => [ref, fill])).toEqual(fillsBefore.map(({ ref, fill }) => [ref, fill]));
    const { data } = await graph.ask('service', '{ shifts(filter: { statuses: [FILLED] }) { nodes { workedBy { id } booking { isErased } } } }');
    expect(data.shifts.nodes.filter(({ booking }: { booking: { isErased: boolean } }) => booking.isErased)).toEqual(
      [1, 2, 3].map(() => ({ workedBy: null, booking: { isErased: true } })),
    );
  });

  it('does not come back with the next sync, which skips and counts them, keeps nothing raw, and writes nothing anew', async () => {
    await sync([hr(), rota()]);
    await erase();
    const runs = await sync([hr(), rota()]);
    for (const { received, kept, skipped, quarantined } of runs) expect(received).toBe(kept + skipped + quarantined);
    expect(runs.map(({ stream, skippedReasons }) => [stream, skippedReasons[ERASED] ?? 0])).toEqual(
      expect.arrayContaining([
        ['staffMember', 1],
        ['engagement', 1],
        ['credential', 1],
        ['bankMembership', 1],
        ['leave', 1],
        ['shift', 0],
      ]),
    );
    expect(await findPerson(database, ROBIN)).toBeNull();
    const held = await everything();
    for (const word of ['robin', 'ashdown']) expect(held.includes(word)).toBe(false);
    const changed = () => database.query('SELECT changed_at FROM rota.booking ORDER BY id');
    const before = await changed();
    await sync([hr(), rota()]);
    expect(await changed()).toEqual(before);
  });

  it('does not come back by a replay, nor by a record that was mended', async () => {
    await sync([hr(), rota()]);
    await erase();
    const married = hr({ staffMember: { p1: staff('work-email:robin.marlwood@example.nhs.invalid', 'Robin', 'Marlwood'), p2: HR.staffMember?.p2 ?? {} } });
    await sync([married, rota()]);
    expect(await replayUpstream(database, married, { now: () => NOW, rawRetentionDays: 92, erasureSecret: SECRET })).not.toBeNull();
    expect(await database.query('SELECT given_name FROM workforce.staff_member')).toEqual([{ given_name: 'Jules' }]);
  });

  it('is known by a register number, however its digits are padded', async () => {
    const hcpc = (number: string) => ({ registrations: [{ regulator: 'HCPC' as const, number }] });
    const people = (id: string, ...records: readonly UpstreamRecord[]) => upstreamOf(id, [{ name: 'staff', entity: 'staffMember', records: () => records }]);
    await sync([people('esr', staffRecord('p1', [ROBIN], hcpc('PH012345')), staffRecord('p2', [JULES], { givenName: 'Jules', familyName: 'Ferngate' }))]);
    await erase();
    await sync([people('rota-staff', staffRecord('r1', ['ref:rota-staff:9'], { givenName: 'Robyn', familyName: 'Marlwood', ...hcpc('PH12345') }))]);
    expect(await database.query('SELECT given_name FROM workforce.staff_member')).toEqual([{ given_name: 'Jules' }]);
  });

  it('does not come back by an upstream that did not know them and was being read meanwhile', async () => {
    await sync([hr(), rota()]);
    const reading = upstreamOf('reading', [
      {
        name: 'staff',
        entity: 'staffMember',
        async *pages() {
          yield { records: [staffRecord('x1', ['ref:reading:1'], { givenName: 'Kit', familyName: 'Cedar' })], cursor: { at: 1 }, asOf: NOW };
          await erase();
          yield { records: [staffRecord('x2', [ROBIN])], cursor: null, asOf: NOW };
        },
      },
    ]);
    const runs = await sync([reading]);
    expect(runs).toMatchObject([{ received: 2, kept: 1, skipped: 1, skippedReasons: { [ERASED]: 1 } }]);
    for (const word of ['robin', 'ashdown']) expect((await everything()).includes(word)).toBe(false);
  });

  it('does not stand in the way of somebody else who is given their address or number', async () => {
    await sync([hr(), rota()]);
    await erase();
    await sync([hr({ staffMember: { p1: staff(ROBIN, 'Wren', 'Otterbank'), p2: HR.staffMember?.p2 ?? {} } })]);
    expect(await database.query('SELECT given_name FROM workforce.staff_member ORDER BY 1')).toEqual([{ given_name: 'Jules' }, { given_name: 'Wren' }]);
  });

  it('is erased with the people whom they turned out to be', async () => {
    const known = (record: object) => sentBy('rota-staff', 'ROTA', ['Z99001'], NOW, { staffMember: { r1: { ...record, workEmail: null } } });
    await sync([hr(), known(staff('ref:rota-staff:77', 'Robyn', 'Ashdowne'))]);
    expect(await database.query('SELECT 1 FROM workforce.staff_member')).toHaveLength(3);
    await sync([known(staff(ROBIN, 'Robin', 'Ashdown'))]);
    expect(await database.query('SELECT 1 FROM workforce.staff_member WHERE removed_at IS NULL')).toHaveLength(2);
    expect(await database.query('SELECT 1 FROM workforce.identity_move')).toHaveLength(1);
    await erase();
    const held = await everything();
    for (const word of ['robin', 'robyn', 'ashdown']) expect(held.includes(word)).toBe(false);
    expect(await database.query('SELECT given_name FROM workforce.staff_member')).toEqual([{ given_name: 'Jules' }]);
    expect(await database.query('SELECT 1 FROM workforce.identity_move')).toEqual([]);
  });
});

/** A rota tool's own list of people. */
const listed = (records: Sent['staffMember'] & object) => sentBy('rota-staff', 'ROTA', ['Z99001'], NOW, { staffMember: records });

/** Says of two records, by their references, whether they mean one person. */
const decide = (...said: readonly (readonly [string, string, boolean])[]) =>
  database.transaction(async (tx) => {
    await lockForPage(tx, 'people', 'alone');
    const rows = await tx.query<{ ref: string; id: string }>('SELECT source_ref AS ref, id FROM workforce.source_record');
    const ids = new Map(rows.map(({ ref, id }) => [ref, id]));
    for (const [a, b, same] of said) {
      await tx.query(
        `INSERT INTO workforce.identity_decision (a_id, b_id, same, decided_by, decided_at) VALUES (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3, 'coordinator', $4)
         ON CONFLICT (a_id, b_id) DO UPDATE SET same = excluded.same`,
        [ids.get(a), ids.get(b), same, NOW],
      );
    }
    await regroup(tx, new Set(said.flatMap(([a, b]) => [ids.get(a) ?? '', ids.get(b) ?? ''])), { by: 'coordinator', now: NOW });
  });

describe('who is who, of a person who is erased', () => {
  it('is gone with what was weighed, asked and said of their records', async () => {
    await sync([hr(), listed({ r1: staff('ref:rota-staff:77', 'Robin', 'Ashdown', { workEmail: null }) })]);
    const [review] = await database.query<{ id: string }>('SELECT id FROM workforce.identity_review');
    await database.transaction(async (tx) => {
      await lockForPage(tx, 'people', 'alone');
      await rejectReview(tx, review?.id ?? '', { by: 'coordinator', now: NOW });
    });
    const kept = async () =>
      Promise.all(['pair', 'review', 'decision'].map(async (name) => (await database.query(`SELECT 1 FROM workforce.identity_${name}`)).length));
    expect(await kept()).toEqual([1, 1, 1]);
    await erase();
    expect(await kept()).toEqual([0, 0, 0]);
    expect(await database.query('SELECT given_name FROM workforce.staff_member ORDER BY 1')).toEqual([{ given_name: 'Jules' }, { given_name: 'Robin' }]);
  });

  it('is gone where a record of theirs was taken for somebody else in between, with the rows of that time', async () => {
    const known = staff('ref:rota-staff:77', 'Robyn', 'Ashdowne', { workEmail: null });
    await sync([hr(), listed({ r1: known, r2: staff(JULES, 'Jules', 'Ferngate') })]);
    await decide(['r1', 'p2', true]);
    await sync([listed({ r1: known, r2: staff(JULES, 'Jules', 'Ferngate'), r3: staff('ref:rota-staff:79', 'Jules', 'Ferngate', { workEmail: null }) })]);
    await decide(['r3', 'p2', true]);
    await decide(['r1', 'p2', false], ['r1', 'p1', true]);
    const groups = await database.query<{ refs: string }>(
      `SELECT string_agg(source_ref, '+' ORDER BY source_ref) AS refs FROM workforce.source_record GROUP BY staff_id ORDER BY 1`,
    );
    expect(groups.map(({ refs }) => refs)).toEqual(['p1+r1', 'p2+r2+r3']);
    await erase();
    const held = await everything();
    for (const word of ['robin', 'robyn', 'ashdown']) expect(held.includes(word)).toBe(false);
    expect(await database.query('SELECT given_name FROM workforce.staff_member WHERE removed_at IS NULL')).toEqual([{ given_name: 'Jules' }]);
  });

  it('leaves an address to whom it was handed on, with what is theirs by it', async () => {
    const both = {
      p1: staff(ROBIN, 'Robin', 'Ashdown', { birthDateDigest: 'a'.repeat(32) }),
      p3: staff(ROBIN, 'Sam', 'Ashdown', { birthDateDigest: 'b'.repeat(32) }),
    };
    await sync([hr()]);
    await sync([hr({ staffMember: both })]);
    const robin = await erase();
    const sam = await findPerson(database, ROBIN);
    expect(sam).not.toBeNull();
    expect(sam).not.toBe(robin);
    await sync([hr({ staffMember: both, engagement: { ...HR.engagement, e3: engaged(ROBIN) } })]);
    expect(await database.query('SELECT given_name FROM workforce.staff_member WHERE removed_at IS NULL')).toEqual([{ given_name: 'Sam' }]);
    expect(await database.query(`SELECT staff_id FROM workforce.engagement WHERE source_ref = 'e3'`)).toEqual([{ staff_id: sam }]);
  });
});

describe('what is remembered of people who were erased', () => {
  it('is of no use without the secret, and nothing is read without it or with another', async () => {
    await sync([hr(), rota()], null);
    await erase();
    await expect(sync([hr()], null)).rejects.toThrow('ERASURE_SECRET: missing from the environment');
    await expect(sync([hr()], 'another secret of the tests, as long')).rejects.toThrow('ERASURE_SECRET: another than people were erased with');
    const jules = await findPerson(database, JULES);
    const other = { staffId: jules ?? '', reason: REASON, secret: 'another secret of the tests, as long', now: NOW };
    await expect(erasePerson(database, other)).rejects.toThrow('ERASURE_SECRET');
    expect(await findPerson(database, JULES)).toBe(jules);
  });
});

describe('history', () => {
  const days = (count: number) => new Date(NOW.getTime() + count * 24 * 3_600_000);

  it('is kept for its retention: a leaver and their shifts are there until then, and not after', async () => {
    await sync([hr(), rota()]);
    await sync([sentBy('hr', 'HR', ['Z99001'], NOW, { ...HR, staffMember: { p2: HR.staffMember?.p2 ?? {} }, engagement: { e2: engaged(JULES) } })]);
    const counts = async () =>
      (
        await database.query<{ people: number; shifts: number }>(
          'SELECT (SELECT count(*) FROM workforce.staff_member) AS people, (SELECT count(*) FROM rota.shift) AS shifts',
        )
      )[0];
    expect(await purgeHistory(database, days(300), 366)).toEqual({ rows: 0, shifts: 0, people: 0 });
    expect(await counts()).toEqual({ people: 2, shifts: 6 });
    const purged = await purgeHistory(database, days(400), 366);
    expect(purged).toMatchObject({ shifts: 6, people: 1 });
    expect(purged.rows).toBeGreaterThan(0);
    expect(await counts()).toEqual({ people: 1, shifts: 0 });
    const held = await everything();
    for (const word of ['robin', 'ashdown']) expect(held.includes(word)).toBe(false);
  });

  it('is not kept for longer in what makes a join reversible', async () => {
    const jules = staff(JULES, 'Jules', 'Ferngate');
    await sync([hr(), listed({ r1: jules, r2: jules })]);
    await sync([listed({ r1: staff(ROBIN, 'Robin', 'Ashdown'), r2: jules })]);
    const moves = async () => (await database.query('SELECT 1 FROM workforce.identity_move')).length;
    expect(await moves()).toBe(1);
    await purgeHistory(database, days(300), 366);
    expect(await moves()).toBe(1);
    await purgeHistory(database, days(400), 366);
    expect(await moves()).toBe(0);
  });

  it('is not what a source still gives: the engagement of somebody who stays is kept, however old', async () => {
    await sync([hr(), rota()]);
    await purgeHistory(database, days(4_000), 366);
    expect(await database.query('SELECT count(*) AS count FROM workforce.engagement')).toEqual([{ count: 2 }]);
    expect(await database.query('SELECT count(*) AS count FROM workforce.staff_member')).toEqual([{ count: 2 }]);
  });
});
