/** `rota sync`: reads upstreams now, and tells what became of every record. */
import { Command } from 'commander';
import { readConfig } from '../../platform/config.ts';
import type { Database } from '../../platform/db.ts';
import { errorText } from '../../platform/log.ts';
import { ConfigError } from '../../schema/domain/errors.ts';
import { isDay, startOfLondonDay } from '../../schema/domain/time.ts';
import { createSyncEngine, type SyncOptions } from '../../sync/engine.ts';
import { SyncDefectError, type SyncReport } from '../../sync/report.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { defaultWindow, type SyncWindow } from '../../sync/window.ts';
import { engineSettings } from '../engine-settings.ts';
import { chosenUpstreams, withDatabase } from './open.ts';
import { createProgress, usualCounts } from './sync-progress.ts';
import { isInFull, syncTable } from './sync-table.ts';
import { PROBLEM_EXIT_CODE, type Terminal, type Verb } from './terminal.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly stream?: readonly string[];
  readonly acceptShrink?: boolean;
  readonly json?: boolean;
}

export const syncVerb: Verb = (terminal, exitWith) =>
  new Command('sync')
    .description('Reads upstreams now. Ends with 1 when a stream was not read in full or removals were held.')
    .argument('[upstream...]', 'ids of upstreams; default all')
    .option('--from <day>', 'first day that is read, YYYY-MM-DD; default 92 days back')
    .option('--to <day>', 'day before which reading ends, YYYY-MM-DD; default 18 months ahead')
    .option('--stream <name...>', 'only these streams')
    .option('--accept-shrink', 'believe an upstream that has lost more than half of its rows, or all of them')
    .option('--json', 'write the report as JSON, and no progress')
    .action(async (ids: string[], options: Options) => {
      const upstreams = await chosenUpstreams(terminal.env, ids);
      const syncOptions = syncOptionsOf(options, upstreams, terminal.now());
      const report = await withDatabase(terminal.env, (database) => sync(terminal, database, upstreams, syncOptions, options.json === true));
      terminal.out(options.json ? `${JSON.stringify(report, null, 2)}\n` : syncTable(report));
      if (!report.runs.every(isInFull)) exitWith(PROBLEM_EXIT_CODE);
    });

async function sync(terminal: Terminal, database: Database, upstreams: readonly Upstream[], options: SyncOptions, quiet: boolean): Promise<SyncReport> {
  const progress = quiet ? null : createProgress(terminal, await usualCounts(database));
  const stopping = new AbortController();
  const stop = () => {
    terminal.error('\nStopping after the page under way. The next sync goes on from there.\n');
    stopping.abort();
  };
  process.once('SIGINT', stop);
  try {
    return await createSyncEngine({ database, now: terminal.now, ...engineSettings(readConfig(terminal.env)) }).run(upstreams, {
      ...options,
      signal: stopping.signal,
      ...(progress && { progress }),
    });
  } catch (error) {
    if (!(error instanceof SyncDefectError)) throw error;
    terminal.error(`${errorText(error.cause)}\n`);
    return error.report;
  } finally {
    progress?.end();
    process.removeListener('SIGINT', stop);
  }
}

function syncOptionsOf({ from, to, stream, acceptShrink }: Options, upstreams: readonly Upstream[], now: Date): SyncOptions {
  const window = windowOf(from, to, now);
  const known = new Set(upstreams.flatMap(({ adapter }) => adapter.pull.map(({ name }) => name)));
  const unknown = (stream ?? []).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new ConfigError([`--stream: none of these upstreams has ${unknown.join(', ')}. There are: ${[...known].join(', ')}.`]);
  return { ...window, ...(stream && { streams: stream }), acceptShrink: acceptShrink ?? false };
}

function windowOf(from: string | undefined, to: string | undefined, now: Date): SyncWindow {
  const lines = Object.entries({ '--from': from, '--to': to })
    .filter(([, day]) => day !== undefined && !isDay(day))
    .map(([option]) => `${option}: expected a day as YYYY-MM-DD.`);
  if (lines.length > 0) throw new ConfigError(lines);
  const usual = defaultWindow(now);
  const window = { from: from ? startOfLondonDay(from) : usual.from, to: to ? startOfLondonDay(to) : usual.to };
  if (window.from >= window.to) throw new ConfigError(['--to: expected a day after --from. The day itself is no longer read.']);
  return window;
}
