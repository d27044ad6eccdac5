import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adapterIds } from '../adapters/registry.ts';
import { lockDataFolder } from '../platform/data-folder.ts';
import type { SyncReport } from '../sync/report.ts';

const PROGRAM = fileURLToPath(new URL('rota.ts', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../adapters/rota-sheet/fixtures/rota.csv', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotagraph-rota-'));
  await copyFile(FIXTURE, join(folder, 'rota.csv'));
  const settings = { organisationCode: 'Z99002', defaultSite: 'Z99002', sites: { Birchwood: 'Z99002', 'The Hub': 'U99999-HUB' } };
  const upstreams = [
    { id: 'rota-birchwood', adapter: 'rota-sheet', settings: { ...settings, file: 'rota.csv' } },
    { id: 'rota-cedar', adapter: 'rota-sheet', settings: { ...settings, file: 'cedar.csv' } },
  ];
  await writeFile(join(folder, 'upstreams.json'), JSON.stringify({ upstreams }));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function rota(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { DATABASE_URL: _, ...rest } = process.env;
  const settings = { ...rest, UPSTREAMS_FILE: join(folder, 'upstreams.json'), DATA_DIR: join(folder, 'data'), ...env };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [PROGRAM, ...words], { env: settings })) };
  } catch (error) {
    return error as Ended;
  }
}

const WINDOW = ['--from', '2026-01-01', '--to', '2027-01-01'];

describe('rota sync', () => {
  it('ends with a table that adds up, in plain lines where nobody looks on', async () => {
    const { code, stdout, stderr } = await rota(['sync', 'rota-birchwood', ...WINDOW]);
    expect(code).toBe(0);
    const rows = stdout.split('\n').filter((line) => line.startsWith('│ rota-birchwood'));
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      const [received = 0, kept = 0, skipped = 0, quarantined = 0] = row.split('│').slice(3, 7).map(Number);
      expect(kept).toBeGreaterThan(0);
      expect(received).toBe(kept + skipped + quarantined);
    }
    expect(stdout).toContain('rota-birchwood/leave: skipped 21: a shift, not leave');
    expect(stderr).toMatch(/^rota-birchwood\/shifts …\nrota-birchwood\/shifts: 26 records, complete\n/);
  });

  it('gives the same as JSON, and 1 where a stream could not be read', async () => {
    const { code, stdout, stderr } = await rota(['sync', ...WINDOW, '--stream', 'leave', '--json']);
    expect(code).toBe(1);
    expect(stderr).toBe('');
    const { runs } = JSON.parse(stdout) as SyncReport;
    expect(runs.map(({ upstream, stream, status, problemCode }) => [upstream, stream, status, problemCode])).toEqual([
      ['rota-birchwood', 'leave', 'COMPLETE', null],
      ['rota-cedar', 'leave', 'STOPPED', 'UPSTREAM_UNAVAILABLE'],
    ]);
  });

  it('does nothing when it is told something that cannot be', async () => {
    for (const [words, line] of [
      [['sync', 'rota-ceder'], /^upstream "rota-ceder": .*upstreams\.json has no such upstream\. There are: rota-birchwood, rota-cedar\.\n$/],
      [['sync', '--from', '30/11/2026'], /^--from: expected a day as YYYY-MM-DD\.\n$/],
      [['sync', '--from', '2026-11-30', '--to', '2026-11-30'], /^--to: expected a day after --from\./],
      [['sync', '--stream', 'shift'], /^--stream: none of these upstreams has shift\. There are: shifts, leave\.\n$/],
      [['sink'], /unknown command 'sink'/],
    ] as const) {
      const { code, stdout, stderr } = await rota(words);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(line);
    }
    expect(await rota(['sync'], { UPSTREAMS_FILE: '' })).toMatchObject({ code: 2, stderr: expect.stringMatching(/^UPSTREAMS_FILE: missing/) });
  }, 120_000);
});

