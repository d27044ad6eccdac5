/** `rota map`: looks at a staff list and suggests the settings by which it can be read. Shows no cell as it is: people stand in them. */
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import type { Page, PullStream } from '../../adapters/contract.ts';
import hrSheet from '../../adapters/hr-sheet/adapter.ts';
import { isPrivateHeading } from '../../adapters/hr-sheet/headings.ts';
import { HrSheetSettings, offeredStreams } from '../../adapters/hr-sheet/settings.ts';
import { dateOrderOf, describeLook, lookAt, masked } from '../../adapters/hr-sheet/shapes.ts';
import { isKnownHeading, type Suggestion, suggestColumns } from '../../adapters/hr-sheet/suggest.ts';
import { regulatorsOf } from '../../adapters/staff-cells.ts';
import { createTools } from '../../platform/http.ts';
import { parseDay } from '../../platform/table/cells.ts';
import { openTable, type TableRow, type Table as TableSource } from '../../platform/table/table.ts';
import { RotagraphError, UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { odsCode } from '../../schema/domain/values.ts';
import { sortPage } from '../../sync/read-page.ts';
import { defaultWindow } from '../../sync/window.ts';
import { PROBLEM_EXIT_CODE, type Terminal, type Verb } from './terminal.ts';

interface Options {
  readonly sheet?: string;
  readonly entry?: string;
  readonly headerRow?: number;
  readonly organisation?: string;
  readonly fragment?: boolean;
}

/** Rows whose values are looked at, and of which the first are shown, masked. */
const ROWS_LOOKED_AT = 500;
const ROWS_SHOWN = 3;
/** A title and a blank line often stand above a header. */
const ROWS_SEARCHED = 10;
/** One word that we know may stand in any row. */
const KNOWN_HEADINGS_NEEDED = 2;

export const mapVerb: Verb = (terminal, exitWith) =>
  new Command('map')
    .description('Looks at a staff list and prints settings by which hr-sheet can read it. Every value is masked. Ends with 1 when no header is found.')
    .argument('<file>', 'the list, .csv, .xlsx, or a .zip of one')
    .option('--sheet <name>', 'which sheet of a workbook; default the first that is not hidden')
    .option('--entry <pattern>', 'which file of a .zip; default the first .csv')
    .option('--header-row <number>', 'the row that holds the column names; default the one with most that are known', positive)
    .option('--organisation <code>', 'ODS code of the organisation of rows that name none', odsCodeArgument)
    .option('--fragment', 'print the settings and nothing else')
    .action(async (file: string, options: Options) => {
      try {
        await show(terminal, file, await openList(resolve(file), options), options);
      } catch (error) {
        if (!(error instanceof RotagraphError)) throw error;
        terminal.error(`${error.message}\n`);
        exitWith(PROBLEM_EXIT_CODE);
      }
    });

function positive(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected the number of a row, from 1.');
}

function odsCodeArgument(text: string): string {
  if (odsCode.safeParse(text).success) return text;
  throw new InvalidArgumentError('Expected an ODS code: 3 to 12 upper-case letters or digits.');
}

interface List {
  readonly table: TableSource;
  readonly headerRow: number;
  readonly rows: readonly TableRow[];
}

/** @throws UpstreamRejectedError when no row is a header: what stands there may be a person, and is not shown. */
async function openList(path: string, { sheet, entry, headerRow }: Options): Promise<List> {
  const open = (row: number) => openTable(path, { sheet, entry, headerRow: row, delimiter: 'auto' });
  const found = headerRow === undefined ? await findHeader(open) : { table: await open(headerRow), headerRow };
  const name = basename(path);
  if (found === null) throw new UpstreamRejectedError(`${name}: no row from 1 to ${ROWS_SEARCHED} looks like a header. Say which one is, by --header-row.`);
  if (found.table.columns.some(isData))
    throw new UpstreamRejectedError(`${name}: row ${found.headerRow} holds data. Say which row holds the header, by --header-row.`);
  const rows: TableRow[] = [];
  for await (const row of found.table.rows) if (rows.push(row) === ROWS_LOOKED_AT) break;
  return { ...found, rows };
}

/** An address, a date or a registration number is nobody's heading. */
const isData = (heading: string) => /@|\d{4}/.test(heading) || parseDay(heading, 'dmy') !== null || regulatorsOf(heading.toUpperCase()).includes('NMC');

async function findHeader(open: (row: number) => Promise<TableSource>): Promise<Omit<List, 'rows'> | null> {
  let best: { readonly table: TableSource; readonly headerRow: number; readonly known: number } | null = null;
  for (let headerRow = 1; headerRow <= ROWS_SEARCHED; headerRow += 1) {
    const table = await open(headerRow).catch((error: unknown) => {
      // What is no table at all is told; a row that is empty or beyond the end is only no header.
      if (headerRow > 1 && error instanceof UpstreamRejectedError) return null;
      if (error instanceof UpstreamRejectedError && /empty row/.test(error.message)) return null;
      throw error;
    });
    const known = table?.columns.filter(isKnownHeading).length ?? 0;
    if (table && known >= Math.max(KNOWN_HEADINGS_NEEDED, (best?.known ?? 0) + 1)) best = { table, headerRow, known };
  }
  return best;
}

async function show(terminal: Terminal, file: string, list: List, options: Options): Promise<void> {
  const { table, headerRow, rows } = list;
  const valuesOf = (column: string) => rows.map(({ cells }) => cells[column] ?? '');
  const suggestions = suggestColumns(table.columns.map((column) => lookAt(column, valuesOf(column))));
  const order = dateOrderOf(table.columns.flatMap(valuesOf));
  const settings = settingsFor(terminal, file, suggestions, { ...options, headerRow, dateOrder: order });
  const fragment = `${JSON.stringify(fragmentOf(file, settings, options), null, 2)}\n`;
  if (options.fragment) return terminal.out(fragment);
  const looked = rows.length === ROWS_LOOKED_AT ? `the first ${ROWS_LOOKED_AT} rows` : `${rows.length} rows`;
  terminal.out(`${basename(file)}: ${table.columns.length} columns named in row ${headerRow}; looked at ${looked}.\n`);
  terminal.out(`${columnTable(suggestions, rows.slice(0, ROWS_SHOWN))}\n`);
  if (order === null) terminal.out('No date says whether day or month comes first: day first is taken.\n');
  terminal.out(`\nFor the upstreams file. Check each line; README of hr-sheet says what the fields mean.\n\n${fragment}\n`);
  terminal.out(await trial(terminal, resolve(file), settings));
}

function columnTable(suggestions: readonly Suggestion[], shown: readonly TableRow[]): string {
  const head = ['column', 'filled', 'looks like', ...shown.map(({ number }) => `row ${number}, masked`), 'field', 'because of'];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const { look, target, because } of suggestions) {
    const field = target === null ? '' : target.setting === 'columns' ? target.name : `${target.setting}.${target.name}`;
    const cells = shown.map((row) => (isPrivateHeading(look.heading) ? '' : masked(row.cells[look.heading] ?? '')));
    table.push([look.heading, String(look.filled), describeLook(look), ...cells, field, because]);
  }
  return table.toString();
}

