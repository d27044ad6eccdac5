/**
 * Opens the embedded database of a data folder; a new one is whole or not there at all.
 *
 * To make an empty PostgreSQL cluster and to migrate it takes PGlite seconds, and the result is the same each time. So
 * it is made once, after the packages are installed, kept beside them under the name of what it was made from, and
 * copied. The copy gets its name when it is complete: PGlite takes whatever looks like a cluster for one.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataFolder } from './data-folder.ts';
import { type Database, openDatabase } from './db.ts';
import { MIGRATIONS_FOLDER, migrate } from './migrate.ts';

const CACHE = fileURLToPath(new URL('../node_modules/.cache/rotagraph/', import.meta.url));
const PGLITE = fileURLToPath(new URL('../node_modules/@electric-sql/pglite/package.json', import.meta.url));

/** Migrated. The folder stays locked for as long as the database is open. */
export async function openEmbeddedDatabase({ databaseFolder }: DataFolder): Promise<Database> {
  if (!existsSync(databaseFolder)) await makeDatabase(databaseFolder);
  const database = await openDatabase({ folder: databaseFolder });
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function makeDatabase(folder: string): Promise<void> {
  const aside = `${folder}.new`;
  await rm(aside, { recursive: true, force: true });
  const empty = await prepareEmptyDatabase();
  if (empty === null) await makeEmptyDatabase(aside);
  // A thousand small files: the asynchronous copy takes twice the time, and there is nothing else to do meanwhile.
  else cpSync(empty, aside, { recursive: true });
  await rename(aside, folder);
}

/** The folder of the empty database, made where it is missing. Null where nothing can be kept beside the packages. */
export async function prepareEmptyDatabase(): Promise<string | null> {
  const folder = `${CACHE}empty-database-${madeFrom()}`;
  if (existsSync(folder)) return folder;
  const aside = `${folder}.${process.pid}`;
  try {
    await mkdir(dirname(aside), { recursive: true });
    await makeEmptyDatabase(aside);
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Two processes may make it at once: the first to finish is taken.
    if (existsSync(folder)) return folder;
    if (['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
  return folder;
}

async function makeEmptyDatabase(folder: string): Promise<void> {
  const database = await openDatabase({ folder });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}

function madeFrom(): string {
  const hash = createHash('sha256').update(readFileSync(PGLITE));
  for (const name of readdirSync(MIGRATIONS_FOLDER, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.sql')) hash.update(name).update(readFileSync(`${MIGRATIONS_FOLDER}${name}`));
  }
  return hash.digest('hex').slice(0, 16);
}
