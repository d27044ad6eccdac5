/** The demo from an empty folder on, as one process after another. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FIRST_QUERY } from '../../demo/screen.ts';
import { TEAMS_PRACTICE } from '../../demo/teams.ts';
import { demoToken } from '../../demo/token.ts';
import { makeWorld } from '../../demo/world.ts';
import { killAll, type Started, startProgram, threeFreePorts } from './process.ts';

const SLOW_MS = 240_000;
const PRELOAD = new URL('./only-loopback.mjs', import.meta.url).href;

let folder: string;
let port: number;
let started: Started;

const start = (env: NodeJS.ProcessEnv = {}) =>
  startProgram(
    'cli/start.ts',
    {
      DATA_DIR: join(folder, 'data'),
      DEMO_SEED: 'brackenford',
      DEMO_FIRST_MONDAY: '2026-11-23',
      PORT: String(port),
      OUTBOUND_FILE: join(folder, 'outbound'),
      ...env,
    },
    [],
    ['--import', PRELOAD],
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rotagraph-start-'));
  port = await threeFreePorts();
  started = start();
  await started.until('Ctrl-C stops');
}, SLOW_MS);

afterAll(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
});

/** The answer, of whatever shape was asked for. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked.
async function ask(token: string, query: string): Promise<any> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

const tokenOf = (account: string) => demoToken(join(folder, 'data'), account);
const feedUrl = () => /http:\S+\.ics/.exec(started.printed())?.[0] ?? '';

/** How many of each: in the graph, for somebody who sees all. */
async function shiftsByStatus() {
  const count = (status: string) => `${status}: shifts(filter: { statuses: [${status}] }) { totalCount }`;
  const { data } = await ask(await tokenOf('service'), `{ ${['OPEN', 'FILLED', 'CANCELLED'].map(count).join(' ')} }`);
  return data;
}

const world = makeWorld({ seed: 'brackenford', firstMonday: '2026-11-23' });
/** Teams has no cancelled shifts. */
const inUpstreams = world.shifts.filter(({ organisationCode, status }) => status !== 'CANCELLED' || organisationCode !== TEAMS_PRACTICE);
const countOf = (wanted: string) => ({ totalCount: inUpstreams.filter(({ status }) => status === wanted).length });
const ALL_SHIFTS = { OPEN: countOf('OPEN'), FILLED: countOf('FILLED'), CANCELLED: countOf('CANCELLED') };

test('the first start syncs every upstream, and each record is kept, skipped or quarantined', () => {
  const table = started
    .printed()
    .split('\n')
    .flatMap((line) => {
      const [, title, ...counts] = /^ {4}([\w-]+) +(\d+) +(\d+) +(\d+) +(\d+)$/.exec(line) ?? [];
      return title ? [{ title, counts: counts.map(Number) }] : [];
    });
  expect(table.map(({ title }) => title)).toEqual([
    ...['nhs-files', 'nhs-list-sizes', 'sites', 'hr-brackenford', 'hub-bank', 'teams-alderbrook', 'rota-birchwood', 'rota-cedar'],
    ...['rota-dovecote', 'rota-elmfield', 'rota-foxglove', 'rota-hub', 'all'],
  ]);
  for (const {
    counts: [received, kept = 0, skipped = 0, quarantined = 0],
  } of table)
    expect(kept + skipped + quarantined).toBe(received);
  const [, , skipped, quarantined] = table.at(-1)?.counts ?? [];
  expect(skipped).toBeGreaterThan(0);
  expect(quarantined).toBeGreaterThan(0);
});

test('the screen tells where to look, what to ask, and how to get a token for everybody', () => {
  expect(started.printed()).toContain(`http://127.0.0.1:${port}/graphql`);
  expect(started.printed()).toContain(`http://127.0.0.1:${port}/explorer`);
  for (const account of ['clinician', 'manager', 'coordinator', 'analyst', 'service'])
    expect(started.printed()).toContain(`npm run -s rota -- token ${account}`);
});

