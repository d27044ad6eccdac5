/** What a rota sheet may have a column for, and what the column is called where the settings do not say. */

export const DEFAULT_COLUMNS = {
  date: 'Date',
  start: 'Start',
  end: 'End',
  endDate: 'End date',
  clock: 'Clock',
  breakMinutes: 'Unpaid break (mins)',
  role: 'Role',
  skills: 'Skills',
  organisation: 'Organisation',
  site: 'Site',
  deliveryMode: 'Mode',
  staff: 'Work email',
  status: 'Status',
  cover: 'Cover',
  ref: 'Ref',
} as const;

export type Field = keyof typeof DEFAULT_COLUMNS;
export const FIELDS = Object.keys(DEFAULT_COLUMNS) as readonly Field[];

/** Fields without which a row says nothing. The others may be missing from a sheet that keeps the usual names. */
export const NEEDED_FIELDS: readonly Field[] = ['date', 'start', 'end', 'role', 'staff'];
