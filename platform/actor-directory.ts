/**
 * Who a verified token is in the graph: the person, and the organisations that each of their roles reaches.
 *
 * Read from the views that `practices` and `workforce` publish. Kept for half a minute a caller, so that one query's
 * many subgraph calls ask once; a change of grants takes a new token anyway.
 */
import { LRUCache } from 'lru-cache';
import type { Actor } from '../schema/domain/actor.ts';
import type { JobRole } from '../schema/domain/codes.ts';
import type { KnownActor } from '../schema/domain/known-actor.ts';
import { type Day, londonDay } from '../schema/domain/time.ts';
import type { Sql } from './db.ts';

const KEPT_MS = 30_000;

export interface ActorDirectory {
  find(actor: Actor): Promise<KnownActor>;
}

/** `now` decides which engagements have ended: on the London day that it falls on. */
export function createActorDirectory(sql: Sql, now: () => Date): ActorDirectory {
  const known = new LRUCache<string, KnownActor, { actor: Actor }>({
    max: 1_000,
    ttl: KEPT_MS,
    fetchMethod: (_key, _stale, { context }) => lookUp(sql, context.actor, londonDay(now())),
  });
  return {
    async find(actor) {
      const key = JSON.stringify([actor.subject, actor.staffKey, actor.grants]);
      return known.forceFetch(key, { context: { actor } });
    },
  };
}

async function lookUp(sql: Sql, actor: Actor, today: Day): Promise<KnownActor> {
  const granted = actor.grants.flatMap(({ organisation }) => (organisation ? [organisation] : []));
  const within = await organisationsWithin(sql, granted);
  const person = actor.staffKey ? await findPerson(sql, actor.staffKey, today) : null;
  return {
    subject: actor.subject,
    staffId: person?.staffId ?? null,
    reaches: actor.grants.map(({ role, organisation }) => ({ role, organisationCodes: organisation ? (within.get(organisation) ?? []) : [] })),
    offeredOrganisationCodes: person?.organisationCodes ?? [],
    jobRoles: person?.roles ?? [],
  };
}

async function organisationsWithin(sql: Sql, codes: readonly string[]): Promise<Map<string, string[]>> {
  if (codes.length === 0) return new Map();
  const rows = await sql.query<{ ancestor: string; codes: string[] }>(
    `SELECT ancestor, array_agg(DISTINCT organisation_code ORDER BY organisation_code) AS codes
     FROM practices.organisation_within WHERE ancestor = ANY($1::text[]) GROUP BY ancestor`,
    [codes],
  );
  return new Map(rows.map((row) => [row.ancestor, row.codes]));
}

interface Person {
  readonly staffId: string;
  readonly organisationCodes: readonly string[];
  readonly roles: readonly JobRole[];
}

/**
 * Whom a key signs in: whom it means. Where that person has left and others have the key in records that stand, it was
 * handed on: the one of them who stays, and nobody where that may be several. The source of who left may keep them.
 */
const SIGNED_IN = `
  SELECT CASE WHEN cardinality(k.others) = 0 OR NOT EXISTS (SELECT FROM workforce.leaver l WHERE l.staff_id = k.staff_id AND l.leaves_on <= $2::date) THEN k.staff_id
    WHEN cardinality(stay.ids) = 1 THEN stay.ids[1] END AS staff_id
  FROM workforce.known_key k CROSS JOIN LATERAL (SELECT ARRAY(
    SELECT id FROM unnest(k.others) AS id WHERE NOT EXISTS (SELECT FROM workforce.leaver l WHERE l.staff_id = id AND l.leaves_on <= $2::date)) AS ids) stay
  WHERE k.key = $1`;

async function findPerson(sql: Sql, staffKey: string, today: Day): Promise<Person | null> {
  const [row] = await sql.query<{ staff_id: string; organisation_codes: string[]; roles: JobRole[] }>(
    `SELECT k.staff_id,
       ARRAY(SELECT DISTINCT COALESCE(o.organisation_code, w.organisation_code)
             FROM workforce.works_for w
             LEFT JOIN practices.organisation_within o ON o.ancestor = w.organisation_code AND w.kind IN ('BANK', 'ARRS')
             WHERE w.staff_id = k.staff_id AND (w.ends_on IS NULL OR w.ends_on > $2::date) ORDER BY 1) AS organisation_codes,
       ARRAY(SELECT DISTINCT w.role FROM workforce.works_for w
             WHERE w.staff_id = k.staff_id AND w.role IS NOT NULL AND (w.ends_on IS NULL OR w.ends_on > $2::date) ORDER BY 1) AS roles
     FROM (${SIGNED_IN}) k WHERE k.staff_id IS NOT NULL`,
    [staffKey, today],
  );
  return row ? { staffId: row.staff_id, organisationCodes: row.organisation_codes, roles: row.roles } : null;
}
