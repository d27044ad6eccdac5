/** Rotas that a practice keeps as a grid: people down, days across, a week at a time. */
import { hash } from 'node:crypto';
import { foldName } from '../../platform/table/cells.ts';
import { openSheets, type Sheets } from '../../platform/table/sheets.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { type Cursor, defineAdapter, type Page, type PullRequest, stream, type Tools, type UpstreamRecord } from '../contract.ts';
import { remembered } from '../words.ts';
import { readCell } from './cell.ts';
import { entriesOf, type Named, type Reading } from './entries.ts';
import { type Found, GridReader } from './layout.ts';
import { toLeave, toShift } from './map.ts';
import { RotaGridSettings } from './settings.ts';
import { createVocabulary } from './vocabulary.ts';
import { type GridPull, RotaGridEntry } from './wire.ts';

const RECORDS_PER_PAGE = 1000;

interface Client extends Reading {
  open(): Promise<Sheets>;
}

function connect(settings: RotaGridSettings, { resolvePath }: Tools): Client {
  const { file, entry, sheets, encoding, delimiter } = settings;
  const vocabulary = createVocabulary(settings);
  return {
    settings,
    vocabulary,
    readCell: remembered((text) => readCell(text, vocabulary, settings.earliestStart)),
    open: () => openSheets(resolvePath(file), { entry, sheets, encoding, delimiter }),
  };
}

/** What one row gave: it goes into one page as a whole. */
interface RowRecords {
  readonly sheet: number;
  readonly row: number;
  readonly records: readonly UpstreamRecord[];
}

/**
 * Every entry of the grid is a record of both streams; each skips what is the other's.
 *
 * A pull goes on after the row of its cursor, if the file and the period are still the same: if not, it begins anew.
 * The rows before it are read all the same: they hold the headings, and what an entry repeats.
 */
async function* pages(client: Client, request: PullRequest): AsyncIterable<Page> {
  const grid = await client.open();
  const position = { file: grid.fingerprint, from: request.from.toISOString(), to: request.to.toISOString() };
  const last = resumeAfter(request.since, position);
  let page: UpstreamRecord[] = [];
  let at = { sheet: 0, row: 0 };
  for await (const { sheet, row, records } of rowRecords(client, grid, request)) {
    if (sheet < last.sheet || (sheet === last.sheet && row <= last.row)) continue;
    if (page.length >= RECORDS_PER_PAGE) {
      yield { records: page, cursor: { ...position, ...at }, asOf: grid.modifiedAt };
      page = [];
    }
    page.push(...records);
    at = { sheet, row };
  }
  yield { records: page, cursor: null, asOf: grid.modifiedAt };
}

type Position = { readonly file: string; readonly from: string; readonly to: string };

function resumeAfter(since: Cursor | null, { file, from, to }: Position): { readonly sheet: number; readonly row: number } {
  const isSame = since !== null && since.file === file && since.from === from && since.to === to;
  return isSame && typeof since.sheet === 'number' && typeof since.row === 'number' ? { sheet: since.sheet, row: since.row } : { sheet: 0, row: 0 };
}

async function* rowRecords(client: Client, grid: Sheets, { from, to }: PullRequest): AsyncIterable<RowRecords> {
  const { settings, vocabulary } = client;
  const pull: GridPull = { organisationCode: settings.organisationCode, from, to };
  const name = entryNamer();
  let hasHeading = false;
  for (const [index, { name: sheetName, rows }] of grid.sheets.entries()) {
    const sheet = index + 1;
    const reader = new GridReader(settings, vocabulary, sheetName);
    const whereOf = (cell: string) => (sheetName === null ? `cell ${cell}` : `sheet ${sheet}, cell ${cell}`);
    const recordsOf = (found: readonly Found[]) => found.flatMap((each) => entriesOf(each, pull, client)).map((named) => recordOf(named, whereOf, name));
    let row = 0;
    for await (const cells of rows) {
      row = cells.number;
      const records = recordsOf(reader.read(cells));
      if (records.length > 0) yield { sheet, row, records };
    }
    hasHeading ||= reader.hasHeading;
    const missing = recordsOf(reader.end());
    if (missing.length > 0 && (hasHeading || sheet < grid.sheets.length)) yield { sheet, row: row + 1, records: missing };
  }
  if (!hasHeading) throw new UpstreamRejectedError(NO_DAYS);
}

const NO_DAYS =
  'rota: expected a row with at least two days, as Mon, Tue or 02/03/2026, got none in any sheet. Name the days by the setting days, or read a list by rota-sheet.';

function recordOf({ entry, identity, part }: Named, whereOf: (cell: string) => string, name: ReturnType<typeof entryNamer>): UpstreamRecord {
  const where = `${whereOf(entry.cell)}${part > 1 ? ` (${part})` : ''}`;
  if (identity === null) return { ref: null, where, raw: entry };
  const { ref, repeats } = name(where, identity);
  const repeated = { path: entry.cell, expected: 'an entry that no earlier cell has given', got: `a repeat of ${repeats}` };
  return { ref, where, raw: repeats === null ? entry : { ...entry, problems: [...entry.problems, repeated] } };
}

const DIGEST_LENGTH = 24;

/**
 * Names entries by what they are, as a digest, so that nobody can be read from it: the same when the grid is saved in
 * another way, or the row moves. Those of nobody that are the same are numbered: two people may be needed.
 */
function entryNamer(): (where: string, identity: NonNullable<Named['identity']>) => { readonly ref: string; readonly repeats: string | null } {
  const whereByRef = new Map<string, string>();
  const openEntries = new Map<string, number>();
  return (where, { parts, isOpen }) => {
    let ref = `cell:${hash('sha256', parts.map(foldName).join('\n'), 'hex').slice(0, DIGEST_LENGTH)}`;
    if (isOpen) {
      const ordinal = (openEntries.get(ref) ?? 0) + 1;
      openEntries.set(ref, ordinal);
      if (ordinal > 1) ref = `${ref}#${ordinal}`;
    }
    const repeats = whereByRef.get(ref) ?? null;
    if (repeats === null) whereByRef.set(ref, where);
    return { ref, repeats };
  };
}

async function check(client: Client): Promise<void> {
  const { sheets } = await client.open();
  for (const { name, rows } of sheets) {
    const reader = new GridReader(client.settings, client.vocabulary, name);
    for await (const row of rows) {
      reader.read(row);
      if (reader.hasHeading) return;
    }
  }
  throw new UpstreamRejectedError(NO_DAYS);
}

const shifts = stream({ name: 'shifts', entity: 'shift', removals: 'absence', wire: RotaGridEntry, pages, map: toShift });
const leave = stream({ name: 'leave', entity: 'leave', removals: 'absence', wire: RotaGridEntry, pages, map: toLeave });

export default defineAdapter<RotaGridSettings, Client>({
  id: 'rota-grid',
  title: 'Rota grids: people down, days across',
  kind: 'ROTA',
  docs: 'https://www.rfc-editor.org/rfc/rfc4180',
  settings: RotaGridSettings,
  connect,
  check,
  pull: [shifts, leave],
});
