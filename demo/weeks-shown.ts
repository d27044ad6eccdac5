/** Which weeks of its world the demo shows: four from this one on, and those before it that it has already shown. */
import { addDays, type Day } from '../schema/domain/time.ts';
import { WEEKS } from './world.ts';

/** As far as a sync looks back: 13 weeks are 91 days. What is older stays in the database, and out of the files. */
const MAX_PAST_WEEKS = 13;

export interface WeeksShown {
  readonly firstMonday: Day;
  readonly weeks: number;
}

/**
 * The weeks of a demo that first ran in the week of `firstMonday`.
 *
 * History stays in the files because a shift that is no longer in its rota is a shift that was taken off it.
 */
export function weeksShown(firstMonday: Day, thisMonday: Day): WeeksShown {
  const earliest = addDays(thisMonday, -7 * MAX_PAST_WEEKS);
  const from = firstMonday > thisMonday ? thisMonday : firstMonday < earliest ? earliest : firstMonday;
  const past = Math.round((Date.parse(thisMonday) - Date.parse(from)) / (7 * 86_400_000));
  return { firstMonday: from, weeks: past + WEEKS };
}
