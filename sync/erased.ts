/**
 * People who were erased on request stay so, though an upstream goes on sending their records.
 *
 * What is remembered of them are keyed hashes, with the key outside the database: of their keys, of their records'
 * references and of the parts of their names. Nobody can turn one back, and which of them belong together is not kept.
 */
import { createHmac } from 'node:crypto';
import type { Sql } from '../platform/db.ts';
import type { Canonical, EntityName } from '../schema/domain/canonical.ts';
import { ConfigError } from '../schema/domain/errors.ts';
import { registrationOf } from '../schema/domain/identity/evidence.ts';
import { ERASED_KEY } from '../schema/domain/leaver.ts';
import type { KeptRecord, QuarantinedRecord, SortedPage } from './read-page.ts';

/** The reason to skip a record of somebody who was erased. */
export const ERASED = 'of a person who was erased';

/** Hashed along with the first person, so that another secret is noticed and does not let them all come back. */
const CHECK = 'check';

export type HashOf = (text: string) => string;

export function hashWith(secret: string): HashOf {
  return (text) => createHmac('sha256', secret).update(text).digest('base64url');
}

/** What is hashed of a person. One spelling for the writer and the reader. */
export const marks = {
  check: CHECK,
  key: (key: string): string => `key ${key}`,
  ref: (upstream: string, entity: EntityName, ref: string): string => `ref ${upstream} ${entity} ${ref}`,
  givenName: (name: string): string => `given ${name.normalize('NFKC').toLowerCase()}`,
  familyName: (name: string): string => `family ${name.normalize('NFKC').toLowerCase()}`,
} as const;

/** Who was erased, as far as a record can be asked. */
export interface ErasedPeople {
  has(mark: string): boolean;
  /** How many hashes there are: none is ever taken away, so more are news. */
  readonly size: number;
}

/**
 * Null while nobody was.
 *
 * @throws ConfigError when somebody was and the secret is missing or another: without it they would all come back.
 */
export async function loadErased(sql: Sql, secret: string | null): Promise<ErasedPeople | null> {
  const rows = await sql.query<{ hash: string }>('SELECT hash FROM platform.erased_key');
  if (rows.length === 0) return null;
  const hashes = new Set(rows.map(({ hash }) => hash));
  const problem = secret === null ? 'missing from the environment' : hashes.has(hashWith(secret)(marks.check)) ? null : 'another than people were erased with';
  if (secret === null || problem !== null) {
    throw new ConfigError([`ERASURE_SECRET: ${problem}. Nothing is read without it: people who were erased would come back.`]);
  }
  const hashOf = hashWith(secret);
  return { has: (mark) => hashes.has(hashOf(mark)), size: hashes.size };
}

/** Who was erased, when somebody was since `known` was loaded; null when nobody was. @throws ConfigError as above. */
export async function loadErasedSince(sql: Sql, known: ErasedPeople | null, secret: string | null): Promise<ErasedPeople | null> {
  const [counted] = await sql.query<{ size: number }>('SELECT count(*) AS size FROM platform.erased_key');
  return (counted?.size ?? 0) > (known?.size ?? 0) ? loadErased(sql, secret) : null;
}

interface StreamOf {
  readonly upstream: string;
  readonly entity: EntityName;
}

/**
 * The page without people who were erased: their records are skipped, and their shifts kept as filled by nobody who can
 * be told. Nothing of either is kept raw.
 */
export async function withoutErased(sql: Sql, erased: ErasedPeople, of: StreamOf, page: SortedPage): Promise<SortedPage> {
  const held = await heldKeys(sql, page.kept.map(({ value }) => keyOf(value)).filter((key) => key !== null && erased.has(marks.key(key))) as string[]);
  const kept: KeptRecord[] = [];
  const unwanted = [...page.unwanted];
  for (const record of page.kept) {
    if (!isOfErased(erased, of, record, held)) kept.push(record);
    else if (of.entity === 'shift') kept.push(asFilledByErased(record));
    else unwanted.push(record.ref);
  }
  const skipped = page.kept.length - kept.length;
  return {
    ...page,
    kept,
    unwanted,
    skipped: skipped === 0 ? page.skipped : { ...page.skipped, [ERASED]: (page.skipped[ERASED] ?? 0) + skipped },
    quarantined: page.quarantined.map((record) => withoutRawIfErased(erased, of, record)),
  };
}

/** What a shift of somebody who was erased is kept as. */
function asFilledByErased({ raw: _, ...record }: KeptRecord): KeptRecord {
  return { ...record, value: { ...(record.value as Canonical['shift']), staffKey: ERASED_KEY } };
}

function withoutRawIfErased(erased: ErasedPeople, { upstream, entity }: StreamOf, record: QuarantinedRecord): QuarantinedRecord {
  if (record.ref === null || !erased.has(marks.ref(upstream, entity, record.ref))) return record;
  const { raw: _, ...rest } = record;
  return rest;
}

/**
 * A record of a person is of one who was erased when it has their register number; or one of their keys or references and
 * a part of their name. Either of the two alone is not enough: payroll numbers and addresses are handed on. Any other
 * record goes by its key, unless somebody else holds that now.
 */
function isOfErased(erased: ErasedPeople, { upstream, entity }: StreamOf, { ref, value }: KeptRecord, held: ReadonlySet<string>): boolean {
  if (entity !== 'staffMember') {
    const key = keyOf(value);
    return key !== null && erased.has(marks.key(key)) && !held.has(key);
  }
  const { keys, registrations, givenName, familyName } = value as Canonical['staffMember'];
  if (registrations.some((registration) => registrationKeys(registration).some((key) => erased.has(marks.key(key))))) return true;
  const isKnown = erased.has(marks.ref(upstream, entity, ref)) || keys.some((key) => erased.has(marks.key(key)));
  return isKnown && (erased.has(marks.givenName(givenName)) || erased.has(marks.familyName(familyName)));
}

/** The key that a registration makes, as it is written and as numbers are compared: some files pad the digits of a HCPC number. */
export function registrationKeys({ regulator, number }: Canonical['staffMember']['registrations'][number]): readonly string[] {
  return [`${regulator}:${number}`, registrationOf(regulator, number) ?? ''].filter((key) => key !== '').map((key) => key.toLowerCase());
}

function keyOf(value: Canonical[EntityName]): string | null {
  return 'staffKey' in value ? value.staffKey : null;
}

async function heldKeys(sql: Sql, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await sql.query<{ key: string }>('SELECT key FROM workforce.staff_key WHERE key = ANY($1::text[])', [keys]);
  return new Set(rows.map(({ key }) => key));
}
