import { utimes } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { testFolder } from '../../tests/support/files.ts';
import { fileRevision } from './source.ts';

describe('the revision of a file', () => {
  const folder = testFolder();
  const SAVED = new Date('2026-03-01T09:00:00Z');
  const NOW = new Date('2026-03-01T12:00:00Z');
  const save = async (name: string, content: string) => {
    await folder.write(name, content);
    await utimes(folder.path(name), SAVED, SAVED);
  };
  const revisionOf = (name: string, now = NOW) => fileRevision(folder.path(name), now);

  test('stays while nobody writes the file', async () => {
    await save('rota.csv', 'one');
    expect(await revisionOf('rota.csv')).not.toBeNull();
    expect(await revisionOf('rota.csv')).toBe(await revisionOf('rota.csv', new Date('2026-04-01T12:00:00Z')));
  });

  test('is another one for other content, of whatever length', async () => {
    await save('week.csv', 'one');
    const before = await revisionOf('week.csv');
    await save('week.csv', 'three');
    expect(await revisionOf('week.csv')).not.toBe(before);
  });

  test('is not told of a file that was saved just now, is not there or is a folder', async () => {
    await save('new.csv', 'one');
    expect(await revisionOf('new.csv', new Date('2026-03-01T09:00:02Z'))).toBeNull();
    expect(await revisionOf('missing.csv')).toBeNull();
    expect(await revisionOf('.')).toBeNull();
  });
});
