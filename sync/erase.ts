/** Takes a person out of all that is stored, on their request or once their history has been kept for long enough. */
import type { Database, Sql } from '../platform/db.ts';
import { renderAfterRemoval } from '../platform/people/render.ts';
import type { Canonical, EntityName } from '../schema/domain/canonical.ts';
import { ConfigError } from '../schema/domain/errors.ts';
import { globalId, isUuid, keyOf } from '../schema/domain/id.ts';
import { isSharedKey } from '../schema/domain/identity/evidence.ts';
import { ERASED_KEY } from '../schema/domain/leaver.ts';
import { londonDay } from '../schema/domain/time.ts';
import { type HashOf, hashWith, loadErased, marks, registrationKeys } from './erased.ts';
import { aloneOnUpstream } from './lock.ts';
import { forgetRawRecords } from './raw-records.ts';
import { lockForPage } from './store/entity-store.ts';

/** What there is of a person. */
export interface PersonHeld {
  readonly staffId: string;
  readonly records: number;
  readonly engagements: number;
  readonly credentials: number;
  readonly bankMemberships: number;
  readonly leave: number;
  readonly bookings: number;
  readonly calendarFeeds: number;
  /** Whether they still work for somebody today. */
  readonly stillWorks: boolean;
}

/** The person of a global id, a UUID or a key; null when there is none. */
export async function findPerson(sql: Sql, idOrKey: string): Promise<string | null> {
  const id = keyOf('StaffMember', idOrKey) ?? idOrKey;
  const [row] = isUuid(id)
    ? await sql.query<{ id: string }>('SELECT id FROM workforce.staff_member WHERE id = $1::uuid', [id])
    : await sql.query<{ id: string }>('SELECT staff_id AS id FROM workforce.staff_key WHERE key = $1', [idOrKey.toLowerCase()]);
  return row?.id ?? null;
}

/** The tables that hold a person's rows, and what each holds. */
const PERSONAL: readonly (readonly [table: string, entity: EntityName, counted: keyof PersonHeld])[] = [
  ['workforce.source_record', 'staffMember', 'records'],
  ['workforce.engagement', 'engagement', 'engagements'],
  ['workforce.credential', 'credential', 'credentials'],
  ['workforce.bank_membership', 'bankMembership', 'bankMemberships'],
  ['workforce.leave', 'leave', 'leave'],
];

export async function tellHeld(sql: Sql, staffId: string, now: Date): Promise<PersonHeld> {
  const ids = await allIdsOf(sql, staffId);
  const counts = [...PERSONAL.map(([table, , counted]) => [table, counted]), ['rota.booking', 'bookings'], ['rota.calendar_feed', 'calendarFeeds']];
  const columns = counts.map(([table, counted]) => `(SELECT count(*) FROM ${table} WHERE staff_id = ANY($1::uuid[])) AS "${counted}"`);
  const [row] = await sql.query<Omit<PersonHeld, 'staffId'>>(
    `SELECT ${columns.join(', ')}, EXISTS (
       SELECT FROM workforce.worked_for WHERE staff_id = ANY($1::uuid[]) AND (ends_on IS NULL OR ends_on > $2::date)) AS "stillWorks"`,
    [ids, londonDay(now)],
  );
  if (!row) throw new Error('A count gives a row.');
  return { staffId, ...row };
}

export interface Erasure {
  readonly staffId: string;
  readonly reason: string;
  readonly secret: string;
  readonly now: Date;
}

/**
 * Erases a person, for good. Their shifts stay, as filled by somebody who was erased and in the way in which they were
 * filled, so that hours and rates are as before. False when an upstream that knows them is being read: try again.
 *
 * @throws ConfigError when others were erased with another secret.
 */
