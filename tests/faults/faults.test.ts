import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { loadSubject } from '../../adapters/conformance.ts';
import { adapterIds } from '../../adapters/registry.ts';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { type FaultedAdapter, openFaultedAdapter } from './faults.ts';
import { FAULTS } from './wire-faults.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

for (const id of await adapterIds()) {
  const { subject } = await loadSubject(id);
  if (subject.fixtures.upstream.kind !== 'api') continue;
  describe(id, () => {
    let adapter: FaultedAdapter | null;
    beforeAll(async () => {
      adapter = await openFaultedAdapter(id, database);
    });
    afterAll(() => adapter?.close());
    for (const fault of FAULTS) {
      it(fault.name, async () => {
        await adapter?.run(fault);
      }, 60_000);
    }
  });
}
