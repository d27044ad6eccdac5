/**
 * The three subgraphs' own schemas with resolvers that answer from memory: what is left of a query's time is how the
 * gateway reaches them.
 */
import { scalars } from '../../../platform/graphql/scalars.ts';
import { defineSubgraph, type Resolvers, type Subgraph, type SubgraphName, type SubgraphTools } from '../../../platform/subgraph.ts';
import type { Actor } from '../../../schema/domain/actor.ts';

const PRACTICES = ['Z99001', 'Z99002'];
const STAFF = ['one', 'two', 'three'];
const practice = (index: number) => ({ odsCode: PRACTICES[index % PRACTICES.length] });

const shifts = Array.from({ length: 10 }, (_, index) => ({
  id: `shift ${index}`,
  startsAt: new Date(Date.UTC(2026, 9, 20, 8 + index)),
  status: 'FILLED',
  practice: practice(index),
  workedBy: { id: STAFF[index % STAFF.length] },
}));

const RESOLVERS: Readonly<Record<SubgraphName, Resolvers>> = {
  practices: {
    ...scalars,
    Practice: { __resolveReference: ({ odsCode }: { odsCode: string }) => ({ odsCode, name: `The practice ${odsCode}` }) },
  },
  workforce: {
    ...scalars,
    StaffMember: {
      __resolveReference: ({ id }: { id: string }) => ({
        id,
        name: `The person ${id}`,
        engagements: [0, 1].map((index) => ({ kind: 'SALARIED', practice: practice(index) })),
      }),
    },
  },
  rota: { ...scalars, Query: { shifts: () => ({ nodes: shifts }) } },
};

/** They verify the caller's token as ever, and look nobody up. */
export function memorySubgraphs(authenticate: SubgraphTools['authenticate']): readonly Subgraph[] {
  const find = async ({ subject, grants }: Actor) => ({
    subject,
    staffId: null,
    reaches: grants.map(({ role }) => ({ role, organisationCodes: [] })),
    offeredOrganisationCodes: [],
    jobRoles: [],
  });
  const tools = { authenticate, directory: { find } } as unknown as SubgraphTools;
  return Object.entries(RESOLVERS).map(([name, resolvers]) =>
    defineSubgraph({
      name: name as SubgraphName,
      sdl: new URL(`../../../subgraphs/${name}/schema.graphql`, import.meta.url),
      resolvers,
      context: (actor) => ({ actor }),
    })(tools),
  );
}