const person = (name: string, kind: string, practice: string) => ({ name, engagements: [{ kind, practice: { name: practice } }] });
const site = { name: 'Brackenford Online' };
const ANSWER = {
  data: {
    pcn: {
      name: 'Brackenford PCN',
      registeredPatients: 55_008,
      shifts: {
        nodes: [
          {
            startsAt: '2026-11-24T18:30:00.000Z',
            status: 'FILLED',
            site,
            booking: { fillSource: 'SHARED', staffMember: person('Juniper Larchcombe', 'PARTNER', 'Birchwood Medical Centre') },
          },
          {
            startsAt: '2026-11-26T18:30:00.000Z',
            status: 'FILLED',
            site,
            booking: { fillSource: 'SHARED', staffMember: person('Lark Larchwick', 'SALARIED', 'Birchwood Medical Centre') },
          },
          { startsAt: '2026-11-27T22:00:00.000Z', status: 'OPEN', site, booking: null },
        ],
      },
    },
  },
};

test('the query of the screen is answered by all three subgraphs', async () => {
  expect(await ask(await tokenOf('coordinator'), FIRST_QUERY)).toEqual(ANSWER);
});

test('every shift of the world is in the graph, the cancelled of Teams excepted', async () => {
  expect(await shiftsByStatus()).toEqual(ALL_SHIFTS);
});

test('everybody sees what is theirs', async () => {
  const seen = async (account: string) => (await ask(await tokenOf(account), '{ me { name } staff { totalCount nodes { name } } shifts { totalCount } }')).data;
  expect(await seen('clinician')).toMatchObject({ me: { name: 'Starling Curlewhurst' }, staff: { totalCount: 1 } });
  expect((await seen('manager')).shifts.totalCount).toBe(184);
  expect((await seen('analyst')).staff.nodes.every(({ name }: { name: string | null }) => name === null)).toBe(true);
  expect((await seen('service')).staff.totalCount).toBe(69);
});

const WHO_IS_WHO = `{
  identityReviews { totalCount nodes { people { name identity { records { source } } } evidence { verdict waterfall { title found bits } } } }
}`;

test('who is on the hub’s bank list and in the HR reports is one person, and where that is in doubt a person is asked', async () => {
  const token = await tokenOf('coordinator');
  const { identityReviews } = (await ask(token, WHO_IS_WHO)).data;
  const records = (...sources: string[]) => ({ records: sources.map((source) => ({ source })) });
  expect(identityReviews.nodes).toEqual([
    {
      people: expect.arrayContaining([
        { name: 'Bryony Mapleholt', identity: records('hr-brackenford') },
        { name: 'Bryony Mapleholt', identity: records('hub-bank') },
      ]),
      evidence: {
        verdict: 'REVIEW',
        waterfall: [
          { title: 'Before anything is compared', found: expect.any(String), bits: expect.any(Number) },
          { title: 'E-mail', found: 'the same local part at another domain', bits: expect.any(Number) },
          { title: 'Given name', found: 'the same', bits: expect.any(Number) },
          { title: 'Family name', found: 'the same', bits: expect.any(Number) },
        ],
      },
    },
  ]);
  const starling = (await ask(token, '{ staff(filter: { nameContains: "Curlewhurst" }) { nodes { name identity { records { source } } } } }')).data.staff.nodes;
  expect(starling).toEqual([{ name: 'Starling Curlewhurst', identity: { records: expect.arrayContaining(records('hr-brackenford', 'hub-bank').records) } }]);
});

test('one command prints a token for an account, and says so when there is none', async () => {
  const words = async (account: string) => {
    const rota = startProgram('cli/rota.ts', { DATA_DIR: join(folder, 'data') }, ['token', account]);
    return { exitCode: await rota.exitCode(), printed: rota.printed() };
  };
  const { exitCode, printed } = await words('manager');
  expect(exitCode).toBe(0);
  expect((await ask(printed.trim(), '{ me { name } }')).data.me.name).toBe('Ivy Kestrelhurst');
  expect(await words('nobody')).toEqual({ exitCode: 2, printed: expect.stringContaining('no token for "nobody"') });
});

