import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';
import { startTestPostgres, type TestPostgres } from './postgres.ts';

describe('the PostgreSQL of the tests', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());

  it('takes every migration, and gives each caller a database of its own', async () => {
    const [one, other] = await Promise.all([server.newDatabase(), server.newDatabase()]);
    expect(one).not.toBe(other);
    const database = await openDatabase({ url: one });
    expect(await migrate(database)).not.toEqual([]);
    expect(await migrate(database)).toEqual([]);
    await database.close();
  });

  it('lets two sessions at one database, which the embedded one cannot', async () => {
    const url = await server.newDatabase();
    const sessions = await Promise.all([openDatabase({ url }), openDatabase({ url })]);
    await sessions[0].query('SELECT pg_advisory_lock(1)');
    expect(await sessions[1].query('SELECT pg_try_advisory_lock(1) AS taken')).toEqual([{ taken: false }]);
    await Promise.all(sessions.map((session) => session.close()));
  });
});
