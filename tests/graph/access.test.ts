/** Every role against every type and action of the graph, asked over HTTP: what the table in policy/rules.ts comes to. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import {
  ACTORS,
  type ActorName,
  ALL_NAMES,
  emailOf,
  fillSmallNetwork,
  insert,
  insertShifts,
  PEOPLE,
  type PersonName,
  shiftId,
} from '../support/small-network.ts';

const at = (day: number) => ({ startsAt: `2026-10-${20 + day}T08:00:00Z`, endsAt: `2026-10-${20 + day}T12:00:00Z` });

/** What a role comes to. Shifts by number, people by name; `named` are those whose names are shown. */
interface Expected {
  readonly organisations: number;
  readonly shifts: readonly number[];
  readonly people: readonly PersonName[] | 'pseudonyms of four';
  readonly named: readonly PersonName[];
  /** Whose credentials, leave and banks are shown. */
  readonly credentials: readonly PersonName[];
  readonly leave: readonly PersonName[];
  readonly measuresOfAlderbrook: boolean;
  readonly contractedFte: boolean;
  readonly me: PersonName | null;
  /** Whose calendar links are shown. */
  readonly feeds: readonly PersonName[];
  readonly createOwnFeed: string;
  readonly createFeedOfNurse: string;
  readonly revokeFeedOfNurse: string;
  /** Of whom it is shown which records mean them. */
  readonly identity: readonly PersonName[];
  readonly splitNurse: string;
}

const NETWORK: readonly PersonName[] = ['alderGp', 'alderNurse', 'birchGp', 'pharmacist'];
const EVERYBODY: readonly PersonName[] = [...NETWORK, 'strangerGp'];

const EXPECTED: Readonly<Partial<Record<ActorName, Expected>>> = {
  // CLINICIAN: their own, and the open GP shifts of their practice (3) and of the network whose bank they are in (4).
  alderGp: {
    organisations: 4,
    shifts: [1, 3, 4],
    people: ['alderGp'],
    named: ['alderGp'],
    credentials: ['alderGp'],
    leave: ['alderGp'],
    measuresOfAlderbrook: false,
    contractedFte: false,
    me: 'alderGp',
    feeds: ['alderGp'],
    createOwnFeed: 'CalendarFeedCreated',
    createFeedOfNurse: 'NotFound',
    revokeFeedOfNurse: 'NotFound',
    identity: ['alderGp'],
    splitNurse: 'NotAllowed',
  },
  // PRACTICE_MANAGER of Alderbrook: its rota, its people, and leavers' links; no link of their own, being nobody here.
  alderManager: {
    organisations: 4,
    shifts: [1, 3],
    people: ['alderGp', 'alderNurse'],
    named: ['alderGp', 'alderNurse'],
    credentials: ['alderGp', 'alderNurse'],
    leave: ['alderGp', 'alderNurse'],
    measuresOfAlderbrook: true,
    contractedFte: true,
    me: null,
    feeds: [],
    createOwnFeed: 'NotAllowed',
    createFeedOfNurse: 'NotAllowed',
    revokeFeedOfNurse: 'CalendarFeedRevoked',
    identity: ['alderGp', 'alderNurse'],
    splitNurse: 'NotAllowed',
  },
  coordinator: {
    organisations: 4,
    shifts: [1, 2, 3, 4, 6],
    people: NETWORK,
    named: NETWORK,
    credentials: NETWORK,
    leave: NETWORK,
    measuresOfAlderbrook: true,
    contractedFte: true,
    me: null,
    feeds: [],
    createOwnFeed: 'NotAllowed',
    createFeedOfNurse: 'NotAllowed',
    revokeFeedOfNurse: 'CalendarFeedRevoked',
    identity: NETWORK,
    splitNurse: 'NothingToSplit',
  },
  analyst: {
    organisations: 4,
    shifts: [1, 2, 3, 4, 6],
    people: 'pseudonyms of four',
    named: [],
    credentials: [],
    leave: [],
    measuresOfAlderbrook: true,
    contractedFte: true,
    me: null,
    feeds: [],
    createOwnFeed: 'NotAllowed',
    createFeedOfNurse: 'NotAllowed',
    revokeFeedOfNurse: 'NotAllowed',
    identity: [],
    splitNurse: 'NotAllowed',
  },
  service: {
    organisations: 4,
    shifts: [1, 2, 3, 4, 5, 6],
    people: EVERYBODY,
    named: EVERYBODY,
    credentials: EVERYBODY,
    leave: EVERYBODY,
    measuresOfAlderbrook: true,
    contractedFte: true,
    me: null,
    feeds: [],
    createOwnFeed: 'NotAllowed',
    createFeedOfNurse: 'NotAllowed',
    revokeFeedOfNurse: 'NotAllowed',
    identity: EVERYBODY,
    splitNurse: 'NotAllowed',
  },
  // A token that is tied to nobody: published reference data, and nothing of anybody.
  nobody: {
    organisations: 4,
    shifts: [],
    people: [],
    named: [],
    credentials: [],
    leave: [],
    measuresOfAlderbrook: false,
    contractedFte: false,
    me: null,
    feeds: [],
    createOwnFeed: 'NotAllowed',
    createFeedOfNurse: 'NotAllowed',
    revokeFeedOfNurse: 'NotAllowed',
    identity: [],
    splitNurse: 'NotAllowed',
  },
};

