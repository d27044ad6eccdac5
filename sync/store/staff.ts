/**
 * People: one row for each, however many upstreams know them, found by any of their keys.
 *
 * As with organisations, every stream's record is kept as it came and the row is made of those that stand. A person's
 * keys are those of all their records, so a key that was mended upstream is let go; the keys of somebody who left stay.
 */
import { randomUUID } from 'node:crypto';
import type { Sql } from '../../platform/db.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import { identify, type KnownPeople } from '../identity.ts';
import type { KeptRecord, QuarantinedRecord } from '../read-page.ts';
import { columnsOf, names, toRow, typed } from './columns.ts';
import { type EntityStore, lockForPage, type PageContext } from './entity-store.ts';
import { given } from './organisations.ts';
import { BEST_LAST, withRank } from './precedence.ts';
import { resolveWaiting } from './rows.ts';

const COLUMNS = columnsOf({ givenName: 'text', familyName: 'text', workEmail: 'text', skills: 'text[]' });

type StaffRecord = KeptRecord<'staffMember'>;

interface PersonRecord {
  readonly ref: string;
  readonly staffId: string;
  readonly isNew: boolean;
  readonly keys: readonly string[];
  readonly value: Canonical['staffMember'];
}

export const staffStore: EntityStore<'staffMember'> = {
  records: { table: 'workforce.source_record', of: 'true', within: null, alsoSet: () => '', names: 'staff_id' },
  naturalKey: () => null,
  async store(tx, page, records) {
    await lockForPage(tx, 'people', 'alone');
    const known = await knownPeople(tx, page, records);
    const { people, refused } = tellApart(records, known);
    const touched = [...new Set([...people.map(({ staffId }) => staffId), ...people.flatMap(({ ref }) => known.byRef.get(ref) ?? [])])];
    await addPeople(tx, page, people);
    await keepRecords(tx, page, people);
    await render(tx, touched, page.now);
    await withdraw(tx, touched, page.now);
    await renderRegistrations(tx, touched);
    const newKeys = await renderKeys(tx, touched);
    if (newKeys.length > 0) await resolveWaiting(tx, newKeys, page.now);
    return refused;
  },
  async removed(tx, now, staffIds) {
    await lockForPage(tx, 'people', 'alone');
    await render(tx, staffIds, now);
    await withdraw(tx, staffIds, now);
  },
};

/** A registration number names its holder as well as any key does. */
function keysOf({ keys, registrations }: Canonical['staffMember']): readonly string[] {
  return [...new Set([...keys, ...registrations.map(({ regulator, number }) => `${regulator}:${number}`.toLowerCase())])];
}

async function knownPeople(tx: Sql, page: PageContext, records: readonly StaffRecord[]): Promise<KnownPeople> {
  const keys = await tx.query<{ key: string; staff_id: string }>('SELECT key, staff_id FROM workforce.staff_key WHERE key = ANY($1::text[])', [
    records.flatMap(({ value }) => keysOf(value)),
  ]);
  const refs = await tx.query<{ source_ref: string; staff_id: string }>(
    'SELECT source_ref, staff_id FROM workforce.source_record WHERE source = $1 AND stream = $2 AND source_ref = ANY($3::text[])',
    [page.upstream, page.stream, records.map(({ ref }) => ref)],
  );
  return { byKey: new Map(keys.map((row) => [row.key, row.staff_id])), byRef: new Map(refs.map((row) => [row.source_ref, row.staff_id])) };
}

function tellApart(records: readonly StaffRecord[], known: KnownPeople): { people: PersonRecord[]; refused: QuarantinedRecord[] } {
  const keyed = records.map(({ ref, value }) => ({ ref, keys: keysOf(value) }));
  const identities = identify(keyed, known, randomUUID);
  const people: PersonRecord[] = [];
  const refused: QuarantinedRecord[] = [];
  for (const [index, { ref, where, value }] of records.entries()) {
    const identity = identities[index];
    if (identity && 'staffId' in identity) people.push({ ref, value, keys: keyed[index]?.keys ?? [], ...identity });
    else if (identity) refused.push({ ref, where, problems: [severalPeople(identity.people)] });
  }
  return { people, refused };
}

function severalPeople(count: number): RecordProblem {
  return { path: 'keys', expected: 'keys that all mean one person', got: `keys of ${count} different people` };
}

/** A row for each new person, for the records to refer to; `render` gives it the rest. */
async function addPeople(tx: Sql, page: PageContext, people: readonly PersonRecord[]): Promise<void> {
  const rows = people.filter(({ isNew }) => isNew).map(({ ref, staffId, value }) => ({ id: staffId, source_ref: ref, ...toRow(COLUMNS, value) }));
  await tx.query(
    `INSERT INTO workforce.staff_member (id, ${names(COLUMNS)}, source, source_ref, as_of, changed_at, pass_id)
     SELECT r.id, ${names(COLUMNS, 'r.')}, $2, r.source_ref, $3, $4, $5
     FROM json_to_recordset($1::json) AS r (id uuid, source_ref text, ${typed(COLUMNS)})`,
    [JSON.stringify(rows), page.upstream, page.asOf, page.now, page.passId],
  );
}

