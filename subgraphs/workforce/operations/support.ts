/** What every operation on who is who does the same way: parse at the door, alone in its writing, a line in the audit trail. */
import type { z } from 'zod';
import type { Sql } from '../../../platform/db.ts';
import { lockForPage } from '../../../platform/page-lock.ts';
import type { Done } from '../../../platform/people/decide.ts';
import type { MoveContext } from '../../../platform/people/moves.ts';
import { RequestError } from '../../../schema/domain/errors.ts';
import type { WorkforceContext } from '../resolvers.ts';

/** @throws RequestError BAD_USER_INPUT, a part for each wrong field. */
export function parseInput<Value>(schema: z.ZodType<Value>, input: unknown): Value {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new RequestError('BAD_USER_INPUT', parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}.`).join(' '));
}

/** Does it while no page of people is stored, and leaves a line in the audit trail when it is news. */
export async function decideAlone(
  { database, actor, now, requestId }: WorkforceContext,
  action: string,
  subject: string,
  work: (tx: Sql, context: MoveContext) => Promise<Done>,
): Promise<Done> {
  return database.transaction(async (tx) => {
    await lockForPage(tx, 'people', 'alone');
    const done = await work(tx, { by: actor.subject, now: now() });
    if (done.isNews) {
      await tx.query('INSERT INTO platform.audit (at, actor, action, subject, request_id) VALUES ($1, $2, $3, $4, $5)', [
        now(),
        actor.subject,
        action,
        subject,
        requestId,
      ]);
    }
    return done;
  });
}

export interface NotAllowed {
  readonly __typename: 'NotAllowed';
  readonly reason: string;
}

export interface NotFound {
  readonly __typename: 'NotFound';
  readonly id: string;
}

export const NOT_ALLOWED: NotAllowed = { __typename: 'NotAllowed', reason: 'Who is who is decided by those who plan for the network.' };
