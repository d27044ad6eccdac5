/** The parts of an XLSX workbook that its sheets need: which sheets there are, texts and formats. */
import { posix } from 'node:path';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import { kindOfBuiltIn, kindOfFormat, type NumberKind, unescapeText } from './excel-values.ts';
import { readWholeXml } from './xml.ts';
import type { Zip } from './zip.ts';

/** Texts are the one part that is held whole. A practice's largest is below 1 MB. */
export const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const MAX_PART_BYTES = 16 * 1024 * 1024;

/** What all sheets of a workbook share. */
export interface WorkbookParts {
  /** The workbook counts days from 1904, as old ones from a Macintosh do. */
  readonly uses1904: boolean;
  readonly texts: readonly string[];
  /** By a cell's style number. */
  readonly kinds: readonly NumberKind[];
}

export interface Workbook extends WorkbookParts {
  /** In their order. */
  readonly sheets: readonly Worksheet[];
}

export interface Worksheet {
  readonly name: string;
  readonly hidden: boolean;
  /** Of its part within the zip. */
  readonly path: string;
}

interface Relationship {
  readonly id: string;
  readonly type: string;
  readonly path: string;
}

interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly relationship: string;
}

/** @throws UpstreamRejectedError when it is not a workbook. */
export async function readWorkbook(name: string, zip: Zip): Promise<Workbook> {
  const root = (await relationshipsOf(name, zip, '')).find(({ type }) => type === 'officeDocument');
  if (!root) throw new UpstreamRejectedError(`${name}: expected an Excel workbook (.xlsx), got a zip of something else.`);
  const { sheets, uses1904 } = await readSheets(name, zip, root.path);
  const parts = await relationshipsOf(name, zip, root.path);
  const pathOf = new Map(parts.filter(({ type }) => type === 'worksheet').map(({ id, path }) => [id, path]));
  const partOf = (type: string) => parts.find((part) => part.type === type && zip.names.includes(part.path))?.path;
  return {
    sheets: sheets.flatMap(({ name: sheet, hidden, relationship }) => {
      const path = pathOf.get(relationship);
      return path === undefined ? [] : [{ name: sheet, hidden, path }];
    }),
    uses1904,
    texts: await readTexts(name, zip, partOf('sharedStrings')),
    kinds: await readKinds(name, zip, partOf('styles')),
  };
}

async function relationshipsOf(name: string, zip: Zip, part: string): Promise<readonly Relationship[]> {
  const folder = posix.dirname(part);
  const path = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const found: Relationship[] = [];
  if (!zip.names.includes(path)) return found;
  await readWholeXml(name, zip.read(path, MAX_PART_BYTES), {
    open(tag, attribute) {
      if (tag !== 'Relationship') return;
      const target = attribute('Target') ?? '';
      found.push({
        id: attribute('Id') ?? '',
        type: posix.basename(attribute('Type') ?? ''),
        path: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
      });
    },
  });
  return found;
}

async function readSheets(name: string, zip: Zip, path: string): Promise<{ readonly sheets: readonly Sheet[]; readonly uses1904: boolean }> {
  const sheets: Sheet[] = [];
  let uses1904 = false;
  await readWholeXml(name, zip.read(path, MAX_PART_BYTES), {
    open(tag, attribute) {
      if (tag === 'workbookPr') uses1904 = ['1', 'true'].includes(attribute('date1904') ?? '');
      if (tag !== 'sheet') return;
      sheets.push({ name: attribute('name') ?? '', hidden: (attribute('state') ?? 'visible') !== 'visible', relationship: attribute('r:id') ?? '' });
    },
  });
  return { sheets, uses1904 };
}

/** Texts that cells point to by number. Readings for pronunciation (`rPh`) stand beside a text and are no part of it. */
async function readTexts(name: string, zip: Zip, path: string | undefined): Promise<readonly string[]> {
  const texts: string[] = [];
  if (path === undefined) return texts;
  let text = '';
  let within = false;
  let aside = false;
  await readWholeXml(name, zip.read(path, MAX_TEXT_BYTES), {
    open(tag) {
      if (tag === 'si') text = '';
      else if (tag === 't') within = !aside;
      else if (tag === 'rPh') aside = true;
    },
    text(piece) {
      if (within) text += piece;
    },
    close(tag) {
      if (tag === 'si') texts.push(unescapeText(text));
      else if (tag === 't') within = false;
      else if (tag === 'rPh') aside = false;
    },
  });
  return texts;
}

/** What each cell style makes of a number. */
async function readKinds(name: string, zip: Zip, path: string | undefined): Promise<readonly NumberKind[]> {
  const kinds: NumberKind[] = [];
  if (path === undefined) return kinds;
  const custom = new Map<number, NumberKind>();
  let within = false;
  await readWholeXml(name, zip.read(path, MAX_PART_BYTES), {
    open(tag, attribute) {
      if (tag === 'numFmt') custom.set(Number(attribute('numFmtId')), kindOfFormat(attribute('formatCode') ?? ''));
      else if (tag === 'cellXfs') within = true;
      else if (tag === 'xf' && within) {
        const id = Number(attribute('numFmtId') ?? 0);
        kinds.push(custom.get(id) ?? kindOfBuiltIn(id));
      }
    },
    close(tag) {
      if (tag === 'cellXfs') within = false;
    },
  });
  return kinds;
}
