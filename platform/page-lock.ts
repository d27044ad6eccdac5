/**
 * Whole tables that one page may write through another's rows: a new key of a person is looked for in everybody's
 * bookings, and an organisation is made of several upstreams' records. Taken for the transaction, so that two who write
 * at once, whatever their process, neither miss each other's news nor wait for each other in a ring.
 */
import type { Sql } from './db.ts';

const LOCKS = { people: 7_041_997, organisations: 7_041_998 } as const;

/** Alone, or along with others that only look (`shared`). */
export async function lockForPage(tx: Sql, what: keyof typeof LOCKS, how: 'alone' | 'shared'): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}($1::bigint)`, [LOCKS[what]]);
}
