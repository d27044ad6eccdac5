/** `npm run demo:reset`: forgets the demo, so that the next start makes it anew. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDataFolder } from '../platform/data-folder.ts';
import { RotagraphError } from '../schema/domain/errors.ts';
import { DEMO_FOLDER } from './demo-folder.ts';

const dataDir = process.env.DATA_DIR || '.data';

try {
  console.log(await reset());
} catch (error) {
  if (!(error instanceof RotagraphError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** Only a demo is deleted: a database that holds a practice's own data is not one. */
async function reset(): Promise<string> {
  if (!existsSync(dataDir)) return `There is nothing to reset: ${dataDir} does not exist. Run: npm start`;
  const folder = lockDataFolder(dataDir);
  try {
    const demo = join(folder.path, DEMO_FOLDER);
    const hasDatabase = existsSync(folder.databaseFolder);
    if (hasDatabase && !existsSync(demo)) return `Nothing was deleted: the database in ${folder.path} is not the demo's.`;
    await rm(folder.databaseFolder, { recursive: true, force: true });
    await rm(demo, { recursive: true, force: true });
    return 'The demo is reset. The next start makes it anew: npm start';
  } finally {
    folder.release();
  }
}
