/** What the numbers in an Excel cell mean: pure. */

/** How a cell's format shows a number. `elapsed` is a duration such as `[h]:mm`; `number` is everything without a clock or a calendar. */
export type NumberKind = 'number' | 'date' | 'time' | 'date-time' | 'elapsed';

/**
 * Formats that a workbook may use without spelling them out.
 *
 * Source: ECMA-376 part 1, 18.8.30 numFmt.
 */
const BUILT_IN: Readonly<Record<number, NumberKind>> = {
  14: 'date',
  15: 'date',
  16: 'date',
  17: 'date',
  18: 'time',
  19: 'time',
  20: 'time',
  21: 'time',
  22: 'date-time',
  45: 'time',
  46: 'elapsed',
  47: 'time',
};

export function kindOfBuiltIn(formatId: number): NumberKind {
  return BUILT_IN[formatId] ?? 'number';
}

/** The kind of a custom format, from its first section: `dd/mm/yyyy`, `[$-809]d mmmm yyyy;@`, `h:mm AM/PM`, `0.00"h"`. */
export function kindOfFormat(code: string): NumberKind {
  const bare = code.replace(/"[^"]*"|\\.|_.|\*./g, '').toLowerCase();
  const section = bare.split(';')[0] ?? '';
  if (/\[(h+|m+|s+)\]/.test(section)) return 'elapsed';
  const tokens = section.replace(/\[[^\]]*\]/g, '').replace(/general/g, '');
  const withoutHalves = tokens.replace(/am\/pm|a\/p/g, '');
  const hasTime = /[hs]/.test(withoutHalves) || withoutHalves !== tokens;
  const hasDate = /[yd]/.test(withoutHalves) || (!hasTime && withoutHalves.includes('m'));
  if (hasDate && hasTime) return 'date-time';
  if (hasDate) return 'date';
  return hasTime ? 'time' : 'number';
}

const SECONDS_PER_DAY = 86_400;
const MS_PER_DAY = 86_400_000;
/** 31 December 9999, the last day that Excel can show. */
const LAST_SERIAL = 2_958_466;

/**
 * The text of a number as its cell shows it, or null for a date that does not exist: before the first day, past the
 * year 9999, or 29 February 1900, which Excel counts and the calendar does not.
 *
 * A cell holds a time as a fraction of a day, so 09:10 comes as 0.38194444…: it is taken to the nearest second.
 */
export function numberText(value: number, kind: NumberKind, uses1904: boolean): string | null {
  if (kind === 'number') return String(Number(value.toPrecision(15)));
  if (value < 0 || value > LAST_SERIAL) return null;
  const seconds = Math.round(value * SECONDS_PER_DAY);
  if (kind === 'elapsed') return clockText(seconds);
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const time = clockText(seconds % SECONDS_PER_DAY);
  if (kind === 'time' || (kind === 'date-time' && days === 0 && !uses1904)) return time;
  const day = dayText(days, uses1904);
  return day === null || kind === 'date' ? day : `${day}T${time}`;
}

function clockText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  return seconds % 60 === 0 ? clock : `${clock}:${two(seconds % 60)}`;
}

/** Excel's 1900 calendar has a 29 February 1900 as its day 60; from day 61 on it runs one day ahead of its own start. */
const EPOCH_1900_BEFORE_LEAP = Date.UTC(1899, 11, 31);
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

function dayText(days: number, uses1904: boolean): string | null {
  if (!uses1904 && (days === 0 || days === 60)) return null;
  const epoch = uses1904 ? EPOCH_1904 : days < 60 ? EPOCH_1900_BEFORE_LEAP : EPOCH_1900;
  return new Date(epoch + days * MS_PER_DAY).toISOString().slice(0, 10);
}

/** `AB12` → column 27, row 12, both as they are counted: columns from 0, rows from 1. Null when it is no cell's name. */
export function cellPosition(reference: string): { readonly column: number; readonly row: number } | null {
  const parts = /^([A-Z]{1,3})([1-9]\d{0,6})$/.exec(reference);
  if (!parts) return null;
  let column = 0;
  for (const letter of parts[1] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return { column: column - 1, row: Number(parts[2]) };
}

/** `_x000A_` is how a workbook writes characters that XML may not hold. */
export function unescapeText(text: string): string {
  return text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;
}
