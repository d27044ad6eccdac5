/** What every operation on the rota does the same way: parse at the door, leave a line in the audit trail. */
import type { z } from 'zod';
import type { Sql } from '../../../platform/db.ts';
import { RequestError } from '../../../schema/domain/errors.ts';
import { globalId } from '../../../schema/domain/id.ts';
import type { RotaContext } from '../resolvers.ts';

/** @throws RequestError BAD_USER_INPUT, a part for each wrong field. */
export function parseInput<Value>(schema: z.ZodType<Value>, input: unknown): Value {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new RequestError('BAD_USER_INPUT', parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}.`).join(' '));
}

/** Who did what to which calendar link, and in which request. Written in the transaction of the change. */
export async function recordAudit(tx: Sql, { actor, now, requestId }: RotaContext, action: string, feedId: string): Promise<void> {
  await tx.query('INSERT INTO platform.audit (at, actor, action, subject, request_id) VALUES ($1, $2, $3, $4, $5)', [
    now(),
    actor.subject,
    action,
    globalId('CalendarFeed', feedId),
    requestId,
  ]);
}
