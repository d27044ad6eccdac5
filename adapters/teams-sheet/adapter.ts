/** The Excel sheet of Microsoft Teams Shifts: for tenants that do not consent to an app that reads by Graph. */
import { hash } from 'node:crypto';
import { foldName, parseDay, parseTime } from '../../platform/table/cells.ts';
import { openTable, type Table } from '../../platform/table/table.ts';
import { defineAdapter, type PullRequest, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { type Cells, type FoundColumns, findColumns, pagesOf, withOwnNames } from '../table-pages.ts';
import { groupReader } from '../teams-groups.ts';
import { toShift } from './map.ts';
import { TeamsSheetSettings } from './settings.ts';
import { COLUMNS, type Field, type TeamsSheet, TeamsSheetRow } from './wire.ts';

interface Client {
  readonly settings: TeamsSheetSettings;
  open(): Promise<{ readonly table: Table; readonly found: FoundColumns<Field> }>;
}

function connect(settings: TeamsSheetSettings, { resolvePath }: Tools): Client {
  const { file, sheet, columns } = settings;
  return {
    settings,
    async open() {
      const table = await openTable(resolvePath(file), { sheet, delimiter: 'auto' });
      const optional: readonly Field[] = columns.unpaidBreak === undefined ? ['unpaidBreak'] : [];
      return { table, found: findColumns<Field>(table, withOwnNames<Field>(COLUMNS, columns), optional, 'sheet of shifts') };
    },
  };
}

async function* records(client: Client, { from, to }: PullRequest, table: Table, found: FoundColumns<Field>): AsyncIterable<UpstreamRecord> {
  const { organisationCode, dateOrder } = client.settings;
  const sheet: TeamsSheet = { columns: found.names, organisationCode, dateOrder, from, to };
  const groupOf = groupReader(client.settings);
  const ours = new Set<string>(['', ...Object.values(found.names)]);
  const rows = new Map<string, number>();
  for await (const row of table.rows) {
    const cells = found.cellsOf(row);
    const ref = refOf(cells, client.settings);
    const repeats = rows.get(ref) ?? null;
    if (repeats === null) rows.set(ref, row.number);
    const { email, startDate, startTime, endDate, endTime, unpaidBreak, shared } = cells;
    yield {
      ref,
      where: `row ${row.number} of the shifts`,
      raw: { cells: { email, startDate, startTime, endDate, endTime, unpaidBreak, shared }, group: groupOf(cells.group), sheet, repeats },
      problems: row.problems.filter(({ path }) => ours.has(path)),
    };
  }
}

const DIGEST_LENGTH = 24;

/**
 * The sheet has no ids. A row goes by person, start and whether it is shared, as a digest: the same in whatever way dates
 * are written, and nobody can be read from it. A draft beside a shared shift is another row.
 */
function refOf({ email, startDate, startTime, shared }: Cells<Field>, { dateOrder }: TeamsSheetSettings): string {
  const parts = [parseDay(startDate, dateOrder) ?? foldName(startDate), parseTime(startTime) ?? foldName(startTime), foldName(email), foldName(shared)];
  return `row:${hash('sha256', parts.join('\n'), 'hex').slice(0, DIGEST_LENGTH)}`;
}

const shifts = stream({
  name: 'shifts',
  entity: 'shift',
  removals: 'absence',
  wire: TeamsSheetRow,
  async *pages(client: Client, request) {
    const { table, found } = await client.open();
    yield* pagesOf(records(client, request, table, found), () => table.modifiedAt);
  },
  map: toShift,
});

export default defineAdapter<TeamsSheetSettings, Client>({
  id: 'teams-sheet',
  title: 'Microsoft Teams Shifts, exported to Excel',
  kind: 'ROTA',
  docs: 'https://support.microsoft.com/office/import-a-schedule-to-shifts-from-excel-cf3923e4-c5f5-457f-9c98-d344684dc0b0',
  partial: 'Shifts only: the columns of time off and open shifts were not seen.',
  settings: TeamsSheetSettings,
  connect,
  async check({ open }) {
    await open();
  },
  pull: [shifts],
});
