/** Where a table's bytes come from: a file, or one file within a zip. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import { openZip } from './zip.ts';

const MAX_HELD_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** Bytes that can be read from the start any number of times. */
export interface Bytes {
  /** For messages: the file's own name without its folders, and the entry within a zip. */
  readonly name: string;
  readonly path: string;
  /** Set where all of it is held: a workbook within a zip, which must be read out of order. */
  readonly content?: Buffer;
  readonly modifiedAt: Date;
  read(): AsyncIterable<Buffer>;
  /** @throws UpstreamUnavailableError when the file is no longer the one that was opened. */
  assertUnchanged(): Promise<void>;
}

/** @throws UpstreamUnavailableError when there is no such file, or it may not be read. */
export async function openFile(path: string): Promise<Bytes> {
  const name = basename(path);
  const opened = await statOf(path, name);
  if (!opened.isFile()) throw new UpstreamUnavailableError(`${name}: expected a file, got a folder. Name the file itself.`);
  return {
    name,
    path,
    modifiedAt: new Date(opened.mtimeMs),
    async *read() {
      try {
        yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
      } catch (error) {
        throw unreadable(name, error);
      }
    },
    async assertUnchanged() {
      const now = await statOf(path, name);
      if (now.mtimeMs === opened.mtimeMs && now.size === opened.size) return;
      throw new UpstreamUnavailableError(`${name}: the file was changed while it was read. It is read again at the next sync.`);
    },
  };
}

/** The first entry of a zip whose path fits `pattern`, any case. */
export async function openZipEntry(file: Bytes, pattern: string): Promise<Bytes> {
  const zip = await openZip(file);
  const wanted = new RegExp(pattern, 'i');
  const entry = zip.names.find((name) => wanted.test(name));
  if (entry === undefined) throw new UpstreamRejectedError(`${file.name}: nothing in it fits /${pattern}/. It holds: ${zip.names.slice(0, 20).join(', ')}.`);
  const unpacked: Bytes = { ...file, name: `${file.name}:${entry}`, read: () => zip.read(entry) };
  if (!isWorkbookName(entry)) return unpacked;
  return { ...unpacked, content: Buffer.concat(await Array.fromAsync(zip.read(entry, MAX_HELD_BYTES))) };
}

export function isWorkbookName(name: string): boolean {
  return /\.xls[xm]$/i.test(name);
}

/** A digest of the whole content, so that a file that is saved again unchanged counts as unchanged. */
export async function fingerprintOf(bytes: Bytes): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes.read()) hash.update(chunk);
  return hash.digest('hex').slice(0, 32);
}

/** A file that was written less than this ago may be written once more and look the same: clocks of file servers tick slowly. */
const SETTLED_AFTER_MS = 5_000;

/**
 * What a file is known by without reading it; null when that cannot be told for sure, or it is not there.
 *
 * It changes with every write, and with some things that are none, as when the file is moved and put back.
 */
export async function fileRevision(path: string, now: Date): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (!found?.isFile() || Math.abs(now.getTime() - Number(found.mtimeMs)) < SETTLED_AFTER_MS) return null;
  return [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

async function statOf(path: string, name: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** What the operating system says, by its code alone: its message holds the whole path. */
function unreadable(name: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error as Error;
  const what =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? 'there is no such file'
      : code === 'EACCES' || code === 'EPERM'
        ? 'it may not be read'
        : `it cannot be read (${code})`;
  return new UpstreamUnavailableError(`${name}: ${what}. Expected the file that the settings name.`);
}
