/**
 * One entry of a grid: what one cell says of one piece of time, after its words were looked up.
 *
 * The text of a cell goes no further: it may be why a person is away.
 */
import { z } from 'zod';
import { DELIVERY_MODES, FILL_SOURCES, jobRole, LEAVE_KINDS, staffKey } from '../../schema/domain/values.ts';

/** Field → what grids call its column. A setting may name another. */
export const LABELS = {
  person: ['Name', 'Staff', 'Staff name', 'Staff member', 'Who', 'Person', 'Clinician', 'Doctor', 'Employee'],
  staff: ['Work email', 'Work e-mail', 'Email', 'E-mail', 'Payroll number', 'Employee number'],
  role: ['Role', 'Job role', 'Job title', 'Grade'],
  site: ['Site', 'Location', 'Base'],
  session: ['Session', 'AM/PM', 'Shift'],
} as const;
export type Label = keyof typeof LABELS;

const problem = z.object({ path: z.string(), expected: z.string(), got: z.string() });

/** What every entry of one pull has in common: one object for all of them, made by us and not by the grid. */
export interface GridPull {
  readonly organisationCode: string;
  /** `[from, to)` of the pull. */
  readonly from: Date;
  readonly to: Date;
}

export const RotaGridEntry = z.object({
  pull: z.custom<GridPull>((value) => typeof value === 'object' && value !== null),
  /** As a spreadsheet program calls it, for messages. */
  cell: z.string(),
  /** `broken`: a row or heading of which it cannot be told what it holds, a shift or leave. */
  says: z.enum(['shift', 'leave', 'off', 'left out', 'unclear', 'broken']),
  /** Null where the heading does not tell it: then there is a problem. */
  day: z.string().nullable(),
  /** Wall-clock times as HH:MM; an end that is not after its start is on the next day. Null for leave of a whole day. */
  times: z.object({ start: z.string(), end: z.string() }).nullable(),
  leave: z.enum(LEAVE_KINDS).nullable(),
  /** Null when nobody has the shift. */
  staffKey: staffKey.nullable(),
  role: jobRole.nullable(),
  roleAsSent: z.string().nullable(),
  siteCode: z.string().nullable(),
  deliveryMode: z.enum(DELIVERY_MODES),
  cover: z.enum(FILL_SOURCES).nullable(),
  problems: z.array(problem),
});
export type RotaGridEntry = z.output<typeof RotaGridEntry>;
