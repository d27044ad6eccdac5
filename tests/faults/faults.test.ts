import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSubject } from '../../adapters/conformance.ts';
import { adapterIds } from '../../adapters/registry.ts';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { type FaultedAdapter, faultsOf, openFaultedAdapter } from './faults.ts';
import { faultsDocument, type Outcomes } from './faults-document.ts';

const DOCUMENT = new URL('../../docs/faults.md', import.meta.url);

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const outcomes: Outcomes = { api: new Map(), files: new Map() };

for (const id of await adapterIds()) {
  const { subject } = await loadSubject(id);
  const { kind } = subject.fixtures.upstream;
  const found = new Map<string, string>();
  outcomes[kind].set(id, found);
  describe(id, () => {
    let adapter: FaultedAdapter;
    beforeAll(async () => {
      adapter = await openFaultedAdapter(subject, database);
    });
    afterAll(() => adapter.close());
    for (const { name } of faultsOf(subject)) {
      it(name, async () => {
        found.set(name, await adapter.run(name));
      }, 60_000);
    }
  });
}

// Runs last, and not where only some of them were asked for.
it('docs/faults.md tells what came of each', () => {
  expect(readFileSync(DOCUMENT, 'utf8').replaceAll('\r\n', '\n')).toBe(faultsDocument(outcomes));
});
