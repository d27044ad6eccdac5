/**
 * The database: PGlite in one folder or in memory by default, PostgreSQL where a URL is given. One dialect for both.
 *
 * Typed reads go through `prisma`; sets and bulk writes go through SQL. Within a transaction only the transaction may
 * be used: PGlite has a single session, so a query beside it would wait for it for ever.
 */
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../schema/prisma/generated/client.ts';

/** Runs SQL. Days come back as `YYYY-MM-DD`, points in time as `Date`, counts (`bigint`) as `number`. */
export interface Sql {
  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs several statements that take no parameters. */
  script(text: string): Promise<void>;
}

export interface Database extends Sql {
  readonly kind: 'pglite' | 'postgresql';
  readonly prisma: PrismaClient;
  /** All or nothing. Rolled back when `work` throws. */
  transaction<Result>(work: (tx: Sql) => Promise<Result>): Promise<Result>;
  /** For libraries that bring their own SQL: rows as the driver gives them; without parameters it may be several statements. */
  execute(text: string, parameters: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  /** Tells each statement that is sent, for tests that count them. Gives back a function that stops it. */
  onStatement(listener: (statement: string) => void): () => void;
  close(): Promise<void>;
}

export type DatabaseLocation =
  | { readonly url: string; readonly poolSize?: number }
  | { readonly folder: string }
  /** `from`: a copy of an embedded database, as PGlite's `dumpDataDir` gives it. */
  | { readonly memory: true; readonly from?: Blob };

/** Opens the database. That of a folder is opened by `embedded-database.ts`. */
export function openDatabase(location: DatabaseLocation): Promise<Database> {
  return 'url' in location
    ? openPostgres(location.url, location.poolSize ?? 10)
    : openPglite('folder' in location ? { dataDir: location.folder } : { loadDataDir: location.from });
}

const DATE_OID = 1082;
const INT8_OID = 20;
const asText = (value: string) => value;
const PARSERS: Readonly<Record<number, (value: string) => unknown>> = { [DATE_OID]: asText, [INT8_OID]: Number };

function statementListeners() {
  const listeners = new Set<(statement: string) => void>();
  return {
    tell: (statement: string) => {
      for (const listener of listeners) listener(statement);
    },
    add: (listener: (statement: string) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

async function openPglite(where: { readonly dataDir?: string; readonly loadDataDir?: Blob | undefined }): Promise<Database> {
  const client = await PGlite.create({ ...where, extensions: { btree_gist } });
  const statements = statementListeners();
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(client), log: [{ emit: 'event', level: 'query' }] });
  prisma.$on('query', (event) => statements.tell(event.query));
  const over = (target: Pick<PGlite, 'query' | 'exec'>): Sql => ({
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      statements.tell(text);
      return (await target.query<Row>(text, [...parameters], { parsers: PARSERS })).rows;
    },
    async script(text) {
      statements.tell(text);
      await target.exec(text);
    },
  });
  return {
    kind: 'pglite',
    prisma,
    ...over(client),
    transaction: (work) => client.transaction((tx) => work(over(tx))),
    async execute(text, parameters) {
      if (parameters.length > 0) return client.query<Record<string, unknown>>(text, [...parameters]);
      try {
        return { rows: (await client.exec(text)).flatMap(({ rows }) => rows as Record<string, unknown>[]) };
      } catch (error) {
        // A script that fails may leave its own transaction open, and with it the one session.
        await client.exec('ROLLBACK').catch(() => {});
        throw error;
      }
    },
    onStatement: statements.add,
    async close() {
      await prisma.$disconnect();
      if (!client.closed) await client.close();
    },
  };
}

async function openPostgres(url: string, poolSize: number): Promise<Database> {
  const types = { getTypeParser: (oid: number, format?: 'text' | 'binary') => PARSERS[oid] ?? pg.types.getTypeParser(oid, format) } as pg.CustomTypesConfig;
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types });
  // A connection that drops is replaced by the pool, and the next statement over it fails. Without a listener it would end
  // the process: on the pool for one that nobody has taken, on the connection for one that a transaction keeps.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const statements = statementListeners();
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: poolSize }), log: [{ emit: 'event', level: 'query' }] });
  prisma.$on('query', (event) => statements.tell(event.query));
  const over = (target: Pick<pg.Pool, 'query'>): Sql => ({
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      statements.tell(text);
      return (await target.query<Row>(text, [...parameters])).rows;
    },
    async script(text) {
      statements.tell(text);
      await target.query(text);
    },
  });
  return {
    kind: 'postgresql',
    prisma,
    ...over(pool),
    transaction: (work) => inPostgresTransaction(pool, (client) => work(over(client as unknown as pg.Pool))),
    async execute(text, parameters) {
      const connection = await pool.connect();
      try {
        const results = [await connection.query(text, parameters.length > 0 ? [...parameters] : undefined)].flat();
        connection.release();
        return { rows: results.flatMap(({ rows }) => rows ?? []) };
      } catch (error) {
        // A script that fails may leave its own transaction open.
        connection.release(true);
        throw error;
      }
    },
    onStatement: statements.add,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

async function inPostgresTransaction<Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    const rollback = await client.query('ROLLBACK').then(
      () => undefined,
      (broken: Error) => broken,
    );
    client.release(rollback);
    throw error;
  }
}
