/** The upstream systems: which there are, how each stands, and who may see it. */
import type { Database } from '../../platform/db.ts';
import { byKey, listByKey } from '../../platform/graphql/batch.ts';
import type { ListRequest } from '../../platform/graphql/lister.ts';
import type { PageArguments } from '../../platform/graphql/page.ts';
import { isEmpty, type Scope } from '../../policy/scope.ts';
import type { StreamFacts } from '../../schema/domain/source.ts';

export interface SourceRow {
  readonly id: string;
  readonly adapter: string;
  readonly title: string;
  readonly organisationCodes: readonly string[];
  readonly everyMinutes: number;
  readonly freshWithinMinutes: number;
  readonly nextRunAt: Date | null;
  readonly stoppedBecause: string | null;
}

export interface StreamRow extends StreamFacts {
  readonly sourceId: string;
  readonly name: string;
  readonly entity: string;
  readonly lastAttemptAt: Date | null;
  readonly asOf: Date | null;
  readonly received: number | null;
  readonly kept: number | null;
  readonly skipped: number | null;
  readonly removed: number | null;
  readonly heldBecause: string | null;
}

export function createSourceLoaders(database: Database) {
  return {
    source: byKey(
      (ids) => database.query<SourceRow>(SOURCES, [ids]),
      ({ id }) => id,
    ),
    streamsOf: listByKey(
      (ids) => database.query<StreamRow>(STREAMS, [ids]),
      ({ sourceId }) => sourceId,
    ),
    sourcesOf: listByKey(
      (codes) => database.query<{ id: string; organisationCode: string }>(OF_ORGANISATIONS, [codes]),
      ({ organisationCode }) => organisationCode,
    ),
  };
}

const SOURCES = `
  SELECT id, adapter, title, organisation_codes AS "organisationCodes", every_minutes AS "everyMinutes",
    fresh_within_minutes AS "freshWithinMinutes", next_run_at AS "nextRunAt", stopped_because AS "stoppedBecause"
  FROM platform.source WHERE id = ANY($1::text[])`;

const STREAMS = `
  SELECT source_id AS "sourceId", stream AS name, entity, last_attempt_at AS "lastAttemptAt", last_success_at AS "lastSuccessAt", as_of AS "asOf",
    problem_code AS "problemCode", status, touched_at AS "touchedAt", received, kept, skipped, quarantined, removed, held, held_because AS "heldBecause"
  FROM platform.source_stream WHERE source_id = ANY($1::text[]) ORDER BY source_id, stream`;

const OF_ORGANISATIONS = `
  SELECT s.id, code AS "organisationCode" FROM platform.source s CROSS JOIN LATERAL unnest(s.organisation_codes) AS code
  WHERE code = ANY($1::text[]) ORDER BY s.id`;

export interface SourceListArguments extends PageArguments {
  readonly filter?: { readonly organisationCodes?: readonly string[] | null; readonly adapters?: readonly string[] | null } | null;
}

/** Systems by id. */
export function sourceList({ filter, ...page }: SourceListArguments, scope: Scope): ListRequest {
  return {
    shape: {
      from: 'platform.source s',
      id: { column: 's.id', type: 'text' },
      sort: { column: 's.id', type: 'text' },
      descending: false,
      parent: null,
    },
    page,
    filter,
    where(bind) {
      const conditions = ['true'];
      if (!scope.everything) {
        if (isEmpty({ ...scope, staffId: null })) return 'false';
        conditions.push(`(s.organisation_codes = '{}' OR s.organisation_codes && ${bind(scope.organisationCodes)}::text[])`);
      }
      if (filter?.organisationCodes) conditions.push(`s.organisation_codes && ${bind(filter.organisationCodes)}::text[]`);
      if (filter?.adapters) conditions.push(`s.adapter = ANY(${bind(filter.adapters)}::text[])`);
      return conditions.join(' AND ');
    },
  };
}

/** Whether a scope for reading shows how a system is read: the rule of the list, for one that was reached through an organisation. */
export function showsSource(scope: Scope, source: SourceRow): boolean {
  return reachesSource(scope, source) || (source.organisationCodes.length === 0 && !isEmpty({ ...scope, staffId: null }));
}

/** Whether a scope reaches a system. What is everybody's may be seen by all who reach anything, and acted on by those who reach everything. */
export function reachesSource(scope: Scope, { organisationCodes }: SourceRow): boolean {
  return scope.everything || organisationCodes.some((code) => scope.organisationCodes.includes(code));
}
