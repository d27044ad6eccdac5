/** Who is who, asked through the graph: the waterfall, the questions, and what a person says of them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import { type ActorName, fillSmallNetwork } from '../support/small-network.ts';
import { engagementRecord, NOW, staffRecord, upstreamOf, WINDOW } from '../sync/fake-upstream.ts';
import { emptyTables } from '../sync/harness.ts';

let database: Database;
let graph: Graph;
beforeAll(async () => {
  database = await openTestDatabase();
  graph = await openGraph(database);
});
beforeEach(async () => {
  await emptyTables(database);
  await database.script('TRUNCATE workforce.identity_move, platform.audit');
  await fillSmallNetwork(database);
  await syncTwoSystems(database);
});
afterAll(async () => {
  await graph.close();
  await database.close();
});

const EMAIL = 'work-email:robin.ashdown@example.nhs.invalid';
const DATE = 'd'.repeat(32);

/** Robin in three records, of which two are joined by a birth date and the third has only the name; Sam elsewhere. */
async function syncTwoSystems(into: Database): Promise<void> {
  const people = (id: string, records: Parameters<typeof upstreamOf>[1][number]['records'], organisation: string, staffKey: string) => ({
    ...upstreamOf(id, [
      { name: 'people', entity: 'staffMember', records },
      { name: 'engagements', entity: 'engagement', records: () => [engagementRecord(`${id}-1`, staffKey, { organisationCode: organisation })] },
    ]),
    organisationCodes: [organisation],
  });
  const upstreams = [
    people(
      'hr',
      () => [staffRecord('h1', ['payroll:hr:1'], { birthDateDigest: DATE }), staffRecord('h2', ['payroll:hr:2'], { birthDateDigest: DATE, givenName: 'Rob' })],
      'Z99001',
      'payroll:hr:1',
    ),
    people('teams', () => [staffRecord('t1', [EMAIL])], 'Z99002', EMAIL),
    people('outside', () => [staffRecord('o1', ['ref:outside:1'], { givenName: 'Sam', familyName: 'Birch' })], 'Z98001', 'ref:outside:1'),
    people('outside-too', () => [staffRecord('o2', ['ref:outside:2'], { givenName: 'Sam', familyName: 'Birch' })], 'Z98001', 'ref:outside:2'),
  ];
  await createSyncEngine({ database: into, now: () => NOW }).run(upstreams, WINDOW);
}

const ask = async (who: ActorName, query: string, variables?: Record<string, unknown>) => {
  const { data, codes, text } = await graph.ask(who, query, variables);
  expect(codes).toEqual([]);
  return { data, text };
};

const REVIEWS = `{ identityReviews { totalCount nodes { id state closedAt people { id name identity { records { id source sourceRef asOf name } } }
  evidence { verdict certain bits probability bar records { source sourceRef } waterfall { title found bits total } } } } }`;
const reviewsOf = async (who: ActorName) => (await ask(who, REVIEWS)).data.identityReviews;

const MUTATIONS = {
  confirmIdentity: `mutation ($id: ID!) { confirmIdentity(input: { reviewId: $id }) { __typename
    ... on IdentityConfirmed { review { state } staffMember { identity { records { sourceRef } } } } ... on NotAllowed { reason } } }`,
  rejectIdentity: 'mutation ($id: ID!) { rejectIdentity(input: { reviewId: $id }) { __typename ... on IdentityRejected { review { state people { id } } } } }',
} as const;
const decide = async (who: ActorName, action: keyof typeof MUTATIONS, id: string) => (await ask(who, MUTATIONS[action], { id })).data[action];
const split = async (who: ActorName, staffId: string, recordIds: readonly string[]) =>
  (
    await ask(
      who,
      `mutation ($staffId: ID!, $recordIds: [ID!]!) { splitIdentity(input: { staffId: $staffId, recordIds: $recordIds }) { __typename
         ... on IdentitySplit { staffMember { id } other { id identity { records { sourceRef } } } } } }`,
      { staffId, recordIds },
    )
  ).data.splitIdentity;

const audit = async () =>
  (await database?.query<{ actor: string; action: string; subject: string }>('SELECT actor, action, subject FROM platform.audit ORDER BY id')) ?? [];

