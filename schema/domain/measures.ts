/**
 * What each figure means. Pure: the subgraph counts minutes, this file says what may be said of them.
 *
 * A definition that changes gets a new version, so that two figures can be told apart.
 */

export const MEASURES = {
  FILL_RATE_HOURS: {
    version: 1,
    title: 'Fill rate by hours',
    unit: 'share, 0 and up',
    numerator: 'Hours of shifts that have a confirmed booking',
    denominator: 'Hours of shifts that were needed: open and filled, not cancelled',
    caveat: 'Planned, not worked. Pooled over roles it hides skill swaps: read it by role.',
    source: 'NHS safer staffing: hours worked ÷ hours planned.',
  },
  UNFILLED_HOURS: {
    version: 1,
    title: 'Unfilled hours',
    unit: 'hours',
    numerator: 'Hours of shifts that are open',
    denominator: null,
    caveat: 'A need that was never put on a rota is not counted.',
    source: 'Rotagraph.',
  },
  AGENCY_RATE_HOURS: {
    version: 1,
    title: 'Agency rate by hours',
    unit: 'share, 0 to 1',
    numerator: 'Hours of filled shifts whose fill source is agency',
    denominator: 'Hours of all filled shifts whose fill source is known',
    caveat: 'Hours whose fill source is unknown are left out of both.',
    source: 'NHS system agency limits, by hours instead of cost.',
  },
} as const;
export type MeasureName = keyof typeof MEASURES;

/** Worked minutes of the shifts in one cell: elapsed time less unpaid breaks. */
export interface StaffingMinutes {
  readonly open: number;
  readonly filled: number;
  readonly agency: number;
  /** Filled, but how is not known. Part of `filled`. */
  readonly fillSourceUnknown: number;
}

/** Share of needed hours that have a confirmed booking. Null when nothing was needed: 0 of 0 is not 100 %. */
export function fillRateByHours({ open, filled }: StaffingMinutes): number | null {
  return ratio(filled, open + filled);
}

export function unfilledHours({ open }: StaffingMinutes): number {
  return open / 60;
}

/** Share of filled hours that an agency supplied. Null when no filled hour has a known source. */
export function agencyRateByHours({ agency, filled, fillSourceUnknown }: StaffingMinutes): number | null {
  return ratio(agency, filled - fillSourceUnknown);
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator > 0 ? numerator / denominator : null;
}
