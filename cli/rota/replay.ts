/** `rota replay`: reads the kept records of an upstream again by today's mapping, without asking the upstream. */
import { Command } from 'commander';
import { readConfig } from '../../platform/config.ts';
import { ConfigError } from '../../schema/domain/errors.ts';
import { type ReplayReport, replayUpstream } from '../../sync/replay.ts';
import { chosenUpstreams, withDatabase } from './open.ts';
import { PROBLEM_EXIT_CODE, type Verb } from './terminal.ts';

interface Options {
  readonly quarantined?: boolean;
  readonly json?: boolean;
}

export const replayVerb: Verb = (terminal, exitWith) =>
  new Command('replay')
    .description("Reads what was kept of an upstream's records again, after a mapping was mended. Ends with 1 when the upstream is being synced.")
    .argument('<upstream>', 'id of an upstream')
    .argument('[stream...]', 'only these streams; default all')
    .option('--quarantined', 'only what is in quarantine')
    .option('--json', 'as JSON')
    .action(async (id: string, streams: string[], { quarantined = false, json }: Options) => {
      const [upstream] = await chosenUpstreams(terminal.env, [id]);
      if (!upstream) return;
      const known = upstream.adapter.pull.map(({ name }) => name);
      const unknown = streams.filter((name) => !known.includes(name));
      if (unknown.length > 0) throw new ConfigError([`${id} has no stream ${unknown.join(', ')}. There are: ${known.join(', ')}.`]);
      const { rawRetentionDays, erasureSecret, precedence } = readConfig(terminal.env);
      const options = {
        now: terminal.now,
        rawRetentionDays,
        erasureSecret,
        precedence: precedence ?? {},
        quarantinedOnly: quarantined,
        ...(streams.length > 0 && { streams }),
      };
      const reports = await withDatabase(terminal.env, (database) => replayUpstream(database, upstream, options));
      if (reports === null) {
        terminal.error(`${id} is being synced. Try again once that has ended.\n`);
        exitWith(PROBLEM_EXIT_CODE);
      } else terminal.out(json ? `${JSON.stringify(reports, null, 2)}\n` : reports.map(asLine).join(''));
    });

function asLine({ upstream, stream, read, kept, recovered, removed, quarantined, withoutRaw }: ReplayReport): string {
  const lost = withoutRaw === 0 ? '' : `; ${withoutRaw} in quarantine of which nothing is kept: only a sync reads them again`;
  return `${upstream}/${stream}: ${read} read, ${kept} kept, ${recovered} recovered, ${removed} removed, ${quarantined} quarantined${lost}\n`;
}
