/** Words that people write for the values of a closed list. */
import { keepable } from '../platform/table/cells.ts';
import { odsCode } from '../schema/domain/values.ts';

/** For comparison: case, white space, dashes and underscores do not matter. */
export function foldWords(words: string): string {
  return words
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_‐-―-]+/g, ' ')
    .trim();
}

/** Looks words up in the first of these tables that has them. Undefined when none has. */
export function wordList<Value>(...tables: readonly Readonly<Record<string, Value>>[]): (words: string) => Value | undefined {
  const byWords = new Map<string, Value>();
  for (const table of tables.toReversed()) for (const [words, value] of Object.entries(table)) byWords.set(foldWords(words), value);
  return (words) => byWords.get(foldWords(words));
}

/**
 * The ODS code that a cell holds, upper-cased, or undefined. A code stands for itself; a name does not, though a short
 * one has the form of a code: so a digit is asked for, but of the three letters of a trust or an ICB.
 */
export function odsCodeFromWords(words: string): string | undefined {
  const code = words.trim().toUpperCase();
  return odsCode.safeParse(code).success && (/\d/.test(code) || code.length === 3) ? code : undefined;
}

/** Looks a word up. Undefined when it is not known; text that is empty is no word and is not asked for. */
export type LookUp<Value> = (words: string) => Value | undefined;

const MAX_REMEMBERED = 5_000;

/** A rota writes the same few words on every row. */
export function remembered<Value>(lookUp: (words: string) => Value): (words: string) => Value {
  const known = new Map<string, Value>();
  return (words) => {
    const found = known.get(words);
    if (found !== undefined || known.has(words)) return found as Value;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const value = lookUp(words);
    known.set(keepable(words), value);
    return value;
  };
}
