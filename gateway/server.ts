/** The door: one graph over the subgraphs, for callers who say who they are. It holds no rule of ours: those are in the subgraphs. */
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { Authenticate } from '../platform/auth.ts';
import { apolloLogger, QUIET_PLUGINS } from '../platform/graphql/apollo.ts';
import { currentRequestId, refusalOf } from '../platform/graphql/present-error.ts';
import type { HealthChecks } from '../platform/health.ts';
import { costLimit, jsonBody, PARSE_OPTIONS, SHAPE_RULES } from '../platform/limits.ts';
import type { Logger } from '../platform/log.ts';
import { requestIdOf } from '../platform/serve.ts';
import type { Subgraph } from '../platform/subgraph.ts';
import { type GatewayContext, inProcessSource, remoteSource, type Source, SUBGRAPH_TIMEOUT_MS } from './data-sources.ts';
import { createFormatError, plainJsonStatus, quietCompletion } from './errors.ts';
import { createExplorer } from './explorer.ts';

/** Where a subgraph is: in this process, or at an address. */
export type SubgraphPlace = { readonly subgraph: Subgraph } | { readonly url: string };

export interface GatewayOptions {
  readonly supergraphSdl: string;
  /** By the name that the supergraph gives to each. */
  readonly sources: Readonly<Record<string, SubgraphPlace>>;
  readonly authenticate: Authenticate;
  /** Sent to subgraphs that have an address. */
  readonly gatewaySecret?: string;
  /** Serves a query editor at /explorer. */
  readonly explorer: boolean;
  readonly log: Logger;
  /** Default 5 s. */
  readonly subgraphTimeoutMs?: number;
}

export interface Gateway {
  /** Serves /graphql, and /explorer where it is on. */
  readonly router: express.Router;
  /** One for the schema, and one for each subgraph. */
  readonly checks: HealthChecks;
  stop(): Promise<void>;
}

/** @throws Error when the supergraph cannot be planned over, or names a subgraph that `sources` does not. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { authenticate, explorer, log } = options;
  const sources = createSources(options);
  const server = await startServer(options.supergraphSdl, sources, log);
  const answer = expressMiddleware(server, {
    async context({ req, res }) {
      const authorization = req.get('authorization') ?? null;
      try {
        await authenticate(authorization);
      } catch (error) {
        throw refusalOf(error);
      }
      return { authorization, requestId: requestIdOf(res) };
    },
  });
  const router = express.Router();
  router.use('/graphql', jsonBody(), (request, response, next) => currentRequestId.run(requestIdOf(response), answer, request, response, next));
  if (explorer) router.use(createExplorer());
  return {
    router,
    checks: {
      // The server starts only once the supergraph is loaded.
      schema: async () => server.assertStarted('a health check'),
      ...Object.fromEntries([...sources].map(([name, source]) => [`subgraph ${name}`, source.check])),
    },
    async stop() {
      await server.stop();
      await Promise.all([...sources.values()].map((source) => source.close()));
    },
  };
}

function createSources({ sources, gatewaySecret = '', log, subgraphTimeoutMs: timeoutMs = SUBGRAPH_TIMEOUT_MS }: GatewayOptions): Map<string, Source> {
  return new Map(
    Object.entries(sources).map(([name, place]) => {
      const options = { name, log, timeoutMs };
      return [name, 'url' in place ? remoteSource({ ...options, url: place.url, gatewaySecret }) : inProcessSource(place.subgraph, options)];
    }),
  );
}

async function startServer(supergraphSdl: string, sources: ReadonlyMap<string, Source>, log: Logger): Promise<ApolloServer<GatewayContext>> {
  // The gateway's only switch against telling its maker which platform it runs on.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const logger = apolloLogger(log);
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger,
    buildService({ name }) {
      const source = sources.get(name);
      if (!source) throw new Error(`The supergraph names a subgraph "${name}", and it is not said where that is.`);
      return source;
    },
    // Plans would be shown to anybody who asks for them by a header.
    __exposeQueryPlanExperimental: false,
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true },
  });
  const server = new ApolloServer<GatewayContext>({
    gateway,
    logger,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ...QUIET_PLUGINS,
      costLimit(),
      quietCompletion(log),
      plainJsonStatus(),
    ],
    validationRules: SHAPE_RULES,
    parseOptions: PARSE_OPTIONS,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    // The schema is published with the code, and every caller has a token: hiding it would protect nothing.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: createFormatError(log),
  });
  await server.start();
  return server;
}