describe('rota status', () => {
  it('says how each upstream stands, and ends with 1 when one fails', async () => {
    const { code, stdout } = await rota(['status', '--json']);
    expect(code).toBe(1);
    const [birchwood, cedar] = JSON.parse(stdout) as readonly Record<string, unknown>[];
    expect(birchwood).toMatchObject({ id: 'rota-birchwood', adapter: 'rota-sheet', stale: false, nextRunAt: null, lastSuccessAt: expect.any(String) });
    expect(cedar).toMatchObject({ id: 'rota-cedar', state: 'FAILING', lastSuccessAt: null, received: 0 });
    const { stdout: table } = await rota(['status', 'rota-birchwood']);
    expect(table).toMatch(/│ rota-birchwood │ rota-sheet │ partial │ 0 min ago │ not planned │/);
    expect(table).not.toContain('rota-cedar');
  });

  it('does not take an upstream that it does not know for one that is well', async () => {
    expect(await rota(['status', 'rota-ceder'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^upstream "rota-ceder": never read and not planned/),
    });
  });
});

describe('rota quarantine', () => {
  it('says where each record stands and what was expected of it', async () => {
    const { code, stdout } = await rota(['quarantine', 'rota-birchwood']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'rota-birchwood/shifts: row 18 of the rota: Date: expected a date as DD/MM/YYYY, got text; End: expected a time as HH:MM, got text\n',
    );
    expect(await rota(['quarantine', 'rota-cedar'])).toMatchObject({ code: 0, stdout: 'Nothing is quarantined.\n' });
  });

  it('refuses the folder that a running process holds, and says by which', async () => {
    const held = lockDataFolder(join(folder, 'data'));
    try {
      const { code, stderr } = await rota(['quarantine']);
      expect(code).toBe(2);
      expect(stderr).toContain(`is in use by process ${process.pid}. Stop that one first`);
    } finally {
      held.release();
    }
  });
});

describe('rota erase', () => {
  const words = ['erase', 'work-email:robin.ashdown@example.nhs.invalid', '--reason', 'request 2026-117'];

  it('says that nobody is known by a key, without repeating it', async () => {
    const { code, stderr } = await rota(words);
    expect([code, stderr]).toEqual([1, 'Nobody has this id or key. Ids are as the graph gives them (staff_…), keys as "kind:value".\n']);
  });

  it('refuses to erase without a reason, or without the secret that keeps a person from coming back', async () => {
    expect(await rota(words.slice(0, 2))).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason') });
    expect(await rota([...words, '--yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining('ERASURE_SECRET: missing from the environment.') });
  });
});

describe('rota replay', () => {
  it('reads what was kept again, without the file that it came from', async () => {
    await rm(join(folder, 'rota.csv'));
    try {
      const { code, stdout } = await rota(['replay', 'rota-birchwood', 'shifts']);
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/^rota-birchwood\/shifts: (\d+) read, \d+ kept, 0 recovered, 0 removed, [1-9]\d* quarantined\n$/),
      ]);
    } finally {
      await copyFile(FIXTURE, join(folder, 'rota.csv'));
    }
  });

  it('does nothing for an upstream or a stream that there is not', async () => {
    expect(await rota(['replay'])).toMatchObject({ code: 2 });
    expect(await rota(['replay', 'rota-birchwood', 'shift'])).toMatchObject({
      code: 2,
      stderr: 'rota-birchwood has no stream shift. There are: shifts, leave.\n',
    });
  });
});

it('rota check tells which upstreams work, and ends with 1 when one does not', async () => {
  expect(await rota(['check', 'rota-birchwood'])).toMatchObject({ code: 0, stdout: 'rota-birchwood: works\n' });
  const { code, stdout } = await rota(['check']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^rota-birchwood: works\nrota-cedar: UPSTREAM_UNAVAILABLE: cedar\.csv: .* Look at settings\.file\.\n$/);
});

