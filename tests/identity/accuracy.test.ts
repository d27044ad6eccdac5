import { describe, expect, it } from '@jest/globals';
import { resolve } from '../../schema/domain/identity/resolve.ts';
import { measure, pairsOf, preparedOf } from './measure.ts';
import { makePopulation } from './population.ts';

const PEOPLE = 10_000;

describe('identity resolution on ten thousand people in one to four systems', () => {
  it.each(['alder', 'birch', 'cedar'])('is precise, finds nearly all, and never joins two register numbers (seed %s)', (seed) => {
    const records = makePopulation(PEOPLE, seed);
    const prepared = preparedOf(records);
    const { groupOf, reviews } = resolve(prepared);
    const { precision, recall, registersJoined } = measure(records, prepared, groupOf);
    expect(precision).toBeGreaterThanOrEqual(0.999);
    expect(recall).toBeGreaterThanOrEqual(0.97);
    expect(registersJoined).toBe(0);
    // A person who coordinates ten thousand can look at so many.
    expect(reviews.length).toBeLessThan(PEOPLE / 20);
  });
});

describe('the labelled set', () => {
  const records = makePopulation(PEOPLE, 'alder');

  it('is the same for the same seed', () => {
    expect(makePopulation(200, 'alder')).toEqual(makePopulation(200, 'alder'));
    expect(makePopulation(200, 'birch')).not.toEqual(makePopulation(200, 'alder'));
  });

  it('has every person in one to four systems', () => {
    const counts = new Set([...Map.groupBy(records, ({ person }) => person).values()].map((list) => list.length));
    expect([...counts].sort()).toEqual([1, 2, 3, 4]);
  });

  it('holds what makes it hard: other names, addresses and payroll numbers of two people, twins', () => {
    const namesOf = (list: typeof records) => new Set(list.map(({ value }) => value.familyName.toLowerCase())).size;
    const peopleWith = (value: (record: (typeof records)[number]) => string | null | undefined) =>
      [...Map.groupBy(records, value)].filter(([key, list]) => key && new Set(list.map(({ person }) => person)).size > 1).length;
    expect([...Map.groupBy(records, ({ person }) => person).values()].filter((list) => namesOf(list) > 1).length).toBeGreaterThan(500);
    expect(peopleWith(({ value }) => value.workEmail)).toBeGreaterThan(100);
    expect(peopleWith(({ value }) => value.keys.find((key) => key.startsWith('payroll:')))).toBeGreaterThan(50);
    expect(peopleWith(({ evidence }) => evidence.birth && `${evidence.birth} ${evidence.family}`)).toBeGreaterThan(20);
  });

  it('has pairs that only a person can decide, which are asked about and not joined', () => {
    const { groupOf, reviews } = resolve(preparedOf(records));
    const personOf = new Map(records.map(({ id, person }) => [id, person]));
    const same = reviews.filter(({ a, b }) => personOf.get(a) === personOf.get(b));
    expect(same.length).toBeGreaterThan(reviews.length / 3);
    expect(reviews.every(({ a, b }) => groupOf.get(a) !== groupOf.get(b))).toBe(true);
  });

  it('comes to the same groups in whatever order', () => {
    const some = records.slice(0, 3_000);
    const sorted = (list: readonly (typeof records)[number][]) => [...resolve(preparedOf(list)).groupOf].sort();
    expect(sorted(some.toReversed())).toEqual(sorted(some));
  });
});

describe('pairsOf', () => {
  it('gives each two once', () => {
    expect(pairsOf(['a', 'b', 'c'])).toEqual([
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'c'],
    ]);
  });
});
