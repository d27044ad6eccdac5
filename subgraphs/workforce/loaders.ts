/** Every read of the workforce subgraph, batched. */
import DataLoader from 'dataloader';
import type { Database } from '../../platform/db.ts';
import { byKey, listByKey } from '../../platform/graphql/batch.ts';
import { createLister } from '../../platform/graphql/lister.ts';
import { createReadings, type FieldRecord, fieldRecordColumns } from '../../platform/graphql/provenance.ts';
import { createOrganisationReferences } from '../../platform/organisation-directory.ts';
import { createStaffDirectory } from '../../platform/staff-directory.ts';
import type { Score } from '../../schema/domain/identity/score.ts';

export function createLoaders(database: Database) {
  const { prisma } = database;
  const live = { removedAt: null };
  const ofStaff = (ids: readonly string[]) => ({ staffId: { in: [...ids] }, ...live });
  return {
    lister: createLister(database),
    organisations: createOrganisationReferences(database),
    staffMember: byKey(
      (ids) => prisma.staffMember.findMany({ where: { id: { in: [...ids] }, ...live } }),
      (row) => row.id,
    ),
    staffFacts: createStaffDirectory(database),
    registrationsOf: listByKey(
      (ids) => prisma.registration.findMany({ where: { staffId: { in: [...ids] } }, orderBy: [{ regulator: 'asc' }, { number: 'asc' }] }),
      (row) => row.staffId,
    ),
    engagementsOf: listByKey(
      (ids) => prisma.engagement.findMany({ where: ofStaff(ids), orderBy: [{ startsOn: { sort: 'desc', nulls: 'last' } }, { id: 'asc' }] }),
      (row) => row.staffId,
    ),
    credentialsOf: listByKey(
      (ids) => prisma.credential.findMany({ where: ofStaff(ids), orderBy: [{ kind: 'asc' }, { id: 'asc' }] }),
      (row) => row.staffId,
    ),
    bankMembershipsOf: listByKey(
      (ids) => prisma.bankMembership.findMany({ where: ofStaff(ids), orderBy: [{ bankCode: 'asc' }, { id: 'asc' }] }),
      (row) => row.staffId,
    ),
    leave: byKey(
      (ids) => prisma.leave.findMany({ where: { id: { in: [...ids] }, ...live } }),
      (row) => row.id,
    ),
    leaveOf: listByKey(
      (ids) => prisma.leave.findMany({ where: ofStaff(ids), orderBy: [{ startsAt: 'asc' }, { id: 'asc' }] }),
      (row) => row.staffId,
    ),
    staffRecords: listByKey(
      (ids) =>
        database.query<FieldRecord>(
          `SELECT c.staff_id AS key, ${fieldRecordColumns('staffMember')} FROM workforce.source_record c
           WHERE c.staff_id = ANY($1::uuid[]) AND c.removed_at IS NULL`,
          [ids],
        ),
      (row) => row.key,
    ),
    staffReadings: createReadings(database, 'staffMember'),
    engagementReadings: createReadings(database, 'engagement'),
    organisationsOfUpstream: listByKey(
      (upstreams) =>
        database.query<{ upstream: string; code: string }>(
          'SELECT DISTINCT upstream, organisation_code AS code FROM platform.upstream_freshness WHERE upstream = ANY($1::text[])',
          [upstreams],
        ),
      (row) => row.upstream,
    ),
    recordsOf: listByKey(
      (ids) =>
        database.query<IdentityRecordRow>(
          `SELECT ${IDENTITY_RECORD} FROM workforce.source_record c WHERE c.staff_id = ANY($1::uuid[]) ORDER BY c.removed_at IS NOT NULL, c.as_of DESC, c.id`,
          [ids],
        ),
      (row) => row.staffId,
    ),
    record: byKey(
      (ids) => database.query<IdentityRecordRow>(`SELECT ${IDENTITY_RECORD} FROM workforce.source_record c WHERE c.id = ANY($1::uuid[])`, [ids]),
      (row) => row.id,
    ),
    pairsWithin: listByKey(
      (ids) =>
        database.query<PairRow & { staffId: string }>(
          `SELECT a.staff_id AS "staffId", ${PAIR} FROM workforce.source_record a
           JOIN workforce.identity_pair p ON p.a_id = a.id JOIN workforce.source_record b ON b.id = p.b_id AND b.staff_id = a.staff_id
           WHERE a.staff_id = ANY($1::uuid[]) ORDER BY p.certain DESC, p.bits DESC, p.a_id, p.b_id`,
          [ids],
        ),
      (row) => row.staffId,
    ),
    pair: byKey(
      (keys: readonly PairKey[]) =>
        database.query<PairRow & { key: PairKey }>(
          `SELECT k.key, ${PAIR} FROM unnest($1::text[]) AS k (key)
           JOIN workforce.identity_pair p ON p.a_id = split_part(k.key, ' ', 1)::uuid AND p.b_id = split_part(k.key, ' ', 2)::uuid`,
          [keys],
        ),
      (row) => row.key,
    ),
    review: byKey(
      (ids) => database.query<ReviewRow>(`SELECT ${REVIEW} WHERE r.id = ANY($1::uuid[])`, [ids]),
      (row) => row.id,
    ),
    knownThrough: knownThrough(database),
    contractedOn: listByKey(
      (keys: readonly ContractedKey[]) => readContracted(database, keys),
      (row) => row.key,
    ),
  };
}
const IDENTITY_RECORD = `c.id, c.staff_id AS "staffId", c.source, c.source_ref AS "sourceRef", c.as_of AS "asOf", c.removed_at IS NOT NULL AS removed,
  c.fields ->> 'given_name' AS "givenName", c.fields ->> 'family_name' AS "familyName"`;

