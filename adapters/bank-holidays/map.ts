/** What an entry of GOV.UK's list means. Pure. */
import type { Division } from '../../schema/domain/bank-holiday.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { isDay } from '../../schema/domain/time.ts';
import { invalid, kindOf } from '../contract.ts';
import type { BankHolidayEvent } from './wire.ts';

export const DIVISIONS: Readonly<Record<string, Division>> = {
  'england-and-wales': 'ENGLAND_AND_WALES',
  scotland: 'SCOTLAND',
  'northern-ireland': 'NORTHERN_IRELAND',
};

export function toBankHoliday({ division, title, date, notes, nextDate }: BankHolidayEvent): Canonical['bankHoliday'] {
  const known = DIVISIONS[division];
  if (known === undefined) throw invalid('division', `one of ${Object.keys(DIVISIONS).join(', ')}`, kindOf(division));
  if (!isDay(date)) throw invalid('date', 'a day as YYYY-MM-DD', kindOf(date));
  return { division: known, day: date, title, substitute: /substitute/i.test(notes), nextOn: nextOf(date, nextDate) };
}

/** An entry that cannot be read, or is out of order, leaves it open what lies between. */
function nextOf(date: string, nextDate: string | null): string | null {
  return nextDate !== null && isDay(nextDate) && nextDate > date ? nextDate : null;
}
