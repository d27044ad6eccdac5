/** What the tests of the engine share: a database that is emptied between tests, and a sync over it. */
import type { Database } from '../../platform/db.ts';
import { createSyncEngine, type SyncEngineOptions, type SyncOptions } from '../../sync/engine.ts';
import type { RunReport } from '../../sync/report.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { NOW, WINDOW } from './fake-upstream.ts';

export async function emptyTables(database: Database): Promise<void> {
  await database.script(`
    TRUNCATE practices.icb, practices.sub_icb_location, practices.pcn, practices.practice, practices.pcn_membership, practices.registered_patients,
      practices.registered_patients_by_age, practices.published_workforce, practices.bank_holiday, practices.site, practices.source_record,
      workforce.staff_member, workforce.engagement, workforce.credential, workforce.bank_membership, workforce.leave,
      rota.shift, platform.upstream, platform.sync_stream, platform.sync_run, platform.raw_page CASCADE`);
}

export interface Harness {
  /** Syncs at `NOW`, or `minutesLater`. */
  sync(upstreams: Upstream | readonly Upstream[], options?: Partial<SyncOptions> & { readonly minutesLater?: number }): Promise<readonly RunReport[]>;
  /** Syncs one upstream of one stream. */
  syncOne(upstream: Upstream, options?: Partial<SyncOptions> & { readonly minutesLater?: number }): Promise<RunReport>;
  rows<Row extends object = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** References of the rows of a table that stand, in order. */
  standing(table: string): Promise<readonly string[]>;
}

export const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

export function createHarness(database: Database, engineOptions: Partial<SyncEngineOptions> = {}): Harness {
  let now = NOW;
  const engine = createSyncEngine({ ...engineOptions, database, now: () => now });
  const harness: Harness = {
    async sync(upstreams, { minutesLater = 0, ...options } = {}) {
      now = later(minutesLater);
      const { runs } = await engine.run('id' in upstreams ? [upstreams] : upstreams, { ...WINDOW, ...options });
      return runs;
    },
    async syncOne(upstream, options) {
      const [run] = await harness.sync(upstream, options);
      if (!run) throw new Error('The upstream has no stream.');
      return run;
    },
    rows: (text, parameters) => database.query(text, parameters),
    async standing(table) {
      const rows = await database.query<{ source_ref: string }>(`SELECT source_ref FROM ${table} WHERE removed_at IS NULL ORDER BY source_ref COLLATE "C"`);
      return rows.map(({ source_ref }) => source_ref);
    },
  };
  return harness;
}
