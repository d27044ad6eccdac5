/**
 * Who is who among 100,000 people in one to four systems, on PostgreSQL: everybody weighed anew, and a night in which one
 * record in a hundred changed. Baseline of the full run: an exact join on shared keys over the same rows, in SQL.
 */
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';
import { blockHashes } from '../../platform/people/pairs.ts';
import { renderPeople } from '../../platform/people/render.ts';
import { resolveEverybody } from '../../platform/people/resolve.ts';
import { type Evidence, evidenceOf } from '../../schema/domain/identity/evidence.ts';
import { resolve } from '../../schema/domain/identity/resolve.ts';
import { keysOf, staffStore } from '../../sync/store/staff.ts';
import { preparedOf } from '../identity/measure.ts';
import { type LabelledRecord, makePopulation } from '../identity/population.ts';
import { startTestPostgres } from '../support/postgres.ts';
import { megabytes, printSeries } from './support/figures.ts';

const PEOPLE = Number(process.env.BENCH_PEOPLE ?? 100_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const PAGE = 1_000;
const NOW = new Date('2026-06-01T09:00:00Z');

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

/** Records with their persons, as the syncs before have left them; no pair has been kept yet. */
async function load(database: Database, records: readonly LabelledRecord[]): Promise<void> {
  const { groupOf } = resolve(preparedOf(records));
  const personOf = new Map([...new Set(groupOf.values())].map((group) => [group, randomUUID()]));
  for (let at = 0; at < records.length; at += 10_000) {
    const rows = records.slice(at, at + 10_000).map(({ id, system, value, evidence }) => ({
      id: randomUUID(),
      staff_id: personOf.get(groupOf.get(id) ?? ''),
      source: system,
      source_ref: id,
      keys: keysOf(value),
      fields: { given_name: value.givenName, family_name: value.familyName, registrations: value.registrations },
      evidence: evidence satisfies Evidence,
      blocks: blockHashes(evidence),
    }));
    await database.query(
      `WITH r AS MATERIALIZED (
         SELECT * FROM json_to_recordset($1::json) AS r (id uuid, staff_id uuid, source text, source_ref text, keys text[], fields jsonb, evidence jsonb, blocks bigint[])
       ), person AS (
         INSERT INTO workforce.staff_member (id, given_name, family_name, skills, source, source_ref, as_of, pass_id)
         SELECT DISTINCT ON (staff_id) staff_id, fields ->> 'given_name', fields ->> 'family_name', '{}', source, source_ref, $2, 1 FROM r
         ON CONFLICT (id) DO NOTHING
       )
       INSERT INTO workforce.source_record (id, staff_id, source, stream, source_ref, keys, fields, evidence, blocks, as_of, pass_id)
       SELECT id, staff_id, source, 'people', source_ref, keys, fields, evidence, blocks, $2, 1 FROM r`,
      [JSON.stringify(rows), NOW],
    );
  }
  // The keys and rows of persons, as every sync leaves them.
  const people = [...personOf.values()];
  for (let at = 0; at < people.length; at += 2_000) await renderPeople(database, people.slice(at, at + 2_000), NOW);
  for (const table of ['source_record', 'staff_member', 'staff_key']) await database.query(`VACUUM ANALYZE workforce.${table}`);
}

/** What was done before there was anything to weigh: one person for each set of records that share keys. */
async function joinExactly(database: Database): Promise<void> {
  await database.query(
    `SELECT count(*) FROM (
       SELECT key, min(id::text) AS person, array_agg(id) FROM workforce.source_record c CROSS JOIN LATERAL unnest(c.keys) AS key GROUP BY key
     ) k`,
  );
}

/** One record in a hundred gets another telephone, another address or a slip mended. */
function changedOf(records: readonly LabelledRecord[], round: number): readonly LabelledRecord[] {
  return records
    .filter((_, index) => index % 100 === round)
    .map((record, index) => {
      const value = { ...record.value, phone: `07${String(300_000_000 + round * 10_000_000 + index).slice(0, 9)}` };
      return { ...record, value, evidence: evidenceOf(value) };
    });
}

const postgres = await startTestPostgres();
const records = makePopulation(PEOPLE, 'bench');
const full: number[] = [];
const exact: number[] = [];
const nights: number[] = [];
const database = await openDatabase({ url: await postgres.newDatabase() });
await migrate(database);
await load(database, records);
console.log(`${PEOPLE} people, ${records.length} records`);
for (let round = 0; round < ROUNDS; round += 1) exact.push(await timed(() => joinExactly(database)));
for (let round = 0; round < ROUNDS; round += 1) {
  let pairs = 0;
  full.push(
    await timed(() =>
      database.transaction(async (tx) => {
        pairs = (await resolveEverybody(tx, { by: 'bench', now: NOW })).pairs;
      }),
    ),
  );
  console.log(`  round ${round + 1}: ${pairs} pairs kept, ${full.at(-1)?.toFixed(1)} s`);
}
for (const table of ['source_record', 'identity_pair', 'staff_member', 'staff_key']) await database.query(`VACUUM ANALYZE workforce.${table}`);
// A night begins in a process that has not just weighed everybody.
globalThis.gc?.();
for (let round = 0; round < ROUNDS; round += 1) {
  const changed = changedOf(records, round);
  nights.push(
    await timed(async () => {
      for (const [system, list] of Map.groupBy(changed, ({ system: of }) => of)) {
        for (let at = 0; at < list.length; at += PAGE) {
          const kept = list.slice(at, at + PAGE).map(({ id, value }) => ({ ref: id, where: id, value }));
          await database.transaction((tx) => staffStore.store(tx, { passId: 2 + round, upstream: system, stream: 'people', asOf: NOW, now: NOW }, kept));
        }
      }
    }),
  );
}
printSeries(`${records.length} records of ${PEOPLE} people, ${ROUNDS} rounds`, 'seconds', [
  { name: 'exact join on shared keys, in SQL (baseline)', values: exact },
  { name: 'everybody weighed, grouped and kept', values: full },
  { name: 'a night: one record in a hundred changed', values: nights },
]);
console.log(`  peak resident memory ${megabytes(process.resourceUsage().maxRSS * 1_024)}`);
await database.close();
await postgres.stop();
