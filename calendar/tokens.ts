/** Which calendar link a token opens. Only the hash of a token is in the database: see policy/feed-token.ts. */
import type { Sql } from '../platform/db.ts';
import { feedTokenHash, isFeedToken } from '../policy/feed-token.ts';

export interface OpenedFeed {
  readonly feedId: string;
  readonly staffId: string;
  readonly isRevoked: boolean;
}

/** The link of a token, or null for one that is malformed or unknown: the two look alike to whoever guesses. */
export async function findFeed(sql: Sql, token: string): Promise<OpenedFeed | null> {
  if (!isFeedToken(token)) return null;
  const [feed] = await sql.query<OpenedFeed>(
    'SELECT id AS "feedId", staff_id AS "staffId", revoked_at IS NOT NULL AS "isRevoked" FROM rota.calendar_feed WHERE token_hash = $1',
    [feedTokenHash(token)],
  );
  return feed ?? null;
}

/** Once a minute is enough for a person to tell a link in use from one that is not. */
const SECONDS_BETWEEN_RECORDS = 60;

/** Notes that a calendar fetched the link, and which program it said it was. */
export async function recordFetch(sql: Sql, feedId: string, now: Date, userAgent: string | null): Promise<void> {
  await sql.query(
    `UPDATE rota.calendar_feed SET last_fetched_at = $2::timestamptz, last_fetched_by = $3
     WHERE id = $1::uuid AND (last_fetched_at IS NULL OR last_fetched_at <= $2::timestamptz - make_interval(secs => $4))`,
    [feedId, now, userAgent && printable(userAgent), SECONDS_BETWEEN_RECORDS],
  );
}

function printable(userAgent: string): string {
  return userAgent.replace(/[^\x20-\x7e]/g, '').slice(0, 120);
}
