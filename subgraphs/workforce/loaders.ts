/** Every read of the workforce subgraph, batched. */
import type { Database } from '../../platform/db.ts';
import { byKey, listByKey } from '../../platform/graphql/batch.ts';
import { createLister } from '../../platform/graphql/lister.ts';
import { createReadings, type FieldRecord, fieldRecordColumns } from '../../platform/graphql/provenance.ts';
import { createOrganisationReferences } from '../../platform/organisation-directory.ts';
import { createStaffDirectory } from '../../platform/staff-directory.ts';

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
    contractedOn: listByKey(
      (keys: readonly ContractedKey[]) => readContracted(database, keys),
      (row) => row.key,
    ),
  };
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
