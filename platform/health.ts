/** Whether a process runs, and whether it can do its work. */
import express from 'express';
import type { Database } from './db.ts';
import type { Logger } from './log.ts';
import { migrationStatus } from './migrate.ts';

/** Resolves when all is well; what it throws is logged, not shown. */
export type HealthCheck = () => Promise<void>;
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

const CHECK_TIMEOUT_MS = 3_000;
/** Anybody may ask, so asking often costs no more. */
const KEPT_MS = 1_000;

type Result = Readonly<Record<string, 'ok' | 'failed'>>;

interface HealthOptions {
  readonly checks: HealthChecks;
  readonly isDraining: () => boolean;
  readonly log: Logger;
}

/** Serves /health/live and /health/ready. */
export function createHealthRouter({ checks, isDraining, log }: HealthOptions): express.Router {
  const check = keptFor(KEPT_MS, () => runChecks(checks, log));
  return express
    .Router()
    .get('/health/live', (_request, response) => void response.json({ status: 'live' }))
    .get('/health/ready', async (_request, response) => {
      if (isDraining()) return void response.status(503).json({ status: 'draining' });
      const results = await check();
      const isReady = Object.values(results).every((result) => result === 'ok');
      response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready', checks: results });
    });
}

/** The database answers, and has every migration that this version knows. */
export function databaseChecks(database: Database): HealthChecks {
  return {
    database: async () => void (await database.query('SELECT 1')),
    migrations: async () => {
      const { pending } = await migrationStatus(database);
      if (pending.length > 0) throw new Error(`Migrations are pending: ${pending.join(', ')}.`);
    },
  };
}

async function runChecks(checks: HealthChecks, log: Logger): Promise<Result> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await withinTime(check());
        return [name, 'ok'] as const;
      } catch (error) {
        log.warn({ err: error, check: name }, 'a health check failed');
        return [name, 'failed'] as const;
      }
    }),
  );
  return Object.fromEntries(results);
}

async function withinTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${CHECK_TIMEOUT_MS} ms.`)), CHECK_TIMEOUT_MS);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function keptFor<Value>(ms: number, read: () => Promise<Value>): () => Promise<Value> {
  let kept: { readonly value: Promise<Value>; readonly until: number } | null = null;
  return () => {
    const now = performance.now();
    if (kept === null || now >= kept.until) kept = { value: read(), until: now + ms };
    return kept.value;
  };
}
