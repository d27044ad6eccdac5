/**
 * One row of the sheet of shifts, as far as it is read, joined with what its group means.
 *
 * Member, theme, label and notes are left in the file: people write names and reasons there.
 */
import { z } from 'zod';
import type { DateOrder } from '../../platform/table/cells.ts';
import { Group } from '../teams-groups.ts';

/** Field → its column in the sheet that Teams takes for import. That an export has the same is inferred. */
export const COLUMNS = {
  email: ['Work Email'],
  group: ['Group'],
  startDate: ['Start Date'],
  startTime: ['Start Time'],
  endDate: ['End Date'],
  endTime: ['End Time'],
  unpaidBreak: ['Unpaid Break (minutes)'],
  shared: ['Shared'],
} as const;
export type Field = keyof typeof COLUMNS;

/** Common to all rows of one pull: made by us, not by the sheet. */
export interface TeamsSheet {
  readonly columns: Readonly<Record<Field, string>>;
  readonly organisationCode: string;
  readonly dateOrder: DateOrder;
  /** `[from, to)` of the pull. */
  readonly from: Date;
  readonly to: Date;
}

export const TeamsSheetRow = z.object({
  cells: z.object({
    email: z.string(),
    startDate: z.string(),
    startTime: z.string(),
    endDate: z.string(),
    endTime: z.string(),
    unpaidBreak: z.string(),
    shared: z.string(),
  }),
  /** Null where neither the settings nor the known words for roles tell the role. */
  group: Group.nullable(),
  sheet: z.custom<TeamsSheet>((value) => typeof value === 'object' && value !== null),
  /** The earlier row that this one repeats, as the sheet numbers it, or null. */
  repeats: z.number().nullable(),
});
export type TeamsSheetRow = z.output<typeof TeamsSheetRow>;
