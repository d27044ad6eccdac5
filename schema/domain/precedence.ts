/**
 * Who wins a field where several records make one row, as data: per entity and field the sorts of source in order.
 *
 * The first sort that gives the field wins it; among records of one sort, and among those of sorts that are not named,
 * the newest does. A record that gives nothing for a field takes nothing away.
 */
import { CANONICAL, type Canonical, ENTITY_NAMES, type EntityName } from './canonical.ts';

/** What sort of system an adapter reads. */
export const SOURCE_KINDS = {
  REGISTER: "A regulator's register",
  REFERENCE: 'Reference data that the NHS publishes',
  LOCAL: 'A list that a network or practice keeps about itself',
  HR: 'A human resources or payroll system',
  ROTA: 'A rota tool or sheet',
} as const;
export type SourceKind = keyof typeof SOURCE_KINDS;
const KINDS = Object.keys(SOURCE_KINDS) as readonly SourceKind[];

type Order = readonly SourceKind[];
/** `*` is every field of the entity that has no line of its own. */
type Orders<E extends EntityName> = { readonly [Field in (keyof Canonical[E] & string) | '*']?: Order };
export type Precedence = { readonly [E in EntityName]?: Orders<E> };

/**
 * The default: HR for contracts, the rota tool for shifts, the register for registrations, published data for who the
 * organisations are, and the network's own list for its places, whose doors and modes no published file tells.
 *
 * Records of engagements, leave, credentials and shifts are each a row of their own today: their lines decide nothing
 * until two of them make one row.
 */
export const DEFAULT_PRECEDENCE: Precedence = {
  icb: { '*': ['REFERENCE', 'LOCAL'] },
  subIcbLocation: { '*': ['REFERENCE', 'LOCAL'] },
  pcn: { '*': ['REFERENCE', 'LOCAL'] },
  practice: { '*': ['REFERENCE', 'LOCAL'] },
  registeredPatients: { '*': ['REFERENCE', 'LOCAL'] },
  site: { '*': ['LOCAL', 'REFERENCE'] },
  staffMember: { '*': ['HR', 'ROTA'], registrations: ['REGISTER', 'HR', 'ROTA'] },
  engagement: { '*': ['HR', 'ROTA'] },
  bankMembership: { '*': ['HR', 'ROTA'] },
  credential: { '*': ['HR', 'ROTA'] },
  leave: { '*': ['HR', 'ROTA'] },
  shift: { '*': ['ROTA', 'HR'] },
};

/** `staffMember.workEmail` or `staffMember.*` → its order, in the place of the default's. */
export type PrecedenceOverrides = Readonly<Record<string, Order>>;

export interface FieldRank {
  readonly entity: EntityName;
  readonly field: string;
  readonly kind: SourceKind;
  /** 0 wins. */
  readonly rank: number;
}

/** Every field of every entity with an order, one line for each sort of source in it. */
export function fieldRanks(overrides: PrecedenceOverrides = {}): readonly FieldRank[] {
  return ENTITY_NAMES.flatMap((entity) => {
    const byDefault = DEFAULT_PRECEDENCE[entity] as Readonly<Record<string, Order>> | undefined;
    return fieldsOf(entity).flatMap((field) => {
      const order = overrides[`${entity}.${field}`] ?? overrides[`${entity}.*`] ?? byDefault?.[field] ?? byDefault?.['*'] ?? [];
      return order.map((kind, rank) => ({ entity, field, kind, rank }));
    });
  });
}

const fieldsOf = (entity: EntityName): readonly string[] => Object.keys(CANONICAL[entity].shape);

/** Written as `staffMember.workEmail=ROTA,HR; site.*=REFERENCE,LOCAL`. */
export function parsePrecedence(text: string): { readonly ok: true; readonly value: PrecedenceOverrides } | { readonly ok: false; readonly problem: string } {
  const overrides: Record<string, Order> = {};
  for (const part of text.split(';').map((piece) => piece.trim())) {
    if (part === '') continue;
    const [, entity = '', field = '', order = ''] = /^(\w+)\.(\w+|\*)\s*=\s*(.*)$/.exec(part) ?? [];
    if (!ENTITY_NAMES.includes(entity as EntityName)) return refused(`expected entity.field=KIND,KIND; with one of the entities ${ENTITY_NAMES.join(', ')}`);
    const fields = fieldsOf(entity as EntityName);
    if (field !== '*' && !fields.includes(field)) return refused(`expected * or a field of ${entity}: ${fields.join(', ')}`);
    const kinds = order.split(',').map((kind) => kind.trim());
    const areKinds = kinds.every((kind): kind is SourceKind => KINDS.includes(kind as SourceKind)) && new Set(kinds).size === kinds.length;
    if (!areKinds) return refused(`expected for ${entity}.${field}, each once, some of ${KINDS.join(', ')}`);
    overrides[`${entity}.${field}`] = kinds;
  }
  return { ok: true, value: overrides };
}

const refused = (problem: string) => ({ ok: false, problem }) as const;

/** A record that gives a field. */
export interface Claim {
  readonly source: string;
  readonly stream: string;
  readonly sourceRef: string;
  readonly asOf: Date;
  /** Null where the source's sort has no rank for the field. */
  readonly rank: number | null;
  readonly kind: string | null;
}

/** The best first: as the stores choose, in SQL. A test holds the two to each other. */
export function inOrder<Given extends Claim>(claims: readonly Given[]): readonly Given[] {
  return [...claims].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      b.asOf.getTime() - a.asOf.getTime() ||
      compare(a.source, b.source) ||
      compare(a.stream, b.stream) ||
      compare(a.sourceRef, b.sourceRef),
  );
}

const rankOf = ({ rank }: Claim) => rank ?? Number.MAX_SAFE_INTEGER;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Why the first of these was taken, in words. */
export function ruleOf(ordered: readonly Claim[]): string {
  const [first, second] = ordered;
  if (!first || !second) return 'only source';
  if (rankOf(first) < rankOf(second)) return `precedence: ${first.kind} over ${second.kind ?? 'what has no rank'}`;
  return first.asOf > second.asOf ? 'newest' : 'as new as another: first by name';
}
