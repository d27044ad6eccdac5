/**
 * Finds its way in a grid, row by row: titles of weeks, headings of days, sessions below them, sections of roles, people.
 *
 * Nothing is held but the headings that count for the row at hand. What stands above the first heading of a sheet is no
 * part of the rota; below one, each cell of a day is somebody's entry.
 */
import type { CellRow } from '../../platform/table/sheets.ts';
import { HALF_WRITTEN, type RecordProblem } from '../../schema/domain/errors.ts';
import type { Day } from '../../schema/domain/time.ts';
import { type DayProblem, dateWithin, dayOf, speaksOfWeek, speaksOfWeekEnding, weekdayOf, weekOf } from './days.ts';
import { createHeadingReader, type DayColumn, type HeadingReader, type Headings } from './headings.ts';
import { type RotaGridSettings, WEEKDAYS } from './settings.ts';
import type { Times } from './times.ts';
import type { GridVocabulary } from './vocabulary.ts';
import type { Label } from './wire.ts';

/** A cell of a day with something in it, and what the grid says around it. */
export interface Entry {
  /** As a spreadsheet program calls it. */
  readonly cell: string;
  readonly text: string;
  readonly day: Day | null;
  /** Of the heading or the row; empty where neither names one. */
  readonly sessions: readonly Times[];
  /** It is merged over several columns of its day. */
  readonly isWholeDay: boolean;
  readonly labels: Labels;
  readonly problems: readonly RecordProblem[];
  /** The word for the session of the row is not known: it matters where the cell has no times of its own. */
  readonly sessionProblem: RecordProblem | null;
}

export interface Labels {
  readonly person: string;
  readonly staff: string;
  readonly role: string;
  readonly site: string;
  /** Of the section that the row stands in; '' for none. */
  readonly section: string;
  readonly cellOf: (label: Label) => string;
}

export type Found =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'left out'; readonly cell: string }
  | { readonly kind: 'broken'; readonly cell: string; readonly problem: RecordProblem };

interface Week {
  readonly startsOn: Day;
  readonly problem: RecordProblem | null;
}

interface Block {
  headings: Headings;
  readonly week: Week | null;
  readonly width: number;
  /** Entries were not met yet: headings may still go on. */
  isOpen: boolean;
  section: string;
  personAbove: string;
  days: ReadonlyMap<number, Day | DayProblem> | null;
}

export class GridReader {
  readonly #settings: RotaGridSettings;
  readonly #vocabulary: GridVocabulary;
  readonly #headings: HeadingReader;
  readonly #startsOn: number;
  #week: Week | null;
  #block: Block | null = null;
  /** The row of a title below which no heading was found yet. */
  #titleRow: number | null = null;
  #lastRow = 0;
  hasHeading = false;

  constructor(settings: RotaGridSettings, vocabulary: GridVocabulary, sheetName: string | null) {
    this.#settings = settings;
    this.#vocabulary = vocabulary;
    this.#headings = createHeadingReader(settings, vocabulary);
    this.#startsOn = WEEKDAYS.indexOf(settings.weekStartsOn) + 1;
    const day = sheetName === null ? null : dateWithin(sheetName, settings.dateOrder);
    this.#week = day === null ? null : { startsOn: weekOf(day, this.#startsOn), problem: null };
  }

