import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type DataFolder, lockDataFolder } from '../../platform/data-folder.ts';
import { openEmbeddedDatabase } from '../../platform/embedded-database.ts';
import { migrationStatus } from '../../platform/migrate.ts';

let path: string;
let folder: DataFolder;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'rotagraph-embedded-'));
  folder = lockDataFolder(path);
});

afterEach(() => {
  folder.release();
  rmSync(path, { recursive: true, force: true });
});

test('a new database is migrated, and what is written is there when it is opened again', async () => {
  const first = await openEmbeddedDatabase(folder);
  expect((await migrationStatus(first)).pending).toEqual([]);
  await first.query("INSERT INTO platform.audit (actor, action, subject) VALUES ('a', 'b', 'c')");
  await first.close();
  const second = await openEmbeddedDatabase(folder);
  expect(await second.query('SELECT actor FROM platform.audit')).toEqual([{ actor: 'a' }]);
  await second.close();
});

test('what a crash left half made is thrown away', async () => {
  const half = `${folder.databaseFolder}.new`;
  mkdirSync(half);
  writeFileSync(join(half, 'PG_VERSION'), '18\n');
  const database = await openEmbeddedDatabase(folder);
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await database.close();
  expect(existsSync(half)).toBe(false);
});

test('one database is no other: what is written to a copy stays out of the next', async () => {
  const first = await openEmbeddedDatabase(folder);
  await first.query("INSERT INTO platform.audit (actor, action, subject) VALUES ('a', 'b', 'c')");
  await first.close();
  rmSync(folder.databaseFolder, { recursive: true });
  const second = await openEmbeddedDatabase(folder);
  expect(await second.query('SELECT actor FROM platform.audit')).toEqual([]);
  await second.close();
  expect(readdirSync(path).sort()).toEqual(expect.arrayContaining(['database', 'lock', 'lock.json']));
});
