/** Every folder of `adapters/` keeps the contract, on its own fixtures. */
import { afterAll, describe, it } from '@jest/globals';
import { conformanceChecks, loadSubject } from '../adapters/conformance.ts';
import { adapterIds } from '../adapters/registry.ts';

const counts: Record<string, number> = {};

for (const id of await adapterIds()) {
  const loaded = await loadSubject(id).catch((error: unknown) => ({ error }));
  describe(id, () => {
    if ('error' in loaded) {
      it('has fixtures/config.ts and fixtures/expected.json', () => Promise.reject(loaded.error));
      return;
    }
    const checks = conformanceChecks(loaded.subject, loaded.expected);
    counts[id] = checks.length;
    for (const { name, run } of checks) it(name, run);
  });
}

afterAll(() => {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.info(
    `${total} conformance checks: ${Object.entries(counts)
      .map(([id, count]) => `${id} ${count}`)
      .join(', ')}`,
  );
});
