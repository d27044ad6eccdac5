/** Which folder may import which: the picture of ARCHITECTURE.md, as data. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Folder → folders that its files may import besides their own. A folder that is not here may import everything. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  schema: [],
  platform: ['schema'],
  policy: ['schema'],
  adapters: ['schema', 'platform'],
  sync: ['schema', 'platform', 'adapters'],
  'subgraphs/practices': ['schema', 'platform', 'policy'],
  'subgraphs/workforce': ['schema', 'platform', 'policy'],
  'subgraphs/rota': ['schema', 'platform', 'policy'],
  calendar: ['schema', 'platform', 'policy'],
  gateway: ['schema', 'platform'],
};

/** Folders that may import everything; none of the above may import them. */
export const FREE_FOLDERS = ['cli', 'demo', 'sandbox', 'tests', 'scripts'] as const;

export interface WrongArrow {
  readonly file: string;
  readonly imports: string;
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g;

/** Every import of ours that goes against the arrows, in files below `root`. Tests beside the code may import `tests/support`. */
export function wrongArrows(root: string): readonly WrongArrow[] {
  return Object.keys(ARROWS).flatMap((folder) => sourceFiles(join(root, folder)).flatMap((file) => wrongArrowsOf(root, folder, file)));
}

function wrongArrowsOf(root: string, folder: string, file: string): readonly WrongArrow[] {
  const allowed = [folder, ...(ARROWS[folder] ?? [])];
  const isTest = file.endsWith('.test.ts');
  return importsOf(readFileSync(file, 'utf8'))
    .filter((target) => target.startsWith('.'))
    .map((target) =>
      relative(root, resolve(dirname(file), target))
        .split(sep)
        .join('/'),
    )
    .filter((target) => !allowed.some((name) => target.startsWith(`${name}/`)) && !(isTest && !target.startsWith('demo/')))
    .map((target) => ({ file: relative(root, file).split(sep).join('/'), imports: target }));
}

function importsOf(source: string): readonly string[] {
  return [...source.matchAll(IMPORT)].map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '');
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'generated' || name === 'node_modules' ? [] : sourceFiles(path);
    return /\.(ts|mts|mjs)$/.test(name) ? [path] : [];
  });
}
