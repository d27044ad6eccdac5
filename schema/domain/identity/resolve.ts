/** Who is who among records: candidates by block, weighed, grouped. Pure. */
import { blocksOf, MAX_BLOCK } from './blocks.ts';
import { cluster, type Decision, type Resolution, type WeighedPair } from './cluster.ts';
import type { SharedUse } from './compare.ts';
import type { PreparedRecord } from './prepared.ts';
import { score } from './score.ts';
import { sharedUse } from './shared-use.ts';

/**
 * Weighs every two records that share a block and gives those that are not plainly two people. Each pair once; with
 * `only`, those that it lets through.
 */
export function weighPairs(
  records: ReadonlyMap<string, PreparedRecord>,
  shared: SharedUse,
  only: ((a: PreparedRecord, b: PreparedRecord) => boolean) | null = null,
): readonly WeighedPair[] {
  const blocks = new Map<string, number[]>();
  const list = [...records.values()];
  for (const [index, record] of list.entries()) {
    for (const block of blocksOf(record)) {
      const members = blocks.get(block);
      if (members) members.push(index);
      else blocks.set(block, [index]);
    }
  }
  const size = list.length;
  const met = new Set<number>();
  const pairs: WeighedPair[] = [];
  for (const members of blocks.values()) {
    if (members.length < 2 || members.length > MAX_BLOCK) continue;
    for (let left = 0; left < members.length; left += 1) {
      for (let right = left + 1; right < members.length; right += 1) {
        const [i, j] = [members[left] as number, members[right] as number];
        const [a, b] = [list[i], list[j]];
        if (!a || !b || a === b || met.has(i * size + j)) continue;
        met.add(i * size + j);
        if (only && !only(a, b)) continue;
        const result = score(a, b, shared);
        if (result.verdict !== 'APART') pairs.push({ a: a.id, b: b.id, score: result });
      }
    }
  }
  return pairs;
}

/** Weighs and groups all of these records. */
export function resolve(records: ReadonlyMap<string, PreparedRecord>, decisions: readonly Decision[] = []): Resolution {
  const shared = sharedUse(records.values());
  return cluster(records, weighPairs(records, shared), decisions, shared);
}
