import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { conformanceChecks, loadSubject } from '../../adapters/conformance.ts';
import { adapterIds } from '../../adapters/registry.ts';
import { ConfigError } from '../../schema/domain/errors.ts';
import { makeAdapter } from './adapter.ts';

describe('a new adapter', () => {
  // Beside the others, so that it finds the contract; passed over by the registry, so that nobody else finds it.
  const folder = fileURLToPath(new URL(`../../adapters/_trial-${process.pid}/`, import.meta.url));
  beforeAll(() => makeAdapter('trial-vendor', folder));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('passes every conformance check at once, under its own name', async () => {
    const { subject, expected } = await loadSubject(folder);
    expect(subject.adapter).toMatchObject({ id: 'trial-vendor', title: 'Trial vendor' });
    const checks = conformanceChecks(subject, expected);
    expect(checks.length).toBeGreaterThan(20);
    for (const { name, run } of checks) await run().catch((error: unknown) => Promise.reject(new Error(`${name}: ${String(error)}`)));
  });

  it('is not among the adapters before it has a folder without a dash below', async () => {
    expect(await adapterIds()).not.toContain('trial-vendor');
  });

  it.each(['Trial', 'trial_vendor', '../trial', 'trial-', ''])('is refused under the name "%s"', async (name) => {
    await expect(makeAdapter(name, `${folder}-other`)).rejects.toThrow(ConfigError);
  });

  it('takes nobody’s place', async () => {
    await expect(makeAdapter('teams-shifts')).rejects.toThrow('adapters/teams-shifts is there already');
  });
});
