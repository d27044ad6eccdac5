/** Says that the two records of a question mean one person. */
import { z } from 'zod';
import { confirmReview } from '../../../platform/people/decide.ts';
import { isEmpty } from '../../../policy/scope.ts';
import type { StaffMember } from '../../../schema/prisma/generated/client.ts';
import type { ReviewRow } from '../loaders.ts';
import type { WorkforceContext } from '../resolvers.ts';
import { decideAlone, NOT_ALLOWED, type NotAllowed, type NotFound, parseInput } from './support.ts';

const Input = z.object({ reviewId: z.string() });

export type ConfirmIdentityResult =
  | { readonly __typename: 'IdentityConfirmed'; readonly review: ReviewRow; readonly staffMember: StaffMember | null }
  | { readonly __typename: 'IdentityConflict'; readonly reason: string }
  | NotAllowed
  | NotFound;

const CONFLICT = 'The two have different valid numbers of one regulator. Where one of the numbers is wrong, mend it in the system that it came from.';

export async function confirmIdentity(context: WorkforceContext, input: unknown): Promise<ConfirmIdentityResult> {
  const { reviewId } = parseInput(Input, input);
  const { access, loaders } = context;
  if (isEmpty(access.scopes.decide)) return NOT_ALLOWED;
  const review = await access.findReview(access.scopes.decide, reviewId);
  if (!review) return { __typename: 'NotFound', id: reviewId };
  const { obstacle } = await decideAlone(context, 'confirm identity', reviewId, (tx, by) => confirmReview(tx, review.id, by));
  if (obstacle) return { __typename: 'IdentityConflict', reason: CONFLICT };
  loaders.review.clear(review.id);
  const confirmed = (await loaders.review.load(review.id)) ?? review;
  return { __typename: 'IdentityConfirmed', review: confirmed, staffMember: await loaders.staffMember.load(confirmed.aStaffId) };
}
