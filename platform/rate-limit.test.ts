import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase } from '../tests/support/database.ts';
import type { Database } from './db.ts';
import { createRateLimiter } from './rate-limit.ts';

describe('turns at an upstream with a limit', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  /** The waits that were asked for, none of them waited. */
  const limiter = () => {
    const waits: number[] = [];
    return { waits, ...createRateLimiter({ sql: database, sleep: async (ms) => void waits.push(ms) }) };
  };

  it('let a burst through at once, and spread what comes after it', async () => {
    const { turn, waits } = limiter();
    // One in ten seconds, so that the time which this takes is as nothing beside it.
    for (let request = 0; request < 6; request++) await turn([{ key: 'burst', perSecond: 0.1, burst: 3 }]);
    expect(waits.map((ms) => Math.round(ms / 10_000))).toEqual([1, 2, 3]);
  });

  it('are shared by all who name the same key, and by nobody else', async () => {
    const [one, other] = [limiter(), limiter()];
    const limit = { perSecond: 0.1, burst: 1 };
    await one.turn([{ key: 'shared', ...limit }]);
    await other.turn([{ key: 'shared', ...limit }]);
    await other.turn([{ key: 'their own', ...limit }]);
    expect([one.waits, other.waits.map((ms) => Math.round(ms / 10_000))]).toEqual([[], [1]]);
  });

  it('are not put off by a clock of the database that was ahead for a while', async () => {
    const { turn, waits } = limiter();
    const limit = { key: 'ahead', perSecond: 0.1, burst: 3 };
    await turn([limit]);
    await database.query(`UPDATE platform.rate_limit SET given_until = clock_timestamp() + interval '1 day' WHERE key = 'ahead'`);
    await turn([limit]);
    expect(waits.map((ms) => Math.round(ms / 10_000))).toEqual([61]);
  });

  it('obey the strictest of several limits', async () => {
    const { turn, waits } = limiter();
    const limits = [
      { key: 'team', perSecond: 0.1, burst: 1 },
      { key: 'application', perSecond: 100, burst: 100 },
    ];
    await turn(limits);
    await turn(limits);
    expect(waits.map((ms) => Math.round(ms / 10_000))).toEqual([1]);
  });

  it('count from when the request goes, where another limit has held it up', async () => {
    const team = { key: 'held up', perSecond: 0.1, burst: 1 };
    const application = { key: 'who holds up', perSecond: 0.2, burst: 1 };
    const { turn, waits } = limiter();
    await turn([application]);
    await turn([application, team]);
    await turn([team]);
    expect(waits.map((ms) => Math.round(ms / 1_000))).toEqual([5, 15]);
  });

  it('are asked for again by a process that was held up past its own', async () => {
    let now = 0;
    const waits: number[] = [];
    const { turn } = createRateLimiter({
      sql: database,
      clockMs: () => now,
      sleep: async (ms) => {
        waits.push(Math.round(ms / 10_000));
        now += ms + (waits.length === 1 ? 11_000 : 0);
      },
    });
    const limit = { key: 'missed', perSecond: 0.1, burst: 1 };
    await turn([limit]);
    await turn([limit]);
    expect(waits).toEqual([1, 2]);
  });
});
