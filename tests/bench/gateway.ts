/**
 * How many three-hop queries a second the gateway answers, by how it reaches its subgraphs: first with subgraphs that
 * answer from memory, which leaves the way itself, then with the real ones on PostgreSQL.
 *
 * Baseline: Apollo's own RemoteGraphQLDataSource over HTTP, without our limits and logs. The remote subgraphs run in one
 * process beside, the load comes from another; all share the machine and one PostgreSQL.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { createGateway } from '../../gateway/server.ts';
import { openDatabase } from '../../platform/db.ts';
import { createLogger } from '../../platform/log.ts';
import { migrate } from '../../platform/migrate.ts';
import { createHttpService } from '../../platform/serve.ts';
import type { Subgraph } from '../../platform/subgraph.ts';
import { readSupergraph } from '../../scripts/compose.ts';
import { GATEWAY_SECRET, inProcess, makeTestIssuer, realSubgraphs } from '../gateway/harness.ts';
import { startTestPostgres } from '../support/postgres.ts';
import { fillSmallNetwork, insertShifts } from '../support/small-network.ts';
import { printSeries, type Series } from './support/figures.ts';
import { memorySubgraphs } from './support/memory-subgraphs.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CONNECTIONS = 16;
const QUERY = '{ shifts(first: 10) { nodes { startsAt status practice { name } workedBy { name engagements { kind practice { name } } } } } }';

process.env.NODE_ENV = 'production';
const postgres = await startTestPostgres();
const url = await postgres.newDatabase();
const database = await openDatabase({ url });
await migrate(database);
await fillSmallNetwork(database);
await insertShifts(
  database,
  Array.from({ length: 50 }, (_, index) => ({
    organisation: ['Z99001', 'Z99002', 'U99999'][index % 3] ?? '',
    startsAt: new Date(Date.UTC(2026, 9, 20, 8 + index)).toISOString(),
    endsAt: new Date(Date.UTC(2026, 9, 20, 12 + index)).toISOString(),
    person: (['alderGp', 'birchGp', 'alderNurse', null] as const)[index % 4] ?? null,
  })),
);
const issuer = await makeTestIssuer();
const keys = createServer(async (_request, response) => response.end(await (await issuer.fetch(`${issuer.issuer}/keys`)).text())).listen(0, '127.0.0.1');
await once(keys, 'listening');
const keysUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`;
const log = createLogger({ level: 'silent' });
const supergraphSdl = readSupergraph();
const serve = (routes: express.Router[]) => createHttpService({ host: '127.0.0.1', port: 0, routes, checks: {}, log });
const ours = async (sources: Parameters<typeof createGateway>[0]['sources']) => {
  const gateway = await createGateway({ supergraphSdl, sources, authenticate: issuer.authenticate, gatewaySecret: GATEWAY_SECRET, explorer: false, log });
  return serve([gateway.router]);
};

async function startServers(database: string) {
  const file = fileURLToPath(new URL('./support/subgraph-servers.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', file, database, issuer.issuer, keysUrl, GATEWAY_SECRET], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { urls: JSON.parse(line) as Readonly<Record<string, string>>, stop: () => child.kill() };
}

async function apollosOwn(urls: Readonly<Record<string, string>>) {
  const server = new ApolloServer<{ authorization: string }>({
    gateway: new ApolloGateway({
      supergraphSdl,
      buildService: ({ name }) =>
        new RemoteGraphQLDataSource<{ authorization: string }>({
          url: urls[name],
          willSendRequest({ request, context }) {
            request.http?.headers.set('authorization', context.authorization ?? '');
            request.http?.headers.set('x-rotagraph-gateway', GATEWAY_SECRET);
          },
        }),
    }),
  });
  await server.start();
  const answer = expressMiddleware(server, { context: async ({ req }) => ({ authorization: req.get('authorization') ?? '' }) });
  return serve([express.Router().use('/graphql', express.json(), answer)]);
}

const autocannon = fileURLToPath(import.meta.resolve('autocannon'));
async function load(at: string, seconds: number): Promise<number> {
  const authorization = await issuer.authorization();
  const words = [autocannon, '-j', '-n', '-m', 'POST', '-c', String(CONNECTIONS), '-d', String(seconds)];
  const headers = ['-H', 'content-type=application/json', '-H', `authorization=${authorization}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...words, ...headers, '-b', JSON.stringify({ query: QUERY }), `${at}/graphql`], {
    maxBuffer: 2 ** 26,
  });
  const { requests, errors, non2xx } = JSON.parse(stdout) as { requests: { average: number }; errors: number; non2xx: number };
  if (errors + non2xx > 0) throw new Error(`${errors} errors and ${non2xx} answers that are not 2xx.`);
  return requests.average;
}

/** One table: the same query, the same subgraphs, reached in three ways. */
async function compare(what: string, where: string, subgraphs: readonly Subgraph[]): Promise<void> {
  const servers = await startServers(where);
  const remote = Object.fromEntries(Object.entries(servers.urls).map(([name, at]) => [name, { url: at }]));
  const modes = [
    { name: "remote, Apollo's HTTP data source (baseline)", service: await apollosOwn(servers.urls) },
    { name: 'remote, our pool', service: await ours(remote) },
    { name: 'in this process', service: await ours(inProcess(subgraphs)) },
  ];
  const answers = await Promise.all(modes.map(({ service }) => answerOf(service.url)));
  if (new Set(answers).size !== 1 || !answers[0]?.includes('"engagements"')) throw new Error('The three do not give the same answer.');
  for (const { service } of modes) await load(service.url, 2);
  const rates = modes.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { service }] of modes.entries()) rates[index]?.push(await load(service.url, SECONDS));
  }
  const series: Series[] = modes.map(({ name }, index) => ({ name, values: rates[index] ?? [] }));
  printSeries(`Three-hop query, ${what}, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s`, 'queries a second', series);
  servers.stop();
  for (const { service } of modes) await service.close();
}

async function answerOf(at: string): Promise<string> {
  const response = await fetch(`${at}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: await issuer.authorization() },
    body: JSON.stringify({ query: QUERY }),
  });
  return JSON.stringify(((await response.json()) as { data: unknown }).data);
}

await compare('subgraphs that answer from memory', 'memory', memorySubgraphs(issuer.authenticate));
await compare('the real subgraphs on PostgreSQL', url, realSubgraphs(database, issuer));

keys.close();
await database.close();
await postgres.stop();
process.exit(0);
