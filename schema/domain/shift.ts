/** A shift: one contiguous piece of work, one person needed, one site, one role. */
import { z } from 'zod';
import { durationMinutes } from './time.ts';
import { DELIVERY_MODES, FILL_SOURCES, type FillSource, instant, jobRole, odsCode, SHIFT_STATUSES, type ShiftStatus, staffKey, text } from './values.ts';

/** The longest shift that is believed. Teams Shifts has the same limit; a longer one is a wrong date. */
export const MAX_SHIFT_HOURS = 24;

export const shift = z
  .object({
    organisationCode: odsCode,
    /** Null where the source does not say at which site. */
    siteCode: z.string().nullable(),
    role: jobRole,
    roleAsSent: text.nullable(),
    skillsNeeded: z.array(text),
    deliveryMode: z.enum(DELIVERY_MODES),
    startsAt: instant,
    endsAt: instant,
    unpaidBreakMinutes: z.number().int().min(0),
    status: z.enum(SHIFT_STATUSES),
    /** Who works it. Null when open; a key that nobody known has still means filled. */
    staffKey: staffKey.nullable(),
    /** Null where the source does not say: then it follows from the person's engagements. */
    fillSource: z.enum(FILL_SOURCES).nullable(),
  })
  .superRefine((value, context) => {
    const minutes = durationMinutes(value);
    if (!(minutes > 0)) context.addIssue({ code: 'custom', path: ['endsAt'], message: 'an end after the start' });
    else if (minutes > MAX_SHIFT_HOURS * 60)
      context.addIssue({ code: 'custom', path: ['endsAt'], message: `an end within ${MAX_SHIFT_HOURS} hours of the start` });
    else if (value.unpaidBreakMinutes >= minutes) context.addIssue({ code: 'custom', path: ['unpaidBreakMinutes'], message: 'a break shorter than the shift' });
    if (value.status === 'FILLED' && value.staffKey === null) context.addIssue({ code: 'custom', path: ['staffKey'], message: 'who works a filled shift' });
    if (value.status === 'OPEN' && value.staffKey !== null) context.addIssue({ code: 'custom', path: ['staffKey'], message: 'nobody on an open shift' });
  });

/** Minutes that count as work: elapsed time less unpaid breaks. */
export function workedMinutes(shift: { startsAt: Date; endsAt: Date; unpaidBreakMinutes: number }): number {
  return durationMinutes(shift) - shift.unpaidBreakMinutes;
}

/** Whether a shift needs a person. */
export function isOpen(shift: { status: ShiftStatus }): boolean {
  return shift.status === 'OPEN';
}

/** The terms on which a person is engaged somewhere on the day of the shift. */
interface EngagementTerms {
  readonly organisationCode: string;
  readonly kind: string;
}

/**
 * How a shift was filled, when its source does not say: from the engagements that the person has on that day.
 *
 * An engagement with the shift's own organisation decides first; bank, locum and agency terms keep their name, in that
 * order; any other engagement elsewhere means a shared person. Null for a person with no engagement: unknown is not OWN.
 */
export function fillSourceFrom(engagements: readonly EngagementTerms[], organisationCode: string): FillSource | null {
  const here = engagements.filter((engagement) => engagement.organisationCode === organisationCode);
  const elsewhere = engagements.filter((engagement) => engagement.organisationCode !== organisationCode);
  return fromTerms(here, 'OWN') ?? fromTerms(elsewhere, 'SHARED');
}

const NAMED_TERMS = ['BANK', 'LOCUM', 'AGENCY'] as const;

function fromTerms(engagements: readonly EngagementTerms[], otherwise: FillSource): FillSource | null {
  const kinds = new Set(engagements.map(({ kind }) => kind));
  const named = NAMED_TERMS.filter((kind) => kinds.delete(kind));
  return kinds.size > 0 ? otherwise : (named[0] ?? null);
}
