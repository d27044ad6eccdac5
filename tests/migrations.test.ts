import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../platform/db.ts';
import { migrate, migrationStatus } from '../platform/migrate.ts';
import { openTestDatabase } from './support/database.ts';

describe('migrations', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('leave nothing pending, and applying them again applies none', async () => {
    expect((await migrationStatus(database)).pending).toEqual([]);
    expect(await migrate(database)).toEqual([]);
  });

  it('refuse an applied migration that was edited since', async () => {
    const [first] = (await migrationStatus(database)).applied;
    await database.query('UPDATE public._prisma_migrations SET checksum = $1 WHERE migration_name = $2', ['edited', first]);
    await expect(migrate(database)).rejects.toThrow(`Migration ${first} was applied to this database and has been edited since`);
  });
});
