/** The files played one after the other: which line of each record stands, and what it is joined with. */
import { keepable } from '../../platform/table/cells.ts';
import type { RecordProblem } from '../../schema/domain/errors.ts';
import type { OutboundFile, OutboundLine } from './files.ts';
import { ASSIGNMENT_COLUMNS, ORGANISATION_COLUMNS, PERSON_COLUMNS, POSITION_COLUMNS, READ, type RecordKind } from './wire.ts';

interface Layout {
  readonly update: string;
  readonly delete: string;
  readonly columns: readonly string[];
  readonly id: string;
  readonly read: readonly string[];
}

const LAYOUTS: Readonly<Record<RecordKind, Layout>> = {
  organisation: { update: 'ORA', delete: 'ORD', columns: ORGANISATION_COLUMNS, id: 'OrganisationId', read: READ.organisation },
  position: { update: 'POA', delete: 'POD', columns: POSITION_COLUMNS, id: 'PositionId', read: READ.position },
  person: { update: 'PRA', delete: 'PRD', columns: PERSON_COLUMNS, id: 'PersonId', read: READ.person },
  assignment: { update: 'ASA', delete: 'ASD', columns: ASSIGNMENT_COLUMNS, id: 'AssignmentId', read: READ.assignment },
};

export type Cells = Readonly<Record<string, string>>;

/** A line that adds, changes or deletes a record. */
export interface Change {
  /** '' when it cannot be told. */
  readonly id: string;
  readonly where: string;
  /** Null when it deletes. */
  readonly cells: Cells | null;
  readonly problems: readonly RecordProblem[];
}

/** Every line of one kind in the order of the files, and for each id the last of them. */
export interface Played {
  readonly changes: readonly Change[];
  readonly last: ReadonlyMap<string, Change>;
}

/** Goes through the files once. Lines of kinds that are not asked for are passed over, as are those that are not read at all. */
export async function replay(files: readonly OutboundFile[], kinds: readonly RecordKind[]): Promise<Readonly<Record<RecordKind, Played>>> {
  const played = { organisation: begin(), position: begin(), person: begin(), assignment: begin() };
  const kindByType = new Map(kinds.flatMap((kind) => [LAYOUTS[kind].update, LAYOUTS[kind].delete].map((type) => [type, kind] as const)));
  for (const file of files) {
    for await (const line of file.lines()) {
      const kind = kindByType.get(line.type);
      if (kind === undefined) continue;
      const change = changeOf(LAYOUTS[kind], line, file.name);
      played[kind].changes.push(change);
      if (change.id !== '') played[kind].last.set(change.id, change);
    }
  }
  return played;
}

const begin = () => ({ changes: [] as Change[], last: new Map<string, Change>() });

function changeOf(layout: Layout, { number, type, cells }: OutboundLine, file: string): Change {
  const where = `line ${number} of ${file}`;
  if (type === layout.delete) return { id: idOf(cells[1]), where, cells: null, problems: [] };
  const read = Object.fromEntries(layout.read.map((name) => [name, keepable(cells[layout.columns.indexOf(name)]?.trim() ?? '')]));
  return { id: idOf(read[layout.id]), where, cells: read, problems: widthProblems(layout.columns.length, cells) };
}

/** Ids are numbers. What is none is no id, and may be a name where the columns are other than expected. */
const idOf = (cell = '') => (/^\d{1,18}$/.test(cell.trim()) ? keepable(cell.trim()) : '');

/** A later version of the interface may add columns: where they hold something, it is not known whether the others still mean the same. */
function widthProblems(width: number, cells: readonly string[]): readonly RecordProblem[] {
  const hasMore = cells.slice(width).some((cell) => cell.trim() !== '');
  if (cells.length >= width && !hasMore) return [];
  return [{ path: '', expected: `${width} columns, as in the interface of 2012`, got: `${cells.length}` }];
}
