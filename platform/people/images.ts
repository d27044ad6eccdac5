/**
 * Rows as they were and as they became: what makes a join reversible byte for byte.
 *
 * An image is a whole row. When a join is taken back, a row that is still as the join left it becomes what it was; one
 * that has changed since is left to be made anew from the records.
 */
import type { Sql } from '../db.ts';

interface TableDeclaration {
  readonly table: string;
  readonly key: readonly string[];
  readonly keyType: 'uuid' | 'text';
  /** The column that says whose a row is. */
  readonly owner: 'id' | 'staff_id';
}

/** Written by a trigger whenever a booking changes hands, so put right at the very end. */
const FORMER_BOOKINGS = 'rota.former_booking';

/** In an order in which rows may be written. */
const TABLES: readonly TableDeclaration[] = [
  { table: 'workforce.staff_member', key: ['id'], keyType: 'uuid', owner: 'id' },
  { table: 'workforce.staff_key', key: ['key'], keyType: 'text', owner: 'staff_id' },
  { table: 'workforce.registration', key: ['id'], keyType: 'uuid', owner: 'staff_id' },
  { table: 'workforce.engagement', key: ['id'], keyType: 'uuid', owner: 'staff_id' },
  { table: 'workforce.credential', key: ['id'], keyType: 'uuid', owner: 'staff_id' },
  { table: 'workforce.bank_membership', key: ['id'], keyType: 'uuid', owner: 'staff_id' },
  { table: 'workforce.leave', key: ['id'], keyType: 'uuid', owner: 'staff_id' },
  { table: 'rota.booking', key: ['id'], keyType: 'uuid', owner: 'staff_id' },
  { table: 'rota.calendar_feed', key: ['id'], keyType: 'uuid', owner: 'staff_id' },
  { table: FORMER_BOOKINGS, key: ['shift_id', 'staff_id'], keyType: 'uuid', owner: 'staff_id' },
];

/** Table → key of a row → the row as JSON text; PostgreSQL writes equal rows as equal texts. */
export interface Images {
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Table → person → keys of the person's rows. */
  readonly owned: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
}

/** Table → key → as it was and as it became; null where there was no such row. */
export type Changes = Readonly<Record<string, Readonly<Record<string, readonly [before: string | null, after: string | null]>>>>;

export async function takeImages(tx: Sql, staffIds: readonly string[]): Promise<Images> {
  const rows = new Map<string, ReadonlyMap<string, string>>();
  const owned = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const { table, key, owner } of TABLES) {
    const found = await tx.query<{ key: string; owner: string; image: string }>(
      `SELECT concat_ws(' ', ${key.map((column) => `t.${column}`).join(', ')}) AS key, t.${owner} AS owner, to_jsonb(t)::text AS image
       FROM ${table} t WHERE t.${owner} = ANY($1::uuid[])`,
      [staffIds],
    );
    rows.set(table, new Map(found.map((row) => [row.key, row.image])));
    const keys = new Map<string, string[]>();
    for (const row of found) keys.set(row.owner, [...(keys.get(row.owner) ?? []), row.key]);
    owned.set(table, keys);
  }
  return { rows, owned };
}

/** What changed of these people's rows. */
export function changesBetween(before: Images, after: Images, staffIds: readonly string[]): Changes {
  return Object.fromEntries(
    TABLES.flatMap(({ table }) => {
      const [was, became] = [before.rows.get(table), after.rows.get(table)];
      const keys = [before, after].flatMap(({ owned }) => staffIds.flatMap((staffId) => owned.get(table)?.get(staffId) ?? []));
      const changed = [...new Set(keys)].filter((key) => was?.get(key) !== became?.get(key)).sort();
      if (changed.length === 0) return [];
      return [[table, Object.fromEntries(changed.map((key) => [key, [was?.get(key) ?? null, became?.get(key) ?? null] as const]))]];
    }),
  );
}

/** Changes of several, none of which has a row in common with another. */
export function together(several: readonly Changes[]): Changes {
  return Object.fromEntries(TABLES.map(({ table }) => [table, Object.assign({}, ...several.map((changes) => changes[table] ?? {}))]));
}

/** Puts back what is, in `now`, still as it became. */
export async function putBack(tx: Sql, changes: Changes, now: Images): Promise<void> {
  for (const declaration of TABLES.filter(({ table }) => table !== FORMER_BOOKINGS)) {
    const kept = Object.entries(changes[declaration.table] ?? {}).filter(([key, [, after]]) => (now.rows.get(declaration.table)?.get(key) ?? null) === after);
    await write(
      tx,
      declaration,
      kept.map(([key, [before]]) => ({ key, image: before })),
    );
  }
}

/** What triggers wrote while rows were put back is no news of anybody's: these rows are made as given. */
export async function correctFormerBookings(tx: Sql, staffIds: readonly string[], changes: Changes, now: Images): Promise<void> {
  const declaration = TABLES.find(({ table }) => table === FORMER_BOOKINGS);
  if (!declaration) return;
  const wanted = new Map<string, string>(
    staffIds.flatMap((staffId) =>
      (now.owned.get(declaration.table)?.get(staffId) ?? []).map((key) => [key, now.rows.get(declaration.table)?.get(key) ?? ''] as const),
    ),
  );
  for (const [key, [before, after]] of Object.entries(changes[declaration.table] ?? {})) {
    if ((wanted.get(key) ?? null) !== after) continue;
    if (before === null) wanted.delete(key);
    else wanted.set(key, before);
  }
  await tx.query('DELETE FROM rota.former_booking WHERE staff_id = ANY($1::uuid[])', [staffIds]);
  await write(
    tx,
    declaration,
    [...wanted].map(([key, image]) => ({ key, image })),
  );
}

async function write(
  tx: Sql,
  { table, key, keyType }: TableDeclaration,
  rows: readonly { readonly key: string; readonly image: string | null }[],
): Promise<void> {
  const gone = rows.filter(({ image }) => image === null).map((row) => row.key);
  if (gone.length > 0) await tx.query(`DELETE FROM ${table} t WHERE t.${key[0]} = ANY($1::${keyType}[])`, [gone]);
  const images = rows.flatMap(({ image }) => image ?? []);
  if (images.length === 0) return;
  const columns = Object.keys(JSON.parse(images[0] ?? '{}'));
  await tx.query(
    `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)
     ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [`[${images.join(',')}]`],
  );
}
