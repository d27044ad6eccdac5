/** The demo's upstreams, read by the real adapters, give the world back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadAdapter } from '../../adapters/registry.ts';
import { startTeams, type TeamsServer } from '../../demo/teams-server.ts';
import { writeFiles, writeSettings } from '../../demo/upstream-files.ts';
import { instantsOf, type WorldShift } from '../../demo/weeks.ts';
import { makeWorld } from '../../demo/world.ts';
import { createTools } from '../../platform/http.ts';
import type { Canonical } from '../../schema/domain/canonical.ts';
import { RecordInvalidError } from '../../schema/domain/errors.ts';
import { startOfLondonDay } from '../../schema/domain/time.ts';

const now = () => new Date('2026-11-24T09:00:00Z');
const world = makeWorld({ seed: 'brackenford', firstMonday: '2026-11-23' });
const window = { from: startOfLondonDay(world.firstMonday), to: startOfLondonDay(world.endsOn) };

interface Result {
  readonly kept: readonly Record<string, unknown>[];
  readonly skipped: Readonly<Record<string, number>>;
  readonly quarantined: readonly string[];
}

let folder: string;
let teams: TeamsServer;
const results = new Map<string, Result>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rotagraph-upstreams-'));
  teams = await startTeams(() => world, 0, now);
  await writeFiles(world, folder);
  const settingsFile = join(folder, 'upstreams.json');
  await writeSettings(world, settingsFile, teams.url);
  const { upstreams } = JSON.parse(readFileSync(settingsFile, 'utf8'));
  const tools = createTools({ now, resolvePath: (path) => join(dirname(settingsFile), path), maxAttempts: 1 });
  for (const { id, adapter: adapterId, settings } of upstreams) {
    const adapter = await loadAdapter(adapterId);
    const client = adapter.connect(adapter.settings.parse(settings), tools);
    await adapter.check(client);
    for (const stream of adapter.pull) {
      const kept: Record<string, unknown>[] = [];
      const skipped: Record<string, number> = {};
      const quarantined: string[] = [];
      for await (const page of stream.pages(client, { since: null, ...window })) {
        for (const { raw, where, problems = [] } of page.records) {
          try {
            const mapped = problems.length > 0 ? null : stream.read(raw);
            if (mapped === null) quarantined.push(where);
            else if ('skipped' in mapped) skipped[mapped.skipped] = (skipped[mapped.skipped] ?? 0) + 1;
            else kept.push(mapped as Record<string, unknown>);
          } catch (error) {
            if (!(error instanceof RecordInvalidError)) throw error;
            quarantined.push(`${where}: ${error.problems.map(({ path }) => path).join(', ')}`);
          }
        }
      }
      results.set(`${id} ${stream.name}`, { kept, skipped, quarantined });
    }
  }
});

afterAll(async () => {
  await teams.close();
  rmSync(folder, { recursive: true, force: true });
});

function resultOf(key: string): Result {
  const result = results.get(key);
  if (!result) throw new Error(`no stream ${key}; there are ${[...results.keys()].join(', ')}`);
  return result;
}

const inOrder = (lines: readonly string[]) => [...lines].sort();
const lineOf = (shift: Canonical['shift']) =>
  [
    shift.startsAt.toISOString(),
    shift.endsAt.toISOString(),
    shift.role,
    shift.siteCode,
    shift.deliveryMode,
    shift.unpaidBreakMinutes,
    shift.status,
    shift.staffKey,
  ].join(' ');
const wantedLineOf = (shift: WorldShift) => {
  const { startsAt, endsAt } = instantsOf(shift);
  const { role, siteCode, deliveryMode, unpaidBreakMinutes, status, person } = shift;
  return lineOf({
    startsAt,
    endsAt,
    role,
    siteCode,
    deliveryMode,
    unpaidBreakMinutes,
    status,
    staffKey: person && `work-email:${person.email}`,
  } as Canonical['shift']);
};
const kept = (key: string) => inOrder(resultOf(key).kept.map((shift) => lineOf(shift as Canonical['shift'])));
const wanted = (code: string) => world.shifts.filter(({ organisationCode }) => organisationCode === code);

test.each([
  ['rota-birchwood', 'Z99002'],
  ['rota-cedar', 'Z99003'],
  ['rota-dovecote', 'Z99004'],
  ['rota-elmfield', 'Z99005'],
  ['rota-foxglove', 'Z99006'],
  ['rota-hub', 'U99999'],
])('%s gives every shift of the rota', (id, code) => {
  expect(kept(`${id} shifts`)).toEqual(inOrder(wanted(code).map(wantedLineOf)));
});

test('Teams gives every shift but the cancelled, which are not there', () => {
  const all = inOrder([...kept('teams-alderbrook shifts'), ...kept('teams-alderbrook openShifts')]);
  expect(all).toEqual(
    inOrder(
      wanted('Z99001')
        .filter(({ status }) => status !== 'CANCELLED')
        .map(wantedLineOf),
    ),
  );
});

test('cover that is written on a rota is read from it', () => {
  const covers = resultOf('rota-birchwood shifts').kept.map(({ fillSource }) => fillSource);
  expect(covers.filter((cover) => cover !== null)).toEqual(
    wanted('Z99002')
      .toSorted((a, b) => a.ref.localeCompare(b.ref))
      .flatMap(({ cover }) => cover ?? []),
  );
});

test('HR gives everybody, what they are engaged as and what they hold', () => {
  expect(
    resultOf('hr-brackenford staffMembers')
      .kept.map(({ workEmail }) => workEmail)
      .slice(0, world.people.length),
  ).toEqual(world.people.map(({ email }) => email));
  expect(resultOf('hr-brackenford credentials').kept).toHaveLength(world.people.flatMap(({ credentials }) => credentials).length);
  expect(resultOf('hr-brackenford bankMemberships').kept).toHaveLength(
    world.people.flatMap(({ engagements }) => engagements).filter(({ kind }) => kind === 'BANK').length,
  );
});

test('the hub’s bank list gives four people, one of them by a register number alone', () => {
  const people = resultOf('hub-bank staffMembers').kept as unknown as readonly Canonical['staffMember'][];
  expect(people.map(({ givenName, workEmail, registrations }) => [givenName, workEmail !== null, registrations.length])).toEqual([
    ['Starling', false, 1],
    ['Merle', true, 0],
    ['Bryony', true, 0],
    ['Quill', true, 0],
  ]);
  expect(resultOf('hub-bank bankMemberships').kept.map(({ bankCode }) => bankCode)).toEqual(Array(4).fill('U99999'));
});

test('everybody is away once: by Teams where the practice uses it, by HR elsewhere', () => {
  expect(resultOf('hr-brackenford leave').kept.length + resultOf('teams-alderbrook timesOff').kept.length).toBe(world.leave.length);
  expect(resultOf('teams-alderbrook timesOff').kept.length).toBeGreaterThan(0);
});

test('NHS files give one ICB, one network and its six practices', () => {
  const codes = (stream: string) => resultOf(`nhs-list-sizes ${stream}`).kept.map(({ code, odsCode }) => code ?? odsCode);
  expect(codes('icbs')).toEqual(['QZZ']);
  expect(codes('pcns')).toEqual(['U99999']);
  expect(codes('practices')).toEqual(['Z99001', 'Z99002', 'Z99003', 'Z99004', 'Z99005', 'Z99006']);
  expect(resultOf('nhs-list-sizes registeredPatients').kept).toHaveLength(18);
  expect(resultOf('nhs-list-sizes registeredPatientsByAge').kept).toHaveLength(18 * 40);
  expect(resultOf('sites sites').kept).toHaveLength(10);
});

test('some records are skipped and some are set aside, as in life', () => {
  expect(resultOf('rota-birchwood shifts').quarantined).toEqual(['row 186 of the rota: Date', 'row 187 of the rota: Role', 'row 188 of the rota: Ref']);
  expect(resultOf('teams-alderbrook shifts').skipped).toEqual({ 'of a group that the settings leave out': 1 });
  expect(resultOf('teams-alderbrook shifts').quarantined).toHaveLength(1);
  expect(resultOf('hr-brackenford staffMembers').quarantined).toHaveLength(1);
  expect(resultOf('hr-brackenford engagements').skipped).toEqual({ 'an assignment category that is not wanted': 1 });
});
