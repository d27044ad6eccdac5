/**
 * What RotaCloud sends, as far as it is read, and what each record is joined with before it is mapped.
 *
 * Shapes: the interfaces of RotaCloud's own SDK, https://github.com/rotacloud/rotacloud-node/tree/main/src/interfaces
 */
import { z } from 'zod';
import { day, ENGAGEMENT_KINDS, LEAVE_KINDS } from '../../schema/domain/values.ts';
import { Place, Role } from '../places-and-roles.ts';

const id = z.number().int();

/** The first second of 2100: a later one is a count of milliseconds. */
const END_OF_TIME = 4_102_444_800;
const unixSeconds = z.number().int().min(0).max(END_OF_TIME, 'seconds since 1970');

const window = z.object({ from: z.date(), to: z.date() });

/** `location.interface.ts`, `role.interface.ts`, `group.interface.ts`, `leave-type.interface.ts` */
export const RotaCloudNamed = z.object({ id, name: z.string() });

/** The names of fields that are read: pay, birth dates, PINs and notes do not come in. */
export const SHIFT_FIELDS = ['id', 'deleted', 'published', 'open', 'start_time', 'end_time', 'minutes_break', 'user', 'location', 'role'] as const;
export const PERSON_FIELDS = ['id', 'deleted', 'first_name', 'last_name', 'email', 'payroll_id'] as const;
export const CONTRACT_FIELDS = ['id', 'deleted', 'group', 'locations', 'roles', 'default_role', 'start_date', 'final_working_date', 'weekly_hours'] as const;
export const LEAVE_FIELDS = ['id', 'deleted', 'type', 'user', 'status', 'start_date', 'start_am_pm', 'end_date', 'end_am_pm'] as const;

/** `shift.interface.ts` */
export const RotaCloudShift = z.object({
  id,
  deleted: z.boolean(),
  published: z.boolean(),
  open: z.boolean(),
  start_time: unixSeconds,
  end_time: unixSeconds,
  minutes_break: z.number().int().min(0),
  user: id.nullish(),
  location: id.nullish(),
  role: id.nullish(),
  joined: z.object({ account: z.string(), window, place: Place.nullable(), role: Role.nullable() }),
});
export type RotaCloudShift = z.output<typeof RotaCloudShift>;

/** `user.interface.ts` */
export const RotaCloudUser = z.object({
  id,
  deleted: z.boolean(),
  first_name: z.string(),
  last_name: z.string(),
  email: z.string().nullish(),
  payroll_id: z.string().nullish(),
  joined: z.object({ account: z.string(), payrollNamespace: z.string().nullable() }),
});
export type RotaCloudUser = z.output<typeof RotaCloudUser>;

/** `user.interface.ts`, once for each organisation at whose locations the person works. */
export const RotaCloudContract = z.object({
  id,
  deleted: z.boolean(),
  group: id.nullish(),
  locations: z.array(id),
  roles: z.array(id),
  default_role: id.nullish(),
  start_date: day.nullish(),
  final_working_date: day.nullish(),
  weekly_hours: z.number().min(0).max(168).nullish(),
  joined: z.object({
    account: z.string(),
    /** Null for a location that the settings do not name, or where there is none. */
    place: Place.nullable(),
    /** Whether all the person's hours are of this one organisation. */
    isOnlyOrganisation: z.boolean(),
    role: Role.nullable(),
    /** Undefined for a group that the settings do not name; null for one that is not wanted. */
    kind: z.enum(ENGAGEMENT_KINDS).nullable().optional(),
  }),
});
export type RotaCloudContract = z.output<typeof RotaCloudContract>;

/** `leave.interface.ts`: the type is read to tell the kind, and goes no further. */
export const RotaCloudLeave = z.object({
  id,
  deleted: z.boolean().nullish(),
  user: id,
  status: z.enum(['approved', 'denied', 'expired', 'requested', 'pending']),
  start_date: day,
  start_am_pm: z.string().nullish(),
  end_date: day,
  end_am_pm: z.string().nullish(),
  joined: z.object({ account: z.string(), window, kind: z.enum(LEAVE_KINDS) }),
});
export type RotaCloudLeave = z.output<typeof RotaCloudLeave>;
