/** What may go wrong with a file that an upstream leaves for us. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { zipOf } from '../support/zip.ts';
import type { Fault } from './faults.ts';

export interface FileFault extends Fault {
  /** Does it to the file at this path. */
  damage(path: string): Promise<void>;
}

const HTML = '<html><body>Sign in to the network</body></html>';
const HUGE = 300 * 1024;
const BOMB_BYTES = 9 * 1024 * 1024;

const replacedBy = (content: string | Uint8Array) => (path: string) => writeFile(path, content);
const isText = (path: string) => /\.(csv|txt|tsv|dat)$/i.test(path);

/** Changes the text of a file that is text; a workbook stays as it is. */
const textChanged = (change: (text: string) => string | Uint8Array) => async (path: string) => {
  if (isText(path)) await writeFile(path, change(await readFile(path, 'latin1')));
};

export const FILE_FAULTS: readonly FileFault[] = [
  { name: 'not there', damage: (path) => rm(path), codes: ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_REJECTED'] },
  {
    name: 'a folder in its place',
    async damage(path) {
      await rm(path);
      await mkdir(path);
    },
    codes: ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_REJECTED'],
  },
  { name: 'empty', damage: replacedBy(''), codes: ['UPSTREAM_REJECTED', 'UPSTREAM_UNAVAILABLE'] },
  { name: 'NUL bytes', damage: replacedBy(new Uint8Array(4_096)), codes: ['UPSTREAM_REJECTED'] },
  { name: 'zip bomb', damage: async (path) => writeFile(path, await zipOf({ 'bomb.csv': Buffer.alloc(BOMB_BYTES, 'A,') })), codes: ['UPSTREAM_REJECTED'] },
  { name: 'HTML in its place', damage: replacedBy(HTML) },
  { name: 'other columns', damage: replacedBy('Alpha,Beta\r\nx,y\r\nx,y\r\n') },
  {
    name: 'breaks off in the middle',
    async damage(path) {
      const bytes = await readFile(path);
      await writeFile(path, bytes.subarray(0, Math.floor((bytes.length * 2) / 3)));
    },
  },
  { name: 'its first line alone', damage: textChanged((text) => Buffer.from(`${text.split('\n')[0] ?? ''}\n`, 'latin1')) },
  { name: 'its last line twice', damage: textChanged((text) => Buffer.from(`${text.trimEnd()}\r\n${text.trimEnd().split('\n').at(-1)}\r\n`, 'latin1')) },
  { name: 'a line that is huge', damage: textChanged((text) => Buffer.from(`${text.trimEnd()}\r\n${'x'.repeat(HUGE)}\r\n`, 'latin1')) },
  { name: 'UTF-16', damage: textChanged((text) => Buffer.from(`\uFEFF${Buffer.from(text, 'latin1').toString('utf8')}`, 'utf16le')) },
  { name: 'bytes that are no UTF-8', damage: textChanged((text) => Buffer.from(`${text.trimEnd()}\r\n\xff\xfe\x80,\xc3\x28\r\n`, 'latin1')) },
];
