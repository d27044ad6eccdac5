import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import { fillSmallNetwork, insert, insertShifts, PEOPLE, shiftId, type TestShift } from '../support/small-network.ts';

/** Eight shifts that differ in everything that a filter asks for. Numbered from 1. */
const SHIFTS: readonly TestShift[] = [
  { startsAt: '2026-10-26T08:00:00Z', endsAt: '2026-10-26T12:00:00Z', person: 'alderGp', breakMinutes: 30 },
  { startsAt: '2026-10-26T08:00:00Z', endsAt: '2026-10-26T12:00:00Z', role: 'PRACTICE_NURSE', person: 'alderNurse' },
  { startsAt: '2026-10-26T13:00:00Z', endsAt: '2026-10-26T17:00:00Z', mode: 'TELEPHONE' },
  { startsAt: '2026-10-27T08:00:00Z', endsAt: '2026-10-27T12:00:00Z', organisation: 'Z99002', site: 'Z99002', person: 'birchGp' },
  {
    startsAt: '2026-10-27T18:30:00Z',
    endsAt: '2026-10-27T20:00:00Z',
    organisation: 'U99999',
    site: 'U99999-HUB',
    mode: 'VIDEO',
    person: 'alderGp',
    fillSource: 'SHARED',
  },
  { startsAt: '2026-10-27T18:30:00Z', endsAt: '2026-10-27T20:00:00Z', organisation: 'U99999', site: null, role: 'PHARMACIST' },
  { startsAt: '2026-10-28T08:00:00Z', endsAt: '2026-10-28T12:00:00Z', status: 'CANCELLED', person: 'alderGp' },
  { startsAt: '2026-10-28T08:00:00Z', endsAt: '2026-10-28T12:00:00Z', organisation: 'Z98001', site: 'Z98001', person: 'strangerGp' },
];
const ids = (...numbers: readonly number[]) => numbers.map((number) => `shift_${shiftId(number)}`);

