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
  /** The rows of two people, whose ids are `$1::uuid[]`. */
  readonly scope: string;
}

const byStaff = 't.staff_id = ANY($1::uuid[])';

/** In an order in which rows may be written: what a trigger writes comes last. */
const TABLES: readonly TableDeclaration[] = [
  { table: 'workforce.staff_member', key: ['id'], scope: 't.id = ANY($1::uuid[])' },
  {
    table: 'workforce.staff_key',
    key: ['key'],
    scope: `(${byStaff} OR t.key IN (SELECT unnest(c.keys) FROM workforce.source_record c WHERE c.staff_id = ANY($1::uuid[])))`,
  },
  { table: 'workforce.registration', key: ['id'], scope: byStaff },
  { table: 'workforce.engagement', key: ['id'], scope: byStaff },
  { table: 'workforce.credential', key: ['id'], scope: byStaff },
  { table: 'workforce.bank_membership', key: ['id'], scope: byStaff },
  { table: 'workforce.leave', key: ['id'], scope: byStaff },
  { table: 'rota.booking', key: ['id'], scope: byStaff },
  { table: 'rota.calendar_feed', key: ['id'], scope: byStaff },
  { table: 'rota.former_booking', key: ['shift_id', 'staff_id'], scope: byStaff },
];

/** Table → key of a row → the row as JSON text; PostgreSQL writes equal rows as equal texts. */
export type Images = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Table → key → as it was and as it became; null where there was no such row. */
export type Changes = Readonly<Record<string, Readonly<Record<string, readonly [before: string | null, after: string | null]>>>>;

export async function takeImages(tx: Sql, staffIds: readonly string[]): Promise<Images> {
  const images = new Map<string, ReadonlyMap<string, string>>();
  for (const { table, key, scope } of TABLES) {
    const rows = await tx.query<{ key: string; image: string }>(
      `SELECT concat_ws(' ', ${key.map((column) => `t.${column}`).join(', ')}) AS key, to_jsonb(t)::text AS image FROM ${table} t WHERE ${scope}`,
      [staffIds],
    );
    images.set(table, new Map(rows.map((row) => [row.key, row.image])));
  }
  return images;
}

export function changesBetween(before: Images, after: Images): Changes {
  return Object.fromEntries(
    TABLES.map(({ table }) => {
      const [was, became] = [before.get(table) ?? new Map(), after.get(table) ?? new Map()];
      const keys = [...new Set([...was.keys(), ...became.keys()])].filter((key) => was.get(key) !== became.get(key)).sort();
      return [table, Object.fromEntries(keys.map((key) => [key, [was.get(key) ?? null, became.get(key) ?? null] as const]))];
    }),
  );
}

/** Puts back what is, in `now`, still as it became. */
export async function putBack(tx: Sql, changes: Changes, now: Images): Promise<void> {
  for (const declaration of TABLES) {
    const kept = Object.entries(changes[declaration.table] ?? {}).filter(([key, [, after]]) => (now.get(declaration.table)?.get(key) ?? null) === after);
    await write(
      tx,
      declaration,
      kept.map(([key, [before]]) => ({ key, image: before })),
    );
  }
}

/** What triggers wrote while rows were put back is no news of anybody's: these rows are made as given. */
export async function correctFormerBookings(tx: Sql, staffIds: readonly string[], changes: Changes, now: Images): Promise<void> {
  const declaration = TABLES.find(({ table }) => table === 'rota.former_booking');
  if (!declaration) return;
  const wanted = new Map(now.get(declaration.table) ?? []);
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

async function write(tx: Sql, { table, key }: TableDeclaration, rows: readonly { readonly key: string; readonly image: string | null }[]): Promise<void> {
  if (rows.length === 0) return;
  const named = `concat_ws(' ', ${key.map((column) => `t.${column}`).join(', ')})`;
  await tx.query(`DELETE FROM ${table} t WHERE ${named} = ANY($1::text[]) AND NOT (${named} = ANY($2::text[]))`, [
    rows.map((row) => row.key),
    rows.filter(({ image }) => image !== null).map((row) => row.key),
  ]);
  const images = rows.flatMap(({ image }) => image ?? []);
  if (images.length === 0) return;
  const columns = Object.keys(JSON.parse(images[0] ?? '{}'));
  await tx.query(
    `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)
     ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [`[${images.join(',')}]`],
  );
}
