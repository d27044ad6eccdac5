/**
 * A thousand rota sheets of 250 practices, five million shifts in all, through adapter, checks and engine into PostgreSQL;
 * then once more, when every shift of one sheet in a hundred has changed.
 *
 * Baseline: the same shifts and bookings, already read and checked, by plain batched `INSERT … ON CONFLICT DO UPDATE`
 * into the same tables on the same server, over one connection. The sync runs in a process of its own, so that its memory
 * is its own, and reads as many sheets at once as a sync process does by default.
 *
 * On two busy cores, twice: 8,710 and 13,650 shifts a second where plain upserts make 12,888 and 13,669, which is 0.68 and
 * 1.00 of their rate; 12 s of 574 s and 8 s of 366 s for what has changed; at most 371 and 383 MB, the same in each tenth.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rotaCsv } from '../../adapters/rota-sheet/fixtures/upstream.ts';
import { openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';
import { startTestPostgres } from '../support/postgres.ts';
import { printSeries } from './support/figures.ts';
import type { SheetsFigures } from './support/sync-sheets.ts';

const SHEETS = Number(process.env.BENCH_SHEETS ?? 1_000);
const ROWS = Number(process.env.BENCH_ROWS ?? 5_000);
const AT_ONCE = process.env.SYNC_AT_ONCE ?? '8';
const SHEETS_OF_A_PRACTICE = 4;
const PEOPLE = 20;
const BATCH = 1_000;
/** As `scripts/run.mjs` starts a sync process. */
const LEAN = '--max-semi-space-size=8';
const CHANGED = Math.max(1, Math.round(SHEETS / 100));
const TOTAL = SHEETS * ROWS;

const folder = await mkdtemp(join(tmpdir(), 'rotagraph-bench-'));
const two = (number: number) => String(number).padStart(2, '0');
const practiceOf = (sheet: number) => `Z${90_000 + Math.floor(sheet / SHEETS_OF_A_PRACTICE)}`;
/** A day of 2026 and an hour for each row, four in five of them filled. */
const dayOf = (row: number) => new Date(Date.UTC(2026, 0, 5 + (row % 300)));
const hourOf = (row: number) => 7 + (Math.floor(row / 300) % 10);
const personOf = (sheet: number, row: number) => (row % 5 === 0 ? '' : `person.${row % PEOPLE}@${practiceOf(sheet).toLowerCase()}.invalid`);

function sheetOf(sheet: number, endMinutes: number): string {
  return rotaCsv(
    Array.from({ length: ROWS }, (_, row) => {
      const day = dayOf(row);
      return {
        ref: `B-${row}`,
        date: `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${day.getUTCFullYear()}`,
        start: `${two(hourOf(row))}:00`,
        end: `${two(hourOf(row) + 4)}:${two(endMinutes)}`,
        breakMinutes: '10',
        role: 'Practice Nurse',
        site: practiceOf(sheet),
        deliveryMode: 'On site',
        staffEmail: personOf(sheet, row),
        status: '',
        cover: '',
        skills: 'phlebotomy',
      };
    }),
  );
}

async function plainUpserts(url: string): Promise<number> {
  const database = await openDatabase({ url });
  await migrate(database);
  const began = performance.now();
  for (let sheet = 0; sheet < SHEETS; sheet++) {
    for (let from = 0; from < ROWS; from += BATCH) {
      const rows = Array.from({ length: Math.min(BATCH, ROWS - from) }, (_, offset) => from + offset);
      await database.query(
        `WITH received AS MATERIALIZED (SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS r(ref, starts_at, key)), stored AS (
           INSERT INTO rota.shift (organisation_code, site_code, role, role_as_sent, skills_needed, delivery_mode, starts_at, ends_at, unpaid_break_minutes, status, source, source_ref, as_of, pass_id)
           SELECT $4, $4, 'PRACTICE_NURSE', 'Practice Nurse', ARRAY['phlebotomy'], 'ON_SITE', r.starts_at, r.starts_at + interval '250 minutes', 10,
             CASE WHEN r.key = '' THEN 'OPEN' ELSE 'FILLED' END, $5, r.ref, now(), 1 FROM received r
           ON CONFLICT (source, source_ref) DO UPDATE SET site_code = excluded.site_code, role = excluded.role, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, unpaid_break_minutes = excluded.unpaid_break_minutes, status = excluded.status, as_of = excluded.as_of
           RETURNING id, source_ref)
         INSERT INTO rota.booking (shift_id, staff_key, status, fill_source_stated)
         SELECT s.id, r.key, 'CONFIRMED', false FROM stored s JOIN received r ON r.ref = s.source_ref WHERE r.key <> ''
         ON CONFLICT (shift_id) DO UPDATE SET staff_key = excluded.staff_key, status = excluded.status`,
        [
          rows.map((row) => `B-${row}`),
          rows.map((row) => new Date(dayOf(row).getTime() + hourOf(row) * 3_600_000).toISOString()),
          rows.map((row) => personOf(sheet, row) && `work-email:${personOf(sheet, row)}`),
          practiceOf(sheet),
          `sheet-${sheet}`,
        ],
      );
    }
  }
  const rate = (TOTAL / (performance.now() - began)) * 1_000;
  await database.close();
  return rate;
}

async function sync(url: string): Promise<SheetsFigures> {
  const program = fileURLToPath(new URL('./support/sync-sheets.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', LEAN, program, url, join(folder, 'upstreams.json'), AT_ONCE]);
  return JSON.parse(stdout) as SheetsFigures;
}

for (let sheet = 0; sheet < SHEETS; sheet++) await writeFile(join(folder, `sheet-${sheet}.csv`), sheetOf(sheet, 10));
const upstreams = Array.from({ length: SHEETS }, (_, sheet) => ({
  id: `sheet-${sheet}`,
  adapter: 'rota-sheet',
  organisationCodes: [practiceOf(sheet)],
  settings: { file: `sheet-${sheet}.csv`, organisationCode: practiceOf(sheet) },
}));
await writeFile(join(folder, 'upstreams.json'), JSON.stringify({ upstreams }));

const postgres = await startTestPostgres();
const plain = await plainUpserts(await postgres.newDatabase());
const url = await postgres.newDatabase();
const full = await sync(url);
if (full.kept !== TOTAL) throw new Error(`Expected ${TOTAL} shifts to be kept, got ${full.kept}.`);
for (let sheet = 0; sheet < CHANGED; sheet++) await writeFile(join(folder, `sheet-${sheet}.csv`), sheetOf(sheet, 20));
const again = await sync(url);
if (again.kept !== CHANGED * ROWS || again.unchanged !== TOTAL - again.kept)
  throw new Error(`Expected ${CHANGED * ROWS} changed shifts, got ${JSON.stringify(again)}.`);

printSeries(`${SHEETS} sheets of ${ROWS} shifts, four in five filled, ${AT_ONCE} sheets at once`, 'shifts a second', [
  { name: 'plain batched upserts (baseline)', values: [plain] },
  { name: 'adapters and engine', values: [TOTAL / full.seconds] },
]);
printSeries(`Once more, every shift of ${CHANGED} sheets changed`, 'seconds', [
  { name: 'everything (baseline)', values: [full.seconds] },
  { name: 'what has changed', values: [again.seconds] },
]);
console.log(`\nResident memory of the sync, each tenth of the sheets: ${full.megabytesByTenth.join(', ')} MB; at most ${Math.round(full.peakMegabytes)} MB`);
await postgres.stop();
await rm(folder, { recursive: true });
