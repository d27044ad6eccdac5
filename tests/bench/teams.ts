/**
 * 250 teams of one tenant, read by the scheduler from a stand-in for Microsoft Graph that keeps the documented limits:
 * 30 reads a second for an application in a tenant, 4 for a team, and 429 with `Retry-After` beyond them.
 *
 * Baseline: the ideal time, which is the requests made, divided by 30. Nothing can read them sooner. The clock is the
 * real one: no time and no limit is scaled. The stand-in answers in this process, each time after 120 ms.
 *
 * On two cores: 82 s where 75 s is ideal, 1.09 times; 91 s, 1.21 times, while others kept them busy. Nothing answered with 429.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { loadAdapter } from '../../adapters/registry.ts';
import { createThrottle } from '../../adapters/teams-shifts/fixtures/throttle.ts';
import { createFakeTeams, type FakeTeams, type FakeTeamsState } from '../../adapters/teams-shifts/fixtures/upstream.ts';
import { openDatabase } from '../../platform/db.ts';
import { migrate } from '../../platform/migrate.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import { startScheduler } from '../../sync/scheduler.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { startTestPostgres } from '../support/postgres.ts';
import { printSeries } from './support/figures.ts';

const TEAMS = Number(process.env.BENCH_TEAMS ?? 250);
const SHIFTS = Number(process.env.BENCH_SHIFTS ?? 180);
const AT_ONCE = Number(process.env.SYNC_AT_ONCE ?? 16);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 1);
const LATENCY_MS = 120;
const READS_PER_SECOND = 30;
const NOW = new Date('2026-06-01T09:00:00Z');
const ACCESS = { tenantId: 'bench-tenant', clientId: 'bench-application', clientSecret: 'bench-secret' };

function stateOf(team: number): FakeTeamsState {
  const users = Array.from({ length: 6 }, (_, index) => `user-${team}-${index}`);
  const shiftAt = (index: number) => {
    const startsAt = new Date(Date.UTC(2026, 5, 1 + Math.floor(index / users.length), 8));
    const endDateTime = new Date(startsAt.getTime() + 5 * 3_600_000).toISOString();
    return { displayName: null, notes: null, startDateTime: startsAt.toISOString(), endDateTime, theme: 'blue', activities: [] };
  };
  return {
    members: users.map((userId) => ({ id: `member-${userId}`, displayName: 'Somebody', userId, email: `${userId}@example.nhs.invalid` })),
    schedulingGroups: [{ id: 'TAG_gp', displayName: 'GP', isActive: true, userIds: users }],
    shifts: Array.from({ length: SHIFTS }, (_, index) => ({
      id: `SHFT_${team}-${index}`,
      userId: users[index % users.length] ?? '',
      schedulingGroupId: 'TAG_gp',
      sharedShift: shiftAt(index),
      draftShift: null,
    })),
    openShifts: [{ id: `OPNSHFT_${team}`, schedulingGroupId: 'TAG_gp', sharedOpenShift: { ...shiftAt(0), openSlotCount: 1 }, draftOpenShift: null }],
    timesOff: [],
    timeOffReasons: [],
  };
}

interface Figures {
  readonly seconds: number;
  readonly requests: number;
  readonly refused: number;
}

async function readAll(url: string): Promise<Figures> {
  const database = await openDatabase({ url, poolSize: 2 * AT_ONCE + 4 });
  await migrate(database);
  const throttle = createThrottle(() => performance.now());
  const teamIds = Array.from({ length: TEAMS }, (_, team) => `team-${team}`);
  const fakes = new Map<string, FakeTeams>(
    teamIds.map((teamId, team) => [teamId, createFakeTeams({ ...ACCESS, teamId, now: () => NOW, state: stateOf(team), throttle })]),
  );
  let requests = 0;
  let refused = 0;
  const graph = async (url: URL, init: RequestInit): Promise<Response> => {
    const teamId = /(team-\d+)/.exec(url.href)?.[1] ?? '';
    const fake = fakes.get(teamId);
    if (!fake) throw new Error('There is no such team.');
    const isGraph = url.hostname === 'graph.microsoft.com';
    const response = await fake.handle(new Request(url, init));
    if (isGraph && response.status === 429) refused += 1;
    else if (isGraph) requests += 1;
    await pause(LATENCY_MS);
    return response;
  };
  const adapter = await loadAdapter('teams-shifts');
  const upstreams = teamIds.map((teamId): Upstream => {
    const settings = adapter.settings.parse({ ...ACCESS, organisationCode: 'Z99001', teamId, loginUrl: `https://${teamId}.login.example.invalid` });
    return {
      id: teamId,
      adapter,
      title: teamId,
      organisationCodes: ['Z99001'],
      everyMinutes: 600,
      freshWithinMinutes: 600,
      webhookToken: null,
      settings,
      resolvePath: (path) => path,
    };
  });
  const done = Promise.withResolvers<void>();
  let streams = 0;
  const log = {
    info: () => void (++streams === TEAMS * adapter.pull.length && done.resolve()),
    warn: (facts: object) => done.reject(new Error(JSON.stringify(facts))),
    error: (facts: object) => done.reject(new Error('A team was not read.', { cause: facts })),
  };
  const engine = createSyncEngine({ database, now: () => NOW, http: { fetch: graph }, log });
  const began = performance.now();
  const scheduler = await startScheduler({ database, engine, upstreams, now: () => NOW, atOnce: AT_ONCE, log });
  await done.promise;
  const seconds = (performance.now() - began) / 1_000;
  await scheduler.stop();
  const [stored] = await database.query<{ shifts: number }>('SELECT count(*) AS shifts FROM rota.shift WHERE removed_at IS NULL');
  if (stored?.shifts !== TEAMS * (SHIFTS + 1)) throw new Error(`Expected ${TEAMS * (SHIFTS + 1)} shifts, got ${stored?.shifts}.`);
  await database.close();
  return { seconds, requests, refused };
}

const postgres = await startTestPostgres();
const figures: Figures[] = [];
for (let round = 0; round < ROUNDS; round++) figures.push(await readAll(await postgres.newDatabase()));
printSeries(`${TEAMS} teams of one tenant, ${SHIFTS} shifts each, ${AT_ONCE} at once, ${ROUNDS} rounds`, 'seconds', [
  {
    name: `ideal: ${figures[0]?.requests} requests, ${READS_PER_SECOND} a second (baseline)`,
    values: figures.map(({ requests }) => requests / READS_PER_SECOND),
  },
  { name: 'taken', values: figures.map(({ seconds }) => seconds) },
]);
console.log(`  answered with 429: ${figures.map(({ refused }) => refused).join(', ')}`);
await postgres.stop();
process.exit(0);
