/** The rota subgraph: which shifts there are, who works them, how well the rota is filled, and calendar links. */
import { defineSubgraph } from '../../platform/subgraph.ts';
import { rotaAccess } from './access.ts';
import { createLoaders } from './loaders.ts';
import { type RotaContext, resolvers } from './resolvers.ts';

export const createRotaSubgraph = defineSubgraph<RotaContext>({
  name: 'rota',
  sdl: new URL('./schema.graphql', import.meta.url),
  resolvers,
  context(actor, { database, pseudonymSecret, feedBaseUrl, now }, { requestId }) {
    const loaders = createLoaders(database);
    return { actor, database, loaders, access: rotaAccess(actor, loaders, pseudonymSecret), now, feedBaseUrl, requestId };
  },
});
