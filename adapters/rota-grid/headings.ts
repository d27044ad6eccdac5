/** Which cells of a row name days, and which columns hold what stands beside them. Pure. */
import type { CellRow } from '../../platform/table/sheets.ts';
import { foldWords } from '../words.ts';
import { type DayHeading, dateWithin, joinHeadings, NO_DAY, readDayHeading, readDayNumber, speaksOfWeek } from './days.ts';
import { type RotaGridSettings, WEEKDAYS } from './settings.ts';
import type { Times } from './times.ts';
import type { GridVocabulary } from './vocabulary.ts';
import { LABELS, type Label } from './wire.ts';

export interface DayColumn {
  readonly column: number;
  readonly heading: DayHeading;
  /** Columns of the same day have the same: 0 for the first day of the row. */
  readonly ordinal: number;
  /** Where the heading stands. */
  readonly row: number;
  readonly sessions: readonly Times[];
}

export type LabelColumns = Readonly<Partial<Record<Label, number>>>;

export interface Headings {
  readonly columns: readonly DayColumn[];
  readonly labels: LabelColumns;
  /** What stands at the left of the days and is no name of a column: a week, or the role of those below; '' for nothing. */
  readonly corner: string;
}

export interface HeadingReader {
  /** Null when it is no row of headings. */
  read(row: CellRow, isWithinBlock: boolean): Headings | null;
  /** The headings with what a second row of them adds, dates below weekdays or weekdays below dates; null when it is no such row. */
  join(above: Headings, row: CellRow): Headings | null;
  isLabel(words: string): boolean;
}

export function createHeadingReader(settings: RotaGridSettings, vocabulary: GridVocabulary): HeadingReader {
  const { columns, dateOrder, days } = settings;
  const startsOn = WEEKDAYS.indexOf(settings.weekStartsOn);
  const names = (Object.keys(LABELS) as Label[]).map(
    (label) => [label, (columns[label] === undefined ? LABELS[label] : [columns[label]]).map(foldWords)] as const,
  );
  const isLabel = (words: string) => OF_DAYS.has(foldWords(words)) || names.some(([, all]) => all.includes(foldWords(words)));

  function daysOf(row: CellRow): readonly DayColumn[] {
    const readDay = days === undefined ? (words: string) => readDayHeading(words, dateOrder) : ownDays(days, startsOn);
    const found: DayColumn[] = [];
    for (const [column, words] of row.cells.entries()) {
      if (words === '') continue;
      const previous = found.at(-1);
      const isAgain = previous?.column === column - 1 && isSameHeading(row, column, days === undefined);
      if (previous && isAgain) found.push({ ...previous, column });
      else {
        const heading = readDay(words);
        if (heading) found.push({ column, heading, ordinal: previous ? previous.ordinal + 1 : 0, row: row.number, sessions: [] });
      }
    }
    return found;
  }

  /** Dates without weekdays must differ, and begin as headings do: so a person with two dates typed by mistake is none. */
  function mayBeDates(row: CellRow, found: readonly DayColumn[], isWithinBlock: boolean): boolean {
    const first = row.cells.slice(0, found[0]?.column).find((cell) => cell !== '') ?? '';
    const count = (found.at(-1)?.ordinal ?? 0) + 1;
    const different = new Set(found.map(({ heading: { day, month, dayOfMonth } }) => day ?? `${month}-${dayOfMonth}`)).size;
    const isHeading = first === '' || isLabel(first) || speaksOfWeek(first) || dateWithin(first, dateOrder) !== null || vocabulary.role(first) !== undefined;
    return isHeading && different === count && (count > 2 || first !== '' || !isWithinBlock);
  }

  function labelsOf(row: CellRow, found: readonly DayColumn[]): LabelColumns {
    const isDay = new Set(found.map(({ column }) => column));
    const named = names.flatMap(([label, all]) => {
      const column = row.cells.findIndex((cell, at) => !isDay.has(at) && all.includes(foldWords(cell)));
      return column < 0 ? [] : [[label, column] as const];
    });
    return Object.fromEntries(named);
  }

  /** The days, and between them the columns whose heading names neither a day nor what is known to stand beside days. */
  function withStrangers({ cells, number }: CellRow, found: readonly DayColumn[]): readonly DayColumn[] {
    return found.flatMap((day, index) => {
      const columns: DayColumn[] = [day];
      for (let column = day.column + 1; column < (found[index + 1]?.column ?? 0); column += 1) {
        const words = cells[column] ?? '';
        if (words === '' || isLabel(words) || vocabulary.leftOut(words)) continue;
        columns.push({ column, heading: NO_DAY, ordinal: -1 - column, row: number, sessions: [] });
      }
      return columns;
    });
  }

  /** Without a name, the first column at the left that is no other. */
  function withPerson(labels: LabelColumns, first: number): LabelColumns {
    if (labels.person !== undefined) return labels;
    const taken = new Set(Object.values(labels));
    const person = Array.from({ length: first }, (_, column) => column).find((column) => !taken.has(column));
    return person === undefined ? labels : { ...labels, person };
  }

  return {
    isLabel,
    read(row, isWithinBlock) {
      const found = daysOf(row);
      if ((found.at(-1)?.ordinal ?? 0) < 1) return null;
      const areNamed = new Set(found.filter(({ heading }) => heading.weekday !== null).map(({ ordinal }) => ordinal)).size >= 2;
      if (!areNamed && !mayBeDates(row, found, isWithinBlock)) return null;
      const first = found[0]?.column ?? 0;
      const columns = withBlankColumns(withStrangers(row, found), row);
      const corner = row.cells.slice(0, first).find((cell) => cell !== '' && !isLabel(cell)) ?? '';
      return { columns, labels: withPerson(labelsOf(row, found), first), corner };
    },
    join({ columns: above, labels, corner }, row) {
      const isOfHeadings = row.cells.slice(0, above[0]?.column).every((cell) => cell === '' || isLabel(cell));
      if (!isOfHeadings) return null;
      const read = above.map(({ column, heading }) => {
        const text = row.cells[column] ?? '';
        if (text === '') return null;
        return readDayHeading(text, dateOrder) ?? (heading.weekday === null ? undefined : (readDayNumber(text) ?? undefined));
      });
      const repeats = above.some(({ heading }, index) => heading.weekday !== null && read[index]?.weekday);
      if (repeats || read.includes(undefined) || read.filter((heading) => heading).length < 2) return null;
      const columns = above.map((column, index) => ({ ...column, heading: read[index] ? joinHeadings(column.heading, read[index]) : column.heading }));
      return { columns, labels: { ...labels, ...labelsOf(row, above) }, corner };
    },
  };
}