test('a caller without a token is turned away', async () => {
  expect(await ask('none', '{ me { name } }')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test('the calendar link gives the clinician’s shifts', async () => {
  const feed = await fetch(feedUrl());
  expect(feed.headers.get('content-type')).toContain('text/calendar');
  expect((await feed.text()).match(/BEGIN:VEVENT/g)?.length).toBeGreaterThan(10);
});

test('a second process is refused, and so is a reset', async () => {
  for (const program of ['cli/start.ts', 'demo/reset.ts']) {
    const second = startProgram(program, { DATA_DIR: join(folder, 'data'), PORT: '0' });
    expect(await second.exitCode()).toBe(1);
    expect(second.printed()).toContain(`in use by process ${started.child.pid}`);
  }
});

test('nobody beyond this machine was spoken to', () => {
  expect(existsSync(join(folder, 'outbound')) ? readFileSync(join(folder, 'outbound'), 'utf8') : '').toBe('');
});

test('Ctrl-C, which comes from the terminal and again from npm, stops it in order', async () => {
  started.child.kill('SIGINT');
  expect(await started.end('SIGINT')).toEqual({ exitCode: 0, signal: null });
  expect(started.printed()).toContain('Stopped.');
});

test(
  'the second start syncs nothing, and tokens and the calendar link still hold',
  async () => {
    const [token, link] = [await startAndTake(() => tokenOf('coordinator')), feedUrl()];
    expect((await started.end('SIGTERM')).exitCode).toBe(0);
    await startAndTake(async () => '');
    expect(started.printed()).not.toContain('Syncing');
    expect(feedUrl()).toBe(link);
    expect((await ask(token, '{ me { name } }')).data.me.name).toBe('Holly Ploverwick');
    expect((await fetch(link)).status).toBe(200);
  },
  SLOW_MS,
);

async function startAndTake<Taken>(take: () => Promise<Taken>): Promise<Taken> {
  started = start();
  await started.until('Ctrl-C stops');
  return take();
}

test(
  'it is there again after kill -9',
  async () => {
    await started.end('SIGKILL');
    await startAndTake(async () => {});
    expect(await shiftsByStatus()).toEqual(ALL_SHIFTS);
  },
  SLOW_MS,
);

test(
  'when the week has moved on, the rota goes on and what was shown is kept',
  async () => {
    await started.end('SIGINT');
    started = start({ DEMO_FIRST_MONDAY: '2026-11-30' });
    await started.until('Ctrl-C stops');
    const { data } = await ask(
      await tokenOf('service'),
      '{ before: shifts(filter: { to: "2026-11-30T00:00:00Z" }) { totalCount } after: shifts(filter: { from: "2026-12-21T00:00:00Z" }) { totalCount } }',
    );
    expect(data.before.totalCount).toBeGreaterThan(250);
    expect(data.after.totalCount).toBeGreaterThan(250);
  },
  SLOW_MS,
);

test(
  'a reset forgets it all',
  async () => {
    await started.end('SIGINT');
    const reset = startProgram('demo/reset.ts', { DATA_DIR: join(folder, 'data') });
    expect(await reset.exitCode()).toBe(0);
    expect(existsSync(join(folder, 'data', 'database'))).toBe(false);
  },
  SLOW_MS,
);

test(
  'killed in the middle of the first sync, it goes on at the next start with nothing lost or doubled',
  async () => {
    started = start();
    await started.until('rota-birchwood');
    await started.end('SIGKILL');
    await startAndTake(async () => {});
    expect(await shiftsByStatus()).toEqual(ALL_SHIFTS);
    await started.end('SIGINT');
  },
  SLOW_MS,
);

test('settings of a site without an issuer do not start, with a line for each', async () => {
  const refused = startProgram('cli/start.ts', {
    DATA_DIR: join(folder, 'other'),
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    UPSTREAMS_FILE: 'none.json',
  });
  expect(await refused.exitCode()).toBe(1);
  expect(refused.printed()).toMatch(/^DATABASE_URL: is set, and OIDC_ISSUER is not\..*\nUPSTREAMS_FILE: /);
  expect(existsSync(join(folder, 'other'))).toBe(false);
});
