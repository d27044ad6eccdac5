/** What Microsoft Graph sends, as far as it is read, and what each record is joined with before it is mapped. */
import { z } from 'zod';
import { LEAVE_KINDS, staffKey } from '../../schema/domain/values.ts';
import { Group } from '../teams-groups.ts';

const dateTime = z.iso.datetime({ offset: true });
const id = z.string().min(1);

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#successful-response-1 */
export const EntraToken = z.object({ access_token: z.string().min(1), expires_in: z.number() });

/** https://learn.microsoft.com/graph/api/resources/aaduserconversationmember. A member of another kind has no user id. */
export const GraphMember = z.object({ userId: z.string().nullish(), email: z.string().nullish() });

/** https://learn.microsoft.com/graph/api/resources/schedulinggroup */
export const GraphSchedulingGroup = z.object({ id, displayName: z.string(), isActive: z.boolean().nullish() });

/** https://learn.microsoft.com/graph/api/resources/timeoffreason */
export const GraphTimeOffReason = z.object({ id, displayName: z.string() });

/** One answer to a list request. https://learn.microsoft.com/graph/paging */
export const GraphPage = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().optional() });

const GraphActivity = z.object({ isPaid: z.boolean(), startDateTime: dateTime, endDateTime: dateTime });

const GraphShiftItem = z.object({ startDateTime: dateTime, endDateTime: dateTime, activities: z.array(GraphActivity).nullish() });

/** What the record itself does not say, found in the settings and in the other lists. Under a name that Graph has not. */
const Joined = z.object({
  organisationCode: z.string(),
  window: z.object({ from: z.date(), to: z.date() }),
  /** Null for a group that neither the settings nor the known words for roles tell the role of. */
  group: Group.nullable(),
});

/** https://learn.microsoft.com/graph/api/resources/shift */
export const TeamsShift = z.object({
  id,
  userId: id,
  schedulingGroupId: z.string().nullish(),
  sharedShift: GraphShiftItem.nullish(),
  joined: Joined.extend({ staffKey }),
});
export type TeamsShift = z.output<typeof TeamsShift>;

/** More open slots in one record are taken for a mistake. */
export const MAX_OPEN_SLOTS = 100;
const openSlotCount = z.number().int().min(0).max(MAX_OPEN_SLOTS);

/** https://learn.microsoft.com/graph/api/resources/openshift */
export const TeamsOpenShift = z.object({
  id,
  schedulingGroupId: z.string().nullish(),
  sharedOpenShift: GraphShiftItem.extend({ openSlotCount }).nullish(),
  joined: Joined,
});
export type TeamsOpenShift = z.output<typeof TeamsOpenShift>;

/** https://learn.microsoft.com/graph/api/resources/timeoff: the reason is read to tell the kind, and goes no further. */
export const TeamsTimeOff = z.object({
  id,
  userId: id,
  sharedTimeOff: z.object({ startDateTime: dateTime, endDateTime: dateTime }).nullish(),
  joined: Joined.pick({ window: true }).extend({ staffKey, kind: z.enum(LEAVE_KINDS) }),
});
export type TeamsTimeOff = z.output<typeof TeamsTimeOff>;

/** A shift as it is read to be changed: what is not ours to change is sent back as it came. */
const ItemToWrite = z.looseObject({
  notes: z.string().nullish(),
  startDateTime: dateTime,
  endDateTime: dateTime,
  activities: z.array(z.looseObject(GraphActivity.shape)).nullish(),
});
const Draft = z.looseObject({}).nullish();

export const GraphShiftToWrite = z.object({ id, sharedShift: ItemToWrite.nullish(), draftShift: Draft });
export type GraphShiftToWrite = z.output<typeof GraphShiftToWrite>;

export const GraphOpenShiftToWrite = z.object({
  id,
  schedulingGroupId: z.string().nullish(),
  sharedOpenShift: ItemToWrite.extend({ openSlotCount: z.number().int() }).nullish(),
  draftOpenShift: Draft,
});
export type GraphOpenShiftToWrite = z.output<typeof GraphOpenShiftToWrite>;
