import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import type { Subgraph } from '../../platform/subgraph.ts';
import { openTestDatabase } from '../support/database.ts';
import { fillSmallNetwork, insertShifts } from '../support/small-network.ts';
import { inProcess, makeTestIssuer, realSubgraphs, type Served, serveGateway, serveSubgraph } from './harness.ts';

const THREE_HOPS = `{ shifts(first: 50) { totalCount nodes { id status practice { name pcn { name } } site { name }
  workedBy { name engagements { kind practice { name } } } } } }`;
const PRACTICE_WITH_SHIFTS = '{ practice(odsCode: "Z99001") { name shifts { totalCount } } }';

describe('subgraphs', () => {
  let database: Database;
  let subgraphs: readonly Subgraph[];
  const closers: (() => Promise<unknown>)[] = [];
  const opened = async (served: Served) => {
    closers.push(served.close);
    return served;
  };
  let issuer: Awaited<ReturnType<typeof makeTestIssuer>>;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await insertShifts(
      database,
      Array.from({ length: 12 }, (_, index) => ({
        organisation: ['Z99001', 'Z99002', 'U99999'][index % 3] ?? '',
        site: ['Z99001', 'Z99002', 'U99999-HUB'][index % 3] ?? '',
        startsAt: new Date(Date.UTC(2026, 9, 20 + index, 8)).toISOString(),
        endsAt: new Date(Date.UTC(2026, 9, 20 + index, 12)).toISOString(),
        person: (['alderGp', 'birchGp', null] as const)[index % 3] ?? null,
      })),
    );
    issuer = await makeTestIssuer();
    subgraphs = realSubgraphs(database, issuer);
  });
  afterAll(async () => {
    for (const close of closers) await close();
    await database.close();
  });

  const remote = async () =>
    Object.fromEntries(
      await Promise.all(
        subgraphs.map(async (subgraph) => [subgraph.name, { url: `${(await opened(await serveSubgraph(subgraph, issuer))).url}/graphql` }] as const),
      ),
    );

  it('give the same answer in this process and over HTTP', async () => {
    const near = await opened(await serveGateway(issuer, inProcess(subgraphs)));
    const far = await opened(await serveGateway(issuer, await remote()));
    const [one, other] = [await near.ask(THREE_HOPS), await far.ask(THREE_HOPS)];
    expect(one.codes).toEqual([]);
    expect(one.data.shifts.nodes).toHaveLength(12);
    expect(other.data).toEqual(one.data);
    for (const bad of ['{ practices(first: 0) { nodes { name } } }', '{ shifts(after: "nonsense") { totalCount } }']) {
      const [here, there] = [await near.ask(bad), await far.ask(bad)];
      expect(here.codes).toEqual(['BAD_USER_INPUT']);
      expect([there.codes, there.errors[0]?.message]).toEqual([here.codes, here.errors[0]?.message]);
    }
  });

  async function listen(server: Server): Promise<string> {
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
    closers.push(async () => {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  }

  it.each([
    ['hangs', async () => listen(createServer(() => {}))],
    ['answers with a page instead of JSON', async () => listen(createServer((_request, response) => void response.end('<html>proxy</html>')))],
    [
      'cuts its answer off',
      async () =>
        listen(createServer((_request, response) => void response.writeHead(200, { 'content-length': '500' }).write('{"data":', () => response.destroy()))),
    ],
    ['is dead', async () => 'http://127.0.0.1:9/graphql'],
  ])('yield what the others have when one %s, and its address is not told', async (_how, place) => {
    const url = await place();
    const gateway = await opened(await serveGateway(issuer, { ...inProcess(subgraphs), rota: { url } }, { subgraphTimeoutMs: 500 }));
    const { data, codes, text, errors } = await gateway.ask(PRACTICE_WITH_SHIFTS);
    expect(codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
    // The count may not be null, so the null moves up to the practice; another subgraph's fields beside it are there.
    expect(data).toEqual({ practice: null });
    expect((await gateway.ask('{ practice(odsCode: "Z99001") { name } }')).data).toEqual({ practice: { name: 'Alderbrook Surgery' } });
    expect((await gateway.ask('{ icbs { code } shift(id: "shift_x") { id } }')).data).toMatchObject({ shift: null });
    expect(errors[0]?.extensions.requestId).toBeTruthy();
    expect(text).not.toMatch(/127\.0\.0\.1|localhost|:\d{4,5}|ECONN|undici|stack/);
    const health = await fetch(`${gateway.url}/health/ready`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ checks: { 'subgraph rota': 'failed', 'subgraph practices': 'ok', schema: 'ok' } });
  });

  it('that hold another secret are told apart in the log, not in the answer', async () => {
    const gateway = await opened(await serveGateway(issuer, await remote(), { gatewaySecret: 'a secret that the subgraphs do not know yet' }));
    const { codes } = await gateway.ask('{ practice(odsCode: "Z99001") { name } }');
    expect(codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(gateway.log.text()).toContain('GATEWAY_SECRET must be the same for both');
  });

  it('meet a defect without telling what it was', async () => {
    const [practices, ...others] = subgraphs;
    if (!practices) throw new Error('There is no practices subgraph.');
    const broken: Subgraph = { ...practices, contextFor: async () => Promise.reject(new Error('relation "practices.secret" does not exist at 10.0.0.7')) };
    const gateway = await opened(await serveGateway(issuer, inProcess([broken, ...others])));
    const { codes, text, errors } = await gateway.ask('{ practice(odsCode: "Z99001") { name } }');
    expect(codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(text).not.toMatch(/secret|10\.0\.0\.7|relation/);
    expect(gateway.log.text()).toContain(String(errors[0]?.extensions.requestId));
  });
});
