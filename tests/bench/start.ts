/**
 * How long `npm start` takes to be ready on the demo, the first time and later, with how much memory; and how large an
 * install is. Baseline: the first start.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../demo/process.ts';
import { printSeries } from './support/figures.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

const first: number[] = [];
const later: number[] = [];
const memory: number[] = [];
const counted = new Set<number>();

async function start(folder: string): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const began = performance.now();
  const started = startProgram('cli/start.ts', { DATA_DIR: folder, PORT: '0' });
  await started.until('Rotagraph is ready');
  const seconds = (performance.now() - began) / 1_000;
  const megabytes = residentMegabytes(started.child.pid ?? 0);
  await started.end('SIGINT');
  return { seconds, megabytes };
}

/** Null figures on systems that do not tell. */
function residentMegabytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}

/** Bytes, a file that goes by two names counted once. */
function sizeOf(path: string): number {
  const entry = lstatSync(path);
  if (!entry.isDirectory()) {
    const isCounted = entry.nlink > 1 && counted.has(entry.ino);
    counted.add(entry.ino);
    return isCounted ? 0 : entry.size;
  }
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

for (let round = 0; round < ROUNDS; round++) {
  const folder = await mkdtemp(join(tmpdir(), 'rotagraph-bench-'));
  first.push((await start(folder)).seconds);
  const again = await start(folder);
  later.push(again.seconds);
  memory.push(again.megabytes);
  await rm(folder, { recursive: true });
}
printSeries(`npm start to ready, ${ROUNDS} rounds`, 'seconds', [
  { name: 'first start, with the sync of the demo', values: first },
  { name: 'later start', values: later },
]);
printSeries('Resident memory when ready', 'MB', [{ name: 'all in one process', values: memory }]);

const packages = readdirSync(MODULES)
  .filter((name) => !name.startsWith('.'))
  .map((name) => ({ name, megabytes: sizeOf(join(MODULES, name)) / 1_048_576 }))
  .sort((a, b) => b.megabytes - a.megabytes);
console.log(`\nInstall: ${Math.round(packages.reduce((sum, { megabytes }) => sum + megabytes, 0))} MB. The ten largest:`);
for (const { name, megabytes } of packages.slice(0, 10)) console.log(`  ${name.padEnd(28)}${Math.round(megabytes).toString().padStart(6)} MB`);
