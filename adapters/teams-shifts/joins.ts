/** What stands beside the shifts in Teams, and is joined with them: members, scheduling groups, reasons of time off. */
import type { z } from 'zod';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { LeaveKind } from '../../schema/domain/values.ts';
import { kindOf } from '../contract.ts';
import { type Group, groupReader } from '../teams-groups.ts';
import { foldWords, wordList } from '../words.ts';
import type { TeamsClient } from './client.ts';
import { GraphMember, GraphSchedulingGroup, GraphTimeOffReason } from './wire.ts';

export type Fields = Partial<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** Reads a list of which every record matters. @throws UpstreamRejectedError when one is not what the reference says. */
async function listOf<Wire extends z.ZodType>(client: TeamsClient, path: string, wire: Wire): Promise<readonly z.output<Wire>[]> {
  return (await client.all(path)).map((value) => {
    const parsed = wire.safeParse(value);
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.');
    throw new UpstreamRejectedError(`Microsoft Graph, ${path}: expected ${field || 'an object'} in each record, got ${kindOf(value)} without it.`);
  });
}

/**
 * User id → the key of the person: the work e-mail of a member of the team, else, for one who has left the team or has
 * no mailbox, the id itself, which is unique in its tenant. GET /teams/{id}/members
 */
export async function staffKeys(client: TeamsClient): Promise<(userId: unknown) => string> {
  const members = await listOf(client, 'members', GraphMember);
  const mails = new Map(members.flatMap(({ userId, email }) => (userId && email?.trim() ? [[userId, email.trim().toLowerCase()] as const] : [])));
  return (userId) => {
    const mail = mails.get(String(userId));
    return mail ? `work-email:${mail}` : `ref:${client.settings.tenantId}:${userId}`.toLowerCase();
  };
}

/** Key of a person → user id of the member of the team; null when there is none. */
export async function usersByKey(client: TeamsClient): Promise<(key: string) => string | null> {
  const keyOf = await staffKeys(client);
  const members = await listOf(client, 'members', GraphMember);
  const byKey = new Map(members.flatMap(({ userId }) => (userId ? [[keyOf(userId), userId] as const] : [])));
  return (key) => byKey.get(key.toLowerCase()) ?? null;
}

/** Group id → what the settings say of the group of that name, else what its name says. GET /teams/{id}/schedule/schedulingGroups */
export async function groups(client: TeamsClient): Promise<(groupId: unknown) => Group | null> {
  const byId = new Map((await understoodGroups(client)).map(({ id, group }) => [id, group]));
  return (groupId) => byId.get(String(groupId)) ?? null;
}

/** A shift → the one active group that means its role, site and mode; of several, the one that it is called by. Else null. */
export async function groupsByRecord(client: TeamsClient): Promise<(shift: Canonical['shift']) => string | null> {
  const all = (await understoodGroups(client)).filter(({ isActive }) => isActive);
  return ({ role, siteCode, deliveryMode, roleAsSent }) => {
    const fitting = all.filter(
      ({ group }) => group && !group.leftOut && group.role === role && group.siteCode === siteCode && group.deliveryMode === deliveryMode,
    );
    const called = fitting.filter(({ group }) => group && !group.leftOut && roleAsSent !== null && foldWords(group.name) === foldWords(roleAsSent));
    const [only, another] = called.length === 1 ? called : fitting;
    return only && another === undefined ? only.id : null;
  };
}

async function understoodGroups(client: TeamsClient): Promise<readonly { readonly id: string; readonly isActive: boolean; readonly group: Group | null }[]> {
  const understood = groupReader(client.settings);
  const list = await listOf(client, 'schedule/schedulingGroups', GraphSchedulingGroup);
  return list.map(({ id, displayName, isActive }) => ({ id, isActive: isActive !== false, group: understood(displayName.trim()) }));
}

/** Reason id → the kind of leave, as far as it may be known. GET /teams/{id}/schedule/timeOffReasons */
export async function leaveKinds(client: TeamsClient): Promise<(reasonId: unknown) => LeaveKind> {
  const setFor = wordList(client.settings.leaveReasons);
  const list = await listOf(client, 'schedule/timeOffReasons', GraphTimeOffReason);
  const byId = new Map(list.map(({ id, displayName }) => [id, setFor(displayName)]));
  return (reasonId) => byId.get(String(reasonId)) ?? 'AWAY';
}
