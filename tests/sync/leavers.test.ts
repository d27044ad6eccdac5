/** Somebody who leaves, through the engine: what ends, what is flagged, what stops, and what comes back when they do. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createActorDirectory } from '../../platform/actor-directory.ts';
import type { Database } from '../../platform/db.ts';
import { leavingOf } from '../../schema/domain/leaver.ts';
import { openTestDatabase } from '../support/database.ts';
import { engagementRecord, filledBy, NOW, record, shiftRecord, staffRecord, upstreamOf } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness, later } from './harness.ts';

let database: Database;
let harness: Harness;
beforeAll(async () => {
  database = await openTestDatabase();
  harness = createHarness(database);
});
beforeEach(async () => {
  await emptyTables(database);
  await database.script('TRUNCATE rota.calendar_feed, platform.audit');
});
afterAll(() => database.close());

const KEY = 'work-email:robin.ashdown@example.nhs.invalid';
const OTHER = 'work-email:jules.ferngate@example.nhs.invalid';
const OTHERS = [staffRecord('p2', [OTHER]), engagementRecord('e2', OTHER)] as const;

interface Hr {
  readonly person?: boolean;
  /** Null: no engagement. */
  readonly engagement?: { readonly endsOn: string | null } | null;
  readonly bank?: boolean;
}

/** An HR source with somebody who stays, and Robin as given. */
function hr({ person = true, engagement = { endsOn: null }, bank = false }: Hr) {
  const membership = record('b1', { staffKey: KEY, bankCode: 'Z99001', startsOn: null, endsOn: null });
  return upstreamOf('hr', [
    { name: 'staff', entity: 'staffMember', records: () => [OTHERS[0], ...(person ? [staffRecord('p1', [KEY])] : [])] },
    { name: 'engagements', entity: 'engagement', records: () => [OTHERS[1], ...(engagement ? [engagementRecord('e1', KEY, engagement)] : [])] },
    { name: 'bank', entity: 'bankMembership', removals: 'tombstone', records: () => (bank ? [membership] : []) },
  ]);
}

const DAY_MS = 24 * 3_600_000;
/** One shift before now, two after (tomorrow and in four days), and one of somebody else. */
const at = (days: number) => ({ startsAt: new Date(NOW.getTime() + days * DAY_MS), endsAt: new Date(NOW.getTime() + days * DAY_MS + 4 * 3_600_000) });
const rota = upstreamOf('rota', [
  {
    name: 'shifts',
    entity: 'shift',
    records: () => [
      shiftRecord(1, { ...filledBy(KEY), ...at(-5) }),
      shiftRecord(2, { ...filledBy(KEY), ...at(1) }),
      shiftRecord(3, { ...filledBy(KEY), ...at(4) }),
      shiftRecord(4, { ...filledBy(OTHER), ...at(4) }),
    ],
  },
]);

const flags = () =>
  harness.rows(
    `SELECT s.source_ref AS ref, f.reason, f.since FROM rota.booking_flag f JOIN rota.booking b ON b.id = f.booking_id JOIN rota.shift s ON s.id = b.shift_id ORDER BY 1`,
  );
const fillSources = async () =>
  (await harness.rows<{ fill: string }>('SELECT b.fill_source AS fill FROM rota.booking b JOIN rota.shift s ON s.id = b.shift_id ORDER BY s.source_ref')).map(
    ({ fill }) => fill,
  );
async function addFeeds() {
  await database.query(`INSERT INTO rota.calendar_feed (staff_id, label, token_hash) SELECT id, 'phone', id::text || $1 FROM workforce.staff_member`, [
    randomUUID(),
  ]);
}
const workingFeeds = async () => (await harness.rows('SELECT 1 FROM rota.calendar_feed WHERE revoked_at IS NULL')).length;

describe('an engagement that is gone from its source', () => {
  it('has ended: the shifts before stay filled as they were, those after are of nobody known and flagged', async () => {
    await harness.sync([hr({}), rota]);
    expect(await fillSources()).toEqual(['OWN', 'OWN', 'OWN', 'OWN']);
    await harness.sync([hr({ engagement: null }), rota], { minutesLater: 1 });
    expect(await fillSources()).toEqual(['OWN', null, null, 'OWN']);
    expect(await flags()).toEqual([
      { ref: 'shift-2', reason: 'GONE', since: later(1) },
      { ref: 'shift-3', reason: 'GONE', since: later(1) },
    ]);
  });

  it('stops the calendar links, with a line in the audit trail, and nobody else’s', async () => {
    await harness.sync([hr({}), rota]);
    await addFeeds();
    await harness.sync(hr({ engagement: null }), { minutesLater: 1 });
    expect(await workingFeeds()).toBe(1);
    await harness.sync(hr({ engagement: null }), { minutesLater: 2 });
    expect(await harness.rows('SELECT at, actor, action FROM platform.audit')).toEqual([{ at: later(1), actor: 'system', action: 'revoke calendar feed' }]);
  });

  it('is not the end of somebody who stays in a bank', async () => {
    await harness.sync([hr({ bank: true }), rota]);
    await addFeeds();
    await harness.sync(hr({ bank: true, engagement: null }), { minutesLater: 1 });
    expect(await flags()).toEqual([]);
    expect(await workingFeeds()).toBe(2);
  });
});

