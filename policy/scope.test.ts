import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../platform/db.ts';
import { ROLES } from '../schema/domain/actor.ts';
import type { KnownActor } from '../schema/domain/known-actor.ts';
import { openTestDatabase } from '../tests/support/database.ts';
import { fillSmallNetwork, insertShifts, PEOPLE, type PersonName } from '../tests/support/small-network.ts';
import { pseudonymsFor } from './pseudonym.ts';
import { type ReachWord, RULE_NAMES, RULES } from './rules.ts';
import { reachesShift, reachesStaff, type Scope, scopeOf, shiftCondition, staffCondition } from './scope.ts';

const HERE = 'Z99001';
const ELSEWHERE = 'Z99002';
const ME = PEOPLE.alderGp;
const actor = (role: (typeof ROLES)[number]): KnownActor => ({
  subject: 'somebody',
  staffId: ME,
  reaches: [{ role, organisationCodes: [HERE] }],
  offeredOrganisationCodes: [ELSEWHERE],
  jobRoles: ['GENERAL_PRACTITIONER'],
});

/** Each sort of record, and the words that reach it. */
const REACHED_BY: readonly (readonly [string, Parameters<typeof reachesShift>[1], readonly ReachWord[]])[] = [
  ['my own', { organisationCode: 'Z98001', status: 'FILLED', role: 'PARAMEDIC', bookedStaffId: ME }, ['own', 'own and offered', 'organisation', 'everything']],
  ['one of my organisation', { organisationCode: HERE, status: 'FILLED', role: 'PARAMEDIC', bookedStaffId: PEOPLE.birchGp }, ['organisation', 'everything']],
  [
    'an open one in my role that I may be asked to work',
    { organisationCode: ELSEWHERE, status: 'OPEN', role: 'GENERAL_PRACTITIONER', bookedStaffId: null },
    ['own and offered', 'everything'],
  ],
  ['an open one in another role', { organisationCode: ELSEWHERE, status: 'OPEN', role: 'PARAMEDIC', bookedStaffId: null }, ['everything']],
  ['a filled one elsewhere', { organisationCode: ELSEWHERE, status: 'FILLED', role: 'GENERAL_PRACTITIONER', bookedStaffId: PEOPLE.birchGp }, ['everything']],
  ['a cancelled one elsewhere', { organisationCode: ELSEWHERE, status: 'CANCELLED', role: 'GENERAL_PRACTITIONER', bookedStaffId: null }, ['everything']],
];

describe.each(ROLES)('%s', (role) => {
  it.each(RULE_NAMES)('may "%s" as far as the table says, and no further', (rule) => {
    const scope = scopeOf(actor(role), rule);
    for (const [what, record, words] of REACHED_BY) expect([what, reachesShift(scope, record)]).toEqual([what, words.includes(RULES[rule][role])]);
  });

  it.each(RULE_NAMES)('may "%s" of nothing without an organisation and a person, unless of everything', (rule) => {
    const scope = scopeOf({ ...actor(role), staffId: null, reaches: [{ role, organisationCodes: [] }], offeredOrganisationCodes: [] }, rule);
    for (const [, record] of REACHED_BY) expect(reachesShift(scope, record)).toBe(RULES[rule][role] === 'everything');
  });
});

describe('two roles', () => {
  it('add up, and neither lends its reach to the other', () => {
    const both: KnownActor = {
      ...actor('CLINICIAN'),
      reaches: [
        { role: 'PRACTICE_MANAGER', organisationCodes: [HERE] },
        { role: 'ICS_ANALYST', organisationCodes: [ELSEWHERE] },
      ],
    };
    expect(scopeOf(both, 'read names').organisationCodes).toEqual([HERE]);
    expect(scopeOf(both, 'read measures').organisationCodes).toEqual([HERE, ELSEWHERE]);
  });
});

