/** Who leaves, and when: what of a person stops on that day is for others to say. */
import type { Day } from './time.ts';
import type { EngagementKind } from './values.ts';

/** An engagement or a bank membership, as far as its end goes. Days are London's, and an end is the first day without it. */
export interface EndingTerms {
  /** The end that its source gives; null where it gives none. */
  readonly endsOn: string | null;
  /** When it went from its source; null while it stands. */
  readonly goneOn: string | null;
}

/** ENDED: the source gave the day. GONE: there is no more record of it, so the day is when that was found. */
export type LeavingReason = 'ENDED' | 'GONE';

/** Why a booking is flagged. LEFT_ORGANISATION: the person works for others, and no longer for the organisation of the shift. */
export type FlagReason = LeavingReason | 'LEFT_ORGANISATION';

/** Terms on which people work at several organisations: whoever has one has not left where they are asked to work. */
export const ROVING_KINDS: readonly EngagementKind[] = ['BANK', 'LOCUM', 'AGENCY', 'ARRS'];

/** In the place of the key of somebody who was erased: a shift that they worked stays filled, and nobody can tell by whom. */
export const ERASED_KEY = 'erased';

export interface Leaving {
  /** The first day on which the person works for nobody. It may be to come. */
  readonly leavesOn: string;
  readonly reason: LeavingReason;
}

/**
 * When a person leaves: once the last of their engagements and bank memberships has ended or is gone, and at the latest
 * when every record of the person is gone (`personGoneOn`). Null for one who stays: any terms without an end.
 *
 * Somebody of whom no terms are known leaves only by being gone: a locum whom only a rota knows is no leaver.
 */
export function leavingOf(terms: readonly EndingTerms[], personGoneOn: Day | string | null): Leaving | null {
  if (terms.length === 0) return personGoneOn === null ? null : { leavesOn: personGoneOn, reason: 'GONE' };
  const ends = terms.map(({ endsOn, goneOn }) => {
    const gone = earliest(goneOn, personGoneOn);
    return { on: earliest(endsOn, gone), isStated: endsOn !== null && (gone === null || endsOn <= gone) };
  });
  if (ends.some(({ on }) => on === null)) return null;
  const leavesOn = ends.reduce((latest, { on }) => (on !== null && on > latest ? on : latest), '');
  return { leavesOn, reason: ends.some(({ on, isStated }) => isStated && on === leavesOn) ? 'ENDED' : 'GONE' };
}

function earliest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
