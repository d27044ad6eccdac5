/** The demo's first sync, as a person watches it. */
import type { SyncEngine } from '../sync/engine.ts';
import type { RunReport } from '../sync/report.ts';
import type { Upstream } from '../sync/upstreams.ts';
import type { SyncWindow } from '../sync/window.ts';

interface DemoSync {
  readonly engine: SyncEngine;
  readonly upstreams: readonly Upstream[];
  readonly window: SyncWindow;
  readonly write: (text: string) => void;
}

/**
 * Reads every upstream of the demo, a line for each.
 *
 * @throws Error when one could not be read in full: the demo brings its own, so something is wrong with it.
 */
export async function syncDemo({ engine, upstreams, window, write }: DemoSync): Promise<void> {
  write('\n  Syncing the network’s own systems\n');
  write(line('upstream', 'received', 'kept', 'skipped', 'quarantined'));
  const runs: RunReport[] = [];
  for (const upstream of upstreams) {
    const report = await engine.run([upstream], window);
    runs.push(...report.runs);
    write(lineOf(upstream.id, report.runs));
  }
  write(`${lineOf('all', runs)}\n`);
  const failed = runs.find(({ status }) => status !== 'COMPLETE');
  if (failed) throw new Error(`The demo could not be synced: ${failed.upstream}, ${failed.stream}: ${failed.problem ?? failed.status}.`);
}

function lineOf(title: string, runs: readonly RunReport[]): string {
  const sum = (count: 'received' | 'kept' | 'skipped' | 'quarantined') => String(runs.reduce((total, run) => total + run[count], 0));
  return line(title, sum('received'), sum('kept'), sum('skipped'), sum('quarantined'));
}

function line(title: string, ...cells: readonly string[]): string {
  return `    ${title.padEnd(20)}${cells.map((cell) => cell.padStart(12)).join('')}\n`;
}