describe('somebody who leaves one organisation and works for another', () => {
  const hrOf = (kind: string, endsOn: string | null) =>
    upstreamOf('hr', [
      { name: 'staff', entity: 'staffMember', records: () => [OTHERS[0], staffRecord('p1', [KEY])] },
      {
        name: 'engagements',
        entity: 'engagement',
        records: () => [
          OTHERS[1],
          engagementRecord('e1', KEY, { endsOn }),
          engagementRecord('e3', KEY, { organisationCode: 'Z99002', kind: kind as 'SALARIED' }),
        ],
      },
    ]);

  it('has the shifts flagged that are at the first from then on, and no longer once they stay', async () => {
    await harness.sync([hrOf('SALARIED', null), rota]);
    await addFeeds();
    expect(await flags()).toEqual([]);
    await harness.sync([hrOf('SALARIED', '2026-11-26'), rota], { minutesLater: 1 });
    expect(await flags()).toEqual([{ ref: 'shift-3', reason: 'LEFT_ORGANISATION', since: later(1) }]);
    expect(await workingFeeds()).toBe(2);
    await harness.sync([hrOf('SALARIED', null), rota], { minutesLater: 2 });
    expect(await flags()).toEqual([]);
  });

  it('has none flagged who works at several by their terms', async () => {
    await harness.sync([hrOf('ARRS', '2026-11-26'), rota]);
    expect(await flags()).toEqual([]);
  });
});

describe('somebody who comes back', () => {
  it('has no flags any more, and makes a new calendar link: one that was stopped stays so', async () => {
    await harness.sync([hr({}), rota]);
    await addFeeds();
    await harness.sync(hr({ engagement: null }), { minutesLater: 1 });
    await harness.sync(hr({}), { minutesLater: 2 });
    expect(await flags()).toEqual([]);
    expect(await fillSources()).toEqual(['OWN', 'OWN', 'OWN', 'OWN']);
    expect(await workingFeeds()).toBe(1);
    await addFeeds();
    await harness.sync(hr({}), { minutesLater: 3 });
    expect(await workingFeeds()).toBe(3);
  });
});

describe('an engagement whose end is known', () => {
  it('flags the shifts from that day on, and lets the calendar links work until then', async () => {
    const ending = { endsOn: '2026-11-26' };
    await harness.sync([hr({}), rota]);
    await addFeeds();
    await harness.sync([hr({ engagement: ending }), rota]);
    expect(await flags()).toEqual([{ ref: 'shift-3', reason: 'ENDED', since: NOW }]);
    expect(await workingFeeds()).toBe(2);
    await harness.sync(hr({ engagement: ending }), { minutesLater: 3 * 24 * 60 });
    expect(await workingFeeds()).toBe(1);
  });

  it('comes on its day, though no source has anything new to say', async () => {
    await harness.sync([hr({ engagement: { endsOn: '2026-11-26' } }), rota]);
    await addFeeds();
    const quiet = upstreamOf('quiet', [{ name: 'staff', entity: 'staffMember', removals: 'tombstone', records: () => [] }]);
    await harness.sync(quiet, { minutesLater: 2 * 24 * 60 });
    expect(await workingFeeds()).toBe(2);
    await harness.sync(quiet, { minutesLater: 3 * 24 * 60 });
    expect(await workingFeeds()).toBe(1);
  });
});

describe('a person who is gone from every source', () => {
  it('has left, and is in no bank any more', async () => {
    await harness.sync([hr({ bank: true }), rota]);
    await harness.sync([hr({ person: false, bank: true }), rota], { minutesLater: 1 });
    expect((await flags()).map(({ reason }) => reason)).toEqual(['GONE', 'GONE']);
    const open = await harness.rows('SELECT kind FROM workforce.worked_for WHERE ends_on IS NULL');
    expect(open).toEqual([{ kind: 'SALARIED' }]);
  });
});