  read(row: CellRow): readonly Found[] {
    const headings = this.#headings.read(row, this.#block !== null);
    const missing = this.#readTitle(row, headings);
    this.#lastRow = row.number;
    if (this.#readHeading(row, headings)) return missing;
    const block = this.#block;
    if (block === null || this.#readSessions(block, row)) return missing;
    return [...missing, ...this.#readRow(block, row)];
  }

  /** What is missing once the sheet is over. */
  end(): readonly Found[] {
    return this.hasHeading ? this.#headingMissing() : [{ kind: 'broken', cell: 'A1', problem: NO_HEADING }];
  }

  /** A row with little in it, or the corner of a heading, that gives the date of a week. */
  #readTitle(row: CellRow, headings: Headings | null): readonly Found[] {
    const week = headings ? this.#weekOfTexts([headings.corner], row.number) : this.#weekOfTitle(row);
    if (week === null) return [];
    const missing = this.#headingMissing();
    this.#week = week;
    this.#block = null;
    this.#titleRow = row.number;
    return missing;
  }

  #weekOfTitle(row: CellRow): Week | null {
    const texts = [...new Set(row.cells.filter((cell) => cell !== ''))];
    const at = texts.findIndex((text) => speaksOfWeek(text) && !this.#headings.isLabel(text));
    if (texts.length > MAX_TITLE_TEXTS || (this.#block !== null && at > 0)) return null;
    return this.#weekOfTexts(at > 0 ? texts.slice(at) : texts, row.number);
  }

  #weekOfTexts(texts: readonly string[], row: number): Week | null {
    const [first = ''] = texts;
    const date = texts.map((text) => dateWithin(text, this.#settings.dateOrder)).find((day) => day !== null);
    if (!date) return null;
    const isBeginning = weekdayOf(date) === this.#startsOn;
    if (!speaksOfWeek(first)) return isBeginning && texts.length === 1 ? { startsOn: date, problem: null } : null;
    const isRight = isBeginning || speaksOfWeekEnding(first);
    const expected = `the date of a ${this.#settings.weekStartsOn.toLowerCase()}, on which weeks commence`;
    return { startsOn: weekOf(date, this.#startsOn), problem: isRight ? null : { path: `row ${row}`, expected, got: 'another day' } };
  }

  #headingMissing(): readonly Found[] {
    if (this.#titleRow === null || this.#lastRow <= this.#titleRow) return [];
    return [{ kind: 'broken', cell: addressOf(0, this.#titleRow), problem: NO_HEADING }];
  }

  /** Begins a block, or adds to the headings of one that has just begun. */
  #readHeading(row: CellRow, headings: Headings | null): boolean {
    const joined = this.#block?.isOpen ? this.#headings.join(this.#block.headings, row) : null;
    if (this.#block && joined) {
      this.#block.headings = joined;
      return true;
    }
    if (headings === null) return false;
    const section = this.#vocabulary.role(headings.corner) === undefined ? '' : headings.corner;
    this.#block = { headings, week: this.#week, width: row.cells.length, isOpen: true, section, personAbove: '', days: null };
    this.#titleRow = null;
    this.hasHeading = true;
    return true;
  }

  /** A row below the days that names a session for each column. */
  #readSessions(block: Block, row: CellRow): boolean {
    const { columns, labels } = block.headings;
    const first = row.cells[labels.person ?? -1] ?? '';
    if (!block.isOpen || !(first === '' || this.#headings.isLabel(first))) return false;
    const named = columns.map((column) => ({ column, words: row.cells[column.column] ?? '' }));
    const words = named.filter((each) => each.words !== '');
    if (words.length < 2 || words.some((each) => this.#vocabulary.session(each.words) === undefined)) return false;
    block.headings = { ...block.headings, columns: named.map((each) => ({ ...each.column, sessions: this.#vocabulary.session(each.words) ?? [] })) };
    return true;
  }

  #readRow(block: Block, row: CellRow): readonly Found[] {
    if (row.cutOff && row.cells.length < block.width) return [{ kind: 'broken', cell: addressOf(0, row.number), problem: HALF_WRITTEN }];
    const { columns, labels } = block.headings;
    const labelled = (label: Label) => row.cells[labels[label] ?? -1] ?? '';
    const filled = columns.filter(({ column }) => (row.cells[column] ?? '') !== '' || row.problems.has(column));
    const own = labelled('person');
    if (filled.length > 0 && this.#vocabulary.leftOut(own)) return [{ kind: 'left out', cell: addressOf(0, row.number) }];
    const merge = row.merged?.get(labels.person ?? -1);
    const isAcross = merge !== undefined && filled.length > 0 && filled.every(({ column }) => row.merged?.get(column) === merge);
    if (filled.length === 0 || isAcross) {
      this.#readSection(block, own, labelled('staff'), isAcross);
      return [];
    }
    block.isOpen = false;
    const person = own === '' && this.#settings.blankPerson === 'as-above' ? block.personAbove : own;
    block.personAbove = person;
    const cellOf = (label: Label) => addressOf(labels[label] ?? labels.person ?? 0, row.number);
    const { section } = block;
    const around: Labels = { person, staff: labelled('staff'), role: labelled('role'), site: labelled('site'), section, cellOf };
    const session = labelled('session');
    const times = session === '' ? null : this.#vocabulary.session(session);
    const problem = times === undefined ? { path: cellOf('session'), expected: 'a session that is known or set', got: 'a word that is not known' } : null;
    return groupsOf(filled, row).map((group) => ({ kind: 'entry', entry: entryOf(block, row, group, around, times ?? null, problem) }));
  }

  /** A row without entries: the head of a section, or a person who has none this week. */
  #readSection(block: Block, own: string, staff: string, isAcross: boolean): void {
    if (own === '') return;
    const { role, person, nobody } = this.#vocabulary;
    const isPerson = staff !== '' || own.includes('@') || person(own) !== undefined || nobody(own) === true || this.#settings.staff.by === 'name';
    block.personAbove = own;
    if (isAcross || role(own) !== undefined || !isPerson) block.section = own;
  }
}

const MAX_TITLE_TEXTS = 3;
const NO_HEADING: RecordProblem = {
  path: '',
  expected: 'a row with at least two days, as Mon, Tue or 02/03/2026',
  got: 'none below: leave the sheet out by the setting sheets, or name its days by the setting days',
};

type Group = readonly [DayColumn, ...DayColumn[]];

/** Columns of one day that are merged into one cell of the row count once. */
function groupsOf(columns: readonly DayColumn[], { merged }: CellRow): readonly Group[] {
  const groups: [DayColumn, ...DayColumn[]][] = [];
  for (const column of columns) {
    const group = groups.at(-1);
    const merge = merged?.get(column.column);
    if (group && merge !== undefined && merged?.get(group[0].column) === merge && group[0].ordinal === column.ordinal) group.push(column);
    else groups.push([column]);
  }
  return groups;
}

function entryOf(block: Block, row: CellRow, group: Group, labels: Labels, session: readonly Times[] | null, sessionProblem: RecordProblem | null): Entry {
  const [first] = group;
  const cell = addressOf(first.column, row.number);
  block.days ??= daysOf(block);
  const day = block.days.get(first.column) as Day | DayProblem;
  const weekProblem = first.heading.day === null ? (block.week?.problem ?? null) : null;
  const dayProblem = weekProblem ?? (typeof day === 'string' ? null : { path: addressOf(first.column, first.row), ...day });
  const problem = row.problems.get(first.column);
  return {
    cell,
    text: row.cells[first.column] ?? '',
    day: dayProblem === null && typeof day === 'string' ? day : null,
    sessions: session ?? group.flatMap(({ sessions }) => sessions),
    isWholeDay: group.length > 1,
    labels,
    problems: [...(dayProblem ? [dayProblem] : []), ...(problem ? [{ path: cell, ...problem }] : [])],
    sessionProblem,
  };
}

/** The day of each column, from left to right. */
function daysOf({ headings: { columns }, week }: Block): ReadonlyMap<number, Day | DayProblem> {
  const days = new Map<number, Day | DayProblem>();
  let before: Day | null = null;
  for (const [index, { column, heading, ordinal }] of columns.entries()) {
    const left = columns[index - 1];
    const same = left?.ordinal === ordinal ? days.get(left.column) : undefined;
    const day: Day | DayProblem = same ?? dayOf(heading, before, week?.startsOn ?? null);
    days.set(column, day);
    if (typeof day === 'string') before = day;
  }
  return days;
}

/** `C5`: column from 0, row from 1. */
export function addressOf(column: number, row: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `${letters}${row}`;
}
