/** The workforce subgraph: who works, on what terms, with what proof, and when they are away. */
import { defineSubgraph } from '../../platform/subgraph.ts';
import { staffAccess } from './access.ts';
import { createLoaders } from './loaders.ts';
import { resolvers, type WorkforceContext } from './resolvers.ts';

export const createWorkforceSubgraph = defineSubgraph<WorkforceContext>({
  name: 'workforce',
  sdl: new URL('./schema.graphql', import.meta.url),
  resolvers,
  context(actor, { database, pseudonymSecret, now }, { requestId }) {
    const loaders = createLoaders(database);
    return { actor, database, loaders, access: staffAccess(actor, loaders, pseudonymSecret), now, requestId };
  },
});
