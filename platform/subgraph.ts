/**
 * One shape for the three subgraphs, so that the same code serves them in one process or each in its own.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { type GraphQLSchema, parse } from 'graphql';

export const SUBGRAPH_NAMES = ['practices', 'workforce', 'rota'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

/** What a subgraph is told about a request, over HTTP or in process. */
export interface SubgraphRequest {
  /** The `Authorization` header as the client sent it, or null. Verified again by the subgraph. */
  readonly authorization: string | null;
  readonly requestId: string;
}

export interface Subgraph {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  /**
   * The context of one request: who asks, and loaders that live as long as the request.
   *
   * @throws RequestError UNAUTHENTICATED when the token is missing, expired, malformed or of an untrusted issuer.
   */
  contextFor(request: SubgraphRequest): Promise<object>;
}

/** Builds the executable schema of a subgraph from its SDL and its resolvers. */
export function subgraphSchema<Context>(sdl: string, resolvers: GraphQLResolverMap<Context>): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as GraphQLResolverMap<unknown> }]);
}
