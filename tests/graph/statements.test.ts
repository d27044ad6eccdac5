import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import { type ActorName, fillSmallNetwork, insert, insertShifts, type PersonName, shiftId } from '../support/small-network.ts';

const PEOPLE_OF_NETWORK: readonly PersonName[] = ['alderGp', 'alderNurse', 'birchGp', 'pharmacist'];
const ORGANISATIONS = ['Z99001', 'Z99002', 'Z99003', 'U99999'];

/** Two hundred shifts, each with a person of its own, so that nothing is constant only because it repeats. */
async function fillShifts(database: Database): Promise<void> {
  await insertShifts(
    database,
    Array.from({ length: 200 }, (_, index) => ({
      organisation: ORGANISATIONS[index % ORGANISATIONS.length] ?? '',
      site: ['Z99001', 'Z99002', 'U99999-HUB'][index % 3] ?? '',
      startsAt: new Date(Date.UTC(2026, 9, 26, 8 + index)).toISOString(),
      endsAt: new Date(Date.UTC(2026, 9, 26, 12 + index)).toISOString(),
      person: PEOPLE_OF_NETWORK[index % PEOPLE_OF_NETWORK.length] ?? null,
    })),
  );
  const person = (index: number) => `00000006-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const origin = (index: number) => ({ source: 'esr', source_ref: `many-${index}`, as_of: '2026-10-01T09:00:00Z', pass_id: 1 });
  const numbers = Array.from({ length: 200 }, (_, index) => index);
  await insert(
    database,
    'workforce.staff_member',
    numbers.map((index) => ({ id: person(index), given_name: 'Person', family_name: `Number ${index}`, skills: [], ...origin(index) })),
  );
  await insert(
    database,
    'workforce.engagement',
    numbers.map((index) => ({
      staff_id: person(index),
      staff_key: `ref:esr:${index}`,
      organisation_code: ORGANISATIONS[index % 4],
      kind: 'SALARIED',
      role: 'PRACTICE_NURSE',
      ...origin(index),
    })),
  );
  await insert(
    database,
    'rota.calendar_feed',
    numbers.map((index) => ({
      id: `00000005-0000-4000-8000-${String(index).padStart(12, '0')}`,
      staff_id: person(index),
      label: 'Phone',
      token_hash: `hash ${index}`,
      created_at: '2026-10-01T09:00:00Z',
    })),
  );
  const records = (source: string) =>
    numbers.map((index) => ({
      ...{ source, source_ref: `many-${index}`, stream: 'staff', staff_id: person(index), keys: [], fields: { given_name: 'Person' } },
      ...{ as_of: '2026-10-01T09:00:00Z', pass_id: 1 },
    }));
  await insert(database, 'workforce.source_record', [...records('esr'), ...records('rota')]);
  const page = { pass_id: 1, mapping_version: 'esr-csv@1', as_of: '2026-10-01T09:00:00Z', synced_at: '2026-10-01T09:00:00Z', content_hash: '' };
  const refs = numbers.map((index) => `many-${index}`);
  await insert(database, 'platform.raw_page', [
    { id: 1, upstream: 'esr', stream: 'staff', entity: 'staffMember', refs, ...page },
    { id: 2, upstream: 'esr', stream: 'terms', entity: 'engagement', refs, ...page },
    { id: 3, upstream: 'rota-alder', stream: 'shifts', entity: 'shift', refs: numbers.map((index) => `shift-${index + 1}`), ...page },
  ]);
  for (const index of numbers) await database.query('UPDATE rota.booking SET staff_id = $1 WHERE shift_id = $2', [person(index), shiftId(index + 1)]);
}

describe('a page of 200', () => {
  let database: Database;
  let graph: Graph;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await fillShifts(database);
    graph = await openGraph(database);
  });
  afterAll(async () => {
    await graph.close();
    await database.close();
  });

  async function statementsOf(who: ActorName, query: string, first: number) {
    // The caller's own facts are kept for half a minute: they are asked for before anything is counted.
    await graph.ask(who, '{ measureDefinitions { name } }');
    const statements: string[] = [];
    const stop = database.onStatement((statement) => statements.push(statement));
    const { data, codes } = await graph.ask(who, query, { first });
    stop();
    expect(codes).toEqual([]);
    return { data, statements };
  }

  const shifts = `query ($first: Int) { shifts(first: $first) { totalCount nodes {
    id status practice { name pcn { name } upstreamSystems { id } } pcn { name } site { name practice { name } }
    workedBy { name role engagements { kind practice { name } } } booking { fillSource staffMember { workEmail } } } } }`;

  it.each<ActorName>(['coordinator', 'service', 'analyst'])(
    'shifts with staff, engagements and practices costs %s as many statements as one of 20',
    async (who) => {
      const few = await statementsOf(who, shifts, 20);
      const many = await statementsOf(who, shifts, 200);
      expect([few.data.shifts.nodes.length, many.data.shifts.nodes.length]).toEqual([20, 200]);
      expect(many.statements.length).toBe(few.statements.length);
      expect(many.statements.length).toBeLessThanOrEqual(20);
    },
  );

  it('people with their shifts, leave and calendar links costs as many statements as one of 20', async () => {
    const people = `query ($first: Int) { staff(first: $first) { nodes { id name credentials { kind } leave { kind } registrations { number }
      calendarFeeds { id } shifts(first: 5) { totalCount nodes { id practice { name } } } } } }`;
    const few = await statementsOf('coordinator', people, 20);
    const many = await statementsOf('coordinator', people, 200);
    expect([few.data.staff.nodes.length, many.data.staff.nodes.length]).toEqual([20, 200]);
    expect(many.statements.length).toBe(few.statements.length);
  });

  it.each<ActorName>(['coordinator', 'analyst'])('with where each field came from costs %s as many statements as one of 20', async (who) => {
    const told = 'field source upstreamRef observedAt syncedAt mappingVersion rule alternatives { source observedAt }';
    const queries = [
      `query ($first: Int) { staff(first: $first) { nodes {
        provenance(fields: ["givenName", "skills"]) { ${told} } engagements { provenance(fields: ["kind"]) { rule syncedAt mappingVersion } } } } }`,
      'query ($first: Int) { shifts(first: $first) { nodes { provenance(fields: ["startsAt", "fillSource"]) { rule syncedAt mappingVersion } } } }',
    ];
    for (const query of queries) {
      const few = await statementsOf(who, query, 20);
      const many = await statementsOf(who, query, 200);
      expect(many.statements.length).toBe(few.statements.length);
      const nodes: readonly { readonly provenance: readonly object[] }[] = (many.data.staff ?? many.data.shifts).nodes;
      expect(nodes).toHaveLength(200);
      if (who === 'coordinator') expect(nodes.filter(({ provenance }) => provenance.length > 0).length).toBeGreaterThan(190);
    }
  });
});
