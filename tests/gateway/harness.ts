/** The gateway as it is served, over HTTP, in front of the three subgraphs or of a test's own. */
import type { DestinationStream } from 'pino';
import { createGateway, type GatewayOptions, type SubgraphPlace } from '../../gateway/server.ts';
import { createActorDirectory } from '../../platform/actor-directory.ts';
import type { Database } from '../../platform/db.ts';
import { createLogger, type Logger } from '../../platform/log.ts';
import { createHttpService, type HttpService, type HttpServiceOptions } from '../../platform/serve.ts';
import type { Subgraph, SubgraphTools } from '../../platform/subgraph.ts';
import { createSubgraphServer } from '../../platform/subgraph-server.ts';
import { readSupergraph } from '../../scripts/compose.ts';
import { createPracticesSubgraph } from '../../subgraphs/practices/main.ts';
import { createRotaSubgraph } from '../../subgraphs/rota/main.ts';
import { createWorkforceSubgraph } from '../../subgraphs/workforce/main.ts';
import { makeTestIssuer, type TestIssuer } from '../support/tokens.ts';

export const GATEWAY_SECRET = 'a secret between the gateway and its subgraphs';
export const NOW = new Date('2026-10-20T09:00:00Z');

/** A log that is kept, to be read by a test. */
export interface KeptLog {
  readonly log: Logger;
  text(): string;
}

export function keepLog(): KeptLog {
  const lines: string[] = [];
  const destination: DestinationStream = { write: (line) => void lines.push(line) };
  return { log: createLogger({ level: 'debug', destination }), text: () => lines.join('') };
}

export function realSubgraphs(database: Database, { authenticate }: Pick<TestIssuer, 'authenticate'>): readonly Subgraph[] {
  const tools: SubgraphTools = {
    database,
    authenticate,
    directory: createActorDirectory(database, () => NOW),
    now: () => NOW,
    pseudonymSecret: 'a secret that only the tests know, long enough',
    feedBaseUrl: 'https://rota.example.nhs.invalid',
  };
  return [createPracticesSubgraph(tools), createWorkforceSubgraph(tools), createRotaSubgraph(tools)];
}

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for.
type Data = any;

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
  readonly errors: readonly { readonly message: string; readonly path?: readonly unknown[]; readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly codes: readonly unknown[];
  readonly text: string;
}

export interface Asking {
  readonly authorization?: string | null;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly operationName?: string;
}

/** Posts a query as any client would. Without `authorization: null`, with a token of the service account. */
export async function ask(
  url: string,
  issuer: TestIssuer,
  query: string,
  { authorization, variables, headers, operationName }: Asking = {},
): Promise<GraphQLAnswer> {
  const token = authorization === undefined ? await issuer.authorization() : authorization;
  return read(
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== null && { authorization: token }), ...headers },
      body: JSON.stringify({ query, variables, operationName }),
    }),
  );
}

export async function read(response: Response): Promise<GraphQLAnswer> {
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text);
  return {
    status: response.status,
    headers: response.headers,
    data,
    errors,
    codes: errors.map((error: GraphQLAnswer['errors'][number]) => error.extensions?.code),
    text,
  };
}

export interface Served {
  readonly url: string;
  readonly issuer: TestIssuer;
  readonly log: KeptLog;
  ask(query: string, asking?: Asking): Promise<GraphQLAnswer>;
  close(): Promise<void>;
}

export async function serveSubgraph(subgraph: Subgraph, issuer: TestIssuer, kept = keepLog()): Promise<Served> {
  const { router, stop } = await createSubgraphServer({ subgraph, gatewaySecrets: [GATEWAY_SECRET], log: kept.log });
  const service = await serve({ routes: [router], log: kept.log });
  const headers = { 'x-rotagraph-gateway': GATEWAY_SECRET };
  return {
    url: service.url,
    issuer,
    log: kept,
    ask: (query, asking = {}) => ask(service.url, issuer, query, { ...asking, headers: { ...headers, ...asking.headers } }),
    async close() {
      await service.close();
      await stop();
    },
  };
}

export async function serveGateway(
  issuer: TestIssuer,
  sources: Readonly<Record<string, SubgraphPlace>>,
  options: Partial<GatewayOptions> & Partial<Pick<HttpServiceOptions, 'drainMs'>> = {},
): Promise<Served> {
  const kept = keepLog();
  const gateway = await createGateway({
    supergraphSdl: readSupergraph(),
    sources,
    authenticate: issuer.authenticate,
    gatewaySecret: GATEWAY_SECRET,
    explorer: false,
    log: kept.log,
    ...options,
  });
  const service = await serve({
    routes: [gateway.router],
    checks: gateway.checks,
    log: kept.log,
    ...(options.drainMs !== undefined && { drainMs: options.drainMs }),
  });
  return {
    url: service.url,
    issuer,
    log: kept,
    ask: (query, asking) => ask(service.url, issuer, query, asking),
    async close() {
      await service.close();
      await gateway.stop();
    },
  };
}

export function serve(options: Partial<HttpServiceOptions>): Promise<HttpService> {
  return createHttpService({ host: '127.0.0.1', port: 0, routes: [], checks: {}, log: keepLog().log, ...options });
}

/** The three real subgraphs in this process, by name. */
export function inProcess(subgraphs: readonly Subgraph[]): Record<string, SubgraphPlace> {
  return Object.fromEntries(subgraphs.map((subgraph) => [subgraph.name, { subgraph }]));
}

export { makeTestIssuer };
