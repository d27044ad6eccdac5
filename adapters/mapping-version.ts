/**
 * The name of a mapping: an adapter's id and a hash of the sources that it is made of.
 *
 * Counted in are the adapter's own files and all that they import, to the code lists and the rules of time: what may
 * change what a record means. A change that means nothing, of a comment for instance, gives another name too; a change
 * that means something never keeps the old one.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const HASH_LENGTH = 12;
const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.ts)'/g;

const known = new Map<string, Promise<string>>();

/** For instance `rota-sheet@5f0c2f9b7a41`. An adapter without a folder, as tests make them, is `<id>@unversioned`. */
export function mappingVersionOf(adapterId: string): Promise<string> {
  const version = known.get(adapterId) ?? versionOf(adapterId);
  known.set(adapterId, version);
  return version;
}

async function versionOf(adapterId: string): Promise<string> {
  const sources = new Map<string, string>();
  const begun = await addSource(new URL(`./${adapterId}/adapter.ts`, import.meta.url), sources);
  if (!begun) return `${adapterId}@unversioned`;
  const hash = createHash('sha256');
  for (const text of [...sources.keys()].sort().map((path) => `${path}\n${sources.get(path)}\n`)) hash.update(text);
  return `${adapterId}@${hash.digest('hex').slice(0, HASH_LENGTH)}`;
}

/** The path from here, and the text with the line ends of any system, so that the name is the same everywhere. */
async function addSource(file: URL, sources: Map<string, string>): Promise<boolean> {
  const path = fileURLToPath(file).slice(ROOT.length).replaceAll('\\', '/');
  if (sources.has(path)) return true;
  const text = await readFile(file, 'utf8').then(
    (content) => content.replaceAll('\r\n', '\n'),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );
  if (text === null) return false;
  sources.set(path, text);
  for (const [, imported = ''] of text.matchAll(IMPORT)) await addSource(new URL(imported, file), sources);
  return true;
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