export async function erasePerson(database: Database, { staffId, reason, secret, now }: Erasure): Promise<boolean> {
  await loadErased(database, secret);
  const upstreams = [...new Set((await rowsOf(database, await allIdsOf(database, staffId))).map(({ source }) => source))];
  const done = await aloneOnAll(database, upstreams, () =>
    database.transaction(async (tx) => {
      await lockForPage(tx, 'people', 'alone');
      const ids = await allIdsOf(tx, staffId);
      await remember(tx, ids, hashWith(secret));
      await removePeople(tx, ids, now);
      await tx.query('INSERT INTO platform.erasure (staff_id, erased_at, reason) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [staffId, now, reason]);
      await tx.query(`INSERT INTO platform.audit (at, actor, action, subject) VALUES ($1, 'operator', 'erase person', $2)`, [
        now,
        globalId('StaffMember', staffId),
      ]);
      return true;
    }),
  );
  return done ?? false;
}

async function aloneOnAll<Result>(database: Database, [first, ...rest]: readonly string[], work: () => Promise<Result>): Promise<Result | null> {
  return first === undefined ? work() : aloneOnUpstream(database, first, () => aloneOnAll(database, rest, work));
}

/**
 * Theirs, and those of people who turned out to be them: of these no record is left. They may have come by way of
 * somebody else, for whom a record of theirs was taken in between.
 */
async function allIdsOf(sql: Sql, staffId: string): Promise<readonly string[]> {
  const rows = await sql.query<{ id: string }>(
    `WITH RECURSIVE same AS (
       SELECT $1::uuid AS id
       UNION SELECT m.from_staff_id FROM same JOIN workforce.identity_move m
         ON (m.to_staff_id = same.id AND m.undone_at IS NULL) OR m.record_ids && ARRAY(SELECT id FROM workforce.source_record WHERE staff_id = same.id)
       WHERE NOT EXISTS (SELECT FROM workforce.source_record c WHERE c.staff_id = m.from_staff_id)
     ) SELECT id FROM same`,
    [staffId],
  );
  return rows.map(({ id }) => id);
}

interface HeldRow {
  readonly entity: EntityName;
  readonly source: string;
  readonly ref: string;
}

/** Every record that rows of these people were made of, their shifts included. */
async function rowsOf(sql: Sql, ids: readonly string[]): Promise<readonly HeldRow[]> {
  const own = PERSONAL.map(([table, entity]) => `SELECT '${entity}' AS entity, source, source_ref AS ref FROM ${table} WHERE staff_id = ANY($1::uuid[])`);
  return sql.query<HeldRow>(
    `${own.join(' UNION ')}
     UNION SELECT 'shift', s.source, s.source_ref FROM rota.shift s JOIN rota.booking b ON b.shift_id = s.id WHERE b.staff_id = ANY($1::uuid[])
     UNION SELECT 'shift', s.source, s.source_ref FROM rota.shift s JOIN rota.former_booking f ON f.shift_id = s.id WHERE f.staff_id = ANY($1::uuid[])`,
    [ids],
  );
}

interface RecordRow {
  readonly keys: readonly string[];
  readonly fields: {
    readonly given_name?: string;
    readonly family_name?: string;
    readonly registrations?: Canonical['staffMember']['registrations'];
  };
}

/** Keys that others have as well, or that are nobody's own, are left out. */
async function keysOf(tx: Sql, ids: readonly string[], records: readonly RecordRow[]): Promise<readonly string[]> {
  const rows = await tx.query<{ key: string }>(
    `SELECT key FROM workforce.staff_key WHERE staff_id = ANY($1::uuid[])
     UNION ${['workforce.engagement', 'workforce.credential', 'workforce.bank_membership', 'workforce.leave', 'rota.booking']
       .map((table) => `SELECT staff_key FROM ${table} WHERE staff_id = ANY($1::uuid[])`)
       .join(' UNION ')}`,
    [ids],
  );
  const registrations = records.flatMap(({ fields }) => (fields.registrations ?? []).flatMap(registrationKeys));
  const all = [...new Set([...rows.map(({ key }) => key), ...records.flatMap(({ keys }) => keys), ...registrations])];
  const others = await tx.query<{ key: string }>(
    `SELECT key FROM workforce.staff_key WHERE key = ANY($2::text[]) AND NOT staff_id = ANY($1::uuid[])
     UNION SELECT unnest(keys) FROM workforce.source_record WHERE keys && $2::text[] AND NOT staff_id = ANY($1::uuid[]) AND removed_at IS NULL`,
    [ids, all],
  );
  const ofOthers = new Set(others.map(({ key }) => key));
  return all.filter((key) => key !== ERASED_KEY && !isSharedKey(key) && !ofOthers.has(key));
}

async function remember(tx: Sql, ids: readonly string[], hashOf: HashOf): Promise<void> {
  const records = await tx.query<RecordRow>('SELECT keys, fields FROM workforce.source_record WHERE staff_id = ANY($1::uuid[])', [ids]);
  const rows = await rowsOf(tx, ids);
  const remembered = [
    marks.check,
    ...(await keysOf(tx, ids, records)).map(marks.key),
    ...rows.filter(({ entity }) => entity !== 'shift').map(({ source, entity, ref }) => marks.ref(source, entity, ref)),
    ...records.flatMap(({ fields: { given_name: given, family_name: family } }) => [
      ...(given ? [marks.givenName(given)] : []),
      ...(family ? [marks.familyName(family)] : []),
    ]),
  ];
  // Sorted, so that the order in which they are stored does not tell what belongs together.
  const hashes = [...new Set(remembered.map(hashOf))].sort();
  await tx.query('INSERT INTO platform.erased_key (hash) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [hashes]);
}

/** Removes every row about these people. Shifts stay, filled by somebody who was erased. */
export async function removePeople(tx: Sql, ids: readonly string[], now: Date): Promise<void> {
  await forgetRaw(tx, await rowsOf(tx, ids));
  // A join that was made of their records can no longer be taken back: what it would bring back is what is erased.
  await tx.query(FORGET_MOVES, [ids]);
  const heirs = await tx.query<{ staff_id: string }>(HEIRS, [ids]);
  await tx.query('DELETE FROM rota.booking_flag f USING rota.booking b WHERE b.id = f.booking_id AND b.staff_id = ANY($1::uuid[])', [ids]);
  await tx.query('UPDATE rota.booking SET staff_id = NULL, staff_key = $2, fill_source_stated = true, changed_at = $3 WHERE staff_id = ANY($1::uuid[])', [
    ids,
    ERASED_KEY,
    now,
  ]);
  // After the bookings: their trigger has just written who was on them.
  for (const table of ['rota.former_booking', 'rota.calendar_feed', ...PERSONAL.map(([name]) => name)]) {
    await tx.query(`DELETE FROM ${table} WHERE staff_id = ANY($1::uuid[])`, [ids]);
  }
  await tx.query('DELETE FROM workforce.staff_member WHERE id = ANY($1::uuid[])', [ids]);
  if (heirs.length > 0)
    await renderAfterRemoval(
      tx,
      heirs.map(({ staff_id }) => staff_id),
      now,
    );
}

/** Moves of these people, and those of others while a record of these people was taken for them: the images show it. */
const FORGET_MOVES = `
  WITH own AS MATERIALIZED (
    SELECT id, from_staff_id, to_staff_id FROM workforce.identity_move
    WHERE record_ids && ARRAY(SELECT id FROM workforce.source_record WHERE staff_id = ANY($1::uuid[]))
  )
  DELETE FROM workforce.identity_move m WHERE m.from_staff_id = ANY($1::uuid[]) OR m.to_staff_id = ANY($1::uuid[]) OR EXISTS (
    SELECT FROM own WHERE (own.to_staff_id IN (m.from_staff_id, m.to_staff_id) AND own.id <= m.id)
      OR (own.from_staff_id IN (m.from_staff_id, m.to_staff_id) AND own.id >= m.id))`;

/** Others who have a key that means one of these people until now. */
const HEIRS = `
  SELECT DISTINCT c.staff_id FROM workforce.staff_key k JOIN workforce.source_record c ON c.keys @> ARRAY[k.key]
  WHERE k.staff_id = ANY($1::uuid[]) AND NOT c.staff_id = ANY($1::uuid[])`;

async function forgetRaw(tx: Sql, rows: readonly HeldRow[]): Promise<void> {
  for (const [source, ofSource] of Map.groupBy(rows, (row) => row.source)) {
    await forgetRawRecords(
      tx,
      source,
      ofSource.map(({ ref }) => ref),
    );
    const own = ofSource.filter(({ entity }) => entity !== 'shift');
    for (const [entity, ofEntity] of Map.groupBy(own, (row) => row.entity)) {
      const parameters = [source, entity, ofEntity.map(({ ref }) => ref)];
      await tx.query('DELETE FROM platform.quarantine WHERE upstream = $1 AND entity = $2 AND source_ref = ANY($3::text[])', parameters);
      await tx.query(FORGET_REFS, parameters);
    }
  }
}

/** A reference may name a person, and the hash is of what was sent. */
const FORGET_REFS = `
  UPDATE platform.raw_page p SET content_hash = 'erased ' || p.id,
    refs = ARRAY(SELECT CASE WHEN r.ref = ANY($3::text[]) THEN NULL ELSE r.ref END FROM unnest(p.refs) WITH ORDINALITY AS r (ref, at) ORDER BY r.at)
  WHERE p.upstream = $1 AND p.entity = $2 AND p.refs && $3::text[]`;

/** The secret that erasing takes. @throws ConfigError without it. */
export function neededSecret(secret: string | null): string {
  if (secret !== null) return secret;
  throw new ConfigError(['ERASURE_SECRET: missing from the environment. It keeps people who were erased from coming back with the next sync.']);
}
