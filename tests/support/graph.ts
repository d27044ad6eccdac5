/** The three subgraphs composed into one graph, in process, over a test's own database. */
import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { execute, type FormattedExecutionResult, type GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { createActorDirectory } from '../../platform/actor-directory.ts';
import type { Database } from '../../platform/db.ts';
import type { Subgraph, SubgraphTools } from '../../platform/subgraph.ts';
import { RequestError, RotagraphError } from '../../schema/domain/errors.ts';
import { createPracticesSubgraph } from '../../subgraphs/practices/main.ts';
import { createRotaSubgraph } from '../../subgraphs/rota/main.ts';
import { createWorkforceSubgraph } from '../../subgraphs/workforce/main.ts';
import { ACTORS, type ActorName } from './small-network.ts';

// The gateway would otherwise look for a cloud that it runs in, and report to its maker.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

export const NOW = new Date('2026-10-20T09:00:00Z');
export const PSEUDONYM_SECRET = 'a secret that only the tests know, long enough';
export const FEED_BASE_URL = 'https://rota.example.nhs.invalid';

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for.
export type Answer = { readonly data: any; readonly codes: readonly string[]; readonly errors: readonly GraphQLFormattedError[] };

export interface Graph {
  /** Asks as one of the callers of the small network. */
  ask(who: ActorName, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

export async function openGraph(database: Database, now: () => Date = () => NOW): Promise<Graph> {
  const tools: SubgraphTools = {
    database,
    authenticate: async (authorization) => {
      const actor = ACTORS[authorization as ActorName];
      if (!actor) throw new RequestError('UNAUTHENTICATED', 'no such caller');
      return actor;
    },
    directory: createActorDirectory(database),
    now,
    pseudonymSecret: PSEUDONYM_SECRET,
    feedBaseUrl: FEED_BASE_URL,
  };
  const subgraphs = [createPracticesSubgraph(tools), createWorkforceSubgraph(tools), createRotaSubgraph(tools)];
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphSdl(),
    buildService: ({ name }) => inProcess(subgraphs.find((subgraph) => subgraph.name === name) as Subgraph),
  });
  const server = new ApolloServer<{ who: ActorName }>({ gateway });
  await server.start();
  return {
    async ask(who, query, variables = {}) {
      const { body } = await server.executeOperation({ query, variables }, { contextValue: { who } });
      if (body.kind !== 'single') throw new Error('expected one result');
      const { data, errors = [] } = body.singleResult as FormattedExecutionResult;
      return { data, errors, codes: errors.map(({ extensions }) => String(extensions?.code)) };
    },
    close: () => server.stop(),
  };
}

let composed: string | null = null;

function supergraphSdl(): string {
  composed ??= compose();
  return composed;
}

function compose(): string {
  const { supergraphSdl: sdl, errors } = composeServices(
    ['practices', 'workforce', 'rota'].map((name) => ({
      name,
      url: `http://${name}.invalid`,
      typeDefs: parse(readFileSync(new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url), 'utf8')),
    })),
  );
  if (!sdl) throw new Error(`The subgraphs do not compose: ${errors?.map(({ message }) => message).join('; ')}`);
  return sdl;
}

function inProcess(subgraph: Subgraph): GraphQLDataSource {
  return {
    async process({ request, context }) {
      const contextValue = await subgraph.contextFor({ authorization: (context as { who: string }).who, requestId: 'test-request' });
      const result = await execute({
        schema: subgraph.schema,
        document: parse(request.query ?? ''),
        variableValues: request.variables ?? {},
        contextValue,
      });
      return { data: result.data, errors: result.errors?.map(withCode) } as never;
    },
  };
}

/** What a defect of ours was is kept in `cause`, for the test that meets one. */
function withCode(error: GraphQLError): GraphQLFormattedError {
  const { originalError, message, path } = error;
  const code = originalError instanceof RotagraphError ? originalError.code : originalError ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
  return { message, path: path ?? [], extensions: { code, ...(originalError && { cause: String(originalError.stack) }) } };
}
