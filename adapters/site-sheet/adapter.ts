/** A list of sites that a network keeps itself: no NHS file says how staff meet patients at a place. */
import { z } from 'zod';
import { openTable, type Table } from '../../platform/table/table.ts';
import { defineAdapter, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { columnSetting, type FoundColumns, findColumns, pagesOf, withOwnNames } from '../table-pages.ts';
import { toSite } from './map.ts';
import { SITE_COLUMNS, type SiteField, SiteRow } from './wire.ts';

export const SiteSheetSettings = z.object({
  file: z.string().min(1).describe('The list of sites, .csv or .xlsx.'),
  sheet: z.string().min(1).optional().describe('Name of the sheet in a workbook. Default: the first.'),
  headerRow: z.number().int().min(1).default(1).describe('The row that holds the column names. Rows above it are passed over.'),
  columns: columnSetting(SITE_COLUMNS, 'list of sites'),
});
export type SiteSheetSettings = z.output<typeof SiteSheetSettings>;

interface Client {
  open(): Promise<{ readonly table: Table; readonly found: FoundColumns<SiteField> }>;
}

function connect({ file, sheet, headerRow, columns }: SiteSheetSettings, { resolvePath }: Tools): Client {
  return {
    async open() {
      const table = await openTable(resolvePath(file), { sheet, headerRow, delimiter: 'auto' });
      return { table, found: findColumns(table, withOwnNames(SITE_COLUMNS, columns), [], 'list of sites') };
    },
  };
}

const sites = stream({
  name: 'sites',
  entity: 'site',
  removals: 'absence',
  wire: SiteRow,
  async *pages(client: Client) {
    const { table, found } = await client.open();
    yield* pagesOf(records(table, found), () => table.modifiedAt);
  },
  map: toSite,
});

async function* records(table: Table, { names, cellsOf }: FoundColumns<SiteField>): AsyncIterable<UpstreamRecord> {
  for await (const row of table.rows) {
    const cells = cellsOf(row);
    yield { ref: cells.code.toUpperCase() || null, where: `row ${row.number} of the list of sites`, raw: { cells, columns: names }, problems: row.problems };
  }
}

export default defineAdapter<SiteSheetSettings, Client>({
  id: 'site-sheet',
  title: 'List of sites',
  kind: 'LOCAL',
  docs: 'https://datatracker.ietf.org/doc/html/rfc4180',
  settings: SiteSheetSettings,
  connect,
  async check(client) {
    await client.open();
  },
  pull: [sites],
});