describe('a person’s identity', () => {
  it('tells the records and, as a waterfall without their values, why they are one', async () => {
    const { data } = await ask(
      'coordinator',
      '{ staff(filter: { nameContains: "Ashdown", organisationCodes: ["Z99001"] }) { nodes { identity { records { sourceRef } evidence { verdict bits probability bar waterfall { title found bits total } } } } } }',
    );
    const [{ identity }] = data.staff.nodes;
    expect(identity.records.map(({ sourceRef }: { sourceRef: string }) => sourceRef).sort()).toEqual(['h1', 'h2']);
    const [evidence] = identity.evidence;
    expect(evidence).toMatchObject({ verdict: 'JOIN', bar: null });
    expect(evidence.probability).toBeGreaterThan(0.99);
    expect(evidence.waterfall.map(({ title }: { title: string }) => title)).toEqual([
      'Before anything is compared',
      'Date of birth',
      'Payroll number',
      'Given name',
      'Family name',
    ]);
    expect(evidence.waterfall.at(-1).total).toBeCloseTo(evidence.bits, 9);
    expect(JSON.stringify(evidence)).not.toMatch(/robin|ashdown|dddd/i);
  });

  it('holds no digest and no number of anybody, whoever asks', async () => {
    const { text } = await ask('service', REVIEWS);
    expect(text).not.toContain(DATE);
    expect(text).not.toContain('payroll:');
  });

  it('names no system of another organisation, whose records would tell that they work there too', async () => {
    const [{ id }] = (await reviewsOf('coordinator')).nodes;
    await decide('coordinator', 'confirmIdentity', id);
    const query = '{ staff(filter: { nameContains: "Ashdown" }) { nodes { identity { records { sourceRef } evidence { records { sourceRef } } } } } }';
    const refs = async (who: ActorName) => {
      const [{ identity }] = (await ask(who, query)).data.staff.nodes;
      const of = (records: readonly { sourceRef: string }[]) => records.map(({ sourceRef }) => sourceRef).sort();
      return [of(identity.records), identity.evidence.map(({ records }: { records: { sourceRef: string }[] }) => of(records).join('+')).sort()];
    };
    expect(await refs('coordinator')).toEqual([
      ['h1', 'h2', 't1'],
      ['h1+h2', 'h1+t1', 'h2+t1'],
    ]);
    expect(await refs('alderManager')).toEqual([['h1', 'h2'], ['h1+h2']]);
  });

  it('is not for an analyst', async () => {
    const { data, text } = await ask('analyst', `{ staff { nodes { identity { records { id } } } } ${REVIEWS.slice(1)}`);
    expect(data.staff.nodes.every(({ identity }: { identity: unknown }) => identity === null)).toBe(true);
    expect(data.identityReviews).toMatchObject({ totalCount: 0, nodes: [] });
    expect(text).not.toMatch(/ashdown/i);
  });
});

describe('questions', () => {
  it('are shown to those who reach both persons, with what speaks for and against', async () => {
    const { nodes, totalCount } = await reviewsOf('coordinator');
    expect(totalCount).toBe(1);
    expect(nodes[0]).toMatchObject({ state: 'OPEN', closedAt: null, evidence: { verdict: 'REVIEW', certain: false } });
    expect(nodes[0].evidence.bar).toMatch(/name/);
    expect(nodes[0].people.map(({ name }: { name: string }) => name)).toEqual(['Robin Ashdown', 'Robin Ashdown']);
    expect((await reviewsOf('alderManager')).totalCount).toBe(0);
    expect((await reviewsOf('alderGp')).totalCount).toBe(0);
    expect((await reviewsOf('service')).totalCount).toBe(2);
  });

  it('can be asked for by state and by source', async () => {
    const count = async (filter: string) => (await ask('coordinator', `{ identityReviews(filter: ${filter}) { totalCount } }`)).data.identityReviews.totalCount;
    expect([await count('{ source: "teams" }'), await count('{ source: "outside" }'), await count('{ states: [CONFIRMED, REJECTED] }')]).toEqual([1, 0, 0]);
  });

  it('are found by their id, by those who reach them', async () => {
    const [{ id }] = (await reviewsOf('coordinator')).nodes;
    const node = async (who: ActorName) => (await ask(who, `{ node(id: "${id}") { id ... on IdentityReview { state } } }`)).data.node;
    expect([await node('coordinator'), await node('alderManager'), await node('analyst')]).toEqual([{ id, state: 'OPEN' }, null, null]);
  });
});

