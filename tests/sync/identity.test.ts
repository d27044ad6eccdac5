/** Who is who as a sync comes to it, how a person says otherwise, and that all of it can be taken back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { UpstreamRecord } from '../../adapters/contract.ts';
import type { Database, Sql } from '../../platform/db.ts';
import { lockForPage } from '../../platform/page-lock.ts';
import { confirmReview, type Done, rejectReview, splitPerson } from '../../platform/people/decide.ts';
import type { MoveContext } from '../../platform/people/moves.ts';
import { resolveEverybody } from '../../platform/people/resolve.ts';
import { openTestDatabase } from '../support/database.ts';
import { engagementRecord, filledBy, shiftRecord, staffRecord, upstreamOf } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness, later } from './harness.ts';

let database: Database;
let harness: Harness;
beforeAll(async () => {
  database = await openTestDatabase();
  harness = createHarness(database);
});
beforeEach(async () => {
  await emptyTables(database);
  await database.script('TRUNCATE workforce.identity_move, rota.calendar_feed');
});
afterAll(() => database.close());

const EMAIL = 'work-email:robin.ashdown@example.nhs.invalid';
const people = (id: string, ...records: readonly UpstreamRecord[]) => upstreamOf(id, [{ name: 'people', entity: 'staffMember', records: () => records }]);
const hr = (...records: readonly UpstreamRecord[]) => people('hr', ...records);
const teams = (...records: readonly UpstreamRecord[]) => people('teams', ...records);
const DATE = 'd'.repeat(32);

/** Who each record means, by the record's reference; the same letter for the same person. */
async function links(): Promise<string> {
  const rows = await harness.rows<{ source_ref: string; staff_id: string }>(
    'SELECT source_ref, staff_id FROM workforce.source_record ORDER BY source_ref COLLATE "C"',
  );
  return [...Map.groupBy(rows, ({ staff_id }) => staff_id).values()].map((group) => group.map(({ source_ref }) => source_ref).join('+')).join(' ');
}

/** Every row that says who is who, as PostgreSQL writes it. */
async function everyRow(): Promise<Record<string, readonly string[]>> {
  const tables = [
    'workforce.staff_member',
    'workforce.staff_key',
    'workforce.registration',
    'workforce.source_record',
    'workforce.engagement',
    'workforce.credential',
    'workforce.bank_membership',
    'workforce.leave',
    'rota.booking',
    'rota.former_booking',
    'rota.calendar_feed',
  ];
  const entries = await Promise.all(
    tables.map(
      async (table) => [table, (await harness.rows<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)).map(({ row }) => row)] as const,
    ),
  );
  return Object.fromEntries(entries);
}

const reviews = () =>
  harness.rows<{ id: string; refs: string; state: string }>(
    `SELECT r.id, a.source_ref || '?' || b.source_ref AS refs, r.state FROM workforce.identity_review r
     JOIN workforce.source_record a ON a.id = r.a_id JOIN workforce.source_record b ON b.id = r.b_id ORDER BY 2`,
  );
const openReview = async () => (await reviews()).find(({ state }) => state === 'OPEN')?.id ?? '';

const decide = (work: (tx: Sql, context: MoveContext) => Promise<Done>, minutes = 30) =>
  database.transaction(async (tx) => {
    await lockForPage(tx, 'people', 'alone');
    return work(tx, { by: 'coordinator', now: later(minutes) });
  });
const recordId = async (ref: string) =>
  (await harness.rows<{ id: string }>('SELECT id FROM workforce.source_record WHERE source_ref = $1', [ref]))[0]?.id ?? '';
const staffOf = async (ref: string) =>
  (await harness.rows<{ staff_id: string }>('SELECT staff_id FROM workforce.source_record WHERE source_ref = $1', [ref]))[0]?.staff_id ?? '';

