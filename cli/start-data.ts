/** Opens the database of a start and brings it up to date. */
import type { Config } from '../platform/config.ts';
import { lockDataFolder } from '../platform/data-folder.ts';
import { type Database, openDatabase } from '../platform/db.ts';
import { openEmbeddedDatabase } from '../platform/embedded-database.ts';
import type { Logger } from '../platform/log.ts';
import { migrate } from '../platform/migrate.ts';
import { ConfigError } from '../schema/domain/errors.ts';
import type { Steps } from './start-steps.ts';

/** What a start gives: how it logs, and what to tell the person who started it. */
export interface Ready {
  readonly log: Logger;
  readonly screen: string;
}

/**
 * An embedded database is locked for this process until `opened` is disposed of.
 *
 * @throws DatabaseLockedError when another process holds the embedded one.
 * @throws ConfigError when PostgreSQL does not answer.
 */
export async function openData(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  steps: Steps,
  opened: AsyncDisposableStack,
  poolSize?: number,
): Promise<Database> {
  if (databaseUrl !== null) return steps.step('PostgreSQL', () => openPostgres(databaseUrl, opened, poolSize));
  const folder = lockDataFolder(dataDir);
  opened.defer(async () => folder.release());
  const database = await steps.step('Embedded database', () => openEmbeddedDatabase(folder));
  opened.defer(database.close);
  return database;
}

async function openPostgres(url: string, opened: AsyncDisposableStack, poolSize?: number): Promise<Database> {
  const database = await openDatabase({ url, ...(poolSize !== undefined && { poolSize }) });
  opened.defer(database.close);
  await database.query('SELECT 1').catch((error: NodeJS.ErrnoException) => {
    const words = `the database does not answer there (${error.code ?? 'no reason given'}). Check host, port, name, user and password.`;
    throw new ConfigError([`DATABASE_URL: ${words}`], { cause: error });
  });
  await migrate(database);
  return database;
}
