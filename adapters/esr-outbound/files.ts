/** Which outbound files there are, which of them tell how things stand, and their lines. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Bytes, openFile } from '../../platform/table/source.ts';
import { decodeText, inspectText } from '../../platform/table/text.ts';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../../schema/domain/errors.ts';
import { londonInstant } from '../../schema/domain/time.ts';
import { HEADER_COLUMNS } from './wire.ts';

export interface OutboundLine {
  readonly number: number;
  readonly type: string;
  /** The type is the first of them. */
  readonly cells: readonly string[];
}

export interface OutboundFile {
  readonly name: string;
  readonly runAt: Date;
  /** Of the file before it; null where that is not said. */
  readonly previousRunAt: Date | null;
  /**
   * Every record between header and trailer.
   *
   * @throws UpstreamRejectedError when the trailer is missing or counts other than there are: the file is not whole.
   */
  lines(): AsyncIterable<OutboundLine>;
}

const NAME = /^GO_(\w+)_EXP_GO([FC])_(\d{8}_\d{8})\.DAT$/i;
const MAX_LINE_CHARACTERS = 64 * 1024;

/**
 * The newest full file and every file of changes since, in the order of their runs.
 *
 * @throws UpstreamUnavailableError when there is no full file, or one between two is missing.
 */
export async function openFiles(folder: string, vpd: string | undefined): Promise<readonly OutboundFile[]> {
  const where = basename(folder);
  const names = await namesIn(folder, where);
  const found = names.flatMap((name) => {
    const [, trust = '', kind = '', run = ''] = NAME.exec(name) ?? [];
    return run === '' || (vpd !== undefined && vpd.toLowerCase() !== trust.toLowerCase()) ? [] : [{ name, trust, isFull: kind.toUpperCase() === 'F', run }];
  });
  if (new Set(found.map(({ trust }) => trust.toUpperCase())).size > 1) {
    throw new UpstreamRejectedError(`${where}: expected the files of one employer, got those of several. Set vpd.`);
  }
  const inOrder = found.sort((a, b) => (a.run < b.run ? -1 : 1));
  const newestFull = inOrder.findLastIndex(({ isFull }) => isFull);
  if (newestFull < 0) {
    throw new UpstreamUnavailableError(`${where}: expected a full file, GO_<VPD>_EXP_GOF_<date>_<number>.DAT, got ${inOrder.length} files of changes.`);
  }
  const files: OutboundFile[] = [];
  for (const { name, isFull } of inOrder.slice(newestFull)) {
    const file = await openOutbound(join(folder, name));
    const before = files.at(-1);
    if (!isFull && before && file.previousRunAt && file.previousRunAt > before.runAt) {
      throw new UpstreamUnavailableError(
        `${where}: expected the file between ${before.name} and ${name}, which follows another. Put it there, or wait for a full file.`,
      );
    }
    files.push(file);
  }
  return files;
}

async function namesIn(folder: string, where: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UpstreamUnavailableError(`${where}: the folder cannot be read (${code}). Expected the folder that the settings name.`);
  }
}

async function openOutbound(path: string): Promise<OutboundFile> {
  const bytes = await openFile(path);
  const { encoding } = await inspectText(bytes, 'auto');
  const text = () => decodeText(bytes, encoding);
  const header = await headerOf(bytes, text());
  return {
    name: bytes.name,
    runAt: instantOf(header.RunDate) ?? instantOf(header.CreationDate) ?? bytes.modifiedAt,
    previousRunAt: instantOf(header.PreviousRunDate),
    async *lines() {
      let trailer: OutboundLine | null = null;
      let count = 0;
      for await (const line of linesOf(bytes.name, text())) {
        if (trailer !== null) throw notWhole(bytes.name, 'nothing after its trailer', 'more lines');
        count += 1;
        if (line.type === 'TRL') trailer = line;
        else if (count > 1) yield line;
      }
      // The trailer counts every line, the header and itself included.
      if (trailer === null) throw notWhole(bytes.name, 'a trailer (TRL) at its end', 'none');
      if (trailer.cells[1]?.trim() !== String(count)) throw notWhole(bytes.name, 'as many lines as its trailer counts', `${count}`);
      await bytes.assertUnchanged();
    },
  };
}

function notWhole(name: string, expected: string, got: string): UpstreamRejectedError {
  return new UpstreamRejectedError(`${name}: expected ${expected}, got ${got}. The file is not whole: fetch it again.`);
}

type Header = Readonly<Record<(typeof HEADER_COLUMNS)[number], string>>;

async function headerOf({ name }: Bytes, text: AsyncIterable<string>): Promise<Header> {
  for await (const { type, cells } of linesOf(name, text)) {
    if (type !== 'HDR' || cells.length < HEADER_COLUMNS.length) break;
    return Object.fromEntries(HEADER_COLUMNS.map((column, index) => [column, cells[index]?.trim() ?? ''])) as Header;
  }
  throw new UpstreamRejectedError(`${name}: expected a header (HDR) with ${HEADER_COLUMNS.join('~')}, got another line. Is it a file of interface GO2?`);
}

/** `20121103 160730`, London time; null where it is empty or is none. Of an hour that comes twice, the first. */
function instantOf(stamp: string): Date | null {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = /^(\d{4})(\d\d)(\d\d)(?: (\d\d)(\d\d)(\d\d))?$/.exec(stamp) ?? [];
  if (year === undefined) return null;
  const result = londonInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}`, 0);
  return result.ok ? result.at : null;
}

async function* linesOf(name: string, text: AsyncIterable<string>): AsyncIterable<OutboundLine> {
  let number = 0;
  let rest = '';
  const lineOf = (line: string): OutboundLine => {
    const cells = line.split('~');
    return { number, type: cells[0]?.trim().toUpperCase() ?? '', cells };
  };
  for await (const piece of text) {
    const lines = `${rest}${piece}`.split(/\r\n|\n/);
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS)
      throw new UpstreamRejectedError(`${name}: expected lines of at most ${MAX_LINE_CHARACTERS} characters, got a longer one.`);
    for (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield lineOf(line);
    }
  }
  number += 1;
  if (rest.trim() !== '') yield lineOf(rest);
}