describe('an address that is handed on while HR still has the record of whom it was', () => {
  const newcomer = upstreamOf('teams', [
    { name: 'staff', entity: 'staffMember', records: () => [staffRecord('t1', [KEY], { givenName: 'Sam', familyName: 'Birch' })] },
  ]);
  const signedIn = async (now: Date) => {
    const { staffId } = await createActorDirectory(database, () => now).find({ subject: 'somebody', staffKey: KEY, grants: [] });
    return (await harness.rows('SELECT given_name FROM workforce.staff_member WHERE id = $1', [staffId])).map(({ given_name }) => given_name);
  };

  it('signs in the one who stays, from the day on which the other has left', async () => {
    await harness.sync([hr({ engagement: { endsOn: '2026-11-26' } }), newcomer]);
    expect(await signedIn(NOW)).toEqual(['Robin']);
    expect(await signedIn(later(3 * 24 * 60))).toEqual(['Sam']);
  });

  it('signs in nobody where two may have it now', async () => {
    const another = upstreamOf('rota-staff', [
      { name: 'staff', entity: 'staffMember', records: () => [staffRecord('r1', [KEY], { givenName: 'Kit', familyName: 'Cedar' })] },
    ]);
    await harness.sync([hr({ engagement: { endsOn: '2026-11-20' } }), newcomer, another]);
    expect(await signedIn(NOW)).toEqual([]);
  });

  it('signs in a leaver whose address is nobody else’s', async () => {
    await harness.sync(hr({ engagement: { endsOn: '2026-11-20' } }));
    expect(await signedIn(NOW)).toEqual(['Robin']);
  });
});

it('a flag goes when somebody else takes the shift, and when the shift is cancelled', async () => {
  const given = (first: object, second: object) =>
    upstreamOf('rota', [
      {
        name: 'shifts',
        entity: 'shift',
        records: () => [shiftRecord(2, { ...filledBy(KEY), ...at(1), ...first }), shiftRecord(3, { ...filledBy(KEY), ...at(4), ...second })],
      },
    ]);
  await harness.sync([hr({}), given({}, {})]);
  await harness.sync(hr({ engagement: null }));
  expect(await flags()).toHaveLength(2);
  await harness.sync(given({ staffKey: OTHER }, { status: 'CANCELLED' }));
  expect(await flags()).toEqual([]);
});

it('a locum whom only a rota knows is no leaver', async () => {
  const known = upstreamOf('rota-staff', [{ name: 'staff', entity: 'staffMember', records: () => [staffRecord('p9', [KEY])] }]);
  await harness.sync([known, rota]);
  expect(await flags()).toEqual([]);
});

describe('the rule and its twin in SQL', () => {
  const DAYS = ['2026-11-20', '2026-11-21', '2026-11-22'];
  const day = fc.option(fc.constantFrom(...DAYS), { nil: null });
  const people = fc.array(fc.record({ goneOn: day, terms: fc.array(fc.record({ endsOn: day, goneOn: day, isBank: fc.boolean() }), { maxLength: 3 }) }), {
    minLength: 200,
    maxLength: 200,
  });

  it('are one rule', async () => {
    const [all = []] = fc.sample(people, { numRuns: 1, seed: 20_261_123 });
    const rows = all.map((person) => ({ ...person, id: randomUUID() }));
    const noon = (on: string | null) => on && `${on}T12:00:00Z`;
    const from = { source: 'x', as_of: NOW, pass_id: 1 };
    const insert = (table: string, columns: string, list: readonly object[]) =>
      database.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`, [JSON.stringify(list)]);
    await insert(
      'workforce.staff_member',
      'id, given_name, family_name, skills, source, source_ref, as_of, pass_id, removed_at',
      rows.map(({ id, goneOn }) => ({ id, given_name: 'Robin', family_name: 'Ashdown', skills: [], source_ref: id, removed_at: noon(goneOn), ...from })),
    );
    const terms = rows.flatMap(({ id, terms: list }) => list.map((one, n) => ({ ...one, staff_id: id, ref: `${id} ${n}` })));
    const common = ({ staff_id, ref, endsOn, goneOn }: (typeof terms)[number]) => ({
      ...{ id: randomUUID(), staff_id, staff_key: KEY, source_ref: ref, ends_on: endsOn, removed_at: noon(goneOn), ...from },
    });
    await insert(
      'workforce.engagement',
      'id, staff_id, staff_key, organisation_code, kind, role, ends_on, source, source_ref, as_of, pass_id, removed_at',
      terms.filter(({ isBank }) => !isBank).map((one) => ({ ...common(one), organisation_code: 'Z99001', kind: 'SALARIED', role: 'PRACTICE_NURSE' })),
    );
    await insert(
      'workforce.bank_membership',
      'id, staff_id, staff_key, bank_code, ends_on, source, source_ref, as_of, pass_id, removed_at',
      terms.filter(({ isBank }) => isBank).map((one) => ({ ...common(one), bank_code: 'Z99001' })),
    );
    const found = await harness.rows<{ staff_id: string; leaves_on: string; reason: string }>(
      `SELECT staff_id, to_char(leaves_on, 'YYYY-MM-DD') AS leaves_on, reason FROM workforce.leaver`,
    );
    const bySql = new Map(found.map(({ staff_id, leaves_on, reason }) => [staff_id, { leavesOn: leaves_on, reason }]));
    for (const { id, goneOn, terms: list } of rows) expect(bySql.get(id) ?? null).toEqual(leavingOf(list, goneOn));
    expect(found.length).toBeGreaterThan(50);
  });
});
