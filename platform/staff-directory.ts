/** Which organisations a person is known to, from the views that `workforce` and `rota` publish: what access rules ask. */
import type DataLoader from 'dataloader';
import type { Sql } from './db.ts';
import { byKey } from './graphql/batch.ts';

interface StaffFacts {
  readonly staffId: string;
  /** Those that engage the person, have them in their bank, or have them on their rota. */
  readonly organisationCodes: readonly string[];
}

/** Facts by the person's UUID. A UUID that is nobody's belongs to no organisation. */
export function createStaffDirectory(sql: Sql): DataLoader<string, StaffFacts | null> {
  return byKey(
    (ids) =>
      sql.query<StaffFacts>(
        `SELECT k.id AS "staffId", ARRAY(
           SELECT w.organisation_code FROM workforce.works_for w WHERE w.staff_id = k.id::uuid
           UNION SELECT a.organisation_code FROM rota.worked_at a WHERE a.staff_id = k.id::uuid
         ) AS "organisationCodes"
         FROM unnest($1::text[]) AS k(id)`,
        [ids],
      ),
    ({ staffId }) => staffId,
  );
}
