/** A fresh database with every migration applied, in memory, for one test file. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { type Database, openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/rotagraph/', import.meta.url));
const PGLITE = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);

export async function openTestDatabase(): Promise<Database> {
  const database = await openDatabase({ memory: true, from: await emptyCluster() });
  await migrate(database);
  return database;
}

/**
 * A cluster with nothing in it. Making one takes PGlite most of its start, so it is made once and kept beside the
 * packages, under a name that changes with PGlite. Two test files that make it at once each leave a whole one.
 */
async function emptyCluster(): Promise<Blob> {
  const file = `${CACHE}cluster-${createHash('sha256').update(readFileSync(PGLITE)).digest('hex').slice(0, 16)}.tar`;
  if (!existsSync(file)) {
    const client = await PGlite.create({ extensions: { btree_gist } });
    const copy = await client.dumpDataDir('none');
    await client.close();
    mkdirSync(dirname(file), { recursive: true });
    const own = `${file}.${process.pid}`;
    writeFileSync(own, new Uint8Array(await copy.arrayBuffer()));
    renameSync(own, file);
  }
  return new Blob([readFileSync(file)]);
}