type Settings = Readonly<Record<string, unknown>>;
interface Found extends Options {
  readonly dateOrder: 'dmy' | 'mdy' | null;
}

function settingsFor(
  { env }: Terminal,
  file: string,
  suggestions: readonly Suggestion[],
  { sheet, entry, headerRow, organisation, dateOrder }: Found,
): Settings {
  const named = (setting: string) =>
    Object.fromEntries(suggestions.flatMap(({ look, target }) => (target?.setting === setting ? [[target.name, look.heading] as const] : [])));
  const registrationColumns = named('registrationColumns');
  const credentialColumns = named('credentialColumns');
  return {
    namespace: slugOf(file),
    file: fileSetting(file, env),
    ...(entry === undefined ? {} : { entry }),
    ...(sheet === undefined ? {} : { sheet }),
    ...(headerRow === 1 ? {} : { headerRow }),
    ...(dateOrder === 'mdy' ? { dateOrder } : {}),
    columns: named('columns'),
    ...(Object.keys(registrationColumns).length === 0 ? {} : { registrationColumns }),
    ...(Object.keys(credentialColumns).length === 0 ? {} : { credentialColumns }),
    ...(organisation === undefined ? {} : { organisationCode: organisation }),
  };
}

/** As the upstreams file would name it, where that is known. */
function fileSetting(file: string, { UPSTREAMS_FILE: upstreamsFile }: NodeJS.ProcessEnv): string {
  return (upstreamsFile ? relative(dirname(resolve(upstreamsFile)), resolve(file)) : file).split(sep).join('/');
}

