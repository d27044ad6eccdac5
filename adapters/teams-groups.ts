/** Scheduling groups of Teams Shifts: what a practice sets of each, and what a name says where nothing is set. */
import { z } from 'zod';
import { jobRoleFromWords } from '../schema/domain/codes.ts';
import { DELIVERY_MODES, jobRole, text } from '../schema/domain/values.ts';
import { wordList } from './words.ts';

const setting = z.union([
  z.strictObject({ leaveOut: z.literal(true) }),
  z.strictObject({
    role: jobRole,
    siteCode: z.string().min(1).optional(),
    deliveryMode: z.enum(DELIVERY_MODES).default('ON_SITE'),
    skillsNeeded: z.array(text).default([]),
  }),
]);

export const groupsSetting = z
  .record(z.string(), setting)
  .default({})
  .describe(
    'Name of a scheduling group → { role, siteCode, deliveryMode (default ON_SITE), skillsNeeded }, or { "leaveOut": true }. A group that is named like a known role, for instance "Receptionists", needs none.',
  );

/** The scheduling group of a shift, in the words of the settings. */
export const Group = z.union([
  z.object({ leftOut: z.literal(true) }),
  z.object({
    leftOut: z.literal(false),
    name: z.string(),
    role: jobRole,
    siteCode: z.string().nullable(),
    deliveryMode: z.enum(DELIVERY_MODES),
    skillsNeeded: z.array(z.string()),
  }),
]);
export type Group = z.output<typeof Group>;

interface GroupSettings {
  readonly groups: z.output<typeof groupsSetting>;
  readonly siteCode?: string | undefined;
}

/** Name of a group → what it means; null where neither the settings nor the known words for roles tell its role. */
export function groupReader({ groups, siteCode }: GroupSettings): (name: string) => Group | null {
  const setFor = wordList(groups);
  return (name) => {
    const set = setFor(name);
    if (set) return 'leaveOut' in set ? { leftOut: true } : { leftOut: false, name, ...set, siteCode: set.siteCode ?? siteCode ?? null };
    const role = jobRoleFromWords(name);
    return role && { leftOut: false, name, role, siteCode: siteCode ?? null, deliveryMode: 'ON_SITE', skillsNeeded: [] };
  };
}
