/** The published workforce of primary care networks: how many full-time equivalents each has of each role. */
import { z } from 'zod';
import { openTable, type Table } from '../../platform/table/table.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { type Day, startOfLondonDay } from '../../schema/domain/time.ts';
import { defineAdapter, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { type FoundColumns, findColumns, pagesOf } from '../table-pages.ts';
import { censusDay, fteIn, toPublishedWorkforce } from './map.ts';
import { COLUMNS, WorkforceRow } from './wire.ts';

const TITLE = 'workforce file';

export const PcnWorkforceSettings = z.object({
  file: z.string().min(1).describe('"Primary Care Networks - … Individual Level.csv", or the zip in which it is published.'),
});
export type PcnWorkforceSettings = z.output<typeof PcnWorkforceSettings>;

interface Client {
  open(): Promise<{ readonly table: Table; readonly found: FoundColumns }>;
}

function connect({ file }: PcnWorkforceSettings, { resolvePath }: Tools): Client {
  return {
    async open() {
      const table = await openTable(resolvePath(file), {});
      return { table, found: findColumns(table, COLUMNS, [], TITLE) };
    },
  };
}

/** Each file adds its month; what was published of others stays. */
const publishedWorkforce = stream({
  name: 'publishedWorkforce',
  entity: 'publishedWorkforce',
  removals: 'never',
  wire: WorkforceRow,
  async *pages(client: Client) {
    const { table, found } = await client.open();
    const census: { day: Day | null } = { day: null };
    yield* pagesOf(records(table, found, census), () => (census.day === null ? table.modifiedAt : startOfLondonDay(census.day)));
  },
  map: toPublishedWorkforce,
});

type Row = Readonly<Omit<WorkforceRow, 'sum' | 'unread'>>;

/** Rows of one network, month, source and role. */
interface Role {
  readonly first: Omit<UpstreamRecord, 'raw'> & { readonly raw: object };
  sum: number;
}

/**
 * A record for each row, so that none is lost: the first of each role carries the sum of them all and comes at the end,
 * when that is known; the others come as they are met.
 *
 * @throws UpstreamRejectedError for a row that is not whole: it may belong to any sum.
 */
async function* records(table: Table, { cellsOf }: FoundColumns, census: { day: Day | null }): AsyncIterable<UpstreamRecord> {
  const roles = new Map<string, Role>();
  const unread = new Map<string, number>();
  for await (const row of table.rows) {
    const [problem] = row.problems;
    const where = `row ${row.number} of the ${TITLE}`;
    if (problem) throw new UpstreamRejectedError(`${where}: expected ${problem.expected}, got ${problem.got}. No sum can be trusted; take the whole file.`);
    const cells = cellsOf(row) as Row;
    const day = censusDay(cells);
    census.day ??= day;
    const key = [cells.PCN_CODE, day?.slice(0, 7), cells.Data_source, cells.STAFF_GROUP, cells.STAFF_ROLE, cells.DETAILED_STAFF_ROLE].join('/');
    const fte = fteIn(cells.FTE);
    if (fte === null) unread.set(key, (unread.get(key) ?? 0) + 1);
    const role = roles.get(key);
    if (role && fte !== null) role.sum += fte;
    if (role || fte === null) yield { ref: null, where, raw: { ...cells, sum: null, unread: 0 } };
    else roles.set(key, { first: { ref: key, where, raw: cells }, sum: fte });
  }
  for (const [key, { first, sum }] of roles) yield { ...first, raw: { ...first.raw, sum, unread: unread.get(key) ?? 0 } };
}

export default defineAdapter<PcnWorkforceSettings, Client>({
  id: 'pcn-workforce',
  title: 'Primary Care Network workforce',
  kind: 'REFERENCE',
  docs: 'https://digital.nhs.uk/data-and-information/publications/statistical/primary-care-workforce-quarterly-update',
  settings: PcnWorkforceSettings,
  connect,
  async check(client) {
    await client.open();
  },
  pull: [publishedWorkforce],
});
