/** The graph with its three subgraphs in this process, and the calendar links, as one HTTP service. */
import { readFile } from 'node:fs/promises';
import type { Router } from 'express';
import { createCalendarRouter } from '../calendar/server.ts';
import { createGateway } from '../gateway/server.ts';
import { createActorDirectory } from '../platform/actor-directory.ts';
import { createAuthenticator } from '../platform/auth.ts';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/db.ts';
import { databaseChecks } from '../platform/health.ts';
import type { Logger } from '../platform/log.ts';
import { createHttpService } from '../platform/serve.ts';
import type { SubgraphTools } from '../platform/subgraph.ts';
import { createPracticesSubgraph } from '../subgraphs/practices/main.ts';
import { createRotaSubgraph } from '../subgraphs/rota/main.ts';
import { createWorkforceSubgraph } from '../subgraphs/workforce/main.ts';

const SUPERGRAPH = new URL('../schema/supergraph.graphql', import.meta.url);

interface GraphOptions {
  readonly config: Config<'oidcIssuer' | 'pseudonymSecret'>;
  readonly database: Database;
  readonly log: Logger;
  readonly now: () => Date;
  /** What else is served at the same address. */
  readonly routes?: readonly Router[];
}

export interface Graph {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Lets running requests end. */
  close(): Promise<void>;
}

/** @throws ConfigError when the address cannot be listened on. */
export async function openGraph({ config, database, log, now, routes = [] }: GraphOptions): Promise<Graph> {
  const authenticate = createAuthenticator({
    issuer: config.oidcIssuer,
    audience: config.oidcAudience,
    jwksUrl: config.oidcJwksUrl,
    rolesClaim: config.oidcRolesClaim,
    staffKeyClaim: config.oidcStaffKeyClaim,
  });
  const { pseudonymSecret, feedBaseUrl } = config;
  const tools: SubgraphTools = { database, authenticate, directory: createActorDirectory(database, now), now, pseudonymSecret, feedBaseUrl };
  const gateway = await createGateway({
    supergraphSdl: await readFile(SUPERGRAPH, 'utf8'),
    sources: {
      practices: { subgraph: createPracticesSubgraph(tools) },
      workforce: { subgraph: createWorkforceSubgraph(tools) },
      rota: { subgraph: createRotaSubgraph(tools) },
    },
    authenticate,
    explorer: config.explorer,
    log,
  });
  try {
    const service = await createHttpService({
      host: config.host,
      port: config.port,
      routes: [gateway.router, createCalendarRouter({ database, now, log }), ...routes],
      checks: { ...databaseChecks(database), ...gateway.checks },
      log,
    });
    return {
      url: service.url,
      async close() {
        await service.close();
        await gateway.stop();
      },
    };
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}