const feedOf = (person: PersonName) => PEOPLE[person].replace(/^0000000./, '0000000a');
const nameOfId = (id: string) => (Object.keys(PEOPLE) as PersonName[]).find((person) => id === `staff_${PEOPLE[person]}`) ?? id;

describe('access', () => {
  let database: Database;
  let graph: Graph;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await insertShifts(database, [
      { ...at(1), person: 'alderGp' },
      { ...at(2), organisation: 'Z99002', site: 'Z99002', person: 'birchGp' },
      { ...at(3) },
      { ...at(4), organisation: 'U99999', site: 'U99999-HUB' },
      { ...at(5), organisation: 'Z98001', site: null, person: 'strangerGp' },
      { ...at(6), organisation: 'Z99002', site: 'Z99002', role: 'PRACTICE_NURSE' },
    ]);
    await database.query('DELETE FROM workforce.leave');
    await database.query('DELETE FROM workforce.credential');
    const rowsOf = (extra: object) =>
      EVERYBODY.map((person) => ({
        staff_id: PEOPLE[person],
        staff_key: `work-email:${emailOf(person)}`,
        ...extra,
        source: 'esr',
        source_ref: `access-${person}`,
        as_of: '2026-10-01T09:00:00Z',
        pass_id: 1,
      }));
    await insert(
      database,
      'workforce.credential',
      rowsOf({ kind: 'DBS', expires_on: '2027-01-01' }).map((row, index) => ({
        id: `0000000b-0000-4000-8000-00000000000${index}`,
        changed_at: '2026-10-01T09:00:00Z',
        ...row,
      })),
    );
    await insert(
      database,
      'workforce.leave',
      rowsOf({ kind: 'AWAY', starts_at: '2026-10-22T23:00:00Z', ends_at: '2026-10-23T23:00:00Z', all_day: true }).map((row, index) => ({
        id: `0000000c-0000-4000-8000-00000000000${index}`,
        changed_at: '2026-10-01T09:00:00Z',
        ...row,
      })),
    );
    graph = await openGraph(database);
  });
  afterAll(async () => {
    await graph.close();
    await database.close();
  });

  async function seenBy(who: ActorName) {
    await database.query('DELETE FROM rota.calendar_feed');
    await insert(
      database,
      'rota.calendar_feed',
      EVERYBODY.map((person) => ({
        id: feedOf(person),
        staff_id: PEOPLE[person],
        label: 'Phone',
        token_hash: `hash of ${person}`,
        created_at: '2026-10-01T09:00:00Z',
      })),
    );
    const { data, codes, text } = await graph.ask(
      who,
      `{ practices { totalCount } me { id }
         shifts { nodes { id } }
         staff { nodes { id name credentials { kind } leave { kind } calendarFeeds { id } identity { records { id } } } }
         practice(odsCode: "Z99001") { contractedFte(on: "2026-10-20") { fte } } }`,
    );
    expect(codes).toEqual([]);
    const measured = await graph.ask(
      who,
      `{ staffingMeasures(from: "2026-10-19T00:00:00Z", to: "2026-10-30T00:00:00Z", organisationCodes: ["Z99001"]) { neededHours } }`,
    );
    const create = async (staffId: string | null) => {
      const answer = await graph.ask(who, 'mutation ($input: CreateCalendarFeedInput!) { createCalendarFeed(input: $input) { __typename } }', {
        input: { label: 'Laptop', staffId },
      });
      return answer.data.createCalendarFeed.__typename as string;
    };
    const revoke = await graph.ask(who, `mutation { revokeCalendarFeed(input: { feedId: "feed_${feedOf('alderNurse')}" }) { __typename } }`);
    const split = await graph.ask(
      who,
      `mutation { splitIdentity(input: { staffId: "staff_${PEOPLE.alderNurse}", recordIds: ["${PEOPLE.alderNurse}"] }) { __typename } }`,
    );
    const people = data.staff.nodes as readonly {
      id: string;
      name: string | null;
      credentials: unknown[];
      leave: unknown[];
      calendarFeeds: unknown[];
      identity: unknown;
    }[];
    const having = (has: (person: (typeof people)[number]) => boolean) =>
      people
        .filter(has)
        .map(({ id }) => nameOfId(id))
        .sort();
    const pseudonyms = people.filter(({ id }) => id.startsWith('staff_p-')).length;
    return {
      text,
      seen: {
        organisations: data.practices.totalCount,
        shifts: data.shifts.nodes.map(({ id }: { id: string }) => Number(id.slice(-3))),
        people: pseudonyms === 4 && people.length === 4 ? 'pseudonyms of four' : having(() => true),
        named: having(({ name }) => name !== null),
        credentials: having(({ credentials }) => credentials.length > 0),
        leave: having(({ leave }) => leave.length > 0),
        measuresOfAlderbrook: (measured.data?.staffingMeasures ?? []).some(({ neededHours }: { neededHours: number }) => neededHours > 0),
        contractedFte: data.practice.contractedFte !== null,
        me: data.me && nameOfId(data.me.id),
        feeds: having(({ calendarFeeds }) => calendarFeeds.length > 0),
        createOwnFeed: await create(null),
        createFeedOfNurse: await create(`staff_${PEOPLE.alderNurse}`),
        revokeFeedOfNurse: revoke.data.revokeCalendarFeed.__typename,
        identity: having(({ identity }) => identity !== null),
        splitNurse: split.data.splitIdentity.__typename,
      },
    };
  }

  const sorted = (expected: Expected) =>
    Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, Array.isArray(value) && key !== 'shifts' ? [...value].sort() : value]));

  it.each(Object.entries(EXPECTED))('of %s is what the table says, for every type and action', async (who, expected) => {
    const { seen } = await seenBy(who as ActorName);
    expect(seen).toEqual(sorted(expected));
  });

  it('of an analyst holds no name, no address and no id of a person, whatever is asked', async () => {
    const { text } = await seenBy('analyst');
    const deep = await graph.ask(
      'analyst',
      `{ shifts { nodes { workedBy { id name givenName familyName workEmail registrations { number } } booking { staffMember { name } } source { ref } } }
         staff(filter: { nameContains: "a" }) { nodes { name } } practice(odsCode: "Z99001") { staff { nodes { name workEmail } } } }`,
    );
    const all = text + deep.text;
    expect(deep.data.shifts.nodes.some(({ workedBy }: { workedBy: { id: string } | null }) => workedBy?.id.startsWith('staff_p-'))).toBe(true);
    for (const secret of [...ALL_NAMES, ...Object.values(PEOPLE), ...EVERYBODY.map(emailOf)]) expect(all).not.toContain(secret);
  });

  it('gives an analyst the same pseudonym in every part of the graph and on every day, and another analyst another', async () => {
    const ask = async (who: ActorName) =>
      (await graph.ask(who, `{ shifts { nodes { id workedBy { id shifts { nodes { id } } } } } staff { nodes { id } } }`)).data;
    const [first, again, other] = [await ask('analyst'), await ask('analyst'), await ask('otherAnalyst')];
    expect(again).toEqual(first);
    const worker = (data: typeof first) => data.shifts.nodes.find(({ id }: { id: string }) => id === `shift_${shiftId(1)}`).workedBy;
    expect(worker(first).shifts.nodes).toEqual([{ id: `shift_${shiftId(1)}` }]);
    expect(first.staff.nodes).toContainEqual({ id: worker(first).id });
    expect(worker(other).id).not.toBe(worker(first).id);
    expect((await graph.ask('otherAnalyst', `{ staffMember(id: "${worker(first).id}") { id } }`)).data).toEqual({ staffMember: null });
  });

  it('knows every role', () => {
    const roles = new Set(Object.keys(EXPECTED).flatMap((who) => ACTORS[who as ActorName].grants.map(({ role }) => role)));
    expect([...roles].sort()).toEqual(['CLINICIAN', 'ICS_ANALYST', 'PCN_COORDINATOR', 'PRACTICE_MANAGER', 'SERVICE']);
  });

  it('leaves a line in the audit trail for every link that was made or stopped, without the link', async () => {
    await database.query('DELETE FROM platform.audit');
    await seenBy('alderGp');
    await seenBy('alderManager');
    const lines = await database.query<{ actor: string; action: string; subject: string; request_id: string | null }>(
      'SELECT actor, action, subject, request_id FROM platform.audit ORDER BY id',
    );
    expect(lines.map(({ actor, action }) => [actor, action])).toEqual([
      ['alder-gp', expect.stringContaining('create')],
      ['alder-manager', expect.stringContaining('revoke')],
    ]);
    expect(lines.every(({ request_id }) => request_id !== null)).toBe(true);
    expect(JSON.stringify(lines)).not.toContain('rgfeed1_');
  });
});
