import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { fillSmallNetwork } from '../support/small-network.ts';
import { inProcess, makeTestIssuer, realSubgraphs, type Served, serveGateway, serveSubgraph } from './harness.ts';

const QUERY = '{ practice(odsCode: "Z99001") { name } }';

describe('who asks', () => {
  let database: Database;
  let gateway: Served;
  let subgraph: Served;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    const issuer = await makeTestIssuer();
    const subgraphs = realSubgraphs(database, issuer);
    const [practices] = subgraphs;
    if (!practices) throw new Error('There is no practices subgraph.');
    gateway = await serveGateway(issuer, inProcess(subgraphs));
    subgraph = await serveSubgraph(practices, issuer);
  });
  afterAll(async () => {
    await gateway.close();
    await subgraph.close();
    await database.close();
  });

  const unsigned = `Bearer ${[
    { alg: 'none', typ: 'at+jwt' },
    { iss: 'https://sign-in.example.nhs.invalid', aud: 'rotagraph', sub: 'x', exp: 4e9, rotagraph_roles: ['service'] },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')}.`;

  const refused: readonly (readonly [string, () => Promise<string | null>])[] = [
    ['without a token', async () => null],
    ['with another scheme', async () => 'Basic dXNlcjpwYXNzd29yZA=='],
    ['with what is no token', async () => 'Bearer nonsense'],
    ['with an unsigned token', async () => unsigned],
    ['with an expired token', () => gateway.issuer.authorization({ at: new Date(Date.now() - 3_600_000) })],
    ['with a token for another service', () => gateway.issuer.authorization({ audience: 'payroll' })],
    ['with a token that names another issuer', () => gateway.issuer.authorization({ issuer: 'https://elsewhere.example.nhs.invalid' })],
    ['with a token that another key signed', async () => (await makeTestIssuer()).authorization()],
  ];

  it.each(refused)('%s is nobody to the gateway', async (_how, authorization) => {
    const { status, codes, data, headers } = await gateway.ask(QUERY, { authorization: await authorization() });
    expect([status, codes, data ?? null]).toEqual([401, ['UNAUTHENTICATED'], null]);
    expect(headers.get('x-request-id')).toBeTruthy();
  });

  it.each(refused)('%s is nobody to a subgraph either, whatever the gateway found', async (_how, authorization) => {
    const { status, codes } = await subgraph.ask(QUERY, { authorization: await authorization() });
    expect([status, codes]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  it('with a token that carries no role of ours may see nothing', async () => {
    const { codes, data } = await gateway.ask(QUERY, { authorization: await gateway.issuer.authorization({ roles: ['payroll_admin'] }) });
    expect([codes, data]).toEqual([['FORBIDDEN'], { practice: null }]);
  });

  it.each([
    ['no secret', {}],
    ['a wrong secret', { 'x-rotagraph-gateway': 'a guess at the secret that is long enough' }],
  ])('with %s is no gateway to a subgraph', async (_how, headers: Record<string, string>) => {
    const response = await fetch(`${subgraph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await subgraph.issuer.authorization(), ...headers },
      body: JSON.stringify({ query: QUERY }),
    });
    const { errors, data } = (await response.json()) as { errors: readonly { extensions: { code: string } }[]; data?: unknown };
    expect([response.status, errors.map(({ extensions }) => extensions.code), data]).toEqual([403, ['NOT_A_GATEWAY'], undefined]);
  });

  it('is told by no line of the log', async () => {
    const authorization = await gateway.issuer.authorization();
    expect((await gateway.ask(QUERY, { authorization })).codes).toEqual([]);
    expect((await subgraph.ask(QUERY, { authorization })).codes).toEqual([]);
    const logs = gateway.log.text() + subgraph.log.text();
    expect(logs).toContain('request');
    expect(logs).not.toContain(authorization.slice('Bearer '.length));
    expect(logs).not.toContain('a secret between the gateway');
  });
});
