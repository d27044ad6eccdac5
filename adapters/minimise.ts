/**
 * Of a record as an upstream sent it, the part that its wire schema declares: all that a mapping can read.
 *
 * Told by the schema's shape alone, so that a record which the schema refuses is cut down as well. What a schema does not
 * name is left out, and so is an object or a list where it names none: a patient's column that nobody declared is in no
 * record that is kept.
 */
import type { z } from 'zod';

/** A value as JSON holds it; a point in time is `{ "$date": … }`. */
export type Kept = null | boolean | number | string | readonly Kept[] | { readonly [key: string]: Kept };

type Cut = (value: unknown) => Kept | undefined;

type AnySchema = z.core.$ZodType;
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, AnySchema>>;
  readonly innerType?: AnySchema;
  readonly element?: AnySchema;
  readonly options?: readonly AnySchema[];
  readonly left?: AnySchema;
  readonly right?: AnySchema;
  readonly in?: AnySchema;
  readonly out?: AnySchema;
  readonly keyType?: AnySchema;
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly valueType?: AnySchema;
  readonly items?: readonly AnySchema[];
  readonly rest?: AnySchema | null;
  readonly getter?: () => AnySchema;
}

const definitionOf = (schema: AnySchema): Definition => schema._zod.def as unknown as Definition;

/** Compiled once for a schema: a sync cuts every record. */
export function minimiserOf(wire: AnySchema): Cut {
  const cuts = new Map<AnySchema, Cut>();
  const cutOf = (schema: AnySchema | undefined): Cut => {
    if (schema === undefined) return plain;
    const known = cuts.get(schema);
    if (known) return known;
    // Named before it is made, for a schema that holds itself.
    let made: Cut = plain;
    cuts.set(schema, (value) => made(value));
    made = make(definitionOf(schema), cutOf);
    cuts.set(schema, made);
    return made;
  };
  return cutOf(wire);
}

function make(definition: Definition, cutOf: (schema: AnySchema | undefined) => Cut): Cut {
  const { type, shape, innerType, element, options, left, right, keyType, valueType, items, rest, getter } = definition;
  if (type === 'object') return fieldsCut(Object.entries(shape ?? {}).map(([key, schema]) => [key, cutOf(schema)]));
  if (type === 'array') return listCut(() => cutOf(element));
  if (type === 'tuple') return listCut((index) => (items?.[index] || rest ? cutOf(items?.[index] ?? rest ?? undefined) : nothing));
  if (type === 'record') return recordCut(keyType, cutOf(valueType));
  if (type === 'union') return joined((options ?? []).map(cutOf));
  if (type === 'intersection') return joined([cutOf(left), cutOf(right)]);
  if (type === 'lazy') return (value) => cutOf(getter?.())(value);
  // What goes in is what came; of a transformation in front, its result tells the shape.
  if (type === 'pipe') return cutOf(definition.in && definitionOf(definition.in).type !== 'transform' ? definition.in : definition.out);
  // An object that the adapter itself hands on, the same for all records: no upstream sent it.
  if (type === 'custom') return (value) => handedOn(value);
  return innerType ? cutOf(innerType) : plain;
}

const nothing: Cut = () => undefined;

/** A single value, whatever it should have been: a text in the place of a number is kept, to be found wrong again. */
const plain: Cut = (value) => {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return value instanceof Date ? { $date: Number.isNaN(value.getTime()) ? null : value.toISOString() } : undefined;
};

/** Of what came where the schema has parts nothing was declared. */
const inPlaceOf = (value: unknown): Kept | undefined => (value === null ? null : undefined);

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function fieldsCut(fields: readonly (readonly [string, Cut])[]): Cut {
  return (value) => {
    if (!isFields(value)) return inPlaceOf(value);
    const kept: Record<string, Kept> = {};
    for (const [key, cut] of fields) {
      const part = cut(value[key]);
      if (part !== undefined) kept[key] = part;
    }
    return kept;
  };
}

/** An element that is cut away leaves its place. */
function listCut(cutAt: (index: number) => Cut): Cut {
  return (value) => (Array.isArray(value) ? value.map((element, index) => cutAt(index)(element) ?? null) : inPlaceOf(value));
}

function recordCut(keyType: AnySchema | undefined, cut: Cut): Cut {
  const names = keyType && definitionOf(keyType).entries;
  const declared = names && new Set(Object.values(names).map(String));
  return (value) => {
    if (!isFields(value)) return inPlaceOf(value);
    const kept: Record<string, Kept> = {};
    for (const [key, element] of Object.entries(value)) {
      const part = declared?.has(key) === false ? undefined : cut(element);
      if (part !== undefined) kept[key] = part;
    }
    return kept;
  };
}

/** What any of the choices declares. */
function joined(cuts: readonly Cut[]): Cut {
  return (value) => cuts.map((cut) => cut(value)).reduce((sum, part) => merged(sum, part), undefined);
}

function merged(a: Kept | undefined, b: Kept | undefined): Kept | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (Array.isArray(a) && Array.isArray(b)) return a.map((element, index) => merged(element ?? undefined, b[index] ?? undefined) ?? null);
  if (!isFields(a) || !isFields(b)) return a;
  const sum: Record<string, Kept> = { ...(a as Readonly<Record<string, Kept>>) };
  for (const [key, value] of Object.entries(b as Readonly<Record<string, Kept>>)) {
    const part = merged(sum[key], value);
    if (part !== undefined) sum[key] = part;
  }
  return sum;
}

const handed = new WeakMap<object, Kept>();

function handedOn(value: unknown): Kept | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Date) return plain(value);
  const known = handed.get(value);
  if (known !== undefined) return known;
  const kept: Kept = Array.isArray(value)
    ? value.map((element) => handedOn(element) ?? null)
    : Object.fromEntries(Object.entries(value).flatMap(([key, element]) => (handedOn(element) === undefined ? [] : [[key, handedOn(element) as Kept]])));
  handed.set(value, kept);
  return kept;
}

/** The record again, as a mapping reads it. */
export function revive(kept: Kept): unknown {
  if (Array.isArray(kept)) return kept.map(revive);
  if (!isFields(kept)) return kept;
  if ('$date' in kept) return new Date(kept.$date === null ? Number.NaN : String(kept.$date));
  return Object.fromEntries(Object.entries(kept as Readonly<Record<string, Kept>>).map(([key, value]) => [key, revive(value)]));
}