function slugOf(file: string): string {
  const slug = basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return /^[a-z]/.test(slug) ? slug : `list-${slug}`.replace(/-+$/, '').slice(0, 40);
}

const EVERY_MINUTES = 1440;

function fragmentOf(file: string, settings: Settings, { organisation }: Options) {
  return {
    id: `hr-${slugOf(file)}`,
    adapter: hrSheet.id,
    organisationCodes: organisation === undefined ? [] : [organisation],
    everyMinutes: EVERY_MINUTES,
    settings,
  };
}

/** What would come of the list by these settings: counts, and what is wrong by row and column. */
async function trial(terminal: Terminal, path: string, settings: Settings): Promise<string> {
  const parsed = HrSheetSettings.safeParse(settings);
  if (!parsed.success) return `These settings do not suffice yet: ${parsed.error.issues.map(({ message }) => message).join('; ')}.\n`;
  const offered: readonly string[] = offeredStreams(parsed.data);
  const client = hrSheet.connect(parsed.data, createTools({ now: terminal.now, resolvePath: () => path }));
  const lines = ['What would come of it:'];
  for (const stream of hrSheet.pull) {
    if (!offered.includes(stream.name)) lines.push(`  ${stream.name}: nothing; its columns are not all there`);
    else lines.push(...(await outcomeOf(stream, stream.pages(client, { since: null, ...defaultWindow(terminal.now()) }))));
  }
  return `${lines.join('\n')}\n`;
}

async function outcomeOf(stream: PullStream, pages: AsyncIterable<Page>): Promise<readonly string[]> {
  const seen = new Set<string>();
  let kept = 0;
  let skipped = 0;
  let quarantined = 0;
  const placesByProblem = new Map<string, string[]>();
  for await (const { records } of pages) {
    const page = sortPage(stream, records, seen, () => null);
    kept += page.kept.length;
    skipped += Object.values(page.skipped).reduce((sum, count) => sum + count, 0);
    quarantined += page.quarantined.length;
    for (const { where, problems } of page.quarantined) {
      const words = problems.map(({ path, expected, got }) => `${path === '' ? '' : `${path}: `}expected ${expected}, got ${got}`).join('; ');
      const places = placesByProblem.get(words);
      if (places) places.push(where);
      else placesByProblem.set(words, [where]);
    }
  }
  const problems = [...placesByProblem].map(([words, places]) => `    ${placesInWords(places)}: ${words}`);
  return [`  ${stream.name}: ${kept} kept, ${skipped} skipped, ${quarantined} quarantined`, ...problems];
}

const PLACES_SHOWN = 3;

function placesInWords(places: readonly string[]): string {
  const shown = places.slice(0, PLACES_SHOWN).join('; ');
  return places.length > PLACES_SHOWN ? `${shown} and ${places.length - PLACES_SHOWN} more` : shown;
}
