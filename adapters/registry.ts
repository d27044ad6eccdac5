/** The folder is the registration: every folder here that does not begin with `_` is an adapter. */
import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigError } from '../schema/domain/errors.ts';
import type { AnyAdapter } from './contract.ts';

const ADAPTERS_FOLDER = fileURLToPath(new URL('./', import.meta.url));

/** Ids of all adapters, in alphabetical order. */
export async function adapterIds(): Promise<readonly string[]> {
  const entries = await readdir(ADAPTERS_FOLDER, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map(({ name }) => name)
    .sort();
}

/**
 * The adapter of this id.
 *
 * @throws ConfigError when there is none, or when its declaration carries another id than its folder.
 */
export async function loadAdapter(id: string): Promise<AnyAdapter> {
  const ids = await adapterIds();
  if (!ids.includes(id)) throw new ConfigError([`adapter "${id}": no such adapter. There are: ${ids.join(', ')}.`]);
  const module: { default: AnyAdapter } = await import(pathToFileURL(`${ADAPTERS_FOLDER}${id}/adapter.ts`).href);
  if (module.default.id !== id) throw new ConfigError([`adapter "${id}": its declaration says "${module.default.id}"; the two must be the same.`]);
  return module.default;
}

export async function loadAdapters(): Promise<readonly AnyAdapter[]> {
  return Promise.all((await adapterIds()).map(loadAdapter));
}
