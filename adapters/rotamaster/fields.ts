/** Fields of a record whose names are known but not how they are written: PersonID, personId, "Person ID". */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : null;
}

const folded = (name: string) => name.replace(/[^a-z0-9]/gi, '').toLowerCase();

/** These fields and no other, as text; '' where there is nothing. */
export function textsOf<Name extends string>(record: Fields, names: readonly Name[]): Readonly<Record<Name, string>> {
  const byName = new Map(Object.entries(record).map(([name, value]) => [folded(name), value]));
  return Object.fromEntries(names.map((name) => [name, textOf(byName.get(folded(name)))])) as Record<Name, string>;
}

/** The field at a path that the settings name, exactly as it is written there. */
export function textAt(record: Fields, path: string | undefined): string {
  if (path === undefined) return '';
  return textOf(
    path.split('.').reduce<unknown>((value, name) => (fieldsOf(value) && Object.hasOwn(value as object, name) ? (value as Fields)[name] : undefined), record),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).trim() : '';
}

/** Yes, no, or undefined for what is neither. */
export function yesOrNo(text: string): boolean | undefined {
  if (/^(?:true|yes|y|1|approved)$/i.test(text)) return true;
  return /^(?:false|no|n|0|not approved|unapproved)$/i.test(text) ? false : undefined;
}
