/** Upstreams whose records are canonical as JSON, through a wire schema, so that they are kept as a real adapter's are. */
import { z } from 'zod';
import { defineAdapter, stream } from '../../adapters/contract.ts';
import { CANONICAL, ENTITY_NAMES, type EntityName } from '../../schema/domain/canonical.ts';
import type { SourceKind } from '../../schema/domain/precedence.ts';
import type { Upstream } from '../../sync/upstreams.ts';

export type Sent = { readonly [E in EntityName]?: Readonly<Record<string, object>> };

const DATES = ['startsAt', 'endsAt'];

/** An upstream with a stream for each entity, of these records by reference. */
export function sentBy(id: string, kind: SourceKind, organisationCodes: readonly string[], asOf: Date, sent: Sent): Upstream {
  const adapter = defineAdapter({
    id: 'kept',
    title: 'An upstream of the tests',
    kind,
    docs: 'https://upstream.example.nhs.invalid',
    settings: z.object({}),
    connect: () => ({}),
    check: async () => {},
    pull: ENTITY_NAMES.filter((entity) => sent[entity]).map((entity) =>
      stream({
        name: entity,
        entity,
        removals: 'absence',
        wire: z.object(Object.fromEntries(Object.keys(CANONICAL[entity].shape).map((field) => [field, fieldSent]))),
        async *pages() {
          const records = Object.entries(sent[entity] ?? {}).map(([ref, raw]) => ({ ref, where: `record ${ref}`, raw }));
          yield { records, cursor: null, asOf };
        },
        map: (record) =>
          Object.fromEntries(Object.entries(record).map(([field, value]) => [field, DATES.includes(field) ? new Date(String(value)) : value])) as never,
      }),
    ),
  });
  return { id, adapter, title: id, organisationCodes, everyMinutes: 15, freshWithinMinutes: 60, webhookToken: null, settings: {}, resolvePath: (path) => path };
}

const fieldSent = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]).optional();

/** A practice of which a source gives only these fields. */
export const practiceSentIn = (odsCode: string, changes: object): object => ({
  ...{ odsCode, name: 'A practice', status: null, addressLines: null, postcode: null, openedOn: null, closedOn: null },
  ...{ subIcbLocationCode: null, icbCode: null, clinicalSystem: null },
  ...changes,
});
