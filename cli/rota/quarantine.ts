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
    .description('Lists the records that could not be kept and have not come mended since.')
    .argument('[upstream]', 'id of an upstream; default all')
    .option('--json', 'as JSON')
    .action(async (upstream: string | undefined, { json }: { readonly json?: boolean }) => {
      const rows = await withDatabase(terminal.env, (database) => quarantined(database, upstream ?? null));
      if (json) terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
      else terminal.out(rows.length === 0 ? 'Nothing is quarantined.\n' : rows.map(asLine).join(''));
    });

function quarantined(sql: Sql, upstream: string | null): Promise<QuarantineRow[]> {
  return sql.query<QuarantineRow>(
    `SELECT upstream, stream, location, problems FROM platform.quarantine
     WHERE $1::text IS NULL OR upstream = $1
     ORDER BY upstream, stream, id`,
    [upstream],
  );
}

function asLine({ upstream, stream, location, problems }: QuarantineRow): string {
  const wrong = problems.map(({ path, expected, got }) => `${path === '' ? '' : `${path}: `}expected ${expected}, got ${got}`);
  return `${upstream}/${stream}: ${location}: ${wrong.join('; ')}\n`;
}
