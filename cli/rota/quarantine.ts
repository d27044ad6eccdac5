/** `rota quarantine`: which upstream records could not be kept, where they stand and what is wrong with them. */
import { Command } from 'commander';
import type { Sql } from '../../platform/db.ts';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import { withDatabase } from './open.ts';
import type { Verb } from './terminal.ts';

interface QuarantineRow {
  readonly upstream: string;
  readonly stream: string;
  readonly location: string;
  readonly problems: readonly RecordProblem[];
}

export const quarantineVerb: Verb = (terminal) =>
  new Command('quarantine')
    .description('Lists the records that the latest pass of each stream could not keep.')
    .argument('[upstream]', 'id of an upstream; default all')
    .option('--json', 'as JSON')
    .action(async (upstream: string | undefined, { json }: { readonly json?: boolean }) => {
      const rows = await withDatabase(terminal.env, (database) => latestQuarantine(database, upstream ?? null));
      if (json) terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
      else terminal.out(rows.length === 0 ? 'Nothing is quarantined.\n' : rows.map(asLine).join(''));
    });

/** Of the latest pass of each stream that has met anything: what was mended upstream since is in no later one. */
function latestQuarantine(sql: Sql, upstream: string | null): Promise<QuarantineRow[]> {
  return sql.query<QuarantineRow>(
    `SELECT q.upstream, q.stream, q.location, q.problems
     FROM (SELECT DISTINCT ON (upstream, stream) id FROM platform.sync_run WHERE received > 0 ORDER BY upstream, stream, id DESC) latest
     JOIN platform.quarantine q ON q.run_id = latest.id
     WHERE $1::text IS NULL OR q.upstream = $1
     ORDER BY q.upstream, q.stream, q.id`,
    [upstream],
  );
}

function asLine({ upstream, stream, location, problems }: QuarantineRow): string {
  const wrong = problems.map(({ path, expected, got }) => `${path === '' ? '' : `${path}: `}expected ${expected}, got ${got}`);
  return `${upstream}/${stream}: ${location}: ${wrong.join('; ')}\n`;
}