describe('a sync', () => {
  it('joins two records that share no key, by what they say', async () => {
    await harness.sync([
      hr(staffRecord('h1', ['payroll:esr:1'], { birthDateDigest: DATE })),
      teams(staffRecord('t1', ['ref:teams:1'], { birthDateDigest: DATE })),
    ]);
    expect(await links()).toBe('h1+t1');
  });

  it('keeps two apart who followed each other on an address, and gives the address to the one who stands', async () => {
    await harness.sync([hr(staffRecord('h1', [EMAIL]))]);
    await harness.sync(hr(staffRecord('h1', [EMAIL]), staffRecord('h2', [EMAIL], { givenName: 'Sam', familyName: 'Birch' })));
    expect(await links()).toBe('h1 h2');
    const holder = async () =>
      harness.rows('SELECT m.given_name FROM workforce.staff_key k JOIN workforce.staff_member m ON m.id = k.staff_id WHERE k.key = $1', [EMAIL]);
    expect(await holder()).toEqual([{ given_name: 'Robin' }]);
    await harness.sync(hr(staffRecord('h2', [EMAIL], { givenName: 'Sam', familyName: 'Birch' })), { acceptShrink: true });
    expect(await holder()).toEqual([{ given_name: 'Sam' }]);
  });

  it('takes a shared mailbox for nobody’s key', async () => {
    await harness.sync(hr(staffRecord('h1', ['work-email:reception@example.nhs.invalid', 'ref:hr:1'])));
    expect(await harness.rows('SELECT key FROM workforce.staff_key')).toEqual([{ key: 'ref:hr:1' }]);
  });

  it('never joins two register numbers, and keeps them apart when the second comes later', async () => {
    const gmc = (number: string) => ({ registrations: [{ regulator: 'GMC' as const, number }] });
    await harness.sync([hr(staffRecord('h1', [EMAIL], gmc('7654321'))), teams(staffRecord('t1', [EMAIL]))]);
    expect(await links()).toBe('h1+t1');
    await harness.sync(teams(staffRecord('t1', [EMAIL], gmc('7654322'))));
    expect(await links()).toBe('h1 t1');
    await harness.sync(teams(staffRecord('t1', [EMAIL], gmc('7654321'))));
    expect(await links()).toBe('h1+t1');
  });

  it('leaves a register number with whom it was first known for, when it is typed into somebody else’s row', async () => {
    const gmc = { registrations: [{ regulator: 'GMC' as const, number: '7654321' }] };
    const holder = () => harness.rows('SELECT m.given_name FROM workforce.registration g JOIN workforce.staff_member m ON m.id = g.staff_id');
    await harness.sync(hr(staffRecord('h1', [EMAIL], gmc)));
    await harness.sync(teams(staffRecord('t1', ['ref:teams:1'], { givenName: 'Sam', familyName: 'Birch', ...gmc })), { minutesLater: 5 });
    expect(await links()).toBe('h1 t1');
    expect(await holder()).toEqual([{ given_name: 'Robin' }]);
    await harness.sync(hr(staffRecord('h1', [EMAIL])), { minutesLater: 9 });
    expect(await holder()).toEqual([{ given_name: 'Sam' }]);
  });

  it('joins two persons whom a third record shows to be one, with all that is theirs', async () => {
    await harness.sync([
      hr(staffRecord('h1', ['payroll:esr:1'], { birthDateDigest: DATE })),
      teams(staffRecord('t1', [EMAIL])),
      upstreamOf('rota', [
        { name: 'shifts', entity: 'shift', records: () => [shiftRecord(1, filledBy(EMAIL))] },
        { name: 'engagements', entity: 'engagement', records: () => [engagementRecord('e1', 'payroll:esr:1')] },
      ]),
    ]);
    expect(await links()).toBe('h1 t1');
    await harness.sync(people('register', staffRecord('r1', [EMAIL], { birthDateDigest: DATE })), { minutesLater: 5 });
    expect(await links()).toBe('h1+r1+t1');
    const staffId = await staffOf('r1');
    expect(await harness.rows('SELECT staff_id FROM rota.booking UNION ALL SELECT staff_id FROM workforce.engagement')).toEqual([
      { staff_id: staffId },
      { staff_id: staffId },
    ]);
    expect(await harness.rows('SELECT * FROM rota.former_booking')).toEqual([]);
  });

  it('lets go of a join when the record that showed it is mended, and every row is as it was', async () => {
    const rota = upstreamOf('rota', [
      { name: 'shifts', entity: 'shift', records: () => [shiftRecord(1, filledBy(EMAIL)), shiftRecord(2, filledBy('payroll:esr:1'))] },
      { name: 'engagements', entity: 'engagement', records: () => [engagementRecord('e1', 'payroll:esr:1')] },
    ]);
    const apart = staffRecord('r1', ['ref:register:1'], { givenName: 'Sam', familyName: 'Birch' });
    await harness.sync([
      hr(staffRecord('h1', ['payroll:esr:1'], { birthDateDigest: DATE })),
      teams(staffRecord('t1', [EMAIL])),
      rota,
      people('register', apart),
    ]);
    const before = await everyRow();
    await harness.sync(people('register', staffRecord('r1', ['ref:register:1', EMAIL], { birthDateDigest: DATE })), { minutesLater: 5 });
    expect(await links()).toBe('h1+r1+t1');
    await harness.sync(people('register', apart), { minutesLater: 9 });
    expect(await links()).toBe('h1 r1 t1');
    const after = await everyRow();
    for (const table of ['workforce.staff_key', 'workforce.engagement', 'rota.former_booking']) expect([table, after[table]]).toEqual([table, before[table]]);
    const linksOf = 'SELECT s.source_ref, b.staff_id FROM rota.booking b JOIN rota.shift s ON s.id = b.shift_id';
    expect(await harness.rows(`SELECT source_ref FROM (${linksOf}) x WHERE staff_id IS NULL`)).toEqual([]);
  });

  it('weighs again only what its changes bear on', async () => {
    const many = Array.from({ length: 30 }, (_, n) =>
      staffRecord(`h${n}`, [`payroll:esr:${n}`], { givenName: 'Kit', familyName: `Birch${'abcdefghijklmnopqrstuvwxyzabcd'[n]}${n}` }),
    );
    await harness.sync([hr(...many), teams(staffRecord('t1', [EMAIL]))]);
    const statements: string[] = [];
    const stop = database.onStatement((statement) => void statements.push(statement));
    await harness.sync([hr(...many), teams(staffRecord('t1', [EMAIL]))], { minutesLater: 5 });
    stop();
    expect(statements.filter((statement) => statement.includes('o.blocks &&'))).toEqual([]);
  });

  it('comes to what weighing everybody anew comes to', async () => {
    await harness.sync([
      hr(staffRecord('h1', ['payroll:esr:1'], { birthDateDigest: DATE }), staffRecord('h2', ['payroll:esr:2'], { givenName: 'Sam' })),
      teams(staffRecord('t1', [EMAIL]), staffRecord('t2', ['ref:teams:2'], { birthDateDigest: DATE })),
    ]);
    const before = [await links(), await everyRow(), await reviews()];
    await database.transaction((tx) => resolveEverybody(tx, { by: 'sync', now: later(60) }));
    expect([await links(), await everyRow(), await reviews()]).toEqual(before);
  });

  it('weighs records that were kept before there was anything to weigh', async () => {
    await harness.sync([hr(staffRecord('h1', ['payroll:esr:1'], { workEmail: 'robin.ashdown@example.nhs.invalid' }))]);
    await database.query(`UPDATE workforce.source_record SET evidence = NULL, blocks = '{}'`);
    await harness.sync(teams(staffRecord('t1', [EMAIL])));
    expect(await links()).toBe('h1+t1');
  });
});

