/**
 * What every npm script calls. Needs Node 20 and nothing else: installs what is missing, then runs the verb under the
 * Node of `node_modules`.
 *
 * Plain JavaScript, and no shell: the same on Linux, macOS and Windows.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 24;
const WINDOWS = process.platform === 'win32';
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MODULES = join(ROOT, 'node_modules');
const GENERATED = join(ROOT, 'schema', 'prisma', 'generated');
/** Where Node keeps what it has compiled: a third of a later start is compiling. */
const COMPILED = join(MODULES, '.cache', 'rotagraph', 'compiled');
/**
 * Megabytes of new objects before those that are done with are swept away. By default Node lets several times as many
 * gather, which makes a process that syncs larger by a third and no faster.
 */
const LEAN = '--max-semi-space-size=8';
/** How soon it is seen that npm was stopped. */
const LOOK_EVERY_MS = 500;
const NODE_ADVICE = `On a system for which the npm package "node" has no version ${OLDEST_NODE}, install Node ${OLDEST_NODE} from https://nodejs.org first.`;

/** What was expected, what came, what to do: printed without a stack. */
class Problem extends Error {}

/** Verb → the programs that it runs, one after the other: each the arguments for Node. */
const VERBS = {
  start: (args) => [[LEAN, 'cli/start.ts', ...args]],
  main: (args) => [[LEAN, 'cli/start-process.ts', ...args]],
  'demo-reset': (args) => [['demo/reset.ts', ...args]],
  sandbox: (args) => [['cli/sandbox.ts', ...args]],
  rota: (args) => [[LEAN, 'cli/rota.ts', ...args]],
  // Jest loads ES modules by Node's vm modules, and types are stripped by Node: both warn that they are young.
  test: (args) => [['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', ...args]],
  check: () => [
    ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
    ['node_modules/typescript/bin/tsc', '--noEmit'],
    ['scripts/compose.ts', '--check'],
    ['scripts/documents.ts', '--check'],
  ],
  format: () => [['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.']],
  compose: (args) => [['scripts/compose.ts', ...args]],
  generate: () => [['scripts/documents.ts']],
  capabilities: () => [['scripts/capabilities.ts'], ['scripts/faults.ts']],
  bench: (args) => benchmarks(args),
};

try {
  process.exitCode = await main(process.argv[2] ?? '', process.argv.slice(3));
} catch (error) {
  console.error(error instanceof Problem ? error.message : error);
  process.exitCode = 1;
}

async function main(verb, args) {
  if (!Object.hasOwn(VERBS, verb)) throw new Problem(`There is no verb "${verb}". There are: ${Object.keys(VERBS).join(', ')}.`);
  const isFresh = !isInstalled();
  if (isFresh) await install();
  const node = findNode();
  if (verb === 'generate' || !isGenerated()) await generate(node);
  if (isFresh) await prepare(node);
  // All are run, so that one run tells all that is wrong; the first that fails decides the exit code.
  let exitCode = 0;
  for (const step of VERBS[verb](args)) {
    const code = await run(node, step);
    exitCode ||= code;
  }
  return exitCode;
}

/** Whether every package of the lock file is there in its version. npm may leave out those for other systems. */
function isInstalled() {
  const installed = readJson(join(MODULES, '.package-lock.json'))?.packages;
  if (!installed) return false;
  const wanted = Object.entries(readJson(join(ROOT, 'package-lock.json')).packages).filter(([path]) => path !== '');
  return wanted.every(([path, { version, optional }]) => (installed[path] ? installed[path].version === version : optional === true));
}

async function install() {
  console.log(
    existsSync(MODULES) ? 'The installed packages are not those of package-lock.json: installing.' : 'Installing packages. This takes a minute or two.',
  );
  const npm = findNpm();
  // Windows does not let `npm ci` remove the Node that runs this file.
  const command = WINDOWS && process.execPath.startsWith(MODULES + sep) ? ['install', '--no-save'] : ['ci'];
  const options = ['--include=dev', '--no-audit', '--no-fund'];
  if ((await run(npm.node, [npm.cli, ...command, ...options])) === 0) return;
  // Where the packaged Node does not exist for a system, the packages still do.
  const withoutScripts = isNewEnough() && (await run(npm.node, [npm.cli, ...command, ...options, '--ignore-scripts'])) === 0;
  if (!withoutScripts)
    throw new Problem(`The packages could not be installed: npm's own words are above. When that is mended, run the same again. ${NODE_ADVICE}`);
}

