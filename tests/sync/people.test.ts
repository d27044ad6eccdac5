import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { UpstreamRecord } from '../../adapters/contract.ts';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { engagementRecord, type FakeStream, filledBy, NOW, shiftRecord, staffRecord, upstreamOf } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness, later } from './harness.ts';

let database: Database;
let harness: Harness;
beforeAll(async () => {
  database = await openTestDatabase();
  harness = createHarness(database);
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const EMAIL = 'work-email:robin.ashdown@example.nhs.invalid';
const PAYROLL = 'payroll:esr:20001';

const people = (records: readonly UpstreamRecord[], changes: Partial<FakeStream> = {}): FakeStream => ({
  name: 'people',
  entity: 'staffMember',
  records: () => records,
  ...changes,
});
const hr = (...records: readonly UpstreamRecord[]) => upstreamOf('hr', [people(records)]);
const teams = (...records: readonly UpstreamRecord[]) => upstreamOf('teams', [people(records)]);

const members = () => harness.rows<{ id: string; given_name: string; removed_at: Date | null }>('SELECT * FROM workforce.staff_member ORDER BY given_name');
const keys = async () => (await harness.rows<{ key: string }>('SELECT key FROM workforce.staff_key ORDER BY key')).map(({ key }) => key);

describe('two sources that share a key', () => {
  it('mean one person, who has the keys of both', async () => {
    await harness.sync([hr(staffRecord('1', [EMAIL, PAYROLL])), teams(staffRecord('u1', [EMAIL, 'ref:teams:u1']))]);
    expect(await members()).toHaveLength(1);
    expect(await keys()).toEqual([PAYROLL, 'ref:teams:u1', EMAIL]);
  });

  it('make one row: the newest that gives a field wins it, and what gives nothing takes nothing away', async () => {
    const fromHr = staffRecord('1', [EMAIL], { workEmail: 'robin.ashdown@example.nhs.invalid', skills: ['spirometry'] });
    const fromTeams = staffRecord('u1', [EMAIL], { givenName: 'Rob' });
    const older = upstreamOf('hr', [people([fromHr], { asOf: later(-60) })]);
    const row = async () => harness.rows('SELECT given_name, work_email, skills, source, source_ref, as_of FROM workforce.staff_member');
    const expected = [
      {
        given_name: 'Rob',
        work_email: 'robin.ashdown@example.nhs.invalid',
        skills: ['spirometry'],
        source: 'teams',
        source_ref: 'u1',
        as_of: later(0),
      },
    ];
    await harness.sync([older, teams(fromTeams)]);
    expect(await row()).toEqual(expected);
    await emptyTables(database);
    await harness.sync([teams(fromTeams), older]);
    expect(await row()).toEqual(expected);
  });

  it('keep the person until both have let them go', async () => {
    const other = staffRecord('2', ['ref:hr:2'], { givenName: 'Sam' });
    const robin = staffRecord('1', [EMAIL]);
    await harness.sync([hr(robin, other), teams(staffRecord('u1', [EMAIL]), staffRecord('u2', ['ref:hr:2'], { givenName: 'Sam' }))]);
    await harness.sync(hr(other));
    expect((await members()).map(({ removed_at }) => removed_at)).toEqual([null, null]);
    await harness.sync(teams(staffRecord('u2', ['ref:hr:2'], { givenName: 'Sam' })), { minutesLater: 5 });
    expect((await members()).map(({ given_name, removed_at }) => [given_name, removed_at])).toEqual([
      ['Robin', later(5)],
      ['Sam', null],
    ]);
    expect(await keys()).toContain(EMAIL);
    await harness.sync(hr(robin, other), { minutesLater: 9 });
    expect((await members()).map(({ removed_at }) => removed_at)).toEqual([null, null]);
    expect(await members()).toHaveLength(2);
  });
});

describe('keys that already mean two people', () => {
  it('of a record leave both as they are: it is the one whose name it has, and of the other a person is asked', async () => {
    await harness.sync([hr(staffRecord('1', [PAYROLL])), teams(staffRecord('u1', [EMAIL], { givenName: 'Sam' }))]);
    const before = await members();
    const [run] = await harness.sync(upstreamOf('rota', [people([staffRecord('r1', [PAYROLL, EMAIL])])]));
    expect(run).toMatchObject({ received: 1, kept: 1, quarantined: 0 });
    expect(await members()).toMatchObject(before.map(({ id, given_name }) => ({ id, given_name })));
    expect(
      await harness.rows('SELECT m.given_name FROM workforce.source_record c JOIN workforce.staff_member m ON m.id = c.staff_id WHERE c.source_ref = $1', [
        'r1',
      ]),
    ).toEqual([{ given_name: 'Robin' }]);
    expect(
      await harness.rows('SELECT m.given_name FROM workforce.staff_key k JOIN workforce.staff_member m ON m.id = k.staff_id WHERE k.key = $1', [EMAIL]),
    ).toEqual([{ given_name: 'Sam' }]);
  });

  it('are told apart again once the wrong key is mended', async () => {
    const gmc = 'gmc:7654321';
    const wrong = staffRecord('1', ['ref:hr:1', gmc]);
    const right = staffRecord('2', ['ref:hr:2', gmc], { givenName: 'Sam', familyName: 'Birch' });
    await harness.sync([hr(wrong), teams(staffRecord('u2', ['ref:hr:2'], { givenName: 'Sam', familyName: 'Birch' }))]);
    expect(await harness.sync(hr(wrong, right))).toMatchObject([{ kept: 2, quarantined: 0 }]);
    expect(await members()).toHaveLength(2);
    await harness.sync(hr(staffRecord('1', ['ref:hr:1']), right));
    const rows = await harness.rows('SELECT m.given_name FROM workforce.staff_key k JOIN workforce.staff_member m ON m.id = k.staff_id WHERE k.key = $1', [
      gmc,
    ]);
    expect(rows).toEqual([{ given_name: 'Sam' }]);
    expect(await members()).toHaveLength(2);
  });
});

describe('a registration', () => {
  const nurse = (ref: string, keyList: readonly string[], number: string) => staffRecord(ref, keyList, { registrations: [{ regulator: 'NMC', number }] });
  const registrations = () => harness.rows('SELECT regulator, number FROM workforce.registration ORDER BY number');

  it('finds its holder as a key does', async () => {
    await harness.sync([hr(nurse('1', [PAYROLL], '15A1234E')), teams(nurse('u1', [EMAIL], '15A1234E'))]);
    expect(await members()).toHaveLength(1);
    expect(await registrations()).toEqual([{ regulator: 'NMC', number: '15A1234E' }]);
  });

  it('that was mended replaces the wrong one', async () => {
    await harness.sync(hr(nurse('1', [PAYROLL], '15A1234E')));
    await harness.sync(hr(nurse('1', [PAYROLL], '15A1234F')));
    expect(await registrations()).toEqual([{ regulator: 'NMC', number: '15A1234F' }]);
  });
});

describe('a record that names a person by key', () => {
  const everything = (key: string) =>
    upstreamOf('rota', [
      { name: 'shifts', entity: 'shift', records: () => [shiftRecord(1, filledBy(key))] },
      { name: 'engagements', entity: 'engagement', records: () => [engagementRecord('e1', key)] },
    ]);
  const linked = async () =>
    harness.rows(
      `SELECT (SELECT staff_id FROM rota.booking) IS NOT DISTINCT FROM m.id AS booked, (SELECT staff_id FROM workforce.engagement) IS NOT DISTINCT FROM m.id AS engaged
       FROM workforce.staff_member m`,
    );

  it('is joined to them whichever comes first', async () => {
    await harness.sync(everything(EMAIL));
    expect(await harness.rows('SELECT staff_id, staff_key FROM rota.booking')).toEqual([{ staff_id: null, staff_key: EMAIL }]);
    await harness.sync(hr(staffRecord('1', [EMAIL])), { minutesLater: 5 });
    expect(await linked()).toEqual([{ booked: true, engaged: true }]);
    expect(await harness.rows('SELECT changed_at FROM rota.booking UNION ALL SELECT changed_at FROM workforce.engagement')).toEqual([
      { changed_at: later(5) },
      { changed_at: later(5) },
    ]);
    await emptyTables(database);
    await harness.sync([hr(staffRecord('1', [EMAIL])), everything(EMAIL)]);
    expect(await linked()).toEqual([{ booked: true, engaged: true }]);
  });

  it('is joined when a known person gains that key', async () => {
    await harness.sync([hr(staffRecord('1', [PAYROLL])), everything(EMAIL)]);
    await harness.sync(hr(staffRecord('1', [PAYROLL, EMAIL])));
    expect(await members()).toHaveLength(1);
    expect(await linked()).toEqual([{ booked: true, engaged: true }]);
  });

  it('has its fill source from the engagements by the end of the run, and keeps it for the days before they were gone', async () => {
    await harness.sync([hr(staffRecord('1', [EMAIL])), everything(EMAIL)]);
    expect(await harness.rows('SELECT fill_source FROM rota.booking')).toEqual([{ fill_source: 'OWN' }]);
    const without = upstreamOf('rota', [{ name: 'engagements', entity: 'engagement', records: () => [] }]);
    await harness.sync(without, { acceptShrink: true, minutesLater: 3 });
    expect(await harness.rows('SELECT fill_source, changed_at FROM rota.booking')).toEqual([{ fill_source: 'OWN', changed_at: NOW }]);
  });
});
