/** A folder of its own for files that a test writes, gone when the tests of the file are over. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';

export interface TestFolder {
  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  path(name: string): string;
}

export function testFolder(): TestFolder {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rotagraph-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  return {
    path,
    async write(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
  };
}
