/** Says that some of a person's records mean somebody else. */
import { z } from 'zod';
import { splitPerson } from '../../../platform/people/decide.ts';
import { isEmpty } from '../../../policy/scope.ts';
import { globalId } from '../../../schema/domain/id.ts';
import type { StaffMember } from '../../../schema/prisma/generated/client.ts';
import type { WorkforceContext } from '../resolvers.ts';
import { decideAlone, NOT_ALLOWED, type NotAllowed, type NotFound, parseInput } from './support.ts';

const MOST_RECORDS = 100;
const Input = z.object({
  staffId: z.string(),
  recordIds: z.array(z.uuid('expected the ids of records, got something else')).min(1, 'expected at least one record, got none').max(MOST_RECORDS),
});

export type SplitIdentityResult =
  | { readonly __typename: 'IdentitySplit'; readonly staffMember: StaffMember | null; readonly other: StaffMember | null }
  | { readonly __typename: 'NothingToSplit'; readonly reason: string }
  | NotAllowed
  | NotFound;

const NOTHING = 'None of these records is this person’s any more, or none would be left. A split needs records that go and records that stay.';

/** @throws RequestError BAD_USER_INPUT for ids that are no records'. */
export async function splitIdentity(context: WorkforceContext, input: unknown): Promise<SplitIdentityResult> {
  const { staffId: id, recordIds } = parseInput(Input, input);
  const { access, loaders } = context;
  if (isEmpty(access.scopes.decide)) return NOT_ALLOWED;
  const staffId = access.staffIdIn(id);
  if (staffId === null || !(await access.may(access.scopes.decide, staffId))) return { __typename: 'NotFound', id };
  let other: string | null = null;
  const { obstacle } = await decideAlone(context, 'split identity', globalId('StaffMember', staffId), async (tx, by) => {
    const split = await splitPerson(tx, staffId, recordIds, by);
    other = split.other;
    return split;
  });
  if (obstacle) return { __typename: 'NothingToSplit', reason: NOTHING };
  loaders.staffFacts.clearAll();
  return { __typename: 'IdentitySplit', staffMember: await access.find(staffId), other: await access.find(other) };
}
