/** A fresh database with every migration applied, in memory, for one test file. */
import { type Database, openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';

export async function openTestDatabase(): Promise<Database> {
  const database = await openDatabase({ memory: true });
  await migrate(database);
  return database;
}
