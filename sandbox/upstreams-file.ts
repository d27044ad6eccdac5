/** The settings file by which Rotagraph reads every vendor of the sandbox. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Vendor } from './vendor.ts';

export async function writeUpstreamsFile(vendors: readonly Vendor[], path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify({ upstreams: vendors.map(upstreamEntry) }, null, 2)}\n`);
}

/** The vendor as one entry of it. */
export function upstreamEntry({ id, title, settings }: Vendor) {
  return { id, adapter: id, title: `${title}, in the sandbox`, organisationCodes: [...new Set(organisationCodes(settings))], settings };
}

/** Every code that a setting `organisationCode` holds, wherever it stands. */
function organisationCodes(settings: unknown): readonly string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]) => (key === 'organisationCode' && typeof value === 'string' ? [value] : organisationCodes(value)));
}
