/** Syncs the upstreams of a settings file once and prints how fast and with how much memory. */
import { openDatabase } from '../../../platform/db.ts';
import { migrate } from '../../../platform/migrate.ts';
import { createSyncEngine } from '../../../sync/engine.ts';
import { readUpstreams } from '../../../sync/upstreams.ts';

export interface SyncFigures {
  readonly kept: number;
  /** Records a second. */
  readonly rate: number;
  readonly peakMegabytes: number;
}

if (import.meta.main) {
  const [, , url = '', settings = ''] = process.argv;
  const now = new Date('2026-06-01T09:00:00Z');
  const database = await openDatabase({ url });
  await migrate(database);
  const upstreams = await readUpstreams(settings, {});
  const began = performance.now();
  const { runs } = await createSyncEngine({ database, now: () => now }).run(upstreams, {
    from: new Date('2026-01-01T00:00:00Z'),
    to: new Date('2027-01-01T00:00:00Z'),
    streams: ['shifts'],
  });
  const seconds = (performance.now() - began) / 1_000;
  const kept = runs.reduce((sum, run) => sum + run.kept, 0);
  const figures: SyncFigures = { kept, rate: kept / seconds, peakMegabytes: process.resourceUsage().maxRSS / 1_024 };
  process.stdout.write(JSON.stringify(figures));
  await database.close();
}