describe('a decision', () => {
  it('joins two persons, leaves one line in the audit trail, and is the same when said again', async () => {
    const [{ id }] = (await reviewsOf('coordinator')).nodes;
    const first = await decide('coordinator', 'confirmIdentity', id);
    expect(first).toMatchObject({ __typename: 'IdentityConfirmed', review: { state: 'CONFIRMED' } });
    expect(first.staffMember.identity.records.map(({ sourceRef }: { sourceRef: string }) => sourceRef).sort()).toEqual(['h1', 'h2', 't1']);
    expect(await decide('coordinator', 'confirmIdentity', id)).toEqual(first);
    expect(await audit()).toEqual([{ actor: 'coordinator', action: 'confirm identity', subject: id }]);
    expect((await reviewsOf('coordinator')).totalCount).toBe(0);
  });

  it('that two are two ends the question', async () => {
    const [{ id }] = (await reviewsOf('coordinator')).nodes;
    const first = await decide('coordinator', 'rejectIdentity', id);
    expect(first).toMatchObject({ __typename: 'IdentityRejected', review: { state: 'REJECTED' } });
    expect(first.review.people).toHaveLength(2);
    expect(await decide('coordinator', 'rejectIdentity', id)).toEqual(first);
    expect(await audit()).toHaveLength(1);
    expect((await reviewsOf('coordinator')).totalCount).toBe(0);
  });

  it('splits what was joined, and is the same when said again', async () => {
    const { nodes } = (
      await ask(
        'coordinator',
        '{ staff(filter: { organisationCodes: ["Z99001"], nameContains: "Ashdown" }) { nodes { id identity { records { id sourceRef } } } } }',
      )
    ).data.staff;
    const [{ id, identity }] = nodes;
    const going = identity.records.find(({ sourceRef }: { sourceRef: string }) => sourceRef === 'h2').id;
    const first = await split('coordinator', id, [going]);
    expect(first).toMatchObject({ __typename: 'IdentitySplit', staffMember: { id } });
    expect(await split('coordinator', id, [going])).toMatchObject({ __typename: 'IdentitySplit', staffMember: { id } });
    expect(await audit()).toEqual([{ actor: 'coordinator', action: 'split identity', subject: id }]);
    const records = (await ask('coordinator', `{ staffMember(id: "${id}") { identity { records { sourceRef } } } }`)).data.staffMember.identity.records;
    expect(records).toEqual([{ sourceRef: 'h1' }]);
    expect(await split('coordinator', id, ['00000000-0000-4000-8000-000000000000'])).toEqual({ __typename: 'NothingToSplit' });
  });

  it('shows who was split to those alone who reach them afterwards', async () => {
    const kit = { givenName: 'Kit', familyName: 'Cedar', birthDateDigest: 'e'.repeat(32) };
    const known = (source: string, organisationCode: string) => ({
      ...upstreamOf(source, [
        { name: 'people', entity: 'staffMember', records: () => [staffRecord(`${source}-1`, [`ref:${source}:1`], kit)] },
        { name: 'engagements', entity: 'engagement', records: () => [engagementRecord(`${source}-e`, `ref:${source}:1`, { organisationCode })] },
      ]),
      organisationCodes: [organisationCode],
    });
    await createSyncEngine({ database, now: () => NOW }).run([known('far', 'Z98001'), known('near', 'Z99001')], WINDOW);
    const records = await database.query<{ id: string; staffId: string }>(
      `SELECT id, 'staff_' || staff_id AS "staffId" FROM workforce.source_record WHERE source_ref = 'near-1'`,
    );
    const { id = '', staffId = '' } = records[0] ?? {};
    const done = await split('coordinator', staffId, [id]);
    expect(done).toMatchObject({ __typename: 'IdentitySplit', staffMember: null, other: { identity: { records: [{ sourceRef: 'near-1' }] } } });
  });

  it.each(['alderGp', 'alderManager', 'analyst', 'service', 'nobody'] as const)('is not for %s', async (who) => {
    const [{ id }] = (await reviewsOf('service')).nodes;
    expect(await decide(who, 'confirmIdentity', id)).toEqual({ __typename: 'NotAllowed', reason: expect.any(String) });
    expect(await decide(who, 'rejectIdentity', id)).toEqual({ __typename: 'NotAllowed' });
    expect(await split(who, 'staff_00000000-0000-4000-8000-000000000000', ['00000000-0000-4000-8000-000000000000'])).toEqual({ __typename: 'NotAllowed' });
    expect(await audit()).toEqual([]);
  });

  it('of persons out of reach finds nothing', async () => {
    const { nodes } = (await ask('service', '{ identityReviews(filter: { source: "outside" }) { nodes { id people { id } } } }')).data.identityReviews;
    expect(await decide('coordinator', 'confirmIdentity', nodes[0].id)).toEqual({ __typename: 'NotFound' });
    expect(await decide('coordinator', 'rejectIdentity', 'review_nothing')).toEqual({ __typename: 'NotFound' });
    expect(await split('coordinator', nodes[0].people[0].id, ['00000000-0000-4000-8000-000000000000'])).toEqual({ __typename: 'NotFound' });
  });
});
