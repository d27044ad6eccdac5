/**
 * What GOV.UK sends: one document with the bank holidays of three divisions, each in the order of its days.
 * https://www.gov.uk/bank-holidays.json, as kept in a copy of the years 2012 to 2028; read 2026-11-25.
 */
import { z } from 'zod';

/** Each division's list; what one entry holds is looked at entry by entry. */
export const BankHolidayDocument = z.record(z.string(), z.object({ events: z.array(z.unknown()).min(1) }));

/** One entry, with the division that it stands under and the date of the entry after it. */
export const BankHolidayEvent = z.object({
  division: z.string(),
  title: z.string().min(1, 'a title'),
  date: z.string(),
  notes: z.string(),
  nextDate: z.string().nullable(),
});
export type BankHolidayEvent = z.output<typeof BankHolidayEvent>;
