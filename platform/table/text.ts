/** Which encoding a file is in, and its text as UTF-8 whatever it was. */
import { createHash } from 'node:crypto';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Bytes } from './source.ts';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const BYTE_ORDER_MARKS: readonly { readonly encoding: Encoding; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];

/** First bytes of what is often saved under a table's name, and what to do about it. */
const IMPOSTORS: readonly { readonly starts: (head: string) => boolean; readonly what: string }[] = [
  {
    starts: (head) => head.startsWith('\xd0\xcf\x11\xe0'),
    what: 'an old Excel workbook (.xls) or one with a password; save it as .xlsx without a password, or as CSV',
  },
  { starts: (head) => head.startsWith('PK\x03\x04'), what: 'an Excel workbook or a zip; give it the ending .xlsx or .zip, or save it as CSV' },
  { starts: (head) => head.startsWith('%PDF'), what: 'a PDF; export the table itself' },
  {
    starts: (head) => /^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table|\?xml|script)/i.test(head),
    what: 'a web page or XML; export the table as CSV or .xlsx',
  },
];

export interface Inspected {
  readonly encoding: Encoding;
  readonly fingerprint: string;
}

/**
 * Goes through a file of text once: its encoding, a digest, and that it is text at all.
 *
 * @throws UpstreamRejectedError when it is empty, is another kind of file, holds NUL bytes, or is not valid in the
 * encoding that was asked for.
 */
export async function inspectText(bytes: Bytes, wanted: 'auto' | Encoding): Promise<Inspected> {
  const hash = createHash('sha256');
  const validator = new Utf8Validator();
  let marked: Encoding | null = null;
  let offset = 0;
  let firstNul = -1;
  for await (const chunk of bytes.read()) {
    if (offset === 0) {
      refuseImpostor(bytes.name, chunk);
      marked = BYTE_ORDER_MARKS.find(({ bytes: mark }) => mark.every((byte, index) => chunk[index] === byte))?.encoding ?? null;
    }
    if (firstNul < 0 && chunk.includes(0)) firstNul = offset + chunk.indexOf(0);
    validator.add(chunk);
    hash.update(chunk);
    offset += chunk.length;
  }
  if (offset === 0) throw new UpstreamRejectedError(`${bytes.name}: expected a table, got an empty file.`);
  const isUtf8 = validator.end();
  const encoding = wanted === 'auto' ? (marked ?? (isUtf8 ? 'utf-8' : 'windows-1252')) : wanted;
  if (encoding === 'utf-8' && !isUtf8) throw new UpstreamRejectedError(`${bytes.name}: expected UTF-8, got bytes that are not. Try the encoding windows-1252.`);
  if (firstNul >= 0 && !encoding.startsWith('utf-16')) {
    throw new UpstreamRejectedError(`${bytes.name}: expected text, got a NUL byte at byte ${firstNul + 1}. If the file is UTF-16, set the encoding utf-16le.`);
  }
  return { encoding, fingerprint: hash.digest('hex').slice(0, 32) };
}

/** The text in pieces, without a byte order mark. A piece may end anywhere but within a character. */
export async function* decodeText(bytes: Bytes, encoding: Encoding): AsyncIterable<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes.read()) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** @throws UpstreamRejectedError that says what it is instead, when the first bytes are those of another kind of file. */
export function refuseImpostor(name: string, start: Buffer): void {
  const head = start.subarray(0, 512).toString('latin1');
  const impostor = IMPOSTORS.find(({ starts }) => starts(head));
  if (impostor) throw new UpstreamRejectedError(`${name}: expected a table, got ${impostor.what}.`);
}

class Utf8Validator {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #valid = true;

  add(chunk: Buffer): void {
    if (this.#valid) this.#valid = this.#accepts(() => this.#decoder.decode(chunk, { stream: true }));
  }

  end(): boolean {
    return this.#valid && this.#accepts(() => this.#decoder.decode());
  }

  #accepts(decode: () => string): boolean {
    try {
      decode();
      return true;
    } catch {
      return false;
    }
  }
}
