/** The world's rotas as their spreadsheets, with the slips that such sheets have. */
import type { RotaSheetRow } from '../adapters/rota-sheet/fixtures/upstream.ts';
import { addDays, type Day } from '../schema/domain/time.ts';
import type { WorldShift } from './weeks.ts';
import { britishDate, MODE_WORDS, roleWords } from './words.ts';
import type { World } from './world.ts';

const STATUS_WORDS = { FILLED: 'Filled', OPEN: 'Open', CANCELLED: 'Cancelled' } as const;
const COVER_WORDS = { BANK: 'Bank', AGENCY: 'Agency', LOCUM: 'Locum' } as const;

/** The rows of one organisation's sheet, in the order of its days. */
export function rotaRows({ shifts, firstMonday }: World, organisationCode: string): readonly RotaSheetRow[] {
  const own = shifts.filter((shift) => shift.organisationCode === organisationCode);
  const rows = own.toSorted((a, b) => a.ref.localeCompare(b.ref)).map(rowOf);
  return withSlips(rows, SLIPS[organisationCode] ?? [], firstMonday);
}

function rowOf(shift: WorldShift): RotaSheetRow {
  return {
    date: britishDate(shift.startsOn),
    start: shift.start,
    end: shift.end,
    breakMinutes: String(shift.unpaidBreakMinutes),
    role: roleWords(shift.role),
    site: shift.siteCode,
    deliveryMode: MODE_WORDS[shift.deliveryMode],
    staffEmail: shift.person?.email ?? '',
    status: STATUS_WORDS[shift.status],
    cover: shift.cover ? COVER_WORDS[shift.cover] : '',
    skills: shift.skillsNeeded.join('; '),
    ref: shift.ref,
  };
}

/** A row that somebody got wrong, made from a good one; its date is in the second week. */
type Slip = (row: RotaSheetRow, day: Day) => RotaSheetRow;

const SLIPS: Readonly<Record<string, readonly Slip[]>> = {
  Z99002: [
    (row) => ({ ...row, ref: '02-note-1', date: 'Tues', notes: 'which Tuesday?' }),
    (row, day) => ({ ...row, ref: '02-note-2', date: britishDate(day), role: 'Piano tuner' }),
    (row) => row,
  ],
  Z99004: [(row, day) => ({ ...row, ref: '04-note-1', date: britishDate(day), start: '8 ish' })],
  Z99005: [(row, day) => ({ ...row, ref: '05-note-1', date: britishDate(day), breakMinutes: 'lunch' })],
};

function withSlips(rows: readonly RotaSheetRow[], slips: readonly Slip[], firstMonday: Day): readonly RotaSheetRow[] {
  const [first] = rows;
  return first ? [...rows, ...slips.map((slip) => slip(first, addDays(firstMonday, 8)))] : rows;
}
