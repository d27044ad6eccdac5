import { describe, expect, it } from '@jest/globals';
import { mappingVersionOf } from './mapping-version.ts';
import { adapterIds } from './registry.ts';

describe('the name of a mapping', () => {
  it('is of the adapter, and of no other', async () => {
    const ids = await adapterIds();
    const names = await Promise.all(ids.map(mappingVersionOf));
    for (const [index, name] of names.entries()) expect(name).toMatch(new RegExp(`^${ids[index]}@[0-9a-f]{12}$`));
    expect(new Set(names.map((name) => name.split('@')[1])).size).toBe(names.length);
  });

  it('is told for an adapter that has no folder', async () => {
    expect(await mappingVersionOf('fake')).toBe('fake@unversioned');
  });
});
