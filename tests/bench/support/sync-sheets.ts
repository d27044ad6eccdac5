/** Syncs every upstream of a settings file once, so many at a time, as a sync process does, and prints how fast and with how much memory. */
import { setInterval } from 'node:timers';
import { openDatabase } from '../../../platform/db.ts';
import { migrate } from '../../../platform/migrate.ts';
import { createSyncEngine } from '../../../sync/engine.ts';
import type { RunReport } from '../../../sync/report.ts';
import { readUpstreams } from '../../../sync/upstreams.ts';

export interface SheetsFigures {
  readonly seconds: number;
  readonly kept: number;
  readonly unchanged: number;
  readonly peakMegabytes: number;
  /** The highest of each tenth of the upstreams. */
  readonly megabytesByTenth: readonly number[];
}

const EVERY_MS = 200;
const MEGABYTE = 1024 * 1024;

if (import.meta.main) {
  const [, , url = '', settings = '', atOnce = ''] = process.argv;
  const now = new Date('2026-06-01T09:00:00Z');
  const database = await openDatabase({ url, poolSize: 2 * Number(atOnce) + 2 });
  await migrate(database);
  const upstreams = await readUpstreams(settings, {});
  const engine = createSyncEngine({ database, now: () => now });
  const runs: RunReport[] = [];
  const tenths = Array.from({ length: 10 }, () => 0);
  let begun = 0;
  const watch = setInterval(() => {
    const tenth = Math.min(9, Math.floor((begun / upstreams.length) * 10));
    tenths[tenth] = Math.max(tenths[tenth] ?? 0, Math.round(process.memoryUsage.rss() / MEGABYTE));
  }, EVERY_MS);
  const worker = async () => {
    for (let upstream = upstreams[begun++]; upstream; upstream = upstreams[begun++]) {
      const report = await engine.run([upstream], { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') });
      runs.push(...report.runs);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(watch);
  const failed = runs.find(({ status }) => status !== 'COMPLETE');
  if (failed) throw new Error(`A sheet was not read: ${JSON.stringify(failed)}`);
  const figures: SheetsFigures = {
    seconds,
    kept: runs.reduce((sum, { kept }) => sum + kept, 0),
    unchanged: runs.reduce((sum, { skippedReasons }) => sum + (skippedReasons.unchanged ?? 0), 0),
    peakMegabytes: process.resourceUsage().maxRSS / 1_024,
    megabytesByTenth: tenths,
  };
  process.stdout.write(JSON.stringify(figures));
  await database.close();
}
