/** Makes a calendar link for a person's own shifts. */
import { z } from 'zod';
import { parseInput, recordAudit } from '../../../platform/graphql/operation.ts';
import { createFeedToken, feedPath } from '../../../policy/feed-token.ts';
import { isEmpty } from '../../../policy/scope.ts';
import { globalId } from '../../../schema/domain/id.ts';
import type { FeedRow } from '../loaders.ts';
import type { RotaContext } from '../resolvers.ts';

/** A phone, a computer, a watch and a shared family calendar, with room to spare: more is a script gone wrong. */
export const MAX_FEEDS_PER_PERSON = 10;

const Input = z.object({
  staffId: z.string().nullish(),
  label: z.string().trim().min(1, 'expected a name of 1 to 60 characters, got none').max(60, 'expected a name of at most 60 characters, got more'),
});

export type CreateCalendarFeedResult =
  | { readonly __typename: 'CalendarFeedCreated'; readonly feed: FeedRow; readonly url: string }
  | { readonly __typename: 'TooManyCalendarFeeds'; readonly limit: number }
  | { readonly __typename: 'NotAllowed'; readonly reason: string }
  | { readonly __typename: 'NotFound'; readonly id: string };

/** @throws RequestError BAD_USER_INPUT for a label that is empty or too long. */
export async function createCalendarFeed(context: RotaContext, input: unknown): Promise<CreateCalendarFeedResult> {
  const { staffId: id, label } = parseInput(Input, input);
  const { access, actor, database, feedBaseUrl, now } = context;
  if (isEmpty(access.scopes.createFeed)) return { __typename: 'NotAllowed', reason: reasonFor(actor.staffId) };
  const staffId = id ? access.staffIdIn(id) : actor.staffId;
  if (staffId === null || !(await access.may(access.scopes.createFeed, staffId))) {
    const isKnown = staffId !== null && (await access.may(access.scopes.staff, staffId));
    return isKnown ? { __typename: 'NotAllowed', reason: ONLY_ONES_OWN } : { __typename: 'NotFound', id: id ?? '' };
  }
  const { token, hash } = createFeedToken();
  const feed = await database.transaction(async (tx) => {
    // Two requests at once must not both take the last place.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`rota.calendar_feed ${staffId}`]);
    const [made] = await tx.query<FeedRow>(INSERT, [staffId, label, hash, now(), MAX_FEEDS_PER_PERSON]);
    if (made) await recordAudit(tx, context, 'create calendar feed', globalId('CalendarFeed', made.id));
    return made;
  });
  if (!feed) return { __typename: 'TooManyCalendarFeeds', limit: MAX_FEEDS_PER_PERSON };
  return { __typename: 'CalendarFeedCreated', feed, url: feedBaseUrl + feedPath(token) };
}

const ONLY_ONES_OWN = 'A calendar link shows a person’s working life, so only that person can make one.';

function reasonFor(staffId: string | null): string {
  return staffId === null ? 'Your account is not tied to anyone in the workforce, so there are no shifts to show.' : 'Your role may not make calendar links.';
}

const INSERT = `INSERT INTO rota.calendar_feed (staff_id, label, token_hash, created_at)
  SELECT $1::uuid, $2::text, $3::text, $4::timestamptz
  WHERE (SELECT count(*) FROM rota.calendar_feed WHERE staff_id = $1::uuid AND revoked_at IS NULL) < $5::int
  RETURNING id, staff_id AS "staffId", label, created_at AS "createdAt", revoked_at AS "revokedAt", last_fetched_at AS "lastFetchedAt"`;
