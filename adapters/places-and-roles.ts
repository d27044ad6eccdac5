/** What a practice sets about the places and roles that its rota system names, and what those names then mean. */
import { z } from 'zod';
import { jobRoleFromWords } from '../schema/domain/codes.ts';
import { type Interval, overlaps } from '../schema/domain/time.ts';
import { DELIVERY_MODES, jobRole, odsCode, text } from '../schema/domain/values.ts';
import { wordList } from './words.ts';

const leaveOut = z.strictObject({ leaveOut: z.literal(true) });

const placeSetting = z.union([
  leaveOut,
  z.strictObject({ organisationCode: odsCode, siteCode: z.string().min(1).optional(), deliveryMode: z.enum(DELIVERY_MODES).optional() }),
]);

const roleSetting = z.union([
  leaveOut,
  z.strictObject({ role: jobRole, deliveryMode: z.enum(DELIVERY_MODES).optional(), skillsNeeded: z.array(text).default([]) }),
]);

/** Name as the vendor has it → what it is. */
export const placesSetting = z.record(z.string(), placeSetting);
export const rolesSetting = z.record(z.string(), roleSetting).default({});

/** A place, in the words of the settings; `leftOut` where they leave it out. */
export const Place = z.union([
  z.object({ leftOut: z.literal(true) }),
  z.object({
    leftOut: z.literal(false),
    organisationCode: z.string(),
    siteCode: z.string().nullable(),
    deliveryMode: z.enum(DELIVERY_MODES).nullable(),
  }),
]);
export type Place = z.output<typeof Place>;

/** A role, in the words of the settings, else as its name says; `leftOut` where they leave it out. */
export const Role = z.union([
  z.object({ leftOut: z.literal(true) }),
  z.object({
    leftOut: z.literal(false),
    name: z.string(),
    role: jobRole,
    deliveryMode: z.enum(DELIVERY_MODES).nullable(),
    skillsNeeded: z.array(z.string()),
  }),
]);
export type Role = z.output<typeof Role>;

/** Null for a place that the settings do not name: which organisation it belongs to is never guessed. */
export function placesFrom(settings: z.output<typeof placesSetting>): (name: string) => Place | null {
  const setFor = wordList(settings);
  return (name) => {
    const set = setFor(name);
    if (!set) return null;
    if ('leaveOut' in set) return { leftOut: true };
    return { leftOut: false, organisationCode: set.organisationCode, siteCode: set.siteCode ?? null, deliveryMode: set.deliveryMode ?? null };
  };
}

/** Null for a role that neither the settings nor the known words tell. */
export function rolesFrom(settings: z.output<typeof rolesSetting>): (name: string) => Role | null {
  const setFor = wordList(settings);
  return (name) => {
    const set = setFor(name);
    if (set && 'leaveOut' in set) return { leftOut: true };
    if (set) return { leftOut: false, name: name.trim(), role: set.role, deliveryMode: set.deliveryMode ?? null, skillsNeeded: set.skillsNeeded };
    const role = jobRoleFromWords(name);
    return role && { leftOut: false, name: name.trim(), role, deliveryMode: null, skillsNeeded: [] };
  };
}

export type Fields = Partial<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** These fields of a record and no other: what is not named here does not come in. */
export function onlyFields(value: unknown, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fieldsOf(value)).filter(([name]) => names.includes(name)));
}

/** Whether it lies in the window, if only in part. One that ends before it starts is let through, to be found wrong. */
export function isWithin(interval: Interval, window: { readonly from: Date; readonly to: Date }): boolean {
  return interval.endsAt <= interval.startsAt || overlaps(interval, { startsAt: window.from, endsAt: window.to });
}
