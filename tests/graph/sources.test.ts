/** How upstreams stand, and asking for one to be read, through the graph. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import { type Scheduler, startScheduler } from '../../sync/scheduler.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, NOW, openGraph } from '../support/graph.ts';
import { fillSmallNetwork } from '../support/small-network.ts';
import { record, shiftRecords, upstreamOf } from '../sync/fake-upstream.ts';

const LIST = `{ sources { totalCount nodes { id state stale stoppedBecause everyMinutes nextRunAt dataAgeMinutes organisationCodes
  streams { name state received kept quarantined problemCode } } } }`;

describe('sources', () => {
  let database: Database;
  let graph: Graph;
  let scheduler: Scheduler;
  let passes = 0;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await database.script('TRUNCATE platform.upstream, platform.sync_stream, platform.sync_run CASCADE');
    graph = await openGraph(database);
    const alder = {
      ...upstreamOf('rota-alder', [{ name: 'shifts', entity: 'shift', records: () => [...shiftRecords(3), record('bad', { role: 'UNKNOWN' })] }]),
      organisationCodes: ['Z99001'],
    };
    const reference = { ...upstreamOf('reference', [{ name: 'icbs', entity: 'icb' }]), organisationCodes: [] };
    const elsewhere = { ...upstreamOf('rota-elsewhere', [{ name: 'shifts', entity: 'shift' }]), organisationCodes: ['Z99099'] };
    const engine = createSyncEngine({ database, now: () => NOW });
    const counting: typeof engine = {
      async run(upstreams, options) {
        const report = await engine.run(upstreams, options);
        passes += 1;
        return report;
      },
    };
    scheduler = await startScheduler({ database, engine: counting, upstreams: [alder, reference, elsewhere], now: () => NOW, random: () => 0.5 });
    await passed(3);
  });
  afterAll(async () => {
    await scheduler.stop();
    await graph.close();
    await database.close();
  });

  const passed = async (count: number) => {
    while (passes < count) await new Promise((resolve) => setImmediate(resolve));
  };
  const idsFor = async (who: Parameters<Graph['ask']>[0]) => (await graph.ask(who, LIST)).data.sources.nodes.map(({ id }: { id: string }) => id);
  const request = async (who: Parameters<Graph['ask']>[0], id: string) =>
    (await graph.ask(who, `mutation { requestSync(input: { sourceId: "${id}" }) { __typename ... on SyncRequested { source { nextRunAt } } } }`)).data
      .requestSync;

  it('say how each upstream stands, and what became of every record', async () => {
    const { data } = await graph.ask('alderManager', LIST);
    expect(data.sources.nodes.find(({ id }: { id: string }) => id === 'rota-alder')).toEqual({
      id: 'rota-alder',
      state: 'PARTIAL',
      stale: false,
      stoppedBecause: null,
      everyMinutes: 15,
      nextRunAt: new Date(NOW.getTime() + 15 * 60_000).toISOString(),
      dataAgeMinutes: expect.any(Number),
      organisationCodes: ['Z99001'],
      streams: [{ name: 'shifts', state: 'PARTIAL', received: 4, kept: 3, quarantined: 1, problemCode: null }],
    });
  });

  it('are those of the caller’s organisations and those that are everybody’s', async () => {
    expect(await idsFor('alderManager')).toEqual(['reference', 'rota-alder']);
    expect(await idsFor('service')).toEqual(['reference', 'rota-alder', 'rota-elsewhere']);
    expect(await idsFor('alderGp')).toEqual([]);
  });

  it('tell how they are read to those who may see it, and how fresh they are to all, whichever way they are come by', async () => {
    const query = `{ practice(odsCode: "Z99001") { upstreamSystems { id state stale dataAgeMinutes problemCode stoppedBecause streams { name } } } }`;
    await database.query(`UPDATE platform.upstream SET stopped_because = 'UPSTREAM_AUTH' WHERE id = 'rota-alder'`);
    const asked = async (who: Parameters<Graph['ask']>[0]) => (await graph.ask(who, query)).data.practice.upstreamSystems;
    const fresh = { id: 'rota-alder', state: 'STOPPED', stale: false, dataAgeMinutes: expect.any(Number), problemCode: null };
    expect(await asked('alderManager')).toEqual([{ ...fresh, stoppedBecause: 'UPSTREAM_AUTH', streams: [{ name: 'shifts' }] }]);
    for (const who of ['alderGp', 'nobody'] as const) expect(await asked(who)).toEqual([{ ...fresh, stoppedBecause: null, streams: [] }]);
    await database.query(`UPDATE platform.upstream SET stopped_because = NULL WHERE id = 'rota-alder'`);
  });

  it('are read when somebody asks who may, once', async () => {
    const before = passes;
    expect(await request('alderManager', 'rota-alder')).toEqual({ __typename: 'SyncRequested', source: { nextRunAt: NOW.toISOString() } });
    await passed(before + 1);
    const [line] = await database.query(`SELECT action, subject FROM platform.audit WHERE action = 'request sync'`);
    expect(line).toEqual({ action: 'request sync', subject: 'rota-alder' });
  });

  it('are not read for those who may not ask, nor where there is no such upstream', async () => {
    const before = passes;
    expect(await request('alderManager', 'rota-elsewhere')).toEqual({ __typename: 'NotFound' });
    expect(await request('alderManager', 'reference')).toEqual({ __typename: 'NotFound' });
    expect(await request('alderGp', 'rota-alder')).toEqual({ __typename: 'NotAllowed' });
    expect(await request('analyst', 'rota-alder')).toEqual({ __typename: 'NotAllowed' });
    expect(await request('service', 'nothing')).toEqual({ __typename: 'NotFound' });
    expect(passes).toBe(before);
  });
});