describe('a person is asked', () => {
  /** Two of one name of whom no more is known, with what is theirs, and a link to a calendar. */
  async function twoOfOneName() {
    await harness.sync([
      hr(staffRecord('h1', ['payroll:esr:1'], { skills: ['spirometry'] })),
      teams(staffRecord('t1', [EMAIL])),
      upstreamOf('rota', [
        { name: 'shifts', entity: 'shift', records: () => [shiftRecord(1, filledBy(EMAIL)), shiftRecord(2, filledBy('payroll:esr:1'))] },
        { name: 'engagements', entity: 'engagement', records: () => [engagementRecord('e1', 'payroll:esr:1'), engagementRecord('e2', EMAIL)] },
      ]),
    ]);
    for (const ref of ['h1', 't1']) {
      await database.query(`INSERT INTO rota.calendar_feed (staff_id, label, token_hash, created_at) VALUES ($1, 'Phone', $2, $3)`, [
        await staffOf(ref),
        `hash ${ref}`,
        later(0),
      ]);
    }
    // Who was on a shift before stays in the memory of calendars, through a join and back.
    await database.query('INSERT INTO rota.former_booking (shift_id, staff_id, ended_at) SELECT s.id, $1, $2 FROM rota.shift s WHERE s.source_ref = $3', [
      await staffOf('h1'),
      later(0),
      'shift-1',
    ]);
  }

  it('of two who have only a name in common', async () => {
    await twoOfOneName();
    expect(await links()).toBe('h1 t1');
    expect(await reviews()).toMatchObject([{ state: 'OPEN' }]);
  });

  it('and confirms: they are one, and so they stay', async () => {
    await twoOfOneName();
    const id = await openReview();
    expect(await decide((tx, context) => confirmReview(tx, id, context))).toEqual({ obstacle: null, isNews: true });
    expect(await links()).toBe('h1+t1');
    expect(await decide((tx, context) => confirmReview(tx, id, context))).toEqual({ obstacle: null, isNews: false });
    expect(await reviews()).toMatchObject([{ state: 'CONFIRMED' }]);
    await harness.sync([hr(staffRecord('h1', ['payroll:esr:1', 'ref:hr:1'])), teams(staffRecord('t1', [EMAIL]))], { minutesLater: 40 });
    expect(await links()).toBe('h1+t1');
    expect(
      await harness.rows(
        'SELECT DISTINCT staff_id FROM rota.booking UNION SELECT staff_id FROM workforce.engagement UNION SELECT staff_id FROM rota.calendar_feed',
      ),
    ).toHaveLength(1);
  });

  it.each([
    ['the one', 'h1'],
    ['the other', 't1'],
  ])('and can take it back by parting %s: every row is byte for byte what it was', async (_which, ref) => {
    await twoOfOneName();
    const before = await everyRow();
    await decide(async (tx, context) => confirmReview(tx, await firstReview(tx), context));
    expect(await everyRow()).not.toEqual(before);
    const [record, staffId] = [await recordId(ref), await staffOf(ref)];
    expect(await decide((tx, context) => splitPerson(tx, staffId, [record], context), 50)).toMatchObject({ obstacle: null, isNews: true });
    expect(await everyRow()).toEqual(before);
    expect(await links()).toBe('h1 t1');
    expect((await reviews()).map(({ state }) => state)).toEqual(['REJECTED']);
    await harness.sync([hr(staffRecord('h1', ['payroll:esr:1'], { skills: ['spirometry'] })), teams(staffRecord('t1', [EMAIL]))], { minutesLater: 60 });
    expect(await links()).toBe('h1 t1');
  });

  it('and takes it back by rejecting the question that was confirmed', async () => {
    await twoOfOneName();
    const before = await everyRow();
    const id = await openReview();
    await decide((tx, context) => confirmReview(tx, id, context));
    await decide((tx, context) => rejectReview(tx, id, context), 50);
    expect(await everyRow()).toEqual(before);
  });

  it('and what has changed since a join stays changed when it is taken back', async () => {
    await twoOfOneName();
    const id = await openReview();
    await decide((tx, context) => confirmReview(tx, id, context));
    await harness.sync([hr(staffRecord('h1', ['payroll:esr:1'], { skills: ['phlebotomy'] }))], { minutesLater: 40 });
    await decide((tx, context) => rejectReview(tx, id, context), 50);
    expect(
      await harness.rows('SELECT m.skills FROM workforce.source_record c JOIN workforce.staff_member m ON m.id = c.staff_id ORDER BY c.source_ref'),
    ).toEqual([{ skills: ['phlebotomy'] }, { skills: [] }]);
    expect(await harness.rows('SELECT staff_id FROM rota.booking GROUP BY staff_id')).toHaveLength(2);
  });

  it('and a calendar link goes back to whom it was made for, fetched since or not, and with a record that came since', async () => {
    await twoOfOneName();
    const holders = async () =>
      harness.rows(
        `SELECT f.token_hash AS feed, EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = f.staff_id AND 'hash ' || c.source_ref = f.token_hash) AS own
         FROM rota.calendar_feed f ORDER BY 1`,
      );
    const own = [
      { feed: 'hash h1', own: true },
      { feed: 'hash t1', own: true },
    ];
    const id = await openReview();
    await decide((tx, context) => confirmReview(tx, id, context));
    await database.query('UPDATE rota.calendar_feed SET last_fetched_at = $1', [later(35)]);
    await decide((tx, context) => rejectReview(tx, id, context), 40);
    expect(await holders()).toEqual(own);

    await database.query(`UPDATE workforce.identity_review SET state = 'OPEN'`);
    await decide((tx, context) => confirmReview(tx, id, context), 45);
    for (const [minutesLater, key, ref] of [
      [50, 'payroll:esr:1', 'h1'],
      [52, EMAIL, 't1'],
    ] as const) {
      const more = `${ref}-too`;
      await harness.sync(people(`register-${ref}`, staffRecord(more, [key, `ref:register:${ref}`], ref === 'h1' ? { birthDateDigest: DATE } : {})), {
        minutesLater,
      });
    }
    const staffId = await staffOf('h1');
    const going = [await recordId('h1'), await recordId('h1-too')];
    await decide((tx, context) => splitPerson(tx, staffId, going, context), 60);
    expect(await links()).toBe('h1+h1-too t1+t1-too');
    expect(await holders()).toEqual(own);
  });

  it('and rejects: they are two, and are not asked about again', async () => {
    await twoOfOneName();
    const id = await openReview();
    expect(await decide((tx, context) => rejectReview(tx, id, context))).toEqual({ obstacle: null, isNews: true });
    expect(await decide((tx, context) => rejectReview(tx, id, context))).toEqual({ obstacle: null, isNews: false });
    await harness.sync([hr(staffRecord('h1', ['payroll:esr:1', EMAIL])), teams(staffRecord('t1', [EMAIL]))], { minutesLater: 40 });
    expect(await links()).toBe('h1 t1');
    expect((await reviews()).map(({ state }) => state)).toEqual(['REJECTED']);
  });

  it('and cannot confirm that two register numbers are one person', async () => {
    await twoOfOneName();
    const id = await openReview();
    const gmc = (number: string) => ({ registrations: [{ regulator: 'GMC' as const, number }] });
    await harness.sync([hr(staffRecord('h1', ['payroll:esr:1'], gmc('7654321'))), teams(staffRecord('t1', [EMAIL], gmc('7654322')))], { minutesLater: 10 });
    expect((await reviews()).map(({ state }) => state)).toEqual(['SETTLED']);
    const before = await everyRow();
    expect(await decide((tx, context) => confirmReview(tx, id, context))).toEqual({ obstacle: 'OTHER_REGISTER_NUMBER', isNews: false });
    expect(await everyRow()).toEqual(before);
  });

  it('and a split tells whom the records that went mean, also where what stays falls apart without them', async () => {
    await harness.sync([
      hr(staffRecord('h1', ['payroll:esr:1'], { birthDateDigest: DATE })),
      teams(staffRecord('t1', [EMAIL])),
      people('register', staffRecord('r1', [EMAIL, 'ref:register:1'], { birthDateDigest: DATE })),
    ]);
    expect(await links()).toBe('h1+r1+t1');
    const [record, staffId] = [await recordId('r1'), await staffOf('r1')];
    let other: string | null = null;
    await decide(async (tx, context) => {
      const split = await splitPerson(tx, staffId, [record], context);
      other = split.other;
      return split;
    });
    expect(await links()).toBe('h1 r1 t1');
    expect(other).toBe(await staffOf('r1'));
  });

  it('and a split needs records that go and records that stay', async () => {
    await twoOfOneName();
    const [record, staffId] = [await recordId('h1'), await staffOf('h1')];
    expect(await decide((tx, context) => splitPerson(tx, staffId, [record], context))).toMatchObject({ obstacle: 'NOTHING_TO_SPLIT', isNews: false });
  });
});

async function firstReview(tx: Sql): Promise<string> {
  const [row] = await tx.query<{ id: string }>(`SELECT id FROM workforce.identity_review WHERE state = 'OPEN'`, []);
  return row?.id ?? '';
}
