/**
 * One shape for the three subgraphs, so that the same code serves them in one process or each in its own.
 */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import type { Actor } from '../schema/domain/actor.ts';
import { RequestError } from '../schema/domain/errors.ts';
import type { KnownActor } from '../schema/domain/known-actor.ts';
import type { ActorDirectory } from './actor-directory.ts';
import type { Database } from './db.ts';

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
   * @throws RequestError UNAUTHENTICATED when the token is missing, expired, malformed or of an untrusted issuer;
   * FORBIDDEN when it carries no role.
   */
  contextFor(request: SubgraphRequest): Promise<object>;
}

/** What every subgraph is made with. */
export interface SubgraphTools {
  readonly database: Database;
  /**
   * The caller of an `Authorization` header.
   *
   * @throws RequestError UNAUTHENTICATED
   */
  readonly authenticate: (authorization: string | null) => Promise<Actor>;
  readonly directory: ActorDirectory;
  readonly now: () => Date;
  /** Enciphers people's ids for callers who may not know them. At least 32 characters. */
  readonly pseudonymSecret: string;
  /** Where calendars reach the feeds, without a slash at the end. */
  readonly feedBaseUrl: string;
}

/** A resolver as graphql-js calls it. */
// biome-ignore lint/suspicious/noExplicitAny: parents and arguments are typed where each resolver is written.
type Resolver = (parent: any, args: any, context: any, info: any) => unknown;
export type Resolvers = { readonly [type: string]: unknown | { readonly [field: string]: Resolver } };

interface SubgraphDeclaration<Context extends object> {
  readonly name: SubgraphName;
  readonly sdl: URL;
  readonly resolvers: Resolvers;
  context(actor: KnownActor, tools: SubgraphTools, request: SubgraphRequest): Context;
}

/** Puts a subgraph together from its SDL, its resolvers and how its context is made. */
export function defineSubgraph<Context extends object>(declaration: SubgraphDeclaration<Context>): (tools: SubgraphTools) => Subgraph {
  const typeDefs = parse(readFileSync(declaration.sdl, 'utf8'));
  return (tools) => ({
    name: declaration.name,
    // The types of @apollo/subgraph do not know that a scalar may stand among the resolvers.
    schema: buildSubgraphSchema([{ typeDefs, resolvers: declaration.resolvers as never }]),
    async contextFor(request) {
      const actor = await tools.directory.find(await tools.authenticate(request.authorization));
      if (actor.reaches.length === 0) throw new RequestError('FORBIDDEN', 'The token is valid but carries no role.');
      return declaration.context(actor, tools, request);
    },
  });
}
