/** Loaders that answer many keys with one statement. Built per request: what may be seen differs per caller. */
import DataLoader from 'dataloader';

/** At most one record a key; null where there is none. */
export function byKey<Key extends string, Value>(
  find: (keys: readonly Key[]) => Promise<readonly Value[]>,
  keyOf: (value: Value) => Key,
): DataLoader<Key, Value | null> {
  return new DataLoader(async (keys) => {
    const found = new Map((await find(keys)).map((value) => [keyOf(value), value]));
    return keys.map((key) => found.get(key) ?? null);
  });
}

/** All records of a key, in the order in which `find` gave them. */
export function listByKey<Key extends string, Value>(
  find: (keys: readonly Key[]) => Promise<readonly Value[]>,
  keyOf: (value: Value) => Key | null,
): DataLoader<Key, readonly Value[]> {
  return new DataLoader(async (keys) => {
    const found = new Map<Key, Value[]>(keys.map((key) => [key, []]));
    for (const value of await find(keys)) {
      const key = keyOf(value);
      if (key !== null) found.get(key)?.push(value);
    }
    return keys.map((key) => found.get(key) ?? []);
  });
}
