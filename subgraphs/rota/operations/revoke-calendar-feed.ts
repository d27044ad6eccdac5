/** Stops a calendar link for good. */
import { z } from 'zod';
import { parseInput, recordAudit } from '../../../platform/graphql/operation.ts';
import { isEmpty } from '../../../policy/scope.ts';
import { globalId } from '../../../schema/domain/id.ts';
import type { FeedRow } from '../loaders.ts';
import type { RotaContext } from '../resolvers.ts';

const Input = z.object({ feedId: z.string() });

export type RevokeCalendarFeedResult =
  | { readonly __typename: 'CalendarFeedRevoked'; readonly feed: FeedRow }
  | { readonly __typename: 'NotAllowed'; readonly reason: string }
  | { readonly __typename: 'NotFound'; readonly id: string };

/** Stopping a link that is stopped changes nothing, and leaves no second line in the audit trail. */
export async function revokeCalendarFeed(context: RotaContext, input: unknown): Promise<RevokeCalendarFeedResult> {
  const { feedId } = parseInput(Input, input);
  const { access, database, now } = context;
  if (isEmpty(access.scopes.revokeFeed)) return { __typename: 'NotAllowed', reason: 'Your role may not stop calendar links.' };
  const feed = await access.findFeed(access.scopes.revokeFeed, feedId);
  if (!feed) return { __typename: 'NotFound', id: feedId };
  const revokedAt = await database.transaction(async (tx) => {
    const [stopped] = await tx.query<{ revokedAt: Date }>(
      'UPDATE rota.calendar_feed SET revoked_at = $2::timestamptz WHERE id = $1::uuid AND revoked_at IS NULL RETURNING revoked_at AS "revokedAt"',
      [feed.id, now()],
    );
    if (stopped) await recordAudit(tx, context, 'revoke calendar feed', globalId('CalendarFeed', feed.id));
    return stopped?.revokedAt ?? feed.revokedAt;
  });
  return { __typename: 'CalendarFeedRevoked', feed: { ...feed, revokedAt } };
}