/** What begins a row of days and names no column. */
const OF_DAYS = new Set(['date', 'dates', 'day', 'days']);

/** The second of merged cells, or the same words again beside them. Letters of a practice's own may repeat for another day. */
function isSameHeading({ cells, merged }: CellRow, column: number, areWords: boolean): boolean {
  const merge = merged?.get(column);
  if (merge !== undefined && merge === merged?.get(column - 1)) return true;
  return areWords && foldWords(cells[column] ?? '') === foldWords(cells[column - 1] ?? '');
}

/** Columns without a heading between two days, and as many after the last, belong to the day at their left: AM and PM stand there. */
function withBlankColumns(found: readonly DayColumn[], { cells }: CellRow): readonly DayColumn[] {
  const step = (found.find(({ ordinal }) => ordinal === 1)?.column ?? 1) - (found[0]?.column ?? 0);
  return found.flatMap((day, index) => {
    if (day.heading === NO_DAY) return [day];
    const isLast = index === found.length - 1;
    const end = isLast ? (found.find(({ ordinal }) => ordinal === day.ordinal)?.column ?? day.column) + step : (found[index + 1]?.column ?? 0);
    const blanks: DayColumn[] = [];
    for (let column = day.column + 1; column < end && (cells[column] ?? '') === ''; column += 1) blanks.push({ ...day, column });
    return [day, ...blanks];
  });
}

/** Headings of a practice's own, which may repeat a letter: each stands for the next day of the week. */
function ownDays(days: readonly string[], startsOn: number): (words: string) => DayHeading | null {
  let next = 0;
  return (words) => {
    if (foldWords(words) !== foldWords(days[next % days.length] ?? '')) return null;
    const weekday = ((startsOn + (next % days.length)) % 7) + 1;
    next += 1;
    return { weekday, day: null, dayOfMonth: null, month: null };
  };
}
