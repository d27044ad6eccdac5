/** Every read of the practices subgraph, batched. */

import type { Database } from '../../platform/db.ts';
import { byKey, listByKey } from '../../platform/graphql/batch.ts';
import { createLister } from '../../platform/graphql/lister.ts';
import { createReadings, type FieldRecord, fieldRecordColumns } from '../../platform/graphql/provenance.ts';
import { RequestError } from '../../schema/domain/errors.ts';
import type { PcnMembership, Prisma } from '../../schema/prisma/generated/client.ts';
import { createSourceLoaders } from './sources.ts';

export interface PatientsOfAgeRow {
  /** `<practice> <day>` */
  readonly count: string;
  readonly sex: string;
  readonly ageFrom: number;
  readonly ageBelow: number | null;
  readonly patients: number;
  readonly source: string;
  readonly sourceRef: string;
  readonly asOf: Date;
}

export interface PublishedRoleRow {
  /** `<network> <day>`, or `<network> ` for the newest. */
  readonly key: string;
  readonly countedOn: string;
  readonly staffGroup: string;
  readonly role: string;
  readonly detailedRole: string;
  readonly jobRole: string | null;
  readonly byServiceContract: boolean;
  readonly fte: number;
  readonly source: string;
  readonly sourceRef: string;
  readonly asOf: Date;
}

/** Each count by age is 40 rows: more than the cost of a list that has no page size assumes. */
const MAX_COUNTS_BY_AGE = 500;

function refuseManyCounts(counts: readonly string[]): void {
  if (counts.length <= MAX_COUNTS_BY_AGE) return;
  throw new RequestError(
    'QUERY_TOO_LARGE',
    `byAge: expected at most ${MAX_COUNTS_BY_AGE} counts in one query, got ${counts.length}. Ask for fewer practices, or for less time by "from" and "to".`,
  );
}

