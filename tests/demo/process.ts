/** `npm start` as a process of its own, as a person at a terminal has it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Started {
  readonly child: ChildProcess;
  /** What it has printed so far, errors included. */
  printed(): string;
  /** Resolves once it has printed this; rejects when it ends before. */
  until(words: string): Promise<void>;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Waits for it to end by itself. */
  exitCode(): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Runs a program of ours. `env` is all that it has of settings: what the tests themselves run with is not handed on. */
export function startProgram(program: string, env: NodeJS.ProcessEnv, words: readonly string[] = [], nodeOptions: readonly string[] = []): Started {
  const { PATH, HOME, TMPDIR, TEMP, SystemRoot } = process.env;
  const child = spawn(process.execPath, [...nodeOptions, program, ...words], {
    cwd: ROOT,
    env: { PATH, HOME, TMPDIR, TEMP, SystemRoot, NODE_COMPILE_CACHE: `${ROOT}node_modules/.cache/rotagraph/compiled`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const ended = once(child, 'close').then(([exitCode, signal]) => {
    running.delete(child);
    return { exitCode: exitCode as number | null, signal: signal as NodeJS.Signals | null };
  });
  let printed = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    printed += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  return {
    child,
    printed: () => printed,
    async until(words) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = () => printed.includes(words) && resolve();
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`It ended before it printed "${words}":\n${printed}`)));
      await promise.finally(() => listeners.delete(look));
    },
    async end(signal) {
      child.kill(signal);
      return ended;
    },
    exitCode: async () => (await ended).exitCode,
  };
}

export async function killAll(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill('SIGKILL');
      await once(child, 'close');
    }),
  );
}

/** A port of which the two after it are free as well. */
export async function threeFreePorts(): Promise<number> {
  for (;;) {
    const first = await listen(0);
    const { port } = first.address() as { port: number };
    const others = await Promise.allSettled([listen(port + 1), listen(port + 2)]);
    const servers = [first, ...others.flatMap((other) => (other.status === 'fulfilled' ? [other.value] : []))];
    for (const server of servers) {
      server.close();
      await once(server, 'close');
    }
    if (servers.length === 3) return port;
  }
}

async function listen(port: number) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
