/** Which vendors there are: every adapter whose fixtures hold a fake of an API. The folder is the registration. */
import type { AdapterFixtures, ApiFixtures } from '../adapters/conformance.ts';
import type { AnyAdapter } from '../adapters/contract.ts';
import { adapterIds, loadAdapter } from '../adapters/registry.ts';

export interface VendorFixtures {
  readonly adapter: AnyAdapter;
  readonly fixtures: AdapterFixtures;
  readonly api: ApiFixtures;
}

const ADAPTERS = new URL('../adapters/', import.meta.url);

export async function loadVendors(): Promise<readonly VendorFixtures[]> {
  const all = await Promise.all(
    (await adapterIds()).map(async (id): Promise<readonly VendorFixtures[]> => {
      const { fixtures }: { fixtures: AdapterFixtures } = await import(new URL(`${id}/fixtures/config.ts`, ADAPTERS).href);
      return fixtures.upstream.kind === 'api' ? [{ adapter: await loadAdapter(id), fixtures, api: fixtures.upstream }] : [];
    }),
  );
  return all.flat();
}
