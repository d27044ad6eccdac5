import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { auditServer } from 'graphql-http';
import type { Database } from '../../platform/db.ts';
import { ERROR_CODES } from '../../schema/domain/errors.ts';
import { composeSupergraph, readSupergraph } from '../../scripts/compose.ts';
import { openTestDatabase } from '../support/database.ts';
import { fillSmallNetwork } from '../support/small-network.ts';
import { inProcess, makeTestIssuer, realSubgraphs, type Served, serve, serveGateway } from './harness.ts';

describe('the supergraph', () => {
  it('is what the subgraphs compose to', () => {
    expect(readSupergraph()).toBe(composeSupergraph());
  });

  it('asks nothing of a gateway that is ours alone', () => {
    expect(readSupergraph()).not.toMatch(/@(authenticated|requiresScopes|policy|connect|composeDirective)\b/);
  });
});

describe('the gateway over HTTP', () => {
  let database: Database;
  let gateway: Served;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    const issuer = await makeTestIssuer();
    gateway = await serveGateway(issuer, inProcess(realSubgraphs(database, issuer)), { explorer: true });
  });
  afterAll(async () => {
    await gateway.close();
    await database.close();
  });

  it('passes the audits of GraphQL over HTTP without an error and without a warning', async () => {
    const authorization = await gateway.issuer.authorization();
    const results = await auditServer({
      url: `${gateway.url}/graphql`,
      fetchFn: (url: string, init: RequestInit = {}) => fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), authorization } }),
    });
    expect(results.length).toBeGreaterThan(50);
    expect(results.filter(({ status }) => status === 'error' || status === 'warn').map(({ id, name, status }) => `${status} ${id} ${name}`)).toEqual([]);
  });

  it.each([
    ['what is not GraphQL', '{ practice(', 'GRAPHQL_PARSE_FAILED'],
    ['a field that does not exist', '{ practise { name } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable that is missing', 'query ($code: String!) { practice(odsCode: $code) { name } }', 'BAD_USER_INPUT'],
    ['a day that is none', '{ practice(odsCode: "Z99001") { registeredPatients(from: "2026-02-30") { patients } } }', 'BAD_USER_INPUT'],
  ])('answers %s with a code and the request id, and nothing internal', async (_what, query, code) => {
    const { codes, errors, text, headers } = await gateway.ask(query, { headers: { 'x-request-id': 'asked-by-a-test' } });
    expect(codes).toEqual([code]);
    expect(Object.keys(ERROR_CODES)).toContain(code);
    expect(Object.keys(errors[0]?.extensions ?? {}).sort()).toEqual(['code', 'requestId']);
    expect([errors[0]?.extensions.requestId, headers.get('x-request-id')]).toEqual(['asked-by-a-test', 'asked-by-a-test']);
    expect(text).not.toMatch(/node_modules|stacktrace|\.ts:/);
  });

  it('gives null for what does not exist, and no error', async () => {
    const { data, codes } = await gateway.ask('{ practice(odsCode: "Z00000") { name } pcn(odsCode: "nonsense") { name } node(id: "practice_Z00000") { id } }');
    expect([data, codes]).toEqual([{ practice: null, pcn: null, node: null }, []]);
  });

  it('refuses a form that a page of another site could send', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', authorization: await gateway.issuer.authorization() },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('"data"');
  });

  it('does not run a mutation by GET', async () => {
    const query = encodeURIComponent('mutation { revokeCalendarFeed(input: { feedId: "feed_x" }) { __typename } }');
    const response = await fetch(`${gateway.url}/graphql?query=${query}`, {
      headers: { authorization: await gateway.issuer.authorization(), 'apollo-require-preflight': '1' },
    });
    expect(response.status).toBe(405);
  });

  it('is alive and ready', async () => {
    expect(await (await fetch(`${gateway.url}/health/live`)).json()).toEqual({ status: 'live' });
    const ready = await fetch(`${gateway.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { schema: 'ok', 'subgraph practices': 'ok', 'subgraph workforce': 'ok', 'subgraph rota': 'ok' } },
    ]);
  });

  it('serves an explorer that loads from nowhere else', async () => {
    const response = await fetch(`${gateway.url}/explorer/`);
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const loaded = [...page.matchAll(/<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(loaded.length).toBeGreaterThan(2);
    expect(loaded.filter((address) => /^(https?:)?\/\//.test(address))).toEqual([]);
  });
});

describe('a gateway', () => {
  it('has no explorer where it is off', async () => {
    const database = await openTestDatabase();
    const issuer = await makeTestIssuer();
    const gateway = await serveGateway(issuer, inProcess(realSubgraphs(database, issuer)));
    expect((await fetch(`${gateway.url}/explorer/`)).status).toBe(404);
    await gateway.close();
    await database.close();
  });
});

describe('a service that is closed', () => {
  it('lets a running request end, takes no new one, and says that it is draining', async () => {
    const running = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const router = express.Router().get('/slow', async (_request, response) => {
      running.resolve();
      await finish.promise;
      response.send('done');
    });
    const service = await serve({ routes: [router] });
    const slow = fetch(`${service.url}/slow`);
    await running.promise;
    const closed = service.close();
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${service.url}/slow`)).status).toBe(503);
    finish.resolve();
    expect(await (await slow).text()).toBe('done');
    await closed;
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
  });

  it('cuts off what does not end within the limit', async () => {
    const router = express.Router().get('/never', () => {});
    const service = await serve({ routes: [router], drainMs: 50 });
    const never = fetch(`${service.url}/never`).then(
      () => 'answered',
      () => 'cut off',
    );
    await new Promise((settle) => setTimeout(settle, 100));
    await service.close();
    expect(await never).toBe('cut off');
  });
});
