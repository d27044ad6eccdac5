/**
 * Reading zip files from strangers.
 *
 * A zip can promise little and hold much. The directory says how large each entry is, yauzl ends the stream when an
 * entry is larger than it said, and an entry that says too much, or is packed tighter than any table, is refused before
 * it is read.
 */
import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';

export const MAX_ENTRIES = 10_000;
export const MAX_ENTRY_BYTES = 1024 ** 3;
/** Real sheets are packed 5 to 30 times; a bomb a thousand times. Small entries are let through: they do no harm. */
export const MAX_PACKING = 200;
const SMALL_ENTRY_BYTES = 8 * 1024 * 1024;

export interface Zip {
  readonly names: readonly string[];
  /**
   * @param maxBytes the most that may come of it unpacked, default `MAX_ENTRY_BYTES`.
   * @throws UpstreamRejectedError when there is no such entry, it is past a limit, or it cannot be unpacked.
   */
  read(name: string, maxBytes?: number): AsyncIterable<Buffer>;
}

/** A zip on disk, or one that came out of another and is held. */
interface ZipSource {
  readonly name: string;
  readonly path: string;
  readonly content?: Buffer;
}

/** @throws UpstreamRejectedError when the file is not a zip, or holds too many entries. */
export async function openZip(file: ZipSource): Promise<Zip> {
  const entries = await directoryOf(file);
  return {
    names: [...entries.keys()],
    async *read(name, maxBytes = MAX_ENTRY_BYTES) {
      const entry = entries.get(name);
      if (!entry) throw new UpstreamRejectedError(`${file.name}: expected ${name} in it, got nothing.`);
      refuseBomb(file.name, entry, maxBytes);
      yield* unpack(file, entry);
    },
  };
}

async function directoryOf(file: ZipSource): Promise<Map<string, Entry>> {
  const zip = await open(file);
  try {
    if (zip.entryCount > MAX_ENTRIES) throw new UpstreamRejectedError(`${file.name}: expected at most ${MAX_ENTRIES} files in it, got ${zip.entryCount}.`);
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
    return entries;
  } catch (error) {
    throw broken(file.name, error);
  } finally {
    zip.close();
  }
}

async function* unpack(file: ZipSource, entry: Entry): AsyncIterable<Buffer> {
  const zip = await open(file);
  try {
    const stream: Readable = await zip.openReadStreamPromise(entry);
    yield* stream;
  } catch (error) {
    throw broken(file.name, error);
  } finally {
    zip.close();
  }
}

async function open(file: ZipSource): Promise<ZipFile> {
  try {
    return await (file.content ? fromBufferPromise(file.content) : openPromise(file.path, { autoClose: false }));
  } catch (error) {
    throw broken(file.name, error);
  }
}

function refuseBomb(name: string, { fileName, uncompressedSize, compressedSize }: Entry, maxBytes: number): void {
  if (uncompressedSize > maxBytes) {
    throw new UpstreamRejectedError(`${name}: ${fileName} is ${uncompressedSize} bytes unpacked; at most ${maxBytes} are read.`);
  }
  if (uncompressedSize > SMALL_ENTRY_BYTES && uncompressedSize > compressedSize * MAX_PACKING) {
    throw new UpstreamRejectedError(`${name}: ${fileName} is packed more than ${MAX_PACKING} times; it is refused as a zip bomb.`);
  }
}

function broken(name: string, error: unknown): Error {
  if (error instanceof UpstreamRejectedError) return error;
  return new UpstreamRejectedError(`${name}: expected a whole zip file, got one that cannot be unpacked. It may be cut off or have a password.`, {
    cause: error,
  });
}