describe('the rota', () => {
  let database: Database;
  let graph: Graph;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await insertShifts(database, SHIFTS);
    graph = await openGraph(database);
  });
  afterAll(async () => {
    await graph.close();
    await database.close();
  });

  const nodesOf = async (filter: string, who: Parameters<Graph['ask']>[0] = 'service') => {
    const { data, errors } = await graph.ask(who, `{ shifts(filter: ${filter}) { totalCount nodes { id } } }`);
    expect(errors).toEqual([]);
    expect(data.shifts.totalCount).toBe(data.shifts.nodes.length);
    return data.shifts.nodes.map(({ id }: { id: string }) => id);
  };

  it('joins shifts with their people, practices, networks and sites', async () => {
    const { data, errors } = await graph.ask(
      'coordinator',
      `{ shifts(filter: { siteCodes: ["Z99001", "U99999-HUB"], statuses: [FILLED] }) { nodes { id status isOpen role staffGroup workedMinutes unpaidBreakMinutes
           practice { name } pcn { name } site { name kind } workedBy { name engagements { kind } }
           booking { fillSource staffMember { givenName } shift { id } } source { upstream ref asOf } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.shifts.nodes).toHaveLength(3);
    expect(data.shifts.nodes[0]).toEqual({
      id: ids(1)[0],
      status: 'FILLED',
      isOpen: false,
      role: 'GENERAL_PRACTITIONER',
      staffGroup: 'GP',
      workedMinutes: 210,
      unpaidBreakMinutes: 30,
      practice: { name: 'Alderbrook Surgery' },
      pcn: null,
      site: { name: 'Alderbrook Surgery', kind: 'PRACTICE_SITE' },
      workedBy: { name: 'Adaeze Quillfeather', engagements: [{ kind: 'SALARIED' }] },
      booking: { fillSource: 'OWN', staffMember: { givenName: 'Adaeze' }, shift: { id: ids(1)[0] } },
      source: { upstream: 'rota-alder', ref: 'shift-1', asOf: '2026-10-01T09:00:00.000Z' },
    });
    expect(data.shifts.nodes[2]).toMatchObject({
      practice: null,
      pcn: { name: 'Brackenford PCN' },
      site: { kind: 'ACCESS_HUB' },
      booking: { fillSource: 'SHARED' },
    });
  });

  it('shows shifts under a practice, a network and a person', async () => {
    const { data, errors } = await graph.ask(
      'service',
      `{ practices(filter: { odsCodes: ["Z99001", "Z99002", "Z99003"] }, orderBy: ODS_CODE_ASC) { nodes { odsCode shifts { totalCount nodes { id } } } }
         pcn(odsCode: "U99999") { shifts { nodes { id } } }
         staffMember(id: "staff_${PEOPLE.alderGp}") { shifts(orderBy: STARTS_AT_DESC) { nodes { id workedBy { id } } } } }`,
    );
    expect(errors).toEqual([]);
    const under = (connection: { nodes: readonly { id: string }[] }) => connection.nodes.map(({ id }) => id);
    expect(data.practices.nodes.map((practice: { shifts: never }) => under(practice.shifts))).toEqual([ids(1, 2, 3, 7), ids(4), []]);
    expect(data.practices.nodes.map((practice: { shifts: { totalCount: number } }) => practice.shifts.totalCount)).toEqual([4, 1, 0]);
    expect(under(data.pcn.shifts)).toEqual(ids(5, 6));
    expect(under(data.staffMember.shifts)).toEqual(ids(5, 1));
  });

  it('shows a shift whose person no HR source knows as filled by nobody known', async () => {
    await database.query(`INSERT INTO rota.booking (shift_id, staff_key, status, fill_source_stated) VALUES ($1, 'ref:rota-hub:77', 'CONFIRMED', false)`, [
      shiftId(6),
    ]);
    await database.query(`UPDATE rota.shift SET status = 'FILLED' WHERE id = $1`, [shiftId(6)]);
    const { data } = await graph.ask('coordinator', `{ shift(id: "${ids(6)[0]}") { status workedBy { id } booking { fillSource staffMember { id } } } }`);
    expect(data.shift).toEqual({ status: 'FILLED', workedBy: null, booking: { fillSource: null, staffMember: null } });
    await database.query('DELETE FROM rota.booking WHERE shift_id = $1', [shiftId(6)]);
    await database.query(`UPDATE rota.shift SET status = 'OPEN' WHERE id = $1`, [shiftId(6)]);
  });

  it('tells nobody on a cancelled shift', async () => {
    const { data } = await graph.ask('service', `{ shift(id: "${ids(7)[0]}") { status booking { fillSource } workedBy { id } } }`);
    expect(data.shift).toEqual({ status: 'CANCELLED', booking: null, workedBy: null });
  });

  describe('is filtered by', () => {
    it.each([
      ['organisation', '{ organisationCodes: ["Z99002", "Z98001"] }', ids(4, 8)],
      ['no organisation at all', '{ organisationCodes: [] }', []],
      ['network with its practices', '{ pcnOdsCode: "U99999" }', ids(1, 2, 3, 4, 5, 6, 7)],
      ['site', '{ siteCodes: ["U99999-HUB"] }', ids(5)],
      ['role', '{ roles: [PHARMACIST, PRACTICE_NURSE] }', ids(2, 6)],
      ['staff group', '{ staffGroups: [NURSE, DIRECT_PATIENT_CARE] }', ids(2, 6)],
      ['role and staff group that exclude each other', '{ staffGroups: [GP], roles: [PHARMACIST] }', []],
      ['status', '{ statuses: [OPEN, CANCELLED] }', ids(3, 6, 7)],
      ['delivery mode', '{ deliveryModes: [TELEPHONE, VIDEO] }', ids(3, 5)],
      ['fill source, which a cancelled shift has none of', '{ fillSources: [OWN, SHARED] }', ids(1, 2, 4, 5, 8)],
      ['person', `{ staffId: "staff_${PEOPLE.alderGp}" }`, ids(1, 5)],
      ['what is no person', '{ staffId: "staff_p-0123456789abcdef0123456789abcdef" }', []],
      ['end after a time', '{ from: "2026-10-28T11:59:59Z" }', ids(7, 8)],
      ['end after the time at which it ends', '{ from: "2026-10-28T12:00:00Z" }', []],
      ['start before a time', '{ to: "2026-10-26T08:00:01Z" }', ids(1, 2)],
      ['start before the time at which it starts', '{ to: "2026-10-26T08:00:00Z" }', []],
    ])('%s', async (_name, filter, expected) => {
      expect(await nodesOf(filter)).toEqual(expected);
    });

    it('a time in the middle of the longest shift', async () => {
      await insertShifts(database, [{ startsAt: '2026-11-01T08:00:00Z', endsAt: '2026-11-02T08:00:00Z' }], 90);
      expect(await nodesOf('{ from: "2026-11-02T07:59:00Z", to: "2026-11-02T07:59:30Z" }')).toEqual(ids(90));
      await database.query('DELETE FROM rota.shift WHERE id = $1', [shiftId(90)]);
    });
  });

  describe('is paged', () => {
    const page = async (first: number, after: string | null, orderBy = 'STARTS_AT_ASC') => {
      const { data, errors } = await graph.ask(
        'service',
        `query ($first: Int, $after: String) { shifts(first: $first, after: $after, orderBy: ${orderBy}) {
           edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`,
        { first, after },
      );
      expect(errors).toEqual([]);
      return data.shifts as {
        edges: readonly { cursor: string; node: { id: string } }[];
        pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
        totalCount: number;
      };
    };

    it.each(['STARTS_AT_ASC', 'STARTS_AT_DESC'])('in %s without losing or doubling shifts that start together', async (orderBy) => {
      const seen: string[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < 10; pages++) {
        const { edges, pageInfo, totalCount } = await page(3, after, orderBy);
        seen.push(...edges.map(({ node }) => node.id));
        expect([totalCount, pageInfo.hasPreviousPage]).toEqual([8, after !== null]);
        if (!pageInfo.hasNextPage) break;
        after = pageInfo.endCursor;
      }
      const ascending = ids(1, 2, 3, 4, 5, 6, 7, 8);
      expect(seen).toEqual(orderBy === 'STARTS_AT_ASC' ? ascending : ascending.toReversed());
    });

    it('from a cursor that holds when shifts before it come and go', async () => {
      const first = await page(4, null);
      await insertShifts(database, [{ startsAt: '2026-10-25T08:00:00Z', endsAt: '2026-10-25T12:00:00Z' }], 91);
      await database.query('UPDATE rota.shift SET removed_at = now() WHERE id = $1', [shiftId(4)]);
      const second = await page(4, first.pageInfo.endCursor);
      await database.query('UPDATE rota.shift SET removed_at = NULL WHERE id = $1', [shiftId(4)]);
      await database.query('DELETE FROM rota.shift WHERE id = $1', [shiftId(91)]);
      expect(second.edges.map(({ node }) => node.id)).toEqual(ids(5, 6, 7, 8));
    });

    it.each([
      [201, 'PAGE_TOO_LARGE'],
      [0, 'BAD_USER_INPUT'],
      [-1, 'BAD_USER_INPUT'],
    ])('with %i at a time: %s', async (first, code) => {
      const { codes } = await graph.ask('service', `{ shifts(first: ${first}) { nodes { id } } }`);
      expect(codes).toEqual([code]);
    });

    it.each([
      ['no cursor', 'nonsense'],
      ['a cursor of practices', Buffer.from(JSON.stringify(['Alderbrook Surgery', 'Z99001'])).toString('base64url')],
      ['a cursor with a day that does not exist', Buffer.from(JSON.stringify(['2026-02-30 08:00:00+00', shiftId(1)])).toString('base64url')],
      ['a cursor with half a time', Buffer.from(JSON.stringify(['1', shiftId(1)])).toString('base64url')],
    ])('after %s: BAD_USER_INPUT', async (_name, after) => {
      const { codes } = await graph.ask('service', 'query ($after: String) { shifts(after: $after) { nodes { id } } }', { after });
      expect(codes).toEqual(['BAD_USER_INPUT']);
    });
  });

  describe('node(id:)', () => {
    const node = async (id: string, who: Parameters<Graph['ask']>[0] = 'service') => {
      const { data, codes } = await graph.ask(
        who,
        `query ($id: ID!) { node(id: $id) { __typename id ... on Shift { status } ... on StaffMember { fullName: name } ... on Practice { name } ... on Site { code } ... on Leave { kind } ... on CalendarFeed { label } } }`,
        { id },
      );
      expect(codes).toEqual([]);
      return data.node;
    };

    it('finds a record of every subgraph', async () => {
      await insert(database, 'rota.calendar_feed', [
        { id: '00000005-0000-4000-8000-000000000001', staff_id: PEOPLE.alderGp, label: 'Phone', token_hash: 'x', created_at: '2026-10-01T08:00:00Z' },
      ]);
      expect(await node(ids(1)[0] ?? '')).toEqual({ __typename: 'Shift', id: ids(1)[0], status: 'FILLED' });
      expect(await node('practice_Z99001')).toMatchObject({ name: 'Alderbrook Surgery' });
      expect(await node(`staff_${PEOPLE.alderGp}`)).toMatchObject({ fullName: 'Adaeze Quillfeather' });
      expect(await node('leave_00000004-0000-4000-8000-000000000000')).toMatchObject({ kind: 'ANNUAL' });
      expect(await node('feed_00000005-0000-4000-8000-000000000001', 'alderGp')).toMatchObject({ __typename: 'CalendarFeed', label: 'Phone' });
    });

    it.each([
      ['an unknown shift', `shift_${shiftId(999)}`],
      ['what is no id', 'nonsense'],
      ['an id of no type of ours', 'patient_1'],
      ['a shift with a key that is no UUID', 'shift_Z99001'],
      ['an unknown practice', 'practice_Z00000'],
    ])('is null for %s', async (_name, id) => {
      expect(await node(id)).toBeNull();
    });

    it('is null for a shift beyond the caller’s reach', async () => {
      expect(await node(ids(4)[0] ?? '', 'alderManager')).toBeNull();
      expect((await graph.ask('alderManager', `{ shift(id: "${ids(4)[0]}") { id } }`)).data).toEqual({ shift: null });
    });
  });
});
