/** One subgraph over HTTP, for a gateway of ours and nobody else. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { apolloLogger, QUIET_PLUGINS } from './graphql/apollo.ts';
import { currentRequestId, formattedError, presentError, refusalOf, statusOf } from './graphql/present-error.ts';
import { costLimit, jsonBody, PARSE_OPTIONS, SHAPE_RULES } from './limits.ts';
import type { Logger } from './log.ts';
import { requestIdOf } from './serve.ts';
import type { Subgraph } from './subgraph.ts';

/** Where a gateway puts the secret that it shares with the subgraphs. */
export const GATEWAY_HEADER = 'x-rotagraph-gateway';

interface SubgraphServerOptions {
  readonly subgraph: Subgraph;
  /** Any of them is accepted: two while the secret is changed. */
  readonly gatewaySecrets: readonly string[];
  readonly log: Logger;
}

export interface SubgraphServer {
  /** Serves /graphql. */
  readonly router: express.Router;
  stop(): Promise<void>;
}

export async function createSubgraphServer({ subgraph, gatewaySecrets, log }: SubgraphServerOptions): Promise<SubgraphServer> {
  const server = new ApolloServer<object>({
    schema: subgraph.schema,
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled(), ...QUIET_PLUGINS, costLimit()],
    validationRules: SHAPE_RULES,
    parseOptions: PARSE_OPTIONS,
    persistedQueries: false,
    // A gateway may ask for the schema; nobody else is answered at all.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: apolloLogger(log),
    formatError: (formatted, error) => presentError(formatted, error, currentRequestId.getStore() ?? '', log),
  });
  await server.start();
  const answer = expressMiddleware(server, {
    async context({ req, res }) {
      try {
        return await subgraph.contextFor({ authorization: req.get('authorization') ?? null, requestId: requestIdOf(res) });
      } catch (error) {
        throw refusalOf(error);
      }
    },
  });
  const router = express
    .Router()
    .use('/graphql', onlyGateways(gatewaySecrets), jsonBody(), (request, response, next) =>
      currentRequestId.run(requestIdOf(response), answer, request, response, next),
    );
  return { router, stop: () => server.stop() };
}

/**
 * What an attacker wants: to ask a subgraph directly, past the gateway's plan and limits. What we rely on: a header that
 * only a gateway of ours knows, compared before anything of the request is read. Digests are compared, so that neither
 * the length nor the place of the first difference shows in the time that it takes.
 */
function onlyGateways(secrets: readonly string[]): express.RequestHandler {
  const digests = secrets.map(digestOf);
  return (request, response, next) => {
    const sent = digestOf(request.get(GATEWAY_HEADER) ?? '');
    const isGateway = digests.map((digest) => timingSafeEqual(digest, sent)).includes(true);
    if (isGateway) return next();
    const message = `This is a part of the graph: it answers to a gateway only. Call the gateway, or send ${GATEWAY_HEADER}.`;
    response.status(statusOf('NOT_A_GATEWAY')).json({ errors: [formattedError('NOT_A_GATEWAY', message, requestIdOf(response))] });
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
