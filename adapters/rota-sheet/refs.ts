/**
 * A name for each row that stays the same from one pull to the next.
 *
 * A row's own reference is best. Without one, the row goes by date, start, role, site and person: a digest of them, so
 * that nobody can be read from it. Rows without a person that agree in all of these are numbered in their order: two
 * open rows that are the same may be two people who are needed.
 */
import { hash } from 'node:crypto';
import { type DateOrder, foldName, keepable, parseDay, parseTime } from '../../platform/table/cells.ts';

/** What a row is known by. */
export interface Identity {
  readonly ref: string;
  readonly date: string;
  readonly start: string;
  readonly role: string;
  readonly site: string;
}

export interface RowName {
  readonly ref: string;
  /** The earlier row that has the same name, as the sheet numbers it, or null. */
  readonly repeats: number | null;
}

const DIGEST_LENGTH = 24;

/** Gives a function that names rows, to be called with each row of a sheet in order; `person` is '' when nobody has the shift. */
export function rowNamer(order: DateOrder, identicalOpenRows: 'each-is-a-shift' | 'repeats'): (row: number, identity: Identity, person: string) => RowName {
  const rowByRef = new Map<string, number>();
  const openRows = new Map<string, number>();
  return (row, identity, person) => {
    let ref = identity.ref === '' ? `row:${digestOf(identity, person, order)}` : keepable(identity.ref);
    if (identity.ref === '' && person === '' && identicalOpenRows === 'each-is-a-shift') {
      const ordinal = (openRows.get(ref) ?? 0) + 1;
      openRows.set(ref, ordinal);
      if (ordinal > 1) ref = `${ref}#${ordinal}`;
    }
    const repeats = rowByRef.get(ref) ?? null;
    if (repeats === null) rowByRef.set(ref, row);
    return { ref, repeats };
  };
}

/** The same for 02/03/2026 and 2026-03-02, for 9.00 and 09:00: a sheet that is saved in another way keeps its names. */
function digestOf({ date, start, role, site }: Identity, person: string, order: DateOrder): string {
  const parts = [parseDay(date, order) ?? foldName(date), parseTime(start) ?? foldName(start), foldName(role), foldName(site), foldName(person)];
  return hash('sha256', parts.join('\n'), 'hex').slice(0, DIGEST_LENGTH);
}
