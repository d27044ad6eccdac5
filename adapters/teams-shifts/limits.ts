/**
 * What Microsoft Graph allows of Shifts, each second: of an application in one tenant, in all tenants, and on one team.
 *
 * https://learn.microsoft.com/graph/throttling-limits, read 2026-11-24.
 */
import type { RateLimit } from '../../platform/rate-limit.ts';
import { isLoopback } from '../setting-values.ts';
import type { TeamsShiftsSettings } from './settings.ts';

const PER_TENANT = { read: 30, write: 30, delete: 15 } as const;
const PER_APPLICATION = { read: 600, write: 300, delete: 150 } as const;
const PER_TEAM = 4;

/** Requests that left evenly may arrive a little closer together, and Graph counts those that arrive. */
const OF_THE_LIMIT = 0.96;

type Kind = keyof typeof PER_TENANT;

/** None for the token service, which is not Graph, nor for a stand-in on this machine. */
export function limits(
  { baseUrl, clientId, tenantId }: TeamsShiftsSettings,
  { url, method }: { readonly url: URL; readonly method: string },
): readonly RateLimit[] {
  const graph = new URL(baseUrl);
  if (url.origin !== graph.origin || isLoopback(graph)) return [];
  const kind: Kind = method === 'GET' ? 'read' : method === 'DELETE' ? 'delete' : 'write';
  const team = /\/teams\/([^/]+)/.exec(url.pathname)?.[1];
  return [
    evenly(`graph-shifts ${kind} ${clientId}`, PER_APPLICATION[kind]),
    evenly(`graph-shifts ${kind} ${clientId} ${tenantId}`, PER_TENANT[kind]),
    ...(team === undefined ? [] : [evenly(`graph-shifts team ${clientId} ${team}`, PER_TEAM)]),
  ];
}

/** No burst: with one, the second that it falls into would hold more than is allowed. */
const evenly = (key: string, perSecond: number): RateLimit => ({ key, perSecond: perSecond * OF_THE_LIMIT, burst: 1 });
