/**
 * A new folder for the embedded database, whole or not at all.
 *
 * Making an empty PostgreSQL cluster takes PGlite seconds, and it comes out the same each time. So it is made once after
 * the packages are installed, kept beside them under the name of the PGlite that made it, and copied. A folder appears
 * under its own name only when it is complete: PGlite takes any folder that has begun to look like a cluster for one.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';

const CACHE = fileURLToPath(new URL('../node_modules/.cache/rotagraph/', import.meta.url));
const PGLITE = new URL('../node_modules/@electric-sql/pglite/package.json', import.meta.url);

/** The extensions that PGlite must be opened with. */
export const EXTENSIONS = { btree_gist };

/** Makes sure that a cluster is at this folder. The folder must be locked by the caller. */
export async function ensureCluster(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const aside = `${folder}.new`;
  await rm(aside, { recursive: true, force: true });
  const empty = await prepareCluster();
  await (empty === null ? makeCluster(aside) : cp(empty, aside, { recursive: true }));
  await rename(aside, folder);
}

/** The empty cluster, made where it is missing. Null where nothing can be kept beside the packages. */
export async function prepareCluster(): Promise<string | null> {
  const folder = `${CACHE}empty-cluster-${createHash('sha256').update(readFileSync(PGLITE)).digest('hex').slice(0, 16)}`;
  if (existsSync(folder)) return folder;
  const own = `${folder}.${process.pid}`;
  try {
    await mkdir(dirname(own), { recursive: true });
    await makeCluster(own);
    await rename(own, folder);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    // Two processes may make it at once: the first to finish is taken.
    if (existsSync(folder)) return folder;
    if (['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
  return folder;
}

async function makeCluster(folder: string): Promise<void> {
  const client = await PGlite.create({ dataDir: folder, extensions: EXTENSIONS });
  await client.close();
}