export function createLoaders(database: Database) {
  const { prisma } = database;
  const live = { removedAt: null };
  return {
    lister: createLister(database),
    practice: byKey(
      (codes) => prisma.practice.findMany({ where: { odsCode: { in: [...codes] }, ...live } }),
      (row) => row.odsCode,
    ),
    pcn: byKey(
      (codes) => prisma.pcn.findMany({ where: { odsCode: { in: [...codes] }, ...live } }),
      (row) => row.odsCode,
    ),
    icb: byKey(
      (codes) => prisma.icb.findMany({ where: { code: { in: [...codes] }, ...live } }),
      (row) => row.code,
    ),
    allIcbs: () => prisma.icb.findMany({ where: live, orderBy: [{ name: 'asc' }, { code: 'asc' }] }),
    subIcbLocation: byKey(
      (codes) => prisma.subIcbLocation.findMany({ where: { code: { in: [...codes] }, ...live } }),
      (row) => row.code,
    ),
    subIcbLocationsOfIcb: listByKey(
      (codes) => prisma.subIcbLocation.findMany({ where: { icbCode: { in: [...codes] }, ...live }, orderBy: [{ name: 'asc' }, { code: 'asc' }] }),
      (row) => row.icbCode,
    ),
    siteByCode: byKey(
      (codes) => prisma.site.findMany({ where: { code: { in: [...codes] }, ...live } }),
      (row) => row.code,
    ),
    siteById: byKey(
      (ids) => prisma.site.findMany({ where: { id: { in: [...ids] }, ...live } }),
      (row) => row.id,
    ),
    sitesOf: listByKey(
      (codes) => prisma.site.findMany({ where: { organisationCode: { in: [...codes] }, ...live }, orderBy: [{ name: 'asc' }, { code: 'asc' }] }),
      (row) => row.organisationCode,
    ),
    membershipsOfPractice: listByKey(
      async (codes) => toldOnce(await prisma.pcnMembership.findMany({ where: { practiceOdsCode: { in: [...codes] }, ...live }, orderBy: NEWEST_FIRST })),
      (row) => row.practiceOdsCode,
    ),
    membershipsOfPcn: listByKey(
      async (codes) => toldOnce(await prisma.pcnMembership.findMany({ where: { pcnOdsCode: { in: [...codes] }, ...live }, orderBy: NEWEST_FIRST })),
      (row) => row.pcnOdsCode,
    ),
    currentPcnOf: byKey(
      (codes) =>
        database.query<{ practice: string; pcn: string }>(
          'SELECT practice_ods_code AS practice, pcn_ods_code AS pcn FROM practices.current_membership WHERE practice_ods_code = ANY($1::text[])',
          [codes],
        ),
      (row) => row.practice,
    ),
    currentPracticesOf: listByKey(
      (codes) =>
        database.query<{ pcn: string; practice: string }>(
          `SELECT m.pcn_ods_code AS pcn, p.ods_code AS practice FROM practices.current_membership m
           JOIN practices.practice p ON p.ods_code = m.practice_ods_code
           WHERE m.pcn_ods_code = ANY($1::text[]) AND p.removed_at IS NULL ORDER BY p.name, p.ods_code`,
          [codes],
        ),
      (row) => row.pcn,
    ),
    icbsOfPcn: listByKey(
      (codes) =>
        database.query<{ pcn: string; icb: string }>(
          `SELECT DISTINCT m.pcn_ods_code AS pcn, p.icb_code AS icb FROM practices.current_membership m
           JOIN practices.practice p ON p.ods_code = m.practice_ods_code
           WHERE m.pcn_ods_code = ANY($1::text[]) AND p.icb_code IS NOT NULL AND p.removed_at IS NULL ORDER BY 2`,
          [codes],
        ),
      (row) => row.pcn,
    ),
    patientsOf: listByKey(
      (codes) => prisma.registeredPatients.findMany({ where: { practiceOdsCode: { in: [...codes] }, ...live }, orderBy: { countedOn: 'desc' } }),
      (row) => row.practiceOdsCode,
    ),
    patientsByAgeOf: listByKey(
      async (counts) => {
        refuseManyCounts(counts);
        return database.query<PatientsOfAgeRow>(
          `SELECT DISTINCT ON (r.practice_ods_code, r.counted_on, r.age_from, r.sex) k.key AS count, r.sex, r.age_from AS "ageFrom", r.age_below AS "ageBelow",
             r.patients, r.source, r.source_ref AS "sourceRef", r.as_of AS "asOf"
           FROM unnest($1::text[]) AS k(key)
           JOIN practices.registered_patients_by_age r
             ON r.practice_ods_code = split_part(k.key, ' ', 1) AND r.counted_on = split_part(k.key, ' ', 2)::date AND r.removed_at IS NULL
           ORDER BY r.practice_ods_code, r.counted_on, r.age_from, r.sex, r.as_of DESC, r.source`,
          [counts],
        );
      },
      (row) => row.count,
    ),
    patientsWithin: byKey(
      (codes) =>
        database.query<{ ancestor: string; patients: number }>(
          `SELECT w.ancestor, sum(r.patients) AS patients FROM practices.organisation_within w
           JOIN practices.practice p ON p.ods_code = w.organisation_code AND p.removed_at IS NULL AND p.status IS DISTINCT FROM 'CLOSED'
           JOIN LATERAL (SELECT patients FROM practices.registered_patients r
                         WHERE r.practice_ods_code = w.organisation_code ORDER BY counted_on DESC LIMIT 1) r ON true
           WHERE w.ancestor = ANY($1::text[]) GROUP BY w.ancestor`,
          [codes],
        ),
      (row) => row.ancestor,
    ),
    workforceOf: listByKey(
      (wanted) =>
        database.query<PublishedRoleRow>(
          `SELECT k.key, w.counted_on::text AS "countedOn", w.staff_group AS "staffGroup", w.role, w.detailed_role AS "detailedRole", w.job_role AS "jobRole",
             w.by_service_contract AS "byServiceContract", w.fte, w.source, w.source_ref AS "sourceRef", w.as_of AS "asOf"
           FROM unnest($1::text[]) AS k(key)
           CROSS JOIN LATERAL (SELECT split_part(k.key, ' ', 1) AS pcn, NULLIF(split_part(k.key, ' ', 2), '')::date AS counted_on) a
           JOIN practices.published_workforce w ON w.pcn_ods_code = a.pcn AND w.removed_at IS NULL AND w.counted_on = COALESCE(
             a.counted_on, (SELECT max(n.counted_on) FROM practices.published_workforce n WHERE n.pcn_ods_code = a.pcn AND n.removed_at IS NULL))
           ORDER BY k.key, w.as_of DESC, w.source, w.fte DESC, w.source_ref`,
          [wanted],
        ),
      (row) => row.key,
    ),
    bankHolidaysOf: listByKey(
      (divisions) => prisma.bankHoliday.findMany({ where: { division: { in: [...divisions] }, ...live }, orderBy: { day: 'asc' } }),
      (row) => row.division,
    ),
    practiceRecords: listByKey(
      (codes) =>
        database.query<FieldRecord>(
          `SELECT c.key, ${fieldRecordColumns('practice')} FROM practices.source_record c
           WHERE c.entity = 'practice' AND c.key = ANY($1::text[]) AND c.removed_at IS NULL`,
          [codes],
        ),
      (row) => row.key,
    ),
    practiceReadings: createReadings(database, 'practice'),
    ...createSourceLoaders(database),
  };
}
export type Loaders = ReturnType<typeof createLoaders>;

/** Memberships that last, then those that ended last. */
const NEWEST_FIRST = [
  { endsOn: { sort: 'desc', nulls: 'first' } },
  { startsOn: { sort: 'desc', nulls: 'last' } },
  { asOf: 'desc' },
] satisfies Prisma.PcnMembershipOrderByWithRelationInput[];

/**
 * Without the memberships that only say "now", where another source says since when the same practice is in the same
 * network.
 */
function toldOnce(memberships: readonly PcnMembership[]): readonly PcnMembership[] {
  const place = ({ practiceOdsCode, pcnOdsCode }: PcnMembership) => `${practiceOdsCode} ${pcnOdsCode}`;
  const dated = new Set(memberships.filter(({ startsOn, endsOn }) => startsOn !== null && endsOn === null).map(place));
  return memberships.filter((membership) => membership.startsOn !== null || membership.endsOn !== null || !dated.has(place(membership)));
}
