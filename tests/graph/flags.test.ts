import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import { type ActorName, CHANGED_AT, fillSmallNetwork, insertShifts, shiftId, type TestShift } from '../support/small-network.ts';

const SHIFTS: readonly TestShift[] = [
  { startsAt: '2026-12-01T08:00:00Z', endsAt: '2026-12-01T12:00:00Z', person: 'alderGp' },
  { startsAt: '2026-12-02T08:00:00Z', endsAt: '2026-12-02T12:00:00Z', person: 'alderNurse' },
  { startsAt: '2026-12-03T08:00:00Z', endsAt: '2026-12-03T12:00:00Z' },
];

describe('a booking of somebody who leaves', () => {
  let database: Database;
  let graph: Graph;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await insertShifts(database, SHIFTS);
    await database.query(`INSERT INTO rota.booking_flag (booking_id, reason, since) SELECT id, 'ENDED', $2 FROM rota.booking WHERE shift_id = $1`, [
      shiftId(1),
      CHANGED_AT,
    ]);
    graph = await openGraph(database);
  });
  afterAll(async () => {
    await graph.close();
    await database.close();
  });

  const shown = async (who: ActorName, filter: string) => {
    const { data, errors } = await graph.ask(who, `{ shifts(filter: ${filter}) { totalCount nodes { id booking { isErased flags { reason since } } } } }`);
    expect(errors).toEqual([]);
    return data.shifts.nodes.map(({ id, booking }: { id: string; booking: { flags: object[] } | null }) => [id, booking?.flags ?? null]);
  };
  const id = (n: number) => `shift_${shiftId(n)}`;
  const FLAGS = [{ reason: 'PERSON_LEAVES', since: CHANGED_AT }];

  it.each<ActorName>(['coordinator', 'alderManager', 'service'])('is flagged to the %s', async (who) => {
    expect(await shown(who, '{}')).toEqual([
      [id(1), FLAGS],
      [id(2), []],
      [id(3), null],
    ]);
    expect(await shown(who, '{ flagged: true }')).toEqual([[id(1), FLAGS]]);
    expect((await shown(who, '{ flagged: false }')).map(([shift]: [string]) => shift)).toEqual([id(2), id(3)]);
  });

  it.each<ActorName>(['analyst', 'alderGp'])('is not flagged to the %s, nor can it be found by its flag', async (who) => {
    expect((await shown(who, '{}'))[0]).toEqual([id(1), []]);
    expect(await shown(who, '{ flagged: true }')).toEqual([]);
    expect((await shown(who, '{ flagged: false }')).map(([shift]: [string]) => shift)).toContain(id(1));
  });
});
