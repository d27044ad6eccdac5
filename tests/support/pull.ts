/** Pulls every stream that an adapter offers into memory, without a database: what came, and what became of each record. */
import { join } from 'node:path';
import type { AnyAdapter, Tools } from '../../adapters/contract.ts';
import { CANONICAL } from '../../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem } from '../../schema/domain/errors.ts';

export interface PulledStream {
  received: number;
  /** Reference → canonical record. */
  readonly kept: Map<string, unknown>;
  /** Reason → how many. */
  readonly skipped: Record<string, number>;
  /** Where → what is wrong. */
  readonly quarantined: Record<string, readonly RecordProblem[]>;
  /** The different days that the pages are of. */
  readonly asOf: Date[];
}

export interface PullOptions {
  /** Default: any request is refused. */
  readonly fetch?: Tools['fetch'];
  readonly from?: string;
  readonly to?: string;
}

/** By stream name. */
export async function pullAll<StreamName extends string>(
  adapter: AnyAdapter,
  settings: unknown,
  folder: string,
  { from = '2026-01-01T00:00:00Z', to = '2027-01-01T00:00:00Z', fetch = refuseRequests }: PullOptions = {},
): Promise<Readonly<Record<StreamName, PulledStream>>> {
  const tools: Tools = {
    fetch,
    now: () => new Date('2026-11-24T09:00:00Z'),
    resolvePath: (path) => join(folder, path),
  };
  const client = adapter.connect(adapter.settings.parse(settings), tools);
  await adapter.check(client);
  const streams: Record<string, PulledStream> = {};
  for (const stream of adapter.pull.filter(({ offered }) => offered?.(client as never) ?? true)) {
    const pulled: PulledStream = { received: 0, kept: new Map(), skipped: {}, quarantined: {}, asOf: [] };
    for await (const page of stream.pages(client, { since: null, from: new Date(from), to: new Date(to) })) {
      if (!pulled.asOf.some((seen) => seen.getTime() === page.asOf.getTime())) pulled.asOf.push(page.asOf);
      for (const record of page.records) {
        pulled.received += 1;
        const outcome = read(() => stream.read(record.raw), stream.entity, record.problems ?? []);
        if ('problems' in outcome) pulled.quarantined[record.where] = outcome.problems;
        else if ('skipped' in outcome) pulled.skipped[outcome.skipped] = (pulled.skipped[outcome.skipped] ?? 0) + 1;
        else if (record.ref === null || pulled.kept.has(record.ref))
          throw new Error(`${stream.name}, ${record.where}: a kept record has no reference of its own.`);
        else pulled.kept.set(record.ref, outcome.kept);
      }
    }
    streams[stream.name] = pulled;
  }
  return streams as Record<StreamName, PulledStream>;
}

const refuseRequests = () => Promise.reject(new Error('no request is expected'));

type Outcome = { readonly kept: unknown } | { readonly skipped: string } | { readonly problems: readonly RecordProblem[] };

function read(map: () => object, entity: keyof typeof CANONICAL, problems: readonly RecordProblem[]): Outcome {
  if (problems.length > 0) return { problems };
  try {
    const mapped = map();
    if ('skipped' in mapped) return { skipped: String(mapped.skipped) };
    const checked = CANONICAL[entity].safeParse(mapped);
    if (checked.success) return { kept: checked.data };
    return { problems: checked.error.issues.map(({ path, message }) => ({ path: path.join('.'), expected: message, got: '' })) };
  } catch (error) {
    if (error instanceof RecordInvalidError) return { problems: error.problems };
    throw error;
  }
}
