import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lockDataFolder } from '../../platform/data-folder.ts';
import { DatabaseLockedError } from '../../schema/domain/errors.ts';

const HOLDER = fileURLToPath(new URL('./holds-data-folder.ts', import.meta.url));

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotagraph-lock-'));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map(kill));
  rmSync(folder, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

interface Holder {
  readonly child: ChildProcess;
  nextLine(): Promise<string>;
}

function startHolder(): Holder {
  const child = spawn(process.execPath, [HOLDER, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return { child, nextLine: async () => (await lines.next()).value ?? '' };
}

test('a second process is refused, told which process holds the folder and what to do', async () => {
  const first = startHolder();
  expect(await first.nextLine()).toBe('locked');
  const answer = await startHolder().nextLine();
  expect(answer).toMatch(/^refused/);
  expect(answer).toContain(`in use by process ${first.child.pid}`);
  expect(answer).toContain('DATABASE_URL');
});

test('a folder whose process was killed is free at once', async () => {
  const first = startHolder();
  expect(await first.nextLine()).toBe('locked');
  await kill(first.child);
  expect(await startHolder().nextLine()).toBe('locked');
});

test('a process number that belongs to somebody else since does not keep the folder locked', async () => {
  writeFileSync(join(folder, 'lock.json'), JSON.stringify({ pid: process.pid }));
  expect(await startHolder().nextLine()).toBe('locked');
});

test('of many processes that recover a dead lock at once, one gets it', async () => {
  const dead = startHolder();
  expect(await dead.nextLine()).toBe('locked');
  await kill(dead.child);
  const answers = await Promise.all(Array.from({ length: 6 }, () => startHolder().nextLine()));
  expect(answers.filter((answer) => answer === 'locked')).toHaveLength(1);
  expect(answers.filter((answer) => answer.startsWith('refused'))).toHaveLength(5);
});

test('a folder that was let go can be locked again while the first process lives', async () => {
  const first = startHolder();
  expect(await first.nextLine()).toBe('locked');
  first.child.stdin?.write('release\n');
  expect(await first.nextLine()).toBe('released');
  expect(await startHolder().nextLine()).toBe('locked');
});

test('the same process cannot lock a folder twice', () => {
  const first = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(DatabaseLockedError);
  first.release();
  lockDataFolder(folder).release();
});
