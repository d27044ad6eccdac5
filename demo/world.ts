/**
 * A fictional primary care network: who works there, and some weeks of rota, four unless more are asked for.
 *
 * A pure function of a seed and a Monday. It knows nothing of upstream formats: `upstreams.ts` writes it in them.
 */
import { addDays, type Day, mondayOf } from '../schema/domain/time.ts';
import { makePeople, type Person } from './people.ts';
import { PRACTICES } from './places.ts';
import { randomOf } from './random.ts';
import { makeWeek, type WorldLeave, type WorldShift } from './weeks.ts';

export const WEEKS = 4;
export const DEFAULT_SEED = 'brackenford';

export interface PatientCount {
  readonly practiceCode: string;
  readonly countedOn: Day;
  readonly patients: number;
}

export interface World {
  readonly seed: string;
  readonly firstMonday: Day;
  /** The Monday after the last week. */
  readonly endsOn: Day;
  readonly people: readonly Person[];
  readonly shifts: readonly WorldShift[];
  readonly leave: readonly WorldLeave[];
  readonly patientCounts: readonly PatientCount[];
}

/** What a world is made from. */
export interface WorldOptions {
  readonly seed: string;
  readonly firstMonday: Day;
  /** Default 4. The last four are those that lie ahead; any before them are history. */
  readonly weeks?: number;
}

/**
 * The world from a Monday on. Two worlds of one seed agree on the weeks that they share.
 *
 * @throws RangeError when `firstMonday` is not a Monday.
 */
export function makeWorld({ seed, firstMonday, weeks = WEEKS }: WorldOptions): World {
  if (mondayOf(firstMonday) !== firstMonday) throw new RangeError(`The first day of the demo must be a Monday, and ${firstMonday} is not.`);
  const thisMonday = addDays(firstMonday, 7 * (weeks - WEEKS));
  const people = makePeople(seed, thisMonday);
  const made = Array.from({ length: weeks }, (_, week) => makeWeek(seed, people, addDays(firstMonday, 7 * week)));
  return {
    seed,
    firstMonday,
    endsOn: addDays(firstMonday, 7 * weeks),
    people,
    shifts: made.flatMap(({ shifts }) => shifts),
    leave: made.flatMap(({ leave }) => leave),
    patientCounts: patientCounts(seed, thisMonday),
  };
}

/** On the first of this month and of the two before, as NHS England counts. */
function patientCounts(seed: string, day: Day): readonly PatientCount[] {
  const [year = 0, month = 0] = day.split('-').map(Number);
  const firsts = [2, 1, 0].map((back) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 10));
  return firsts.flatMap((countedOn) =>
    PRACTICES.map(({ code, patients }) => ({
      practiceCode: code,
      countedOn,
      patients: patients + randomOf(seed, 'patients', code, countedOn).between(-60, 60),
    })),
  );
}
