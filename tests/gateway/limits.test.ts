import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { LIMITS } from '../../platform/limits.ts';
import { openTestDatabase } from '../support/database.ts';
import { fillSmallNetwork } from '../support/small-network.ts';
import { inProcess, makeTestIssuer, realSubgraphs, type Served, serveGateway, serveSubgraph } from './harness.ts';

/** `icb { practices { nodes { icb { … } } } }` with `totalCount` (12 fields within fields) or a name (13) at the end. */
const nested = (end: string) => {
  const turn = (within: string) => `practices(first: 1) { nodes { icb { ${within} } } }`;
  return `{ icb(code: "QZZ") { ${turn(turn(turn(`practices(first: 1) { ${end} }`)))} } }`;
};

const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, index) => `a${index}: practice(odsCode: "Z99001") { odsCode }`).join(' ')} }`;
const directives = (count: number) => `{ practice(odsCode: "Z99001") { odsCode ${'name @include(if: true) '.repeat(count)} } }`;
const tokens = (count: number) => `{ practices(filter: { odsCodes: [${'"Z99001" '.repeat(count)}] }) { totalCount } }`;

describe.each(['the gateway', 'a subgraph'])('%s', (place) => {
  let database: Database;
  let served: Served;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    const issuer = await makeTestIssuer();
    const subgraphs = realSubgraphs(database, issuer);
    const [practices] = subgraphs;
    if (!practices) throw new Error('There is no practices subgraph.');
    served = place === 'the gateway' ? await serveGateway(issuer, inProcess(subgraphs)) : await serveSubgraph(practices, issuer);
  });
  afterAll(async () => {
    await served.close();
    await database.close();
  });

  it.each([
    ['depth', nested('totalCount'), nested('nodes { name }')],
    ['aliases', aliases(LIMITS.aliases), aliases(LIMITS.aliases + 1)],
    ['directives', directives(LIMITS.directives), directives(LIMITS.directives + 1)],
    ['tokens', tokens(LIMITS.tokens - 50), tokens(LIMITS.tokens)],
    [
      'cost',
      '{ practices(first: 200) { nodes { sites { code } } } }',
      '{ practices(first: 200) { nodes { sites { practice { sites { practice { sites { code } } } } } } } }',
    ],
  ])('answers up to the limit of %s, and refuses what is beyond it', async (what, within, beyond) => {
    expect((await served.ask(within)).codes).toEqual([]);
    const { codes, status, errors } = await served.ask(beyond);
    expect([codes, status]).toEqual([['QUERY_TOO_LARGE'], 400]);
    expect(errors[0]?.message).toMatch(new RegExp(`${what}|token`));
  });

  it('refuses a page of 201, also one that a variable asks for', async () => {
    expect((await served.ask('query ($n: Int) { practices(first: $n) { nodes { name } } }', { variables: { n: 200 } })).codes).toEqual([]);
    expect((await served.ask('query ($n: Int) { practices(first: $n) { nodes { name } } }', { variables: { n: 201 } })).codes).toEqual(['PAGE_TOO_LARGE']);
  });

  it('counts what a fragment holds wherever it is spread', async () => {
    const deep = `fragment F on Practice { pcn { practices { pcn { practices { name } } } } } { pcn(odsCode: "U99999") { practices { ...F } } }`;
    expect((await served.ask(deep)).codes).toEqual([]);
    const { codes } = await served.ask(
      `fragment F on Practice { pcn { practices { pcn { practices { pcn { practices { name } } } } } } } { pcn(odsCode: "U99999") { practices { pcn { practices { pcn { practices { ...F } } } } } } }`,
    );
    expect(codes).toContain('QUERY_TOO_LARGE');
  });

  it('refuses a body above 256 kB before it is read', async () => {
    const { codes, status } = await served.ask(`{ __typename } # ${'x'.repeat(LIMITS.bodyBytes)}`);
    expect([codes, status]).toEqual([['QUERY_TOO_LARGE'], 413]);
  });

  it('answers a whole introspection', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const { data, codes } = await served.ask(getIntrospectionQuery());
    expect(codes).toEqual([]);
    expect(data.__schema.types.length).toBeGreaterThan(20);
  });

  it('refuses several requests in one body', async () => {
    const response = await fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: await served.issuer.authorization(),
        'x-rotagraph-gateway': 'a secret between the gateway and its subgraphs',
      },
      body: JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('"data"');
  });
});
