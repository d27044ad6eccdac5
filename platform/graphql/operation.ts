/** What every operation of the graph does the same way: parse at the door, leave a line in the audit trail. */
import type { z } from 'zod';
import { RequestError } from '../../schema/domain/errors.ts';
import type { KnownActor } from '../../schema/domain/known-actor.ts';
import type { Sql } from '../db.ts';

/** @throws RequestError BAD_USER_INPUT, a part for each wrong field. */
export function parseInput<Value>(schema: z.ZodType<Value>, input: unknown): Value {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new RequestError('BAD_USER_INPUT', parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}.`).join(' '));
}

/** Who asks, and in which request. */
export interface OperationContext {
  readonly actor: KnownActor;
  readonly now: () => Date;
  readonly requestId: string;
}

/** Who did what to which record (its global id), and in which request. Written in the transaction of the change. */
export async function recordAudit(tx: Sql, { actor, now, requestId }: OperationContext, action: string, subject: string): Promise<void> {
  await tx.query('INSERT INTO platform.audit (at, actor, action, subject, request_id) VALUES ($1, $2, $3, $4, $5)', [
    now(),
    actor.subject,
    action,
    subject,
    requestId,
  ]);
}
