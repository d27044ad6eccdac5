/** Says that the two records of a question mean two persons. */
import { z } from 'zod';
import { rejectReview } from '../../../platform/people/decide.ts';
import { isEmpty } from '../../../policy/scope.ts';
import type { ReviewRow } from '../loaders.ts';
import type { WorkforceContext } from '../resolvers.ts';
import { decideAlone, NOT_ALLOWED, type NotAllowed, type NotFound, parseInput } from './support.ts';

const Input = z.object({ reviewId: z.string() });

export type RejectIdentityResult = { readonly __typename: 'IdentityRejected'; readonly review: ReviewRow } | NotAllowed | NotFound;

export async function rejectIdentity(context: WorkforceContext, input: unknown): Promise<RejectIdentityResult> {
  const { reviewId } = parseInput(Input, input);
  const { access, loaders } = context;
  if (isEmpty(access.scopes.decide)) return NOT_ALLOWED;
  const review = await access.findReview(access.scopes.decide, reviewId);
  if (!review) return { __typename: 'NotFound', id: reviewId };
  await decideAlone(context, 'reject identity', reviewId, (tx, by) => rejectReview(tx, review.id, by));
  loaders.review.clear(review.id);
  return { __typename: 'IdentityRejected', review: (await loaders.review.load(review.id)) ?? review };
}
