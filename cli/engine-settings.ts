/** What the sync engine takes from the settings. */
import type { Config } from '../platform/config.ts';
import type { SyncEngineOptions } from '../sync/engine.ts';

type Taken = 'rawRetentionDays' | 'historyRetentionDays' | 'erasureSecret' | 'birthDateSecret' | 'precedence';

export function engineSettings({
  rawRetentionDays,
  historyRetentionDays,
  erasureSecret,
  birthDateSecret,
  precedence,
}: Pick<Config, Taken>): Pick<SyncEngineOptions, Taken> {
  return { rawRetentionDays, historyRetentionDays, erasureSecret, birthDateSecret, precedence: precedence ?? {} };
}
