/**
 * Global ids of the graph: `<type>_<key>`, for instance `shift_0f9c…` or `practice_A81001`.
 *
 * Clients treat them as opaque. The prefix lets `node(id:)` find the owner of a record without asking every subgraph.
 */

/** GraphQL type → prefix of its ids. */
export const ID_PREFIXES = {
  IntegratedCareBoard: 'icb',
  SubIcbLocation: 'subicb',
  PrimaryCareNetwork: 'pcn',
  Practice: 'practice',
  Site: 'site',
  StaffMember: 'staff',
  Shift: 'shift',
  Leave: 'leave',
  CalendarFeed: 'feed',
  IdentityReview: 'review',
} as const;
export type NodeType = keyof typeof ID_PREFIXES;

const TYPE_BY_PREFIX = new Map(Object.entries(ID_PREFIXES).map(([type, prefix]) => [prefix as string, type as NodeType]));

export function globalId(type: NodeType, key: string): string {
  return `${ID_PREFIXES[type]}_${key}`;
}

/** The type and key of a global id, or null when it is not one. */
export function parseGlobalId(id: string): { readonly type: NodeType; readonly key: string } | null {
  const at = id.indexOf('_');
  const type = TYPE_BY_PREFIX.get(id.slice(0, at));
  const key = id.slice(at + 1);
  return at > 0 && type && /^[A-Za-z0-9-]{2,64}$/.test(key) ? { type, key } : null;
}

/** The key of a global id of this type, or null when the id is malformed or of another type. */
export function keyOf(type: NodeType, id: string): string | null {
  const parsed = parseGlobalId(id);
  return parsed?.type === type ? parsed.key : null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a key is a UUID in lower case, which the database can be asked for. */
export function isUuid(key: string): boolean {
  return UUID.test(key);
}
