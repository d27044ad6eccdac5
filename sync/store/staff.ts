/**
 * People: one row for each, however many upstreams know them.
 *
 * As with organisations, every stream's record is kept as it came and the row is made of those that stand. Which person
 * a record means follows from what it says of them, weighed against all that is held (`platform/people/`). A person's
 * keys are those of all their records, so a key that was mended upstream is let go; the keys of somebody who left stay.
 */
import { randomUUID } from 'node:crypto';
import type { Sql } from '../../platform/db.ts';
import { blockHashes } from '../../platform/people/pairs.ts';
import { renderAfterRemoval, renderPeople } from '../../platform/people/render.ts';
import { resolveChanged, SYNC } from '../../platform/people/resolve.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { type Evidence, evidenceOf, isSharedKey } from '../../schema/domain/identity/evidence.ts';
import type { KeptRecord } from '../read-page.ts';
import { columnsOf, toRow } from './columns.ts';
import { type EntityStore, lockForPage, type PageContext } from './entity-store.ts';
import { given } from './organisations.ts';

const COLUMNS = columnsOf({ givenName: 'text', familyName: 'text', workEmail: 'text', skills: 'text[]' });

type StaffRecord = KeptRecord<'staffMember'>;

export const staffStore: EntityStore<'staffMember'> = {
  records: { table: 'workforce.source_record', of: 'true', within: null, alsoSet: () => '', names: 'staff_id' },
  naturalKey: () => null,
  async store(tx, page, records) {
    await lockForPage(tx, 'people', 'alone');
    const older = await weighOlder(tx);
    const kept = await keepRecords(tx, page, records);
    const changed = kept.filter(({ isChanged }) => isChanged);
    const provisional = new Set(kept.filter(({ isNew }) => isNew).map(({ staffId }) => staffId));
    const formerly = new Map(changed.flatMap(({ id, before }) => (before ? [[id, before] as const] : [])));
    const newcomers = await resolveChanged(tx, { ids: [...older, ...changed.map(({ id }) => id)], formerly, provisional }, { by: SYNC, now: page.now });
    const people = await tx.query<{ id: string; staff_id: string }>('SELECT id, staff_id FROM workforce.source_record WHERE id = ANY($1::uuid[])', [
      kept.map(({ id }) => id),
    ]);
    const others = new Set(kept.filter(({ isOther }) => isOther).map(({ id }) => id));
    await renderPeople(tx, [...new Set([...newcomers, ...people.map(({ staff_id }) => staff_id)])], page.now, [
      ...new Set([...newcomers, ...people.filter(({ id }) => others.has(id)).map(({ staff_id }) => staff_id)]),
    ]);
    return [];
  },
  async removed(tx, now, staffIds) {
    await lockForPage(tx, 'people', 'alone');
    await renderAfterRemoval(tx, staffIds, now);
  },
};

/** A registration number names its holder as well as any key does. A mailbox that several people read names nobody. */
export function keysOf({ keys, registrations }: Pick<Canonical['staffMember'], 'keys' | 'registrations'>): readonly string[] {
  const all = new Set([...keys, ...registrations.map(({ regulator, number }) => `${regulator}:${number}`.toLowerCase())]);
  return [...all].filter((key) => !isSharedKey(key));
}

type Registrations = Canonical['staffMember']['registrations'];

const inWords = (registrations: Registrations) => registrations.map(({ regulator, number }) => `${regulator} ${number}`).join('\n');

interface StoredRecord {
  readonly id: string;
  readonly staffId: string;
  readonly isNew: boolean;
  readonly isChanged: boolean;
  /** Whether its person may have other keys or registrations now. */
  readonly isOther: boolean;
  /** What it said before, where that is another. */
  readonly before: Evidence | null;
}

interface KnownRow {
  readonly source_ref: string;
  readonly id: string;
  readonly staff_id: string;
  readonly evidence: Evidence | null;
  readonly keys: readonly string[];
  readonly registrations: Registrations | null;
  readonly stands: boolean;
}

