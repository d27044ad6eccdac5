/**
 * Applies the committed migrations, in Prisma Migrate's own folder format and with its own table, so that a site which
 * has Prisma's command line can use either.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Database, Sql } from './db.ts';

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../schema/prisma/migrations/', import.meta.url));

/** Any constant will do: it keeps two processes that start together from migrating at once. */
const MIGRATION_LOCK = 7_041_996;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

/**
 * Brings the database up to date, all pending migrations in one transaction, and gives the names of those it applied.
 *
 * @throws Error when a migration that was applied has since been edited: the two databases would differ in silence.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [MIGRATION_LOCK]);
    await tx.script(CREATE_TABLE);
    const pending = await pendingMigrations(tx);
    for (const { name, sql, checksum } of pending) {
      await tx.script(sql);
      await tx.query(
        `INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
         VALUES ($1, $2, $3, now(), 1)`,
        [randomUUID(), checksum, name],
      );
    }
    return pending.map(({ name }) => name);
  });
}

/** Which migrations the database has and which it lacks. Changes nothing. */
export async function migrationStatus(sql: Sql): Promise<MigrationStatus> {
  const all = await readMigrations();
  const applied = new Set((await hasTable(sql)) ? (await appliedMigrations(sql)).map(({ migration_name }) => migration_name) : []);
  const names = all.map(({ name }) => name);
  return { applied: names.filter((name) => applied.has(name)), pending: names.filter((name) => !applied.has(name)) };
}

async function pendingMigrations(sql: Sql): Promise<readonly Migration[]> {
  const applied = new Map((await appliedMigrations(sql)).map((row) => [row.migration_name, row.checksum]));
  const all = await readMigrations();
  for (const { name, checksum } of all) {
    if (applied.has(name) && applied.get(name) !== checksum) {
      throw new Error(`Migration ${name} was applied to this database and has been edited since. Add a new migration instead.`);
    }
  }
  return all.filter(({ name }) => !applied.has(name));
}

async function readMigrations(): Promise<readonly Migration[]> {
  const entries = await readdir(MIGRATIONS_FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.sort().map(readMigration));
}

async function readMigration(name: string): Promise<Migration> {
  const file = await readFile(`${MIGRATIONS_FOLDER}${name}/migration.sql`, 'utf8');
  // A checkout on Windows may have CRLF: the same migration must keep its checksum.
  const sql = file.replaceAll('\r\n', '\n');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

function appliedMigrations(sql: Sql) {
  return sql.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
}

async function hasTable(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ found: boolean }>(`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS found`);
  return row?.found ?? false;
}

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS public._prisma_migrations (
  id varchar(36) PRIMARY KEY,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;
