/** Writes docs/faults.md: tries every fault on every adapter and says what came of it. A test compares it with its own run. */
import { writeFileSync } from 'node:fs';
import { loadSubject } from '../adapters/conformance.ts';
import { adapterIds } from '../adapters/registry.ts';
import { openFaultedAdapter } from '../tests/faults/faults.ts';
import { faultsDocument, type Outcomes } from '../tests/faults/faults-document.ts';
import { openTestDatabase } from '../tests/support/database.ts';

const outcomes: Outcomes = { api: new Map(), files: new Map() };
const database = await openTestDatabase();
for (const id of await adapterIds()) {
  const { subject } = await loadSubject(id);
  const found = new Map<string, string>();
  outcomes[subject.fixtures.upstream.kind].set(id, found);
  const adapter = await openFaultedAdapter(subject, database);
  for (const fault of adapter.faults) {
    try {
      found.set(fault, await adapter.run(fault));
    } catch (error) {
      console.error(`${id}: ${fault}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  console.log(`${id}: ${found.size} faults`);
  await adapter.close();
}
await database.close();
writeFileSync(new URL('../docs/faults.md', import.meta.url), faultsDocument(outcomes));
process.exit();
