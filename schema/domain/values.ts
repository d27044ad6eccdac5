/** The small closed lists and shapes that several canonical records share. */
import { z } from 'zod';
import { JOB_ROLE_CODES, type JobRole } from './codes.ts';
import { isDay } from './time.ts';

export const DELIVERY_MODES = ['ON_SITE', 'TELEPHONE', 'VIDEO', 'ASYNC_ONLINE'] as const;
export type DeliveryMode = (typeof DELIVERY_MODES)[number];

export const SITE_KINDS = ['PRACTICE_SITE', 'ACCESS_HUB', 'COMMUNITY_CLINIC', 'URGENT_CARE', 'REMOTE_HUB'] as const;
export type SiteKind = (typeof SITE_KINDS)[number];

export const ENGAGEMENT_KINDS = ['PARTNER', 'SALARIED', 'LOCUM', 'BANK', 'AGENCY', 'ARRS', 'TRAINEE'] as const;
export type EngagementKind = (typeof ENGAGEMENT_KINDS)[number];

/** How a shift came to have its person. OWN: of the practice itself. SHARED: of another practice or of the PCN. */
export const FILL_SOURCES = ['OWN', 'SHARED', 'BANK', 'LOCUM', 'AGENCY'] as const;
export type FillSource = (typeof FILL_SOURCES)[number];

export const SHIFT_STATUSES = ['OPEN', 'FILLED', 'CANCELLED'] as const;
export type ShiftStatus = (typeof SHIFT_STATUSES)[number];

/** Why a person is away, as far as anyone else needs to know. Every other reason reads AWAY: it may be health data. */
export const LEAVE_KINDS = ['ANNUAL', 'STUDY', 'AWAY'] as const;
export type LeaveKind = (typeof LEAVE_KINDS)[number];

/** An ODS code: 3 to 12 upper-case letters or digits (GP data set, an3 to an12). */
export const odsCode = z.string().regex(/^[A-Z0-9]{3,12}$/, 'an ODS code: 3 to 12 upper-case letters or digits');

/** A calendar day, `YYYY-MM-DD`. */
export const day = z.string().refine(isDay, 'a calendar day as YYYY-MM-DD');

/** A point in time. */
export const instant = z.date();

/** Text that is there: trimmed, at least one character. */
export const text = z.string().trim().min(1).max(400);

export const jobRole = z.enum(JOB_ROLE_CODES as unknown as readonly [JobRole, ...JobRole[]]);

/**
 * A key by which some system knows a person, `kind:value` in lower case: `work-email:…`, `gmc:…`,
 * `payroll:<upstream>:…` or `ref:<upstream>:…`. It is matched against the keys of known people; it is never shown.
 */
export const staffKey = z.string().regex(/^[a-z][a-z-]*:\S(.*\S)?$/, 'a staff key: kind:value');
export type StaffKey = z.infer<typeof staffKey>;
