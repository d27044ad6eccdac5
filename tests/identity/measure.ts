/** How well groups of records agree with who they really are, counted over pairs of records. */
import { type PreparedRecord, prepare } from '../../schema/domain/identity/prepared.ts';
import { haveOtherNumbers } from '../../schema/domain/identity/score.ts';
import type { LabelledRecord } from './population.ts';

export interface Accuracy {
  /** Of the pairs that were joined, how many are one person. */
  readonly precision: number;
  /** Of the pairs that are one person, how many were joined. */
  readonly recall: number;
  readonly joined: number;
  readonly wronglyJoined: number;
  readonly missed: number;
  /** Joined pairs whose records have two different valid numbers of one regulator. */
  readonly registersJoined: number;
}

export function preparedOf(records: readonly LabelledRecord[]): ReadonlyMap<string, PreparedRecord> {
  return new Map(records.map(({ id, evidence }) => [id, prepare(id, evidence)]));
}

export function measure(records: readonly LabelledRecord[], prepared: ReadonlyMap<string, PreparedRecord>, groupOf: ReadonlyMap<string, string>): Accuracy {
  const personOf = new Map(records.map(({ id, person }) => [id, person]));
  let joined = 0;
  let wronglyJoined = 0;
  let registersJoined = 0;
  for (const ids of Map.groupBy(
    records.map(({ id }) => id),
    (id) => groupOf.get(id) ?? id,
  ).values()) {
    for (const [a, b] of pairsOf(ids)) {
      joined += 1;
      if (personOf.get(a) !== personOf.get(b)) wronglyJoined += 1;
      const [left, right] = [prepared.get(a), prepared.get(b)];
      if (left && right && haveOtherNumbers(left, right)) registersJoined += 1;
    }
  }
  let real = 0;
  for (const list of Map.groupBy(records, ({ person }) => person).values()) real += (list.length * (list.length - 1)) / 2;
  const right = joined - wronglyJoined;
  return { precision: right / joined, recall: right / real, joined, wronglyJoined, missed: real - right, registersJoined };
}

export function pairsOf<Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] {
  return items.flatMap((left, index) => items.slice(index + 1).map((right) => [left, right] as const));
}
