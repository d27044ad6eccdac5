/** Every folder of `adapters/` keeps the contract, on its own fixtures. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { CheckedAdapter } from '../adapters/capabilities.ts';
import { conformanceChecks, loadSubject } from '../adapters/conformance.ts';
import { adapterIds } from '../adapters/registry.ts';
import { capabilitiesDocument } from '../scripts/capabilities.ts';

const CAPABILITIES = new URL('../docs/capabilities.md', import.meta.url);
const checked: CheckedAdapter[] = [];

for (const id of await adapterIds()) {
  const loaded = await loadSubject(id).catch((error: unknown) => ({ error }));
  describe(id, () => {
    if ('error' in loaded) {
      it('has fixtures/config.ts and fixtures/expected.json', () => Promise.reject(loaded.error));
      return;
    }
    const results = new Map<string, boolean>();
    checked.push({ subject: loaded.subject, results });
    for (const { name, run } of conformanceChecks(loaded.subject, loaded.expected)) {
      results.set(name, false);
      it(name, async () => {
        await run();
        results.set(name, true);
      });
    }
  });
}

// Runs last, and not where only some of them were asked for.
it('docs/capabilities.md tells what this run showed', () => {
  expect(readFileSync(CAPABILITIES, 'utf8').replaceAll('\r\n', '\n')).toBe(capabilitiesDocument(checked));
});

afterAll(() => {
  const total = checked.reduce((sum, { results }) => sum + results.size, 0);
  console.info(`${total} conformance checks: ${checked.map(({ subject, results }) => `${subject.adapter.id} ${results.size}`).join(', ')}`);
});
