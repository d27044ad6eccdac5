/** Names written with other letters, as the same word: case, accents, scripts, hyphens. Pure. */

/** Letters that Unicode does not take apart into a Latin letter and a mark. */
const LATIN: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', ħ: 'h', ŋ: 'n' };

/** Ukrainian and Russian Cyrillic, as British passports and visas write it (BGN/PCGN without marks). */
const CYRILLIC: Readonly<Record<string, string>> = {
  ...{ а: 'a', б: 'b', в: 'v', г: 'g', ґ: 'g', д: 'd', е: 'e', є: 'ye', ж: 'zh', з: 'z', и: 'i', і: 'i', к: 'k', л: 'l', м: 'm' },
  ...{ н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '' },
  ...{ э: 'e', ю: 'yu', я: 'ya' },
};

/** Modern Greek, letter by letter (ELOT 743 without its digraphs). */
const GREEK: Readonly<Record<string, string>> = {
  ...{ α: 'a', β: 'v', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', η: 'i', θ: 'th', ι: 'i', κ: 'k', λ: 'l', μ: 'm', ν: 'n', ξ: 'x', ο: 'o', π: 'p' },
  ...{ ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o' },
};

const LETTERS: ReadonlyMap<string, string> = new Map(Object.entries({ ...LATIN, ...CYRILLIC, ...GREEK }));
const MARK = /\p{M}/u;
const PLAIN = /^[a-z ]*$/;

/** The words of a name in plain lower-case Latin letters, for instance "Zoë Müller-O’Brien" as `zoe muller obrien`. */
export function foldName(name: string): string {
  const lower = name.toLowerCase();
  if (PLAIN.test(lower) && !lower.includes('  ')) return lower.trim();
  let folded = '';
  for (const letter of lower.normalize('NFKD')) {
    if (letter >= 'a' && letter <= 'z') folded += letter;
    else if (MARK.test(letter) || letter === "'" || letter === '’' || letter === '`') continue;
    else folded += LETTERS.get(letter) ?? ' ';
  }
  return folded.trim().replace(/ +/g, ' ');
}

/** Spellings of one sound, the longer first. Made for names that were carried over from other scripts and languages. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/shch|sch|tsch/g, 's'],
  [/[cs]h|zh|cz/g, 's'],
  [/ph/g, 'f'],
  [/kh|ck|gh|q/g, 'k'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/tz|ts/g, 's'],
  [/x/g, 'ks'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/w/g, 'v'],
  [/z/g, 's'],
  [/j/g, 'y'],
];

/**
 * How a folded word sounds, roughly: its first letter, then its consonants. Two spellings of one name mostly agree
 * (Yusuf and Yousef, Kowalczyk and Kovalchik), and so do some names that differ: it finds candidates, it proves nothing.
 */
export function skeleton(word: string): string {
  if (word === '') return '';
  let sound = word;
  for (const [spelling, letter] of SOUNDS) sound = sound.replace(spelling, letter);
  const first = /^[aeiouy]/.test(sound) ? 'a' : sound.charAt(0);
  return (
    first +
    sound
      .slice(1)
      .replace(/[aeiouyh]/g, '')
      .replace(/(.)\1+/g, '$1')
  );
}

/**
 * Whether one slip of the hand turns one word into the other: a letter too many, too few, wrong, or two swapped.
 * Words of fewer than four letters are too short to tell a slip from another name.
 */
export function isOneSlipApart(a: string, b: string): boolean {
  if (a.length < 4 || b.length < 4 || Math.abs(a.length - b.length) > 1 || a === b) return false;
  let start = 0;
  while (start < a.length && start < b.length && a.charCodeAt(start) === b.charCodeAt(start)) start += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA -= 1;
    endB -= 1;
  }
  const [left, right] = [endA - start, endB - start];
  if (left <= 1 && right <= 1) return true;
  return left === 2 && right === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}
