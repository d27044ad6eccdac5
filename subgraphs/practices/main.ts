/** The practices subgraph: who the organisations are, where they work, and how many patients they have. */
import { defineSubgraph } from '../../platform/subgraph.ts';
import { createLoaders } from './loaders.ts';
import { type PracticesContext, resolvers } from './resolvers.ts';

export const createPracticesSubgraph = defineSubgraph<PracticesContext>({
  name: 'practices',
  sdl: new URL('./schema.graphql', import.meta.url),
  resolvers,
  context: (actor, { database, now }, { requestId }) => ({ actor, database, loaders: createLoaders(database), now, requestId }),
});
