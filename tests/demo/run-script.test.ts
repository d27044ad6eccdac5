/** `scripts/run.mjs` in a project of its own, with stand-ins for npm, Prisma and the program that a verb runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const SCRIPT = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url));

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'rotagraph-run-'));
  mkdirSync(join(project, 'scripts'), { recursive: true });
  copyFileSync(SCRIPT, join(project, 'scripts/run.mjs'));
  lock({ left: '1.0.0' });
  put('schema/prisma/schema.prisma', 'model A {}');
  put('prisma.config.ts', '');
  put('npm-cli.js', FAKE_NPM);
  put('scripts/prepare.ts', "console.log('prepared');");
  program('console.log("ran", process.argv.slice(2).join(" "));');
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

function put(name: string, content: string): void {
  const file = join(project, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** The lock file wants these packages, and one that this system cannot have. */
function lock(versions: Record<string, string>): void {
  const wanted = Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }]);
  put(
    'package-lock.json',
    JSON.stringify({ packages: { '': {}, ...Object.fromEntries(wanted), 'node_modules/elsewhere': { version: '1.0.0', optional: true } } }),
  );
}

/** What the verb `compose` runs. */
function program(source: string): void {
  put('scripts/compose.ts', source);
}

/** Does what npm would: leaves its own list of what it installed. Says what it was asked. */
const FAKE_NPM = `
  const fs = require('node:fs');
  console.log('npm', process.argv.slice(2).join(' '));
  if (process.env.NPM_FAILS) process.exit(1);
  const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
  const { '': own, 'node_modules/elsewhere': optional, ...installed } = packages;
  fs.mkdirSync('node_modules/prisma/build', { recursive: true });
  fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
  fs.writeFileSync('node_modules/prisma/package.json', '{}');
  fs.writeFileSync('node_modules/prisma/build/index.js', "console.log('prisma', process.argv[2]); require('node:fs').mkdirSync('schema/prisma/generated', { recursive: true });");
`;

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const { npm_node_execpath: _, ...rest } = process.env;
  return spawn(process.execPath, ['scripts/run.mjs', ...args], {
    cwd: project,
    env: { ...rest, npm_execpath: join(project, 'npm-cli.js'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = start(args, env);
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'exit'),
  ]);
  return { lines: output.split('\n').filter((line) => line !== ''), errors, exitCode };
}

test('installs what is missing, makes the database client, then runs the verb with its arguments', async () => {
  const { lines, exitCode } = await run(['compose', '--check', 'a b']);
  expect(lines).toEqual([
    expect.stringMatching(/^Installing packages/),
    'npm ci --include=dev --no-audit --no-fund',
    'prisma generate',
    'Preparing an empty database.',
    'prepared',
    'ran --check a b',
  ]);
  expect(exitCode).toBe(0);
});

test('installs and makes nothing a second time', async () => {
  await run(['compose']);
  expect((await run(['compose'])).lines).toEqual(['ran ']);
});

test('installs again when the lock file wants another version', async () => {
  await run(['compose']);
  lock({ left: '1.0.1' });
  expect((await run(['compose'])).lines).toContain('npm ci --include=dev --no-audit --no-fund');
});

test('makes the database client again when its schema changes, and always when asked to', async () => {
  await run(['compose']);
  put('schema/prisma/schema.prisma', 'model B {}');
  expect((await run(['compose'])).lines).toEqual(['prisma generate', 'ran ']);
  expect((await run(['generate'])).lines).toEqual(['prisma generate']);
});

test('says what to do when npm fails, and does not run the verb', async () => {
  const { lines, errors, exitCode } = await run(['compose'], { NPM_FAILS: 'yes' });
  expect(errors).toContain('could not be installed');
  expect(lines).not.toContain('ran ');
  expect(exitCode).toBe(1);
});

test('keeps the exit code of what it runs', async () => {
  program('process.exitCode = 7;');
  expect((await run(['compose'])).exitCode).toBe(7);
});

test('runs the verb under the Node of node_modules', async () => {
  await run(['compose']);
  const node = join(project, 'node_modules/node/bin/node');
  mkdirSync(dirname(node), { recursive: true });
  symlinkSync(process.execPath, node);
  program('console.log(process.argv0);');
  expect((await run(['compose'])).lines).toEqual([node]);
});

test('names the verbs when one is not known', async () => {
  const { errors, exitCode } = await run(['dance']);
  expect(errors).toContain('no verb "dance"');
  expect(errors).toContain('demo-reset');
  expect(exitCode).toBe(1);
  expect(existsSync(join(project, 'node_modules'))).toBe(false);
});

test.each(['SIGINT', 'SIGTERM'] as const)('hands %s on once, waits for the end, and keeps the exit code', async (signal) => {
  await run(['compose']);
  program(`
    import { appendFileSync } from 'node:fs';
    const stay = setInterval(() => {}, 1000);
    process.on('${signal}', () => {
      appendFileSync('signals', 'one ');
      setTimeout(() => { clearInterval(stay); process.exitCode = 3; }, 300);
    });
    console.log('ready');
  `);
  const child = start(['compose']);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([3, null]);
  expect(readFileSync(join(project, 'signals'), 'utf8')).toBe('one ');
});

test('ends what it runs when npm and its shell were stopped', async () => {
  await run(['compose']);
  program(`
    import { writeFileSync } from 'node:fs';
    const stay = setInterval(() => {}, 1000);
    process.on('SIGTERM', () => { clearInterval(stay); writeFileSync('stopped', 'yes'); console.log('stopped'); });
    console.log('ready');
  `);
  // As npm does it: a shell that runs the script, and that SIGTERM ends without a word to its child.
  const shell = spawn(process.execPath, ['-e', "require('node:child_process').spawn(process.execPath, ['scripts/run.mjs', 'compose'], { stdio: 'inherit' })"], {
    cwd: project,
    env: { ...process.env, npm_lifecycle_event: 'start', npm_execpath: join(project, 'npm-cli.js') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = shell.stdout as NodeJS.ReadableStream;
  await once(output, 'data');
  shell.kill('SIGTERM');
  expect(await text(output)).toBe('stopped\n');
});
