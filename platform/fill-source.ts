/** How shifts were filled, where their source does not say: `fillSourceFrom` of the domain, for many at once. */
import { LONDON } from '../schema/domain/time.ts';
import type { Sql } from './db.ts';

/** Whose bookings are looked at: those that fit all that is given. */
export interface FillSourceScope {
  /** Of shifts that start in `[from, to)`. */
  readonly window?: { readonly from: Date; readonly to: Date };
  /** Of shifts that came from these. */
  readonly upstreams?: readonly string[];
  /** Of these persons. */
  readonly staffIds?: readonly string[];
}

/**
 * Derives the fill source of every booking in `scope` whose source does not state it.
 *
 * The person's engagements and bank memberships on the shift's London day decide, ranked as `fillSourceFrom` does; a
 * test holds the two to each other. Those that are gone from their source count for the days before they went. A booking
 * moves its `changed_at` only when the answer is another than before.
 */
export async function deriveFillSources(sql: Sql, { window, upstreams, staffIds }: FillSourceScope, now: Date): Promise<void> {
  const parameters: unknown[] = [now];
  const given = (value: unknown) => `$${parameters.push(value)}`;
  const conditions = [
    'NOT b.fill_source_stated',
    ...(window ? [`s.starts_at >= ${given(window.from)} AND s.starts_at < ${given(window.to)}`] : []),
    ...(upstreams ? [`s.source = ANY(${given(upstreams)}::text[])`] : []),
    ...(staffIds ? [`b.staff_id = ANY(${given(staffIds)}::uuid[])`] : []),
  ];
  await sql.query(
    `WITH derived AS (
       SELECT b.id, (ARRAY['OWN', 'BANK', 'LOCUM', 'AGENCY', 'SHARED', 'BANK', 'LOCUM', 'AGENCY'])[min(
         CASE WHEN w.organisation_code = s.organisation_code THEN 1 WHEN w.organisation_code IS NOT NULL THEN 5 END
         + CASE w.kind WHEN 'BANK' THEN 1 WHEN 'LOCUM' THEN 2 WHEN 'AGENCY' THEN 3 ELSE 0 END)] AS fill_source
       FROM rota.booking b
       JOIN rota.shift s ON s.id = b.shift_id
       CROSS JOIN LATERAL (SELECT (s.starts_at AT TIME ZONE '${LONDON}')::date AS day) d
       LEFT JOIN workforce.worked_for w ON w.staff_id = b.staff_id
         AND (w.starts_on IS NULL OR w.starts_on <= d.day) AND (w.ends_on IS NULL OR w.ends_on > d.day)
       WHERE ${conditions.join(' AND ')}
       GROUP BY b.id
     )
     UPDATE rota.booking t SET fill_source = derived.fill_source, changed_at = $1
     FROM derived WHERE t.id = derived.id AND t.fill_source IS DISTINCT FROM derived.fill_source`,
    parameters,
  );
}
