/** Which records are compared at all: those that share a block. Pure. */
import { skeleton } from './letters.ts';
import type { PreparedRecord } from './prepared.ts';

/** A block with more records than this tells nothing: a switchboard, or a birth date of those who gave none. */
export const MAX_BLOCK = 60;

/**
 * The blocks of a record. Each field that can join has its own, so a slip in one leaves the others. A birth date goes
 * with a sound of the name: by itself it would bring together everybody born on a day.
 */
export function blocksOf({ evidence, givenWords, givenLines, familyWords, familySound, personalEmails }: PreparedRecord): readonly string[] {
  const blocks: string[] = [];
  for (const registration of evidence.registrations) blocks.push(`r:${registration}`);
  for (const account of evidence.accounts) blocks.push(`a:${account}`);
  for (const payroll of evidence.payrolls) blocks.push(`p:${payroll}`);
  for (const email of personalEmails) blocks.push(`e:${email}`);
  for (const phone of evidence.phones) blocks.push(`t:${phone}`);
  const given = givenWords[0] ?? '';
  const roots = givenLines.length > 0 ? givenLines.map(String) : [skeleton(given)];
  if (evidence.birth !== null) {
    blocks.push(`bf:${evidence.birth}:${familySound.slice(0, 3)}`);
    for (const root of roots) blocks.push(`bg:${evidence.birth}:${root}`);
  }
  if (evidence.family !== '' && given.length > 1) {
    for (const root of roots) blocks.push(`n:${familyWords.join('')}:${root}`);
  }
  return blocks;
}

/** Blocks as the database keeps them: 52 bits of each, for a name has no business in an index. */
export function blockHash(block: string): number {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (let at = 0; at < block.length; at += 1) {
    const code = block.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
    low ^= low >>> 13;
  }
  return (high >>> 0) * 0x100000 + ((low >>> 0) & 0xfffff);
}
