/** Which person each record of a page means. Pure. */

export interface KeyedRecord {
  readonly ref: string;
  readonly keys: readonly string[];
}

/** What is known before the page. */
export interface KnownPeople {
  /** Key → person. */
  readonly byKey: ReadonlyMap<string, string>;
  /** Reference of the same stream → the person whom it meant when it last came. */
  readonly byRef: ReadonlyMap<string, string>;
}

export type Identity =
  /** The person whom the record means; `isNew` when it is the first to mean them. */
  | { readonly staffId: string; readonly isNew: boolean }
  /** The record's keys already mean this many people: joining them is for a person to decide. */
  | { readonly people: number };

/**
 * Finds each record's person, in the order of the records.
 *
 * The keys decide: all that are known must mean one person. Where none is known the record means whom its reference
 * meant before, for a key may be mended; where that is new as well, it is a new person.
 */
export function identify(records: readonly KeyedRecord[], known: KnownPeople, newId: () => string): readonly Identity[] {
  const byKey = new Map(known.byKey);
  return records.map(({ ref, keys }) => {
    const people = new Set(keys.flatMap((key) => byKey.get(key) ?? []));
    if (people.size > 1) return { people: people.size };
    const found = [...people][0] ?? known.byRef.get(ref);
    const staffId = found ?? newId();
    for (const key of keys) byKey.set(key, staffId);
    return { staffId, isNew: found === undefined };
  });
}
