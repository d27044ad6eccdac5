/**
 * What Rotamap sends, as far as it is asked for, and what each row is joined with before it is mapped.
 *
 * Names, titles, notes and details are not asked for. Field names: as seen in use by a client of the Central API in 2026;
 * no reference of it is published. PublicAPI: https://www.rotamap.net/resources/publicapi
 */
import { z } from 'zod';
import { DELIVERY_MODES, jobRole, LEAVE_KINDS, staffKey } from '../../schema/domain/values.ts';

/** Fields that may tell the job role: which does is a department's own affair. */
export const ROLE_FIELDS = ['role.name', 'assignment_type.name', 'extra_type.name', 'service.local_name', 'place.name'] as const;

export const ASSIGNMENT_FIELDS = [
  'date',
  'session.rota_label',
  'start_time',
  'end_time',
  'person.email',
  'person.local_id',
  'place.name',
  'place.external_code',
  'role.name',
  'assignment_type.name',
  'extra_type.name',
  'service.local_name',
] as const;

export const LEAVE_FIELDS = [
  'date',
  'start_time',
  'end_time',
  'person.email',
  'person.local_id',
  'leave_type.name',
  'leave_request.local_id',
  'leave_request.state',
  'leave_request.start_date',
  'leave_request.end_date',
  'leave_submittal.state',
] as const;

/** An answer of the Central API: names of the columns, and rows as lists, or as objects by these names. */
export const CentralReport = z.object({ columns: z.array(z.object({ field_name: z.string() })), rows: z.array(z.unknown()) });

const unknownWords = z.array(z.object({ path: z.string(), expected: z.string() }));
const window = z.object({ from: z.date(), to: z.date() });

/** What a row says of time, as text; '' where it says nothing. */
const when = { date: z.string(), start_time: z.string(), end_time: z.string() };

export const RotamapAssignment = z.object({
  ...when,
  joined: z.object({
    window,
    organisationCode: z.string(),
    /** How the settings fill in what the row does not say; null where they do not know the session. */
    session: z.object({ start: z.string().nullable(), minutes: z.number() }).nullable(),
    leftOut: z.boolean(),
    role: jobRole.nullable(),
    roleAsSent: z.string().nullable(),
    siteCode: z.string().nullable(),
    deliveryMode: z.enum(DELIVERY_MODES),
    staffKey: staffKey.nullable(),
    unknown: unknownWords,
  }),
});
export type RotamapAssignment = z.output<typeof RotamapAssignment>;

export const RotamapLeave = z.object({
  ...when,
  /** Last day, where the row stands for a whole request. */
  end_date: z.string(),
  joined: z.object({ window, kind: z.enum(LEAVE_KINDS), isGranted: z.boolean(), staffKey: staffKey.nullable(), unknown: unknownWords }),
});
export type RotamapLeave = z.output<typeof RotamapLeave>;
