/**
 * A rota of 200,000 shifts through adapter, checks and engine into PostgreSQL.
 *
 * Baseline: the same shifts and bookings, already read and checked, by plain batched `INSERT … SELECT unnest` on the
 * same server. The sync runs in a process of its own, so that its memory is its own.
 */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rotaCsv } from '../../adapters/rota-sheet/fixtures/upstream.ts';
import { openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';
import { startTestPostgres } from '../support/postgres.ts';
import { printSeries } from './support/figures.ts';
import type { SyncFigures } from './support/sync-rota.ts';

const ROWS = Number(process.env.BENCH_ROWS ?? 200_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const BATCH = 1_000;

const folder = await mkdtemp(join(tmpdir(), 'rotagraph-bench-'));
const two = (number: number) => String(number).padStart(2, '0');
/** A day of 2026 and an hour for each row: fifty or so shifts an hour, four in five of them filled. */
const dayOf = (index: number) => new Date(Date.UTC(2026, 0, 5 + (index % 300)));
const hourOf = (index: number) => 7 + (Math.floor(index / 300) % 10);

async function writeRota(): Promise<void> {
  const file = createWriteStream(join(folder, 'rota.csv'));
  for (let from = 0; from < ROWS; from += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, ROWS - from) }, (_, offset) => {
      const index = from + offset;
      const day = dayOf(index);
      return {
        ref: `B-${index}`,
        date: `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${day.getUTCFullYear()}`,
        start: `${two(hourOf(index))}:00`,
        end: `${two(hourOf(index) + 4)}:10`,
        breakMinutes: '10',
        role: 'Practice Nurse',
        site: 'Z99002',
        deliveryMode: 'On site',
        staffEmail: index % 5 === 0 ? '' : `person.${index % 997}@example.nhs.invalid`,
        status: '',
        cover: '',
        skills: 'phlebotomy',
      };
    });
    const text = rotaCsv(rows);
    file.write(from === 0 ? text : text.slice(text.indexOf('\n') + 1));
  }
  file.end();
  await finished(file);
}

async function plainInserts(url: string): Promise<number> {
  const database = await openDatabase({ url });
  await migrate(database);
  const began = performance.now();
  for (let from = 0; from < ROWS; from += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, ROWS - from) }, (_, offset) => from + offset);
    const starts = indexes.map((index) => new Date(dayOf(index).getTime() + hourOf(index) * 3_600_000));
    await database.query(
      `WITH stored AS (
         INSERT INTO rota.shift (organisation_code, site_code, role, skills_needed, delivery_mode, starts_at, ends_at, unpaid_break_minutes, status, source, source_ref, as_of, pass_id)
         SELECT 'Z99002', 'Z99002', 'PRACTICE_NURSE', ARRAY['phlebotomy'], 'ON_SITE', r.starts_at, r.starts_at + interval '250 minutes', 10,
           CASE WHEN r.key IS NULL THEN 'OPEN' ELSE 'FILLED' END, 'plain', r.ref, now(), 1
         FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS r(ref, starts_at, key) RETURNING id, source_ref)
       INSERT INTO rota.booking (shift_id, staff_key, status, fill_source_stated)
       SELECT s.id, r.key, 'CONFIRMED', false FROM stored s JOIN unnest($1::text[], $3::text[]) AS r(ref, key) ON r.ref = s.source_ref WHERE r.key IS NOT NULL`,
      [indexes.map((index) => `B-${index}`), starts, indexes.map((index) => (index % 5 === 0 ? null : `work-email:person.${index % 997}@example.nhs.invalid`))],
    );
  }
  const rate = (ROWS / (performance.now() - began)) * 1_000;
  await database.close();
  return rate;
}

async function sync(url: string): Promise<SyncFigures> {
  const program = fileURLToPath(new URL('./support/sync-rota.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', program, url, join(folder, 'upstreams.json')]);
  return JSON.parse(stdout) as SyncFigures;
}

await writeRota();
const settings = { file: 'rota.csv', organisationCode: 'Z99002' };
await writeFile(
  join(folder, 'upstreams.json'),
  JSON.stringify({ upstreams: [{ id: 'rota', adapter: 'rota-sheet', organisationCodes: ['Z99002'], settings }] }),
);
const postgres = await startTestPostgres();
const plain: number[] = [];
const synced: SyncFigures[] = [];
for (let round = 0; round < ROUNDS; round++) {
  plain.push(await plainInserts(await postgres.newDatabase()));
  synced.push(await sync(await postgres.newDatabase()));
}
for (const figures of synced) if (figures.kept !== ROWS) throw new Error(`Expected ${ROWS} shifts to be kept, got ${JSON.stringify(figures)}.`);
printSeries(`A spreadsheet of ${ROWS} shifts, four in five filled, ${ROUNDS} rounds`, 'shifts a second', [
  { name: 'plain batched INSERT … SELECT unnest (baseline)', values: plain },
  { name: 'adapter and engine', values: synced.map(({ rate }) => rate) },
]);
printSeries('Peak resident memory of the sync', 'MB', [{ name: 'the whole process', values: synced.map(({ peakMegabytes }) => peakMegabytes) }]);
await postgres.stop();
await rm(folder, { recursive: true });
