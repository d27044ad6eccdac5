/** Shifts, and with each the booking of the person who works it: one statement a page for both. */
import { ERASED_KEY } from '../../schema/domain/leaver.ts';
import type { KeptRecord } from '../read-page.ts';
import { changedAt, columnsOf, fromExcluded, names, unnested } from './columns.ts';
import { type EntityStore, lockForPage } from './entity-store.ts';
import { pagePlaceholders, parametersOf, REF, recordTable } from './rows.ts';

const COLUMNS = columnsOf({
  organisationCode: 'text',
  siteCode: 'text',
  role: 'text',
  roleAsSent: 'text',
  skillsNeeded: 'text[]',
  deliveryMode: 'text',
  startsAt: 'timestamptz',
  endsAt: 'timestamptz',
  unpaidBreakMinutes: 'integer',
  status: 'text',
});
const BOOKING_COLUMNS = columnsOf({ staffKey: 'text', fillSource: 'text' });
const RECEIVED = [REF, ...COLUMNS, ...BOOKING_COLUMNS];
const [SOURCE, AS_OF, CHANGED_AT, PASS_ID] = pagePlaceholders(RECEIVED);

/** A shift of somebody who was erased stays filled in the way in which it was: there is nobody to derive it from. */
const STILL_ERASED = `(b.staff_key = '${ERASED_KEY}' AND excluded.staff_key = '${ERASED_KEY}')`;

/**
 * A fill source that the record does not state is kept while the same person stays, and is otherwise left to
 * `deriveFillSources` at the end of the run.
 */
const STATEMENT = `
  WITH received AS MATERIALIZED (
    SELECT r.*, k.staff_id FROM ${unnested(RECEIVED)} r LEFT JOIN workforce.staff_key k ON k.key = r.staff_key
  ), stored AS (
    INSERT INTO rota.shift AS t (${names(COLUMNS)}, source, source_ref, as_of, changed_at, pass_id, removed_at)
    SELECT ${names(COLUMNS)}, ${SOURCE}, source_ref, ${AS_OF}, ${CHANGED_AT}, ${PASS_ID}, NULL FROM received
    ON CONFLICT (source, source_ref) DO UPDATE SET
      ${fromExcluded(COLUMNS)}, as_of = excluded.as_of, pass_id = excluded.pass_id, removed_at = NULL, ${changedAt(COLUMNS)}
    RETURNING t.id, t.source_ref
  ), vacated AS (
    DELETE FROM rota.booking b USING stored s, received r
    WHERE r.source_ref = s.source_ref AND r.staff_key IS NULL AND b.shift_id = s.id
  )
  INSERT INTO rota.booking AS b (shift_id, staff_id, staff_key, status, fill_source, fill_source_stated, changed_at)
  SELECT s.id, r.staff_id, r.staff_key, CASE r.status WHEN 'CANCELLED' THEN 'CANCELLED' ELSE 'CONFIRMED' END, r.fill_source, r.fill_source IS NOT NULL, ${CHANGED_AT}
  FROM stored s JOIN received r ON r.source_ref = s.source_ref
  WHERE r.staff_key IS NOT NULL
  ON CONFLICT (shift_id) DO UPDATE SET
    staff_id = excluded.staff_id, staff_key = excluded.staff_key, status = excluded.status,
    fill_source_stated = excluded.fill_source_stated OR ${STILL_ERASED},
    fill_source = CASE
      WHEN excluded.fill_source_stated THEN excluded.fill_source
      WHEN ${STILL_ERASED} THEN b.fill_source
      WHEN NOT b.fill_source_stated AND b.staff_id IS NOT DISTINCT FROM excluded.staff_id THEN b.fill_source
    END,
    changed_at = excluded.changed_at
  WHERE (b.staff_id, b.staff_key, b.status, b.fill_source_stated) IS DISTINCT FROM (excluded.staff_id, excluded.staff_key, excluded.status, excluded.fill_source_stated OR ${STILL_ERASED})
    OR (excluded.fill_source_stated AND b.fill_source IS DISTINCT FROM excluded.fill_source)`;

export const shiftStore: EntityStore<'shift'> = {
  records: recordTable('rota.shift', (from, to) => `t.starts_at >= ${from} AND t.starts_at < ${to}`),
  naturalKey: () => null,
  async store(tx, page, records: readonly KeptRecord<'shift'>[]) {
    await lockForPage(tx, 'people', 'shared');
    await tx.query(STATEMENT, parametersOf(RECEIVED, page, records));
    return [];
  },
  removed: async () => {},
};
