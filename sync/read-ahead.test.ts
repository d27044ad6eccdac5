import { describe, expect, it } from '@jest/globals';
import { readAhead } from './read-ahead.ts';

describe('reading ahead', () => {
  it('asks for one item more than was taken, and no further', async () => {
    let asked = 0;
    const numbers = async function* () {
      for (let n = 0; n < 5; n += 1) {
        asked += 1;
        yield n;
      }
    };
    const seen: (readonly [number, number])[] = [];
    for await (const n of readAhead(numbers())) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push([n, asked]);
    }
    expect(seen).toEqual([
      [0, 2],
      [1, 3],
      [2, 4],
      [3, 5],
      [4, 5],
    ]);
  });

  it('throws what went wrong once the items before it were taken', async () => {
    const failing = async function* () {
      yield 1;
      throw new Error('no more');
    };
    const taken: number[] = [];
    const reading = (async () => {
      for await (const n of readAhead(failing())) {
        await new Promise((resolve) => setImmediate(resolve));
        taken.push(n);
      }
    })();
    await expect(reading).rejects.toThrow('no more');
    expect(taken).toEqual([1]);
  });

  it('ends what it reads when it is left early', async () => {
    let ended = false;
    const endless = async function* () {
      try {
        for (;;) yield 1;
      } finally {
        ended = true;
      }
    };
    for await (const _ of readAhead(endless())) break;
    expect(ended).toBe(true);
  });
});
