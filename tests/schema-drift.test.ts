import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../platform/db.ts';
import { openTestDatabase } from './support/database.ts';
import { sqlOfPrismaSchema } from './support/prisma-schema-sql.ts';

const SCHEMA = new URL('../schema/prisma/schema.prisma', import.meta.url);

/**
 * Every column of every table of ours: its type, whether it may be null, and whether it is part of the primary key.
 * Whether a list may be null is left out: Prisma has no word for it.
 */
async function columnsOf(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ described: string }>(
    `SELECT format('%s.%s.%s %s%s%s', n.nspname, t.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attnotnull AND a.attndims = 0 THEN ' not null' ELSE '' END,
       CASE WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND a.attnum = ANY(i.indkey)) THEN ' primary key' ELSE '' END) AS described
     FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid JOIN pg_namespace n ON n.oid = t.relnamespace
     WHERE t.relkind = 'r' AND n.nspname IN ('practices', 'workforce', 'rota', 'platform') AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY 1`,
  );
  return rows.map(({ described }) => described);
}

/** Every unique index: what may be looked up by key. */
async function uniqueKeysOf(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ described: string }>(
    `SELECT format('%s.%s(%s)', n.nspname, t.relname, string_agg(a.attname, ',' ORDER BY a.attname)) AS described
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey)
     WHERE i.indisunique AND n.nspname IN ('practices', 'workforce', 'rota', 'platform') AND i.indpred IS NULL
     GROUP BY i.indexrelid, n.nspname, t.relname ORDER BY 1`,
  );
  return rows.map(({ described }) => described);
}

describe('schema.prisma', () => {
  let migrated: Database;
  let believed: Database;
  beforeAll(async () => {
    migrated = await openTestDatabase();
    believed = await openDatabase({ memory: true });
    await believed.script(await sqlOfPrismaSchema(readFileSync(SCHEMA, 'utf8')));
  });
  afterAll(() => Promise.all([migrated.close(), believed.close()]));

  it('has the tables, columns, types and nulls that the migrations make', async () => {
    const columns = await columnsOf(believed);
    expect(columns.length).toBeGreaterThan(100);
    expect(columns).toEqual(await columnsOf(migrated));
  });

  it('has their unique keys', async () => {
    expect(await uniqueKeysOf(believed)).toEqual(await uniqueKeysOf(migrated));
  });
});
