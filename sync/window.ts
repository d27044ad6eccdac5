/** The span of time that a sync asks its upstreams for. */
import { Temporal } from 'temporal-polyfill';
import { addDays, londonDay, startOfLondonDay } from '../schema/domain/time.ts';

/** `[from, to)`. */
export interface SyncWindow {
  readonly from: Date;
  readonly to: Date;
}

/** A quarter looks back for measures; timesheets and late corrections of a rota reach no further. */
export const DAYS_BACK = 92;
/** Rotas and leave are seldom planned further ahead. */
export const MONTHS_AHEAD = 18;

/** From midnight in London, 92 days back, to midnight in London 18 months ahead. */
export function defaultWindow(now: Date): SyncWindow {
  const today = londonDay(now);
  const end = Temporal.PlainDate.from(today).add({ months: MONTHS_AHEAD }).toString();
  return { from: startOfLondonDay(addDays(today, -DAYS_BACK)), to: startOfLondonDay(end) };
}
