/** What the verbs work on: the configured upstreams and the database. */
import { readConfig } from '../../platform/config.ts';
import { lockDataFolder } from '../../platform/data-folder.ts';
import { type Database, openDatabase } from '../../platform/db.ts';
import { openEmbeddedDatabase } from '../../platform/embedded-database.ts';
import { migrate } from '../../platform/migrate.ts';
import { ConfigError } from '../../schema/domain/errors.ts';
import { hasEntryVariables, readUpstreams, type Upstream } from '../../sync/upstreams.ts';

/**
 * The upstreams of these ids, in the settings file's order; all of them when none is named.
 *
 * @throws ConfigError when the settings are wrong or an id is unknown.
 */
export async function chosenUpstreams(env: NodeJS.ProcessEnv, ids: readonly string[]): Promise<readonly Upstream[]> {
  const { upstreamsFile } = readConfig(env, hasEntryVariables(env) ? [] : ['upstreamsFile']);
  const upstreams = await readUpstreams(upstreamsFile, env);
  const unknown = ids.filter((wanted) => !upstreams.some(({ id }) => id === wanted));
  if (unknown.length > 0) {
    const known = upstreams.map(({ id }) => id).join(', ') || 'none';
    throw new ConfigError(unknown.map((id) => `upstream "${id}": ${upstreamsFile ?? 'the environment'} has no such upstream. There are: ${known}.`));
  }
  return ids.length === 0 ? upstreams : upstreams.filter(({ id }) => ids.includes(id));
}

/**
 * Does `work` with the database of the settings, brought up to date.
 *
 * @throws DatabaseLockedError when another process, for instance `npm start`, holds the embedded one.
 */
export async function withDatabase<Result>(env: NodeJS.ProcessEnv, work: (database: Database) => Promise<Result>): Promise<Result> {
  const { databaseUrl, dataDir } = readConfig(env);
  await using opened = new AsyncDisposableStack();
  const folder = databaseUrl === null ? lockDataFolder(dataDir) : null;
  opened.defer(async () => folder?.release());
  const database = folder ? await openEmbeddedDatabase(folder) : await openDatabase({ url: databaseUrl ?? '' });
  opened.defer(database.close);
  if (database.kind === 'postgresql') await reach(database);
  await migrate(database);
  return await work(database);
}

async function reach(database: Database): Promise<void> {
  await database.query('SELECT 1').catch((error: NodeJS.ErrnoException) => {
    const words = `the database does not answer there (${error.code ?? 'no reason given'}). Check host, port, name, user and password.`;
    throw new ConfigError([`DATABASE_URL: ${words}`], { cause: error });
  });
}