describe('a scope in SQL', () => {
  let database: Database;
  const people = Object.keys(PEOPLE) as PersonName[];
  const codes = ['Z99001', 'Z99002', 'Z99003', 'U99999', 'Z98001'];
  const roles = ['GENERAL_PRACTITIONER', 'PRACTICE_NURSE', 'PHARMACIST'] as const;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    const statuses = ['OPEN', 'FILLED', 'CANCELLED'] as const;
    await insertShifts(
      database,
      codes.flatMap((organisation, c) =>
        roles.flatMap((role, r) =>
          statuses.map((status, s) => ({
            organisation,
            role,
            status,
            person: status === 'FILLED' ? (people[(c + r + s) % people.length] ?? null) : null,
            startsAt: '2026-10-20T08:00:00Z',
            endsAt: '2026-10-20T12:00:00Z',
          })),
        ),
      ),
    );
  });
  afterAll(() => database.close());

  const scope: fc.Arbitrary<Scope> = fc.record({
    everything: fc.boolean(),
    staffId: fc.option(fc.constantFrom(...Object.values(PEOPLE)), { nil: null }),
    organisationCodes: fc.subarray(codes),
    offered: fc.option(fc.record({ organisationCodes: fc.subarray(codes), roles: fc.subarray([...roles]) }), { nil: null }),
  });

  /** Runs a query whose condition binds its own parameters. */
  async function idsWhere(select: string, condition: (bind: (value: unknown) => string) => string): Promise<readonly string[]> {
    const parameters: unknown[] = [];
    const where = condition((value) => `$${parameters.push(value)}`);
    const rows = await database.query<{ id: string }>(`${select} WHERE ${where} ORDER BY 1`, parameters);
    return rows.map(({ id }) => id);
  }

  it('lists the shifts that it reaches one by one, and no other', async () => {
    const shifts = await database.query<{ id: string; organisationCode: string; status: string; role: string; bookedStaffId: string | null }>(
      `SELECT s.id, s.organisation_code AS "organisationCode", s.status, s.role, b.staff_id AS "bookedStaffId" FROM rota.shift s LEFT JOIN rota.booking b ON b.shift_id = s.id ORDER BY 1`,
    );
    expect(shifts).toHaveLength(45);
    await fc.assert(
      fc.asyncProperty(scope, async (drawn) => {
        const listed = await idsWhere('SELECT s.id FROM rota.shift s LEFT JOIN rota.booking b ON b.shift_id = s.id', (bind) => shiftCondition(drawn, bind));
        expect(listed).toEqual(shifts.filter((shift) => reachesShift(drawn, shift)).map(({ id }) => id));
      }),
      { numRuns: 150, seed: 20_261_020 },
    );
  });

  it('lists the people whom it reaches one by one, and no other', async () => {
    const facts = await database.query<{ staffId: string; organisationCodes: string[] }>(
      `SELECT p.id AS "staffId", ARRAY(SELECT w.organisation_code FROM workforce.works_for w WHERE w.staff_id = p.id
         UNION SELECT a.organisation_code FROM rota.worked_at a WHERE a.staff_id = p.id) AS "organisationCodes"
       FROM workforce.staff_member p ORDER BY 1`,
    );
    expect(facts).toHaveLength(people.length);
    await fc.assert(
      fc.asyncProperty(scope, async (drawn) => {
        const listed = await idsWhere('SELECT p.id FROM workforce.staff_member p', (bind) => staffCondition(drawn, bind));
        expect(listed).toEqual(facts.filter((person) => reachesStaff(drawn, person)).map(({ staffId }) => staffId));
      }),
      { numRuns: 150, seed: 20_261_020 },
    );
  });
});

describe('a pseudonym', () => {
  const secret = 'a secret that only the tests know, long enough';

  it('is the same for one caller, another for the next, and turns back for its own caller alone', () => {
    fc.assert(
      fc.property(fc.uuid(), (staffId) => {
        const [mine, again, theirs] = [pseudonymsFor(secret, 'a'), pseudonymsFor(secret, 'a'), pseudonymsFor(secret, 'b')];
        const hidden = mine.hide(staffId);
        expect(again.hide(staffId)).toBe(hidden);
        expect(theirs.hide(staffId)).not.toBe(hidden);
        expect(mine.reveal(hidden)).toBe(staffId);
        expect(theirs.reveal(hidden)).not.toBe(staffId);
        expect(hidden).not.toContain(staffId.slice(0, 8));
      }),
    );
  });

  it.each(['', 'p-', 'p-zz', '0f9c0000-0000-4000-8000-000000000000', `p-${'0'.repeat(31)}`])('is not "%s"', (text) => {
    expect(pseudonymsFor(secret, 'a').reveal(text)).toBeNull();
  });
});