/** npm as a program for Node, and the Node to run it: never one within `node_modules`, which npm replaces. */
function findNpm() {
  const outer = process.env.npm_node_execpath;
  const node = outer && existsSync(outer) && !outer.startsWith(MODULES + sep) ? outer : process.execPath;
  const calledBy = process.env.npm_execpath?.endsWith('npm-cli.js') ? [process.env.npm_execpath] : [];
  const beside = WINDOWS ? join(dirname(node), 'node_modules') : join(dirname(node), '..', 'lib', 'node_modules');
  const cli = [...calledBy, join(beside, 'npm', 'bin', 'npm-cli.js')].find(existsSync);
  if (!cli) throw new Problem('Packages are missing and npm was not found. Run "npm ci" in this folder, then the same again.');
  return { node, cli };
}

function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= OLDEST_NODE;
}

/** The Node of `node_modules`; where it has none (scripts of packages are switched off), this one if it is new enough. */
function findNode() {
  const packaged = join(MODULES, 'node', 'bin', WINDOWS ? 'node.exe' : 'node');
  if (existsSync(packaged)) return packaged;
  if (isNewEnough()) return process.execPath;
  throw new Problem(
    `Node ${OLDEST_NODE} or newer is needed. This is ${process.versions.node}, and the npm package "node" has not brought its own: ` +
      `its install script did not run. Set ignore-scripts to false for npm, remove node_modules and run the same again. ${NODE_ADVICE}`,
  );
}

/** What the generated client was made from: another schema, settings or Prisma makes another. */
function generatedFrom() {
  const hash = createHash('sha256');
  for (const file of ['schema/prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json']) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

function isGenerated() {
  const stamp = join(GENERATED, '.made-from');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === generatedFrom();
}

async function generate(node) {
  // Prisma's command line would download an engine that generating never runs: any program that exists will do.
  const env = { PRISMA_SCHEMA_ENGINE_BINARY: node, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' };
  const made = await run(node, ['node_modules/prisma/build/index.js', 'generate', '--no-hints'], env);
  if (made !== 0) throw new Problem('The database client could not be generated from schema/prisma/schema.prisma: the reason is above.');
  writeFileSync(join(GENERATED, '.made-from'), generatedFrom());
}

async function prepare(node) {
  console.log('Preparing an empty database.');
  if ((await run(node, ['scripts/prepare.ts'])) !== 0) throw new Problem('The empty database could not be prepared: the reason is above.');
}

/** Each file of tests/bench, or those whose name holds one of the words given. */
function benchmarks(words) {
  const folder = join(ROOT, 'tests', 'bench');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ts')) : [];
  const wanted = files.filter((name) => words.length === 0 || words.some((word) => name.includes(word)));
  if (wanted.length === 0) throw new Problem(`tests/bench has no such benchmark. There are: ${files.join(', ') || 'none'}.`);
  return wanted.sort().map((name) => ['--expose-gc', `tests/bench/${name}`]);
}

/**
 * Runs one program to its end and gives its exit code.
 *
 * Ctrl-C in a terminal reaches the program by itself, so this process only has to outlive it; every other signal is
 * handed on. On Windows there is nothing to hand on: a signal there ends a program at once.
 */
function run(node, args, env = {}) {
  return new Promise((settle, fail) => {
    const child = spawn(node, args, { cwd: ROOT, stdio: 'inherit', env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...env } });
    const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
      const listener = () => {
        const fromTerminal = signal === 'SIGINT' && process.stdin.isTTY;
        if (!WINDOWS && !fromTerminal) child.kill(signal);
      };
      process.on(signal, listener);
      return () => process.off(signal, listener);
    });
    const watch = setInterval(
      onceOrphaned(() => child.kill('SIGTERM')),
      LOOK_EVERY_MS,
    ).unref();
    const settled = () => {
      clearInterval(watch);
      for (const stop of listeners) stop();
    };
    child.once('error', (error) => {
      settled();
      fail(error);
    });
    child.once('exit', (code, signal) => {
      settled();
      settle(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** npm hands SIGTERM to the shell that it runs us in, which ends and tells nobody: then we have another parent. */
function onceOrphaned(act) {
  const parent = process.ppid;
  let isDone = WINDOWS || !process.env.npm_lifecycle_event;
  return () => {
    if (isDone || process.ppid === parent) return;
    isDone = true;
    act();
  };
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