async function keepRecords(tx: Sql, page: PageContext, people: readonly PersonRecord[]): Promise<void> {
  const rows = people.map(({ ref, staffId, keys, value }) => ({
    source_ref: ref,
    staff_id: staffId,
    keys,
    fields: given({ ...toRow(COLUMNS, value), registrations: value.registrations }),
  }));
  await tx.query(
    `INSERT INTO workforce.source_record AS t (source, source_ref, stream, staff_id, keys, fields, as_of, pass_id, removed_at)
     SELECT $2, r.source_ref, $3, r.staff_id, r.keys, r.fields, $4, $5, NULL
     FROM json_to_recordset($1::json) AS r (source_ref text, staff_id uuid, keys text[], fields jsonb)
     ON CONFLICT (source, stream, source_ref) DO UPDATE SET
       staff_id = excluded.staff_id, keys = excluded.keys, fields = excluded.fields, as_of = excluded.as_of, pass_id = excluded.pass_id, removed_at = NULL`,
    [JSON.stringify(rows), page.upstream, page.stream, page.asOf, page.passId],
  );
}

/** Makes these people's rows of the records that stand: the sort of source decides who wins a field, then the newest. */
async function render(tx: Sql, staffIds: readonly string[], now: Date): Promise<void> {
  const values = COLUMNS.map(({ column }) => (column === 'skills' ? `COALESCE(f.skills, '{}')` : `f.${column}`));
  await tx.query(
    `UPDATE workforce.staff_member AS t SET
       (${names(COLUMNS)}) = ROW(${values.join(', ')}),
       source = newest.source, source_ref = newest.source_ref, as_of = newest.as_of, pass_id = newest.pass_id, removed_at = NULL,
       changed_at = CASE WHEN t.removed_at IS NULL AND (${names(COLUMNS, 't.')}) IS NOT DISTINCT FROM (${values.join(', ')}) THEN t.changed_at ELSE $2 END
     FROM (
       SELECT c.staff_id, jsonb_object_agg(e.key, e.value ORDER BY ${BEST_LAST}) AS fields
       FROM workforce.source_record c CROSS JOIN LATERAL jsonb_each(c.fields) e ${withRank("'staffMember'")}
       WHERE c.staff_id = ANY($1::uuid[]) AND c.removed_at IS NULL
       GROUP BY c.staff_id
     ) merged
     CROSS JOIN LATERAL jsonb_to_record(merged.fields) AS f (${typed(COLUMNS)})
     CROSS JOIN LATERAL (
       SELECT c.source, c.source_ref, c.as_of, c.pass_id FROM workforce.source_record c
       WHERE c.staff_id = merged.staff_id AND c.removed_at IS NULL
       ORDER BY c.as_of DESC, c.source, c.stream, c.source_ref LIMIT 1
     ) newest
     WHERE t.id = merged.staff_id`,
    [staffIds, now],
  );
}

/** Marks those of whom no record stands. */
async function withdraw(tx: Sql, staffIds: readonly string[], now: Date): Promise<void> {
  await tx.query(
    `UPDATE workforce.staff_member AS t SET removed_at = $2, changed_at = $2
     WHERE t.id = ANY($1::uuid[]) AND t.removed_at IS NULL
       AND NOT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = t.id AND c.removed_at IS NULL)`,
    [staffIds, now],
  );
}

const STANDING_REGISTRATIONS = `
  SELECT DISTINCT ON (g.regulator, g.number) c.staff_id, g.regulator, g.number, c.source
  FROM workforce.source_record c CROSS JOIN LATERAL jsonb_to_recordset(c.fields -> 'registrations') AS g (regulator text, number text)
  WHERE c.staff_id = ANY($1::uuid[]) AND c.removed_at IS NULL
  ORDER BY g.regulator, g.number, c.as_of DESC, c.source`;

async function renderRegistrations(tx: Sql, staffIds: readonly string[]): Promise<void> {
  await tx.query(
    `DELETE FROM workforce.registration t WHERE t.staff_id = ANY($1::uuid[])
       AND NOT EXISTS (SELECT FROM (${STANDING_REGISTRATIONS}) g WHERE (g.staff_id, g.regulator, g.number) = (t.staff_id, t.regulator, t.number))`,
    [staffIds],
  );
  await tx.query(
    `INSERT INTO workforce.registration (staff_id, regulator, number, source) SELECT staff_id, regulator, number, source FROM (${STANDING_REGISTRATIONS}) g
     ON CONFLICT (regulator, number) DO UPDATE SET staff_id = excluded.staff_id, source = excluded.source`,
    [staffIds],
  );
}

/** Gives back the keys that nobody had before. */
async function renderKeys(tx: Sql, staffIds: readonly string[]): Promise<readonly string[]> {
  await tx.query(
    `DELETE FROM workforce.staff_key k WHERE k.staff_id = ANY($1::uuid[])
       AND NOT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = k.staff_id AND k.key = ANY(c.keys))`,
    [staffIds],
  );
  const added = await tx.query<{ key: string }>(
    `INSERT INTO workforce.staff_key (key, staff_id, source, source_ref)
     SELECT DISTINCT ON (key) key, c.staff_id, c.source, c.source_ref
     FROM workforce.source_record c CROSS JOIN LATERAL unnest(c.keys) AS key
     WHERE c.staff_id = ANY($1::uuid[])
     ORDER BY key, c.removed_at DESC NULLS FIRST, c.as_of DESC
     ON CONFLICT (key) DO NOTHING RETURNING key`,
    [staffIds],
  );
  return added.map(({ key }) => key);
}
