/** Bank holidays, and how far they are known. */
import { z } from 'zod';
import { addDays, type Day } from './time.ts';
import { day, text } from './values.ts';

export const DIVISIONS = ['ENGLAND_AND_WALES', 'SCOTLAND', 'NORTHERN_IRELAND'] as const;
export type Division = (typeof DIVISIONS)[number];

export const bankHoliday = z.object({
  division: z.enum(DIVISIONS),
  day,
  title: text,
  /** Whether it stands in for one that fell on a weekend. */
  substitute: z.boolean(),
  /**
   * The next bank holiday of the list: no day between the two is one. Null where the list ends or its next entry cannot
   * be read: then nothing is known of the days after this one.
   */
  nextOn: day.nullable(),
});

/** Days of which it is known whether they are bank holidays, `[from, to)`. */
export interface KnownSpan {
  readonly from: Day;
  readonly to: Day;
}

/** The spans that a list covers: from each holiday to the next that it names, joined where they touch. In order. */
export function knownSpans(holidays: readonly { readonly day: Day; readonly nextOn: Day | null }[]): readonly KnownSpan[] {
  const spans: KnownSpan[] = [];
  for (const { day: from, nextOn } of holidays.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    const to = nextOn ?? addDays(from, 1);
    const last = spans.at(-1);
    if (last === undefined || last.to < from) spans.push({ from, to });
    else if (last.to < to) spans[spans.length - 1] = { from: last.from, to };
  }
  return spans;
}