/** A record of a person, as far as it is shown. */
export interface IdentityRecordRow {
  readonly id: string;
  readonly staffId: string;
  readonly source: string;
  readonly sourceRef: string;
  readonly asOf: Date;
  readonly removed: boolean;
  readonly givenName: string | null;
  readonly familyName: string | null;
}

/** `<record> <record>`, the lesser first. */
export type PairKey = `${string} ${string}`;

const PAIR = 'p.a_id AS "aId", p.b_id AS "bId", p.verdict, p.bits, p.certain, p.bar, p.levels';

export interface PairRow extends Score {
  readonly aId: string;
  readonly bId: string;
}

const REVIEW = `r.id, r.a_id AS "aId", r.b_id AS "bId", r.state, r.opened_at AS "openedAt", r.closed_at AS "closedAt", a.staff_id AS "aStaffId", b.staff_id AS "bStaffId"
  FROM workforce.identity_review r JOIN workforce.source_record a ON a.id = r.a_id JOIN workforce.source_record b ON b.id = r.b_id`;

export interface ReviewRow {
  readonly id: string;
  readonly aId: string;
  readonly bId: string;
  readonly state: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly aStaffId: string;
  readonly bStaffId: string;
}

/** For each upstream that holds a person, the organisations that it is of. */
function knownThrough(database: Database): DataLoader<string, readonly (readonly string[])[]> {
  const rows = listByKey(
    (ids: readonly string[]) =>
      database.query<{ staffId: string; codes: readonly string[] }>(
        `SELECT c.staff_id AS "staffId", array_agg(DISTINCT f.organisation_code) AS codes
         FROM workforce.source_record c JOIN platform.upstream_freshness f ON f.upstream = c.source
         WHERE c.staff_id = ANY($1::uuid[]) GROUP BY c.staff_id, c.source`,
        [ids],
      ),
    (row) => row.staffId,
  );
  return new DataLoader(async (ids) => (await Promise.all(ids.map((id) => rows.load(id)))).map((list) => list.map(({ codes }) => codes)));
}

export type Loaders = ReturnType<typeof createLoaders>;

/** `<ods code>@<day>`: contracted hours of a practice on a day. */
export type ContractedKey = `${string}@${string}`;

export interface ContractedRow {
  readonly key: ContractedKey;
  readonly role: string;
  readonly staffId: string;
  readonly minutesPerWeek: number;
}

function readContracted(database: Database, keys: readonly ContractedKey[]): Promise<ContractedRow[]> {
  return database.query<ContractedRow>(
    `SELECT k.key, e.role, e.staff_id AS "staffId", e.contracted_minutes_per_week AS "minutesPerWeek"
     FROM unnest($1::text[]) AS k(key)
     JOIN workforce.engagement e ON e.organisation_code = split_part(k.key, '@', 1)
     WHERE e.removed_at IS NULL AND e.staff_id IS NOT NULL AND e.contracted_minutes_per_week IS NOT NULL
       AND (e.starts_on IS NULL OR e.starts_on <= split_part(k.key, '@', 2)::date)
       AND (e.ends_on IS NULL OR e.ends_on > split_part(k.key, '@', 2)::date)`,
    [keys],
  );
}
