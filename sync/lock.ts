/** Never two passes over one upstream at once: in this process, nor across processes that share a PostgreSQL. */
import type { Database } from '../platform/db.ts';

/** The first half of the advisory locks' keys. Any constants will do that nothing else in this database uses. */
const LOCK_CLASS = 704_199;
const PLANNING_CLASS = 704_200;

const running = new WeakMap<Database, Set<string>>();

/**
 * Does `work` while nobody else does anything for this upstream. Null when somebody does: it is not waited for.
 *
 * On PostgreSQL the lock is a transaction's, so a process that is killed lets go of it with its connection. It keeps
 * one connection of the pool, idle, for as long as `work` takes, which no server setting may cut short. The embedded
 * database belongs to one process.
 */
export async function aloneOnUpstream<Result>(database: Database, upstream: string, work: () => Promise<Result>): Promise<Result | null> {
  const here = running.get(database) ?? new Set<string>();
  running.set(database, here);
  if (here.has(upstream)) return null;
  here.add(upstream);
  try {
    return database.kind === 'pglite' ? await work() : await withAdvisoryLock(database, upstream, work);
  } finally {
    here.delete(upstream);
  }
}

function withAdvisoryLock<Result>(database: Database, upstream: string, work: () => Promise<Result>): Promise<Result | null> {
  return database.transaction(async (tx) => {
    await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    const [lock] = await tx.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1::integer, hashtext($2)) AS taken', [LOCK_CLASS, upstream]);
    return lock?.taken ? work() : null;
  });
}

/** Does `work` when no other process does the like: it is waited for. For what is short. */
export function oneProcessAtATime<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  if (database.kind === 'pglite') return work();
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1::integer, 0)', [PLANNING_CLASS]);
    return work();
  });
}
