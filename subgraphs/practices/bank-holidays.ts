/** Bank holidays of a period, and how much of it is known. Pure. */
import { dayOf } from '../../platform/graphql/record-source.ts';
import { type Division, type KnownSpan, knownSpans } from '../../schema/domain/bank-holiday.ts';
import { RequestError } from '../../schema/domain/errors.ts';
import type { Day } from '../../schema/domain/time.ts';
import type { BankHoliday } from '../../schema/prisma/generated/client.ts';

export interface BankHolidayPeriod {
  readonly from: Day;
  readonly to: Day;
  readonly division: Division;
}

/** @throws RequestError BAD_USER_INPUT when the period does not end after it begins. */
export function bankHolidaysWithin(rows: readonly BankHoliday[], { from, to, division }: BankHolidayPeriod) {
  if (from >= to) throw new RequestError('BAD_USER_INPUT', `to: expected a day after ${from}, got ${to}.`);
  const known = spansOf(rows).flatMap((span) => cut(span, from, to));
  const holidays = rows.filter(({ day }) => from <= text(day) && text(day) < to);
  const [first] = known;
  return { division, known, complete: known.length === 1 && first?.from === from && first.to === to, holidays };
}

/** Null when it is not known. */
export function isBankHoliday(rows: readonly BankHoliday[], day: Day): boolean | null {
  if (rows.some((row) => text(row.day) === day)) return true;
  return spansOf(rows).some(({ from, to }) => from <= day && day < to) ? false : null;
}

const text = (day: Date): Day => dayOf(day) ?? '';

const spansOf = (rows: readonly BankHoliday[]) => knownSpans(rows.map(({ day, nextOn }) => ({ day: text(day), nextOn: dayOf(nextOn) })));

function cut(span: KnownSpan, from: Day, to: Day): readonly KnownSpan[] {
  const within = { from: span.from > from ? span.from : from, to: span.to < to ? span.to : to };
  return within.from < within.to ? [within] : [];
}
