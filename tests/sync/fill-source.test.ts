/** The domain's rule and its twin in SQL are one rule: each case is asked of both. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../platform/db.ts';
import { deriveFillSources } from '../../platform/fill-source.ts';
import { fillSourceFrom } from '../../schema/domain/shift.ts';
import { isActiveOn } from '../../schema/domain/staff.ts';
import { londonDay } from '../../schema/domain/time.ts';
import { ENGAGEMENT_KINDS } from '../../schema/domain/values.ts';
import { openTestDatabase } from '../support/database.ts';
import { NOW } from './fake-upstream.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

interface Terms {
  readonly organisationCode: string;
  readonly kind: string;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  readonly isBank: boolean;
}

interface Case {
  readonly startsAt: Date;
  readonly organisationCode: string;
  readonly terms: readonly Terms[];
}

/** Days around the end of summer time, and starts within an hour of London's midnight. */
const DAYS = ['2026-10-24', '2026-10-25', '2026-10-26'];
const STARTS = ['2026-10-23T22:59:00Z', '2026-10-23T23:00:00Z', '2026-10-24T22:30:00Z', '2026-10-24T23:30:00Z', '2026-10-25T23:30:00Z', '2026-10-26T00:00:00Z'];
const OCTOBER = { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-11-01T00:00:00Z') };
const ORGANISATIONS = ['Z99001', 'Z99002', 'U99999'];

const day = fc.option(fc.constantFrom(...DAYS), { nil: null });
const terms: fc.Arbitrary<Terms> = fc
  .record({ organisationCode: fc.constantFrom(...ORGANISATIONS), kind: fc.constantFrom(...ENGAGEMENT_KINDS), startsOn: day, endsOn: day, isBank: fc.boolean() })
  .map((one) => (one.isBank ? { ...one, kind: 'BANK' } : one));
const cases: fc.Arbitrary<Case> = fc.record({
  startsAt: fc.constantFrom(...STARTS).map((at) => new Date(at)),
  organisationCode: fc.constantFrom(...ORGANISATIONS),
  terms: fc.array(terms, { maxLength: 4 }),
});

function byRule({ startsAt, organisationCode, terms: all }: Case) {
  return fillSourceFrom(
    all.filter((one) => isActiveOn(one, londonDay(startsAt))),
    organisationCode,
  );
}

/** Stores each case as a person, their terms and their booking, and gives the answers in the cases' order. */
async function bySql(all: readonly Case[]): Promise<readonly (string | null)[]> {
  await database.script('TRUNCATE rota.shift, workforce.engagement, workforce.bank_membership CASCADE');
  const rows = all.map((one, index) => ({ ...one, index, shiftId: randomUUID(), staffId: randomUUID() }));
  await database.query(
    `INSERT INTO rota.shift (id, organisation_code, role, skills_needed, delivery_mode, starts_at, ends_at, unpaid_break_minutes, status, source, source_ref, as_of, pass_id)
     SELECT r."shiftId", r."organisationCode", 'PRACTICE_NURSE', '{}', 'ON_SITE', r."startsAt", r."startsAt" + interval '4 hours', 0, 'FILLED', 'test', r.index::text, $2, 1
     FROM json_to_recordset($1::json) AS r ("shiftId" uuid, "organisationCode" text, "startsAt" timestamptz, index integer)`,
    [JSON.stringify(rows), NOW],
  );
  await database.query(
    `INSERT INTO rota.booking (shift_id, staff_id, staff_key, status, fill_source_stated)
     SELECT r."shiftId", r."staffId", 'ref:test:' || r.index, 'CONFIRMED', false FROM json_to_recordset($1::json) AS r ("shiftId" uuid, "staffId" uuid, index integer)`,
    [JSON.stringify(rows)],
  );
  const held = rows.flatMap((row) => row.terms.map((one, number) => ({ ...one, staffId: row.staffId, ref: `${row.index}-${number}` })));
  const recordset = `json_to_recordset($1::json) AS r ("staffId" uuid, ref text, "organisationCode" text, kind text, "startsOn" date, "endsOn" date, "isBank" boolean)`;
  await database.query(
    `INSERT INTO workforce.engagement (staff_id, staff_key, organisation_code, kind, role, starts_on, ends_on, source, source_ref, as_of, pass_id)
     SELECT "staffId", 'ref:test:x', "organisationCode", kind, 'PRACTICE_NURSE', "startsOn", "endsOn", 'test', ref, $2, 1 FROM ${recordset} WHERE NOT "isBank"`,
    [JSON.stringify(held), NOW],
  );
  await database.query(
    `INSERT INTO workforce.bank_membership (staff_id, staff_key, bank_code, starts_on, ends_on, source, source_ref, as_of, pass_id)
     SELECT "staffId", 'ref:test:x', "organisationCode", "startsOn", "endsOn", 'test', ref, $2, 1 FROM ${recordset} WHERE "isBank"`,
    [JSON.stringify(held), NOW],
  );
  await deriveFillSources(database, { window: OCTOBER }, NOW);
  const answers = await database.query<{ fill_source: string | null }>(
    'SELECT b.fill_source FROM rota.booking b JOIN rota.shift s ON s.id = b.shift_id ORDER BY s.source_ref::integer',
  );
  return answers.map(({ fill_source }) => fill_source);
}

describe('how a shift was filled', () => {
  it('is the same by the rule and by SQL, over random people, terms and nights', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cases, { minLength: 100, maxLength: 100 }), async (all) => {
        expect(await bySql(all)).toEqual(all.map(byRule));
      }),
      { numRuns: 10, seed: 20_261_025 },
    );
  });

  it('does not depend on the order in which the terms are held', () => {
    fc.assert(
      fc.property(fc.array(terms, { maxLength: 5 }), (all) => {
        expect(fillSourceFrom(all.toReversed(), 'Z99001')).toBe(fillSourceFrom(all, 'Z99001'));
      }),
    );
  });

  it('is unknown for a person without terms, and is not looked at outside the window or where the source states it', async () => {
    const own: Case = {
      startsAt: new Date('2026-10-24T09:00:00Z'),
      organisationCode: 'Z99001',
      terms: [{ organisationCode: 'Z99001', kind: 'SALARIED', startsOn: null, endsOn: null, isBank: false }],
    };
    expect(await bySql([own, { ...own, terms: [] }, { ...own, startsAt: new Date('2026-11-24T09:00:00Z') }])).toEqual(['OWN', null, null]);
    await database.query(`UPDATE rota.booking SET fill_source = 'AGENCY', fill_source_stated = true`);
    await deriveFillSources(database, { window: OCTOBER }, NOW);
    expect(await database.query('SELECT DISTINCT fill_source FROM rota.booking')).toEqual([{ fill_source: 'AGENCY' }]);
  });

  it('is looked at only of the upstreams and the people that are named', async () => {
    const own: Case = {
      startsAt: new Date('2026-10-24T09:00:00Z'),
      organisationCode: 'Z99001',
      terms: [{ organisationCode: 'Z99001', kind: 'SALARIED', startsOn: null, endsOn: null, isBank: false }],
    };
    await bySql([own, own]);
    const bookings = () => database.query<{ staff_id: string; fill_source: string | null }>('SELECT staff_id, fill_source FROM rota.booking ORDER BY staff_id');
    const [first] = await bookings();
    await database.query('UPDATE rota.booking SET fill_source = NULL');
    await deriveFillSources(database, { window: OCTOBER, upstreams: ['another'] }, NOW);
    expect((await bookings()).map((booking) => booking.fill_source)).toEqual([null, null]);
    await deriveFillSources(database, { staffIds: [first?.staff_id ?? ''] }, NOW);
    expect((await bookings()).map((booking) => booking.fill_source)).toEqual(['OWN', null]);
    await deriveFillSources(database, { window: OCTOBER, upstreams: ['test'] }, NOW);
    expect((await bookings()).map((booking) => booking.fill_source)).toEqual(['OWN', 'OWN']);
  });
});
