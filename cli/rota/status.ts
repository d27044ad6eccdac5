/** `rota status`: how each upstream stands, and when it is read next. */
import Table from 'cli-table3';
import { Command } from 'commander';
import type { Sql } from '../../platform/db.ts';
import { ConfigError } from '../../schema/domain/errors.ts';
import { isStale, lastSuccessOf, minutesSince, oldestOf, type SourceState, type StreamFacts, sourceState } from '../../schema/domain/source.ts';
import { withDatabase } from './open.ts';
import { PROBLEM_EXIT_CODE, type Verb } from './terminal.ts';

interface SourceStatus {
  readonly id: string;
  readonly adapter: string;
  readonly state: SourceState;
  readonly stoppedBecause: string | null;
  readonly stale: boolean;
  readonly lastSuccessAt: Date | null;
  readonly nextRunAt: Date | null;
  readonly dataAgeMinutes: number | null;
  /** Records of the last pass of each stream. */
  readonly received: number;
  readonly kept: number;
  readonly quarantined: number;
  readonly held: number;
}

export const statusVerb: Verb = (terminal, exitWith) =>
  new Command('status')
    .description('Tells how each upstream stands and when it is read next. Ends with 1 when one fails, is stopped or is stale.')
    .argument('[upstream...]', 'ids of upstreams; default all')
    .option('--json', 'as JSON')
    .action(async (ids: string[], { json }: { readonly json?: boolean }) => {
      const rows = await withDatabase(terminal.env, (database) => statusOf(database, ids, terminal.now()));
      const unknown = ids.filter((wanted) => !rows.some(({ id }) => id === wanted));
      if (unknown.length > 0)
        throw new ConfigError(unknown.map((id) => `upstream "${id}": never read and not planned. Without an id, all that are known are told.`));
      terminal.out(json ? `${JSON.stringify(rows, null, 2)}\n` : statusTable(rows, terminal.now()));
      if (rows.some(({ state, stale }) => stale || state === 'FAILING' || state === 'STOPPED')) exitWith(PROBLEM_EXIT_CODE);
    });

type StoredSource = Pick<SourceStatus, 'id' | 'adapter' | 'nextRunAt' | 'stoppedBecause'> & { readonly freshWithinMinutes: number };
type StoredStream = StreamFacts & {
  readonly sourceId: string;
  readonly asOf: Date | null;
  readonly received: number | null;
  readonly kept: number | null;
};

async function statusOf(sql: Sql, ids: readonly string[], now: Date): Promise<readonly SourceStatus[]> {
  const sources = await sql.query<StoredSource>(
    `SELECT id, adapter, next_run_at AS "nextRunAt", stopped_because AS "stoppedBecause", fresh_within_minutes AS "freshWithinMinutes"
     FROM platform.source WHERE cardinality($1::text[]) = 0 OR id = ANY($1::text[]) ORDER BY id`,
    [ids],
  );
  const streams = await sql.query<StoredStream>(
    `SELECT source_id AS "sourceId", last_success_at AS "lastSuccessAt", as_of AS "asOf", problem_code AS "problemCode", status, touched_at AS "touchedAt",
       received, kept, quarantined, held
     FROM platform.source_stream`,
  );
  const bySource = Map.groupBy(streams, ({ sourceId }) => sourceId);
  return sources.map(({ freshWithinMinutes, ...source }) => {
    const own = bySource.get(source.id) ?? [];
    const sum = (count: 'received' | 'kept' | 'quarantined' | 'held') => own.reduce((total, stream) => total + (stream[count] ?? 0), 0);
    return {
      ...source,
      state: sourceState(own, source.stoppedBecause, now),
      stale: isStale(own, freshWithinMinutes, now),
      lastSuccessAt: lastSuccessOf(own),
      dataAgeMinutes: minutesSince(oldestOf(own.map(({ asOf }) => asOf)), now),
      received: sum('received'),
      kept: sum('kept'),
      quarantined: sum('quarantined'),
      held: sum('held'),
    };
  });
}

const HEAD = ['upstream', 'adapter', 'state', 'read last', 'read next', 'data age', 'received', 'kept', 'quarantined', 'held'];
const NUMBERS_FROM = 6;

function statusTable(rows: readonly SourceStatus[], now: Date): string {
  if (rows.length === 0) return 'No upstream has been read or planned yet.\n';
  const table = new Table({
    head: HEAD,
    style: { head: [], border: [], compact: true },
    colAligns: HEAD.map((_, index) => (index >= NUMBERS_FROM ? 'right' : 'left')),
  });
  for (const row of rows) {
    const state = [row.state.toLowerCase().replace('_', ' '), ...(row.stoppedBecause ? [row.stoppedBecause] : []), ...(row.stale ? ['stale'] : [])].join(', ');
    const times = [ago(minutesSince(row.lastSuccessAt, now)), until(row.nextRunAt, now), span(row.dataAgeMinutes)];
    table.push([row.id, row.adapter, state, ...times, ...[row.received, row.kept, row.quarantined, row.held].map(String)]);
  }
  return `${table.toString()}\n`;
}

const ago = (minutes: number | null) => (minutes === null ? 'never' : `${span(minutes)} ago`);

function until(at: Date | null, now: Date): string {
  if (at === null) return 'not planned';
  return at <= now ? 'now' : `in ${span(Math.ceil((at.getTime() - now.getTime()) / 60_000))}`;
}

/** In the largest unit of which there are two or more. */
function span(minutes: number | null): string {
  if (minutes === null) return '';
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 24 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} days`;
}
