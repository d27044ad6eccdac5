/** How far a sync has come: a bar for each stream where a person looks on, a line when it ends elsewhere. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { Sql } from '../../platform/db.ts';
import type { SyncProgress } from '../../sync/report.ts';
import type { Terminal } from './terminal.ts';

export interface Progress extends SyncProgress {
  /** Leaves what was drawn as it is. */
  end(): void;
}

/** `upstream/stream` → how many records its last complete pass received: the only hint of how many will come. */
export async function usualCounts(sql: Sql): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.query<{ upstream: string; stream: string; received: number }>(
    `SELECT DISTINCT ON (upstream, stream) upstream, stream, received FROM platform.sync_run WHERE status = 'COMPLETE' ORDER BY upstream, stream, id DESC`,
  );
  return new Map(rows.map(({ upstream, stream, received }) => [`${upstream}/${stream}`, received]));
}

export function createProgress(terminal: Terminal, usual: ReadonlyMap<string, number>): Progress {
  return terminal.isInteractive ? createBars(usual) : createLines(terminal);
}

const NAME_WIDTH = 34;
const BAR_WIDTH = 24;

function createBars(usual: ReadonlyMap<string, number>): Progress {
  const bars = new MultiBar({ stream: process.stderr, hideCursor: true, format: formatBar, emptyOnZero: true });
  let bar: SingleBar | null = null;
  return {
    started(upstream, stream) {
      const name = `${upstream}/${stream}`;
      bar = bars.create(usual.get(name) ?? 0, 0, { name, note: '' });
    },
    page({ received, quarantined }) {
      bar?.update(received, { note: quarantined > 0 ? `${quarantined} quarantined` : '' });
    },
    finished({ received, status }) {
      bar?.setTotal(received);
      bar?.update(received, { note: status.toLowerCase() });
    },
    end: () => bars.stop(),
  };
}

/** A stream that was never read to its end has no bar, only a count: a made-up share would mislead. */
function formatBar(_options: object, { value, total }: { value: number; total: number }, { name, note }: { name: string; note: string }): string {
  const share = total > 0 ? Math.min(value / total, 1) : 0;
  const filled = Math.round(share * BAR_WIDTH);
  const bar = total > 0 ? '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled) : '·'.repeat(BAR_WIDTH);
  return `${name.padEnd(NAME_WIDTH)} ${bar} ${String(value).padStart(8)}  ${note}`;
}

function createLines(terminal: Terminal): Progress {
  return {
    started: (upstream, stream) => terminal.error(`${upstream}/${stream} …\n`),
    page: () => {},
    finished: ({ upstream, stream, received, status }) => terminal.error(`${upstream}/${stream}: ${received} records, ${status.toLowerCase()}\n`),
    end: () => {},
  };
}
