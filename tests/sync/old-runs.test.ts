/** What is kept of passes that are over, and what is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import { RUNS_KEPT_DAYS } from '../../sync/old-runs.ts';
import { openTestDatabase } from '../support/database.ts';
import { type FakeStream, NOW, record, shiftRecords, upstreamOf } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness } from './harness.ts';

const DAY_MINUTES = 24 * 60;

describe('passes that are over', () => {
  let database: Database;
  let harness: Harness;
  beforeAll(async () => {
    database = await openTestDatabase();
    harness = createHarness(database);
  });
  afterAll(() => database.close());
  beforeEach(() => emptyTables(database));

  const shifts = (stream: Partial<FakeStream>) => upstreamOf('rota', [{ name: 'shifts', entity: 'shift', removals: 'never', ...stream }]);
  const runs = () => harness.rows('SELECT id FROM platform.sync_run');

  it('are kept for a week, and longer where a row names them', async () => {
    const [first, ...others] = shiftRecords(3);
    if (!first) throw new Error('no record');
    await harness.syncOne(shifts({ records: () => [first] }));
    for (let day = 1; day <= 20; day += 1) {
      await harness.syncOne(shifts({ records: () => others }), { minutesLater: day * DAY_MINUTES });
      await harness.syncOne(shifts({ records: () => others }), { minutesLater: day * DAY_MINUTES + 60 });
    }
    // The first, those of this day, and those of the days before it that are kept: all but what was over at that time of day.
    expect(await runs()).toHaveLength(1 + 2 * (RUNS_KEPT_DAYS + 1));
    expect(await harness.standing('rota.shift')).toHaveLength(3);
    const [row] = await harness.rows<{ stream: string }>(
      'SELECT r.stream FROM rota.shift s JOIN platform.sync_run r ON r.id = s.pass_id WHERE s.source_ref = $1',
      [first.ref],
    );
    expect(row).toEqual({ stream: 'shifts' });
  });

  it('that broke off leave in quarantine what the last of them met, and do not add to it each time', async () => {
    const breaksOff: FakeStream['pages'] = async function* () {
      yield { records: [...shiftRecords(2), record('bad', { role: 'UNKNOWN' })], cursor: null, asOf: NOW };
      throw new UpstreamUnavailableError('rota.example.nhs.invalid cannot answer now (503).');
    };
    for (let time = 0; time < 5; time += 1) await harness.syncOne(shifts({ pages: breaksOff }), { minutesLater: time * 15 });
    const lines = await harness.rows<{ run_id: number }>('SELECT run_id FROM platform.quarantine');
    const [last] = await harness.rows<{ id: number }>('SELECT max(id) AS id FROM platform.sync_run');
    expect(lines.map(({ run_id }) => run_id)).toContain(last?.id);
    expect(lines.length).toBeLessThanOrEqual(2);
  });
});