describe('rota check of upstreams on the net', () => {
  const SECRET = 'a-key-that-nobody-may-read-1234567890';
  let server: Server;
  let answer: { readonly status: number; readonly body: string };
  beforeAll(async () => {
    server = createServer((_request, response) => response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    await writeFile(join(folder, 'key'), `${SECRET}\n`);
  });
  afterAll(() => void server.close());

  const check = async (apiKey: unknown) => {
    const { port } = server.address() as AddressInfo;
    const upstreams = [
      { id: 'cloud-a', adapter: 'rotacloud', settings: { account: 'cloud-a', apiKey, baseUrl: `http://127.0.0.1:${port}`, locations: {}, roles: {} } },
      { id: 'rota-birchwood', adapter: 'rota-sheet', settings: { organisationCode: 'Z99002', defaultSite: 'Z99002', sites: {}, file: 'rota.csv' } },
    ];
    await writeFile(join(folder, 'net.json'), JSON.stringify({ upstreams }));
    const ended = await rota(['check'], { UPSTREAMS_FILE: join(folder, 'net.json'), CLOUD_KEY: SECRET });
    expect(ended.stdout + ended.stderr).not.toContain(SECRET);
    return ended;
  };

  it('names the setting that is refused and shows no secret, wherever it stands', async () => {
    answer = { status: 401, body: JSON.stringify({ message: `The key ${SECRET} is not one of ours` }) };
    for (const apiKey of [SECRET, { env: 'CLOUD_KEY' }, { secretFile: 'key' }]) {
      const { code, stdout } = await check(apiKey);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^cloud-a: UPSTREAM_AUTH: .* Look at settings\.apiKey\.\nrota-birchwood: works\n$/);
    }
  }, 60_000);

  it('names the address where it is the address that does not answer', async () => {
    answer = { status: 404, body: '{}' };
    expect((await check({ env: 'CLOUD_KEY' })).stdout).toMatch(/^cloud-a: UPSTREAM_REJECTED: .* Look at settings\.baseUrl\.\n/);
  });

  it('goes on with the others when one answers what nobody would think of', async () => {
    answer = { status: 200, body: '[null, 7]' };
    const { stdout } = await check({ env: 'CLOUD_KEY' });
    expect(stdout).toMatch(/^cloud-a: .*\nrota-birchwood: works\n$/);
  });
});

describe('rota map', () => {
  const LIST = fileURLToPath(new URL('../adapters/hr-sheet/fixtures/staff-list.csv', import.meta.url));

  it('suggests settings that read the list, and shows nobody who stands in it', async () => {
    const { code, stdout, stderr } = await rota(['map', LIST, '--organisation', 'Z99001']);
    expect([code, stderr]).toEqual([0, '']);
    const { fixtures } = await import('../adapters/hr-sheet/fixtures/config.ts');
    for (const name of fixtures.people) expect(stdout).not.toContain(name);
    for (const value of ['S001', '9000001', '03/05/1981', '70000', 'Mat leave', 'back door']) expect(stdout).not.toContain(value);
    expect(stdout).toContain('  staffMembers: 8 kept, 2 skipped, 3 quarantined\n');
    expect(stdout).toMatch(/│ DOB .*never read/);
    const { stdout: fragment } = await rota(['map', LIST, '--organisation', 'Z99001', '--fragment']);
    expect(stdout).toContain(fragment);
    await writeFile(join(folder, 'mapped.json'), JSON.stringify({ upstreams: [JSON.parse(fragment)] }));
    const env = { UPSTREAMS_FILE: join(folder, 'mapped.json') };
    expect(await rota(['check'], env)).toMatchObject({ code: 0, stdout: 'hr-staff-list: works\n' });
  }, 60_000);

  it('shows nothing of a list without a header, or of a row that is none', async () => {
    const list = join(folder, 'headless.csv');
    await writeFile(list, 'Thornbury,Marigold,marigold@example.nhs.invalid\nAshdown,Peregrine,peregrine@example.nhs.invalid\n');
    for (const [words, line] of [
      [[], /^headless\.csv: no row from 1 to 10 looks like a header\./],
      [['--header-row', '1'], /^headless\.csv: row 1 holds data\./],
    ] as const) {
      const { code, stdout, stderr } = await rota(['map', list, ...words]);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(line);
    }
    expect(await rota(['map', join(folder, 'nowhere.csv')])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^nowhere\.csv: there is no such file/) });
  }, 60_000);
});

describe('rota adapters', () => {
  it('lists every adapter with its streams and its settings, secrets marked', async () => {
    const { stdout } = await rota(['adapters', '--json']);
    const listed = JSON.parse(stdout) as { id: string; streams: { removals: string }[]; settings: { name: string; secret: boolean; description: string }[] }[];
    expect(listed.map(({ id }) => id)).toEqual(await adapterIds());
    for (const { streams, settings } of listed) {
      expect(streams.length).toBeGreaterThan(0);
      expect(settings.filter(({ description }) => description === '')).toEqual([]);
    }
    const teams = listed.find(({ id }) => id === 'teams-shifts');
    expect(teams?.settings.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(['clientSecret']);
  });

  it('prints them as a part of the documents', async () => {
    const { stdout } = await rota(['adapters', '--markdown']);
    expect(stdout).toContain('| `clientSecret` | Client secret of the app registration. **Secret.** | required |');
    expect(stdout).toContain('| `shifts` | `shift` | gone when a complete pass no longer meets it |');
  });
});
