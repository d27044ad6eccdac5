/** What the values of a column look like, without saying what they are. Pure. */
import { parseDay, parseTime } from '../../platform/table/cells.ts';
import { jobRoleFromWords, type Regulator } from '../../schema/domain/codes.ts';
import { regulatorsOf, saysNothing } from '../staff-cells.ts';
import { wordList } from '../words.ts';
import { ENGAGEMENT_WORDS } from './vocabulary.ts';

export type Shape =
  | 'e-mail addresses'
  | 'dates'
  | 'times'
  | 'numbers up to 4'
  | 'numbers'
  | 'codes with digits'
  | 'yes or no'
  | 'roles'
  | 'terms of engagement'
  | 'ODS codes'
  | 'words'
  | 'pairs of names'
  | `${Regulator} numbers`;

const terms = wordList(ENGAGEMENT_WORDS);
const LARGEST_FTE = 4;
const REGISTRATION = /^(?:GMC|NMC|HCPC|GPHC)?[\s:.#-]*(?:(?:no|number|pin)[\s:.]+)?/i;

/** Every shape that a value has. A number of the GMC is also a number. */
export function shapesOf(text: string): readonly Shape[] {
  const shapes: Shape[] = [];
  const has = (shape: Shape, holds: boolean) => holds && shapes.push(shape);
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : null;
  has('e-mail addresses', /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text));
  has('dates', number === null && (parseDay(text, 'dmy') ?? parseDay(text, 'mdy') ?? parseDay(text, 'ymd')) !== null);
  has('times', number === null && parseTime(text) !== null);
  has('numbers up to 4', number !== null && number <= LARGEST_FTE);
  has('numbers', number !== null);
  has('codes with digits', /^(?=.*\d)[A-Z0-9/-]{1,20}$/i.test(text) && !text.includes('.'));
  has('yes or no', /^(?:y|n|yes|no|true|false|x|✓|✗)$/i.test(text));
  has('roles', jobRoleFromWords(text) !== null);
  has('terms of engagement', terms(text) !== undefined);
  // Of practices and networks. Shorter codes look like given names, and others like staff numbers.
  has('ODS codes', /^[A-Z]\d{5}$/.test(text));
  has('words', /^[\p{L}][\p{L}\s'’.&/()-]*$/u.test(text));
  has('pairs of names', /^[\p{L}'’.-]+,?(?:\s+[\p{L}'’.-]+){1,3}$/u.test(text));
  for (const regulator of regulatorsOf(text.replace(REGISTRATION, '').replace(/\s+/g, '').toUpperCase())) shapes.push(`${regulator} numbers`);
  return shapes;
}

/** A column of a sheet, as far as it was looked at. */
export interface ColumnLook {
  readonly heading: string;
  /** Cells that hold something. */
  readonly filled: number;
  /** Different values among them. */
  readonly distinct: number;
  /** Shape → share of the filled cells that have it. */
  share(shape: Shape): number;
}

export function lookAt(heading: string, values: readonly string[]): ColumnLook {
  const filled = values.filter((value) => !saysNothing(value));
  const counts = new Map<Shape, number>();
  for (const value of filled) for (const shape of shapesOf(value)) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  return {
    heading,
    filled: filled.length,
    distinct: new Set(filled.map((value) => value.toLowerCase())).size,
    share: (shape) => (filled.length === 0 ? 0 : (counts.get(shape) ?? 0) / filled.length),
  };
}

/** From the most telling to the least. */
const TOLD: readonly Shape[] = [
  ...([
    'e-mail addresses',
    'NMC numbers',
    'HCPC numbers',
    'GPHC numbers',
    'GMC numbers',
    'dates',
    'times',
    'yes or no',
    'roles',
    'terms of engagement',
  ] as const),
  ...(['ODS codes', 'numbers up to 4', 'numbers', 'codes with digits', 'words'] as const),
];
const MOSTLY = 0.6;

/** The shape of most of the values, in words. */
export function describeLook(look: ColumnLook): string {
  if (look.filled === 0) return 'nothing';
  return TOLD.find((shape) => look.share(shape) >= MOSTLY) ?? 'mixed';
}

/** How dates of digits alone are written, or null when the values do not say: 03/04/2026 may be either. */
export function dateOrderOf(values: readonly string[]): 'dmy' | 'mdy' | null {
  const parts = values.flatMap((value) => {
    const found = /^(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})$/.exec(value);
    return found ? [[Number(found[1]), Number(found[2])] as const] : [];
  });
  const dayFirst = parts.filter(([first, second]) => first > 12 && second <= 12).length;
  const monthFirst = parts.filter(([first, second]) => second > 12 && first <= 12).length;
  if (dayFirst === 0 && monthFirst === 0) return null;
  return dayFirst >= monthFirst ? 'dmy' : 'mdy';
}

const MAX_MASKED = 24;

/** A value that shows its form and nothing else: letters as a or A, digits as 9, long runs of letters cut. */
export function masked(text: string): string {
  const shape = text
    .replace(/\p{Lu}/gu, 'A')
    .replace(/[^\P{L}A]/gu, 'a')
    .replace(/\p{N}/gu, '9')
    .replace(/[^Aa9\s@.,:;/()'"#&%+-]/g, '·')
    .replace(/([Aa])\1{2,}/g, '$1$1$1')
    .replace(/\s+/g, ' ');
  return shape.length > MAX_MASKED ? `${shape.slice(0, MAX_MASKED - 1)}…` : shape;
}
