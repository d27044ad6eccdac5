import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ARROWS, FREE_FOLDERS, wrongArrows } from './support/arrows.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Folders that hold no code of ours. */
const WITHOUT_CODE = ['node_modules', 'docs', 'coverage'];

describe('the arrows', () => {
  it('are kept by every file', () => {
    expect(wrongArrows(ROOT)).toEqual([]);
  });

  it('speak of every folder that there is', () => {
    const known = new Set([...Object.keys(ARROWS).map((folder) => folder.split('/')[0]), ...FREE_FOLDERS, ...WITHOUT_CODE]);
    const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    expect(folders.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  });

  it('find an import that goes the wrong way, static or dynamic', () => {
    const root = mkdtempSync(join(tmpdir(), 'rotagraph-arrows-'));
    for (const folder of Object.keys(ARROWS)) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'schema', 'wrong.ts'), "import type { Database } from '../platform/db.ts';\n");
    writeFileSync(join(root, 'subgraphs/rota', 'wrong.ts'), "export const load = () => import('../workforce/loaders.ts');\n");
    writeFileSync(join(root, 'subgraphs/rota', 'right.ts'), "import { db } from '../../platform/db.ts';\nimport pg from 'pg';\n");
    expect(wrongArrows(root)).toEqual([
      { file: 'schema/wrong.ts', imports: 'platform/db.ts' },
      { file: 'subgraphs/rota/wrong.ts', imports: 'subgraphs/workforce/loaders.ts' },
    ]);
    rmSync(root, { recursive: true });
  });
});
