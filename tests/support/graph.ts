/** The whole graph as it is served, with its three subgraphs in process, over a test's own database. */
import type { Database } from '../../platform/db.ts';
import type { Actor } from '../../schema/domain/actor.ts';
import { type GraphQLAnswer, inProcess, makeTestIssuer, NOW, realSubgraphs, serveGateway } from '../gateway/harness.ts';
import { ACTORS, type ActorName } from './small-network.ts';

export { NOW };

export interface Graph {
  /** Asks as one of the callers of the small network, who are known by tokens of a test's issuer. */
  ask(who: ActorName, query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphQLAnswer>;
  /** All that the gateway and the subgraphs have logged. */
  log(): string;
  close(): Promise<void>;
}

export async function openGraph(database: Database): Promise<Graph> {
  const issuer = await makeTestIssuer();
  const served = await serveGateway(issuer, inProcess(realSubgraphs(database, issuer)));
  return {
    async ask(who, query, variables = {}) {
      const { subject, staffKey, grants }: Actor = ACTORS[who];
      const roles = grants.map(({ role, organisation }) => (organisation ? `${role}:${organisation}` : role).toLowerCase());
      return served.ask(query, { authorization: await issuer.authorization({ subject, roles, staffKey: staffKey ?? undefined }), variables });
    },
    log: served.log.text,
    close: served.close,
  };
}
