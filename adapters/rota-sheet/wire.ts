/**
 * One row of a rota, after the words of closed lists were looked up.
 *
 * The fields below are all that is read. What else a sheet holds, notes above all, no setting can name.
 */
import { z } from 'zod';
import type { DateOrder } from '../../platform/table/cells.ts';
import { DELIVERY_MODES, FILL_SOURCES, jobRole, LEAVE_KINDS, SHIFT_STATUSES } from '../../schema/domain/values.ts';

/** Field → what rotas call its column. A setting may name another. */
export const COLUMNS = {
  ref: ['Ref', 'Reference', 'Shift ID', 'Shift ref'],
  date: ['Date', 'Shift date', 'Start date'],
  start: ['Start', 'Start time', 'From'],
  end: ['End', 'End time', 'Finish', 'To'],
  endDate: ['End date', 'Finish date'],
  clock: ['Clock', 'BST or GMT'],
  breakMinutes: ['Unpaid break (mins)', 'Unpaid break (minutes)', 'Unpaid break', 'Break (mins)', 'Break'],
  role: ['Role', 'Job role', 'Staff role'],
  skills: ['Skills', 'Skills needed'],
  organisation: ['Organisation', 'Practice code', 'ODS code'],
  site: ['Site', 'Location'],
  deliveryMode: ['Mode', 'Delivery mode'],
  staff: ['Work email', 'Work e-mail', 'Email', 'E-mail', 'Payroll number', 'Employee number'],
  status: ['Status'],
  cover: ['Cover', 'Cover type', 'Filled by'],
} as const;
export type Field = keyof typeof COLUMNS;
export const FIELDS = Object.keys(COLUMNS) as readonly Field[];

/** Without these a row says nothing. */
export const NEEDED: readonly Field[] = ['date', 'start', 'end', 'role', 'staff'];

const textOf = <Name extends string>(fields: readonly Name[]) =>
  z.object(Object.fromEntries(fields.map((field) => [field, z.string()])) as Record<Name, z.ZodString>);

/** What goes on as text. The words that were looked up do not, but for the role of a shift where it is known. */
const CELLS = ['date', 'start', 'end', 'endDate', 'clock', 'breakMinutes', 'role', 'skills', 'staff'] as const;
export type Cell = (typeof CELLS)[number];

/** What every row of one pull has in common: one object for all of them, made by us and not by the sheet. */
export interface RotaSheet {
  /** What the sheet calls each field. */
  readonly columns: Readonly<Record<Field, string>>;
  readonly dateOrder: DateOrder;
  /** For payroll numbers; null where people go by work e-mail. */
  readonly payrollNamespace: string | null;
  /** `[from, to)` of the pull. */
  readonly from: Date;
  readonly to: Date;
}

export const RotaSheetRow = z.object({
  cells: textOf(CELLS),
  sheet: z.custom<RotaSheet>((value) => typeof value === 'object' && value !== null),
  /** Kind of leave when the row says that a person is away; null for a shift. */
  leave: z.enum(LEAVE_KINDS).nullable(),
  organisationCode: z.string(),
  siteCode: z.string().nullable(),
  role: jobRole.nullable(),
  /** Whether the row names no role, which is told from one that is not known. */
  isNoRole: z.boolean().optional(),
  deliveryMode: z.enum(DELIVERY_MODES),
  /** Null where the sheet does not say: then a shift with a person is filled. */
  status: z.enum(SHIFT_STATUSES).nullable(),
  cover: z.enum(FILL_SOURCES).nullable(),
  /** Fields that hold words which neither we nor the settings know. */
  unknown: z.array(z.enum(FIELDS as [Field, ...Field[]])),
  /** The row that this one repeats, as the sheet numbers it; null for the first of its kind. */
  repeats: z.number().nullable(),
});
export type RotaSheetRow = z.output<typeof RotaSheetRow>;
