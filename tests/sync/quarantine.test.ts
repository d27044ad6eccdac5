/** How long a record stays in quarantine: until it is met again, is gone, or is replayed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { skip, UNCHANGED, type UpstreamRecord } from '../../adapters/contract.ts';
import type { Database } from '../../platform/db.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { openTestDatabase } from '../support/database.ts';
import { NOW, record, shiftRecord, upstreamOf } from './fake-upstream.ts';
import { createHarness, emptyTables, type Harness } from './harness.ts';

let database: Database;
let harness: Harness;
beforeAll(async () => {
  database = await openTestDatabase();
  harness = createHarness(database);
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const inQuarantine = async () => {
  const rows = await harness.rows<{ ref: string | null }>('SELECT source_ref AS ref FROM platform.quarantine ORDER BY source_ref COLLATE "C"');
  return rows.map(({ ref }) => ref);
};
const bad = (n: number): UpstreamRecord => ({ ...shiftRecord(n), problems: [{ path: 'start', expected: 'a time', got: 'text' }] });

/** An upstream that tells of what has changed: a cursor after each page, from which the next pass goes on. */
const changes = (records: readonly UpstreamRecord[], at: number) =>
  upstreamOf('rota', [
    {
      name: 'shifts',
      entity: 'shift',
      removals: 'tombstone',
      pages: async function* () {
        yield { records, cursor: { at }, asOf: NOW };
      },
    },
  ]);
const whole = (records: readonly UpstreamRecord[]) => upstreamOf('rota', [{ name: 'shifts', entity: 'shift', records: () => records }]);

describe('of a stream of changes, a record in quarantine', () => {
  beforeEach(async () => {
    await harness.sync(changes([shiftRecord(0), bad(1), bad(2), { ...bad(3), ref: null }], 1));
  });

  it('stays while it does not come again', async () => {
    await harness.sync(changes([shiftRecord(4)], 2));
    await harness.sync(changes([], 3));
    expect(await inQuarantine()).toEqual(['shift-1', 'shift-2', null]);
  });

  it('leaves when it comes mended, gone or not wanted, and is there once when it comes as bad as before', async () => {
    await harness.sync(changes([shiftRecord(1), bad(2)], 2));
    expect(await inQuarantine()).toEqual(['shift-2', null]);
    await harness.sync(changes([record('shift-2', { removed: true })], 3));
    expect(await inQuarantine()).toEqual([null]);
    await harness.sync(changes([bad(5)], 4));
    await harness.sync(changes([record('shift-5', skip('a draft'))], 5));
    expect(await inQuarantine()).toEqual([null]);
  });

  it('stays when it comes as it was', async () => {
    await harness.sync(changes([record('shift-1', skip(UNCHANGED))], 2));
    expect(await inQuarantine()).toEqual(['shift-1', 'shift-2', null]);
  });

  it('is forgotten by a pass that begins at the start: what it does not meet there is gone', async () => {
    const refused = upstreamOf('rota', [
      {
        name: 'shifts',
        entity: 'shift',
        removals: 'tombstone',
        pages: async function* () {
          yield* [];
          throw new UpstreamRejectedError('The token has expired.');
        },
      },
    ]);
    await harness.sync(refused);
    expect(await inQuarantine()).toEqual(['shift-1', 'shift-2', null]);
    await harness.sync(changes([shiftRecord(0), bad(2)], 9));
    expect(await inQuarantine()).toEqual(['shift-2']);
  });
});

describe('of a stream that is read whole, a record in quarantine', () => {
  it('leaves when the next pass does not meet it, and stays when it comes as it was', async () => {
    await harness.sync(whole([shiftRecord(0), bad(1), bad(2)]));
    await harness.sync(whole([shiftRecord(0), record('shift-1', skip(UNCHANGED))]));
    expect(await inQuarantine()).toEqual(['shift-1']);
  });

  it('does not leave before the pass has come to its end', async () => {
    await harness.sync(whole([shiftRecord(0), bad(1)]));
    await harness.sync(whole([shiftRecord(0)]), { signal: AbortSignal.abort() });
    expect(await inQuarantine()).toEqual(['shift-1']);
  });
});