/** Keeps records as they came. One that is new is given a person of its own, until it has been weighed. */
async function keepRecords(tx: Sql, page: PageContext, records: readonly StaffRecord[]): Promise<readonly StoredRecord[]> {
  const known = await tx.query<KnownRow>(
    `SELECT source_ref, id, staff_id, evidence, keys, fields -> 'registrations' AS registrations, removed_at IS NULL AS stands
     FROM workforce.source_record WHERE source = $1 AND stream = $2 AND source_ref = ANY($3::text[])`,
    [page.upstream, page.stream, records.map(({ ref }) => ref)],
  );
  const byRef = new Map(known.map((row) => [row.source_ref, row]));
  const rows = records.map(({ ref, value }) => {
    const before = byRef.get(ref);
    const evidence = evidenceOf(value);
    return {
      id: before?.id ?? randomUUID(),
      source_ref: ref,
      staff_id: before?.staff_id ?? randomUUID(),
      keys: keysOf(value),
      fields: given({ ...toRow(COLUMNS, value), registrations: value.registrations }),
      evidence,
      blocks: blockHashes(evidence),
      registrations: value.registrations,
      before,
    };
  });
  await tx.query(
    `INSERT INTO workforce.source_record AS t (id, source, source_ref, stream, staff_id, keys, fields, evidence, blocks, as_of, pass_id, removed_at)
     SELECT r.id, $2, r.source_ref, $3, r.staff_id, r.keys, r.fields, r.evidence, r.blocks, $4, $5, NULL
     FROM json_to_recordset($1::json) AS r (id uuid, source_ref text, staff_id uuid, keys text[], fields jsonb, evidence jsonb, blocks bigint[])
     ON CONFLICT (source, stream, source_ref) DO UPDATE SET
       keys = excluded.keys, fields = excluded.fields, evidence = excluded.evidence, blocks = excluded.blocks,
       as_of = excluded.as_of, pass_id = excluded.pass_id, removed_at = NULL`,
    [JSON.stringify(rows.map(({ before: _, registrations: __, ...row }) => row)), page.upstream, page.stream, page.asOf, page.passId],
  );
  return rows.map(({ id, staff_id, keys, registrations, evidence, before }) => {
    const isChanged = !before?.evidence || !isSame(before.evidence, evidence);
    const isOther = !before?.stands || before.keys.join('\n') !== keys.join('\n') || inWords(before.registrations ?? []) !== inWords(registrations);
    return { id, staffId: staff_id, isNew: before === undefined, isChanged, isOther, before: isChanged ? (before?.evidence ?? null) : null };
  });
}

/** The database gives an object's keys in an order of its own. */
function isSame(left: Evidence, right: Evidence): boolean {
  return (Object.keys(right) as (keyof Evidence)[]).every((key) => JSON.stringify(left[key]) === JSON.stringify(right[key]));
}

interface OlderRow {
  readonly id: string;
  readonly keys: readonly string[];
  readonly fields: {
    readonly given_name?: string;
    readonly family_name?: string;
    readonly work_email?: string;
    readonly registrations?: Canonical['staffMember']['registrations'];
  };
}

/** Records that were kept before there was anything to weigh, made ready to be weighed. */
async function weighOlder(tx: Sql): Promise<readonly string[]> {
  const rows = await tx.query<OlderRow>('SELECT id, keys, fields FROM workforce.source_record WHERE evidence IS NULL', []);
  if (rows.length === 0) return [];
  const ready = rows.map(({ id, keys, fields }) => {
    const evidence = evidenceOf({
      keys: [...keys],
      givenName: fields.given_name ?? '',
      familyName: fields.family_name ?? '',
      workEmail: fields.work_email ?? null,
      registrations: fields.registrations ?? [],
      skills: [],
    });
    return { id, evidence, blocks: blockHashes(evidence) };
  });
  await tx.query(
    `UPDATE workforce.source_record t SET evidence = r.evidence, blocks = r.blocks
     FROM json_to_recordset($1::json) AS r (id uuid, evidence jsonb, blocks bigint[]) WHERE t.id = r.id`,
    [JSON.stringify(ready)],
  );
  return rows.map(({ id }) => id);
}
