/**
 * Work that is due at a time, one piece a key, whichever process is there to do it: kept in the database by `pg-boss`.
 *
 * A process that dies while it works is noticed by its silence, and another takes the work over.
 */
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import type { Database } from './db.ts';

/** The PostgreSQL schema that pg-boss makes for itself, and looks after. */
const SCHEMA = 'jobs';
const LONGEST_JOB_S = 23 * 60 * 60;
const SILENCE_S = 60;
const POLL_EVERY_S = 1;
const RETRIES = 1_000;

export interface Jobs<Data extends object> {
  /** Has this key's work done after `afterMs`, whatever was planned for it before. */
  plan(key: string, data: Data, afterMs: number): Promise<void>;
  /** The same, unless something is planned already. Whether it was not. */
  planUnlessPlanned(key: string, data: Data, afterMs: number): Promise<boolean>;
  /** Whether something waits for the key or is under way. */
  isThere(key: string): Promise<boolean>;
  /** Does what is due, `atOnce` keys at a time, never one key twice at once. What `work` throws is done again. */
  work(atOnce: number, work: (key: string, data: Data) => Promise<void>): Promise<void>;
  /** Takes no more work and waits for that under way. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  readonly database: Database;
  /** Names the kind of work: letters, digits, dashes. */
  readonly name: string;
  /** For who only plans work and does none: nobody is watched over. */
  readonly onlyPlans?: boolean;
  /** How long a worker may be silent before its work is given to another: 10 or more. Default 60. */
  readonly silenceSeconds?: number;
  readonly log?: { error(facts: object, message: string): void };
}

export async function openJobs<Data extends object>({ database, name, onlyPlans = false, silenceSeconds = SILENCE_S, log }: JobsOptions): Promise<Jobs<Data>> {
  const boss = new PgBoss({
    db: asPgBossDatabase(database),
    backend: database.kind === 'pglite' ? 'pglite' : 'postgres',
    schema: SCHEMA,
    schedule: false,
    supervise: !onlyPlans,
    registerInstance: false,
    monitorVacuum: false,
    superviseIntervalSeconds: silenceSeconds / 2,
    monitorIntervalSeconds: silenceSeconds / 2,
    openTelemetry: { enabled: false },
  });
  boss.on('error', (error) => log?.error({ err: error }, 'The job queue met an error'));
  await boss.start();
  // One piece of a key waits and one is under way, at most.
  await boss.createQueue(name, { policy: 'stately', expireInSeconds: LONGEST_JOB_S, heartbeatSeconds: silenceSeconds, retryLimit: RETRIES, retryDelay: 1 });
  // Nobody else works in the embedded database, so what is under way there was left by a process that died.
  if (database.kind === 'pglite' && !onlyPlans) await releaseAll(database, boss, name);
  const optionsFor = (key: string, afterMs: number) => ({ singletonKey: key, startAfter: Math.ceil(afterMs / 1000) });
  return {
    async plan(key, data, afterMs) {
      await boss.upsert(name, { key, ...data }, optionsFor(key, afterMs));
    },
    planUnlessPlanned: async (key, data, afterMs) => (await boss.send(name, { key, ...data }, optionsFor(key, afterMs))) !== null,
    async isThere(key) {
      const states = ['created', 'retry', 'active'];
      const jobs = await database.query(`SELECT 1 FROM ${SCHEMA}.job WHERE name = $1 AND singleton_key = $2 AND state::text = ANY($3::text[]) LIMIT 1`, [
        name,
        key,
        states,
      ]);
      return jobs.length > 0;
    },
    async work(atOnce, work) {
      const options = { localConcurrency: atOnce, pollingIntervalSeconds: POLL_EVERY_S };
      await boss.work<{ readonly key: string } & Data>(name, options, async ([job]) => {
        if (job) await work(job.data.key, job.data);
      });
    },
    stop: () => boss.stop({ close: false, graceful: true, timeout: 24 * 60 * 60 * 1000 }),
  };
}

/** The library's own list would begin with the oldest of a week, and end after a thousand. */
async function releaseAll(database: Database, boss: PgBoss, name: string): Promise<void> {
  const jobs = await database.query<{ id: string }>(`SELECT id FROM ${SCHEMA}.job WHERE name = $1 AND state = 'active'`, [name]);
  for (const { id } of jobs) await boss.deleteJob(name, id);
}

/** pg-boss sends what takes no parameters as a script of several statements. */
function asPgBossDatabase(database: Database): NonNullable<ConstructorOptions['db']> {
  return { executeSql: (text: string, values: readonly unknown[] = []) => database.execute(text, values) };
}
