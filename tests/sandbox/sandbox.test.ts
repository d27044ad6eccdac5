/** `npm run sandbox` as its users meet it: over HTTP, by the real adapters and the real command line. */
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSubject } from '../../adapters/conformance.ts';
import { assertSame, pull } from '../../adapters/conformance-world.ts';
import { adapterIds } from '../../adapters/registry.ts';
import { syncVerb } from '../../cli/rota/sync.ts';
import { createTools, type HttpTools } from '../../platform/http.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { writeUpstreamsFile } from '../../sandbox/upstreams-file.ts';
import { loadVendors } from '../../sandbox/vendors.ts';
import type { SyncReport } from '../../sync/report.ts';
import { readUpstreams, type Upstream } from '../../sync/upstreams.ts';
import { testFolder } from '../support/files.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const vendorIds = (await loadVendors()).map(({ adapter }) => adapter.id);
const folder = testFolder();

let sandbox: Sandbox;
let upstreams: readonly Upstream[];
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, now: () => NOW, sleep: async () => {} });
  await writeUpstreamsFile(sandbox.vendors, folder.path('sandbox/upstreams.json'));
  upstreams = await readUpstreams(folder.path('sandbox/upstreams.json'), {});
});
afterAll(() => sandbox.close());
beforeEach(() => {
  for (const vendor of sandbox.vendors) vendor.reset();
});

/** Each attempt is made once, so that what a trap does is seen. */
const tools = (maxAttempts = 1): HttpTools => createTools({ now: () => NOW, resolvePath: (path) => path, sleep: async () => {}, maxAttempts });

function upstreamOf(id: string): Upstream {
  const upstream = upstreams.find((candidate) => candidate.id === id);
  if (!upstream) throw new Error(`no upstream ${id}`);
  return upstream;
}

function check(id: string, maxAttempts?: number): Promise<void> {
  const { adapter, settings } = upstreamOf(id);
  return adapter.check(adapter.connect(settings, tools(maxAttempts)));
}

async function control(method: string, path: string, body?: object | string) {
  const given = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await fetch(`${sandbox.url}/_sandbox${path}`, { method, ...given });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const trap = (id: string, wanted: object) => control('POST', `/${id}/traps`, wanted);

describe('the sandbox', () => {
  it('serves every adapter whose fixtures hold a fake of an API', async () => {
    expect(vendorIds.length).toBeGreaterThan(5);
    expect((await adapterIds()).filter((id) => vendorIds.includes(id))).toEqual(vendorIds);
    expect(upstreams.map(({ id, adapter }) => [id, adapter.id])).toEqual(vendorIds.map((id) => [id, id]));
  });

  it.each(vendorIds)('is all that the settings of %s lead to', async (id) => {
    const entry = JSON.stringify(sandbox.vendors.find((vendor) => vendor.id === id)?.settings);
    expect(entry).toContain(`${sandbox.url}/${id}/0`);
    expect(entry).not.toContain('example.invalid/');
    await check(id);
    const { body } = await control('GET', `/${id}`);
    expect(body.requests).toBeGreaterThan(0);
  });

  it('is read whole by the command line, with the file that it writes', async () => {
    const { out, exitCode } = await rotaSync();
    const { runs } = JSON.parse(out) as SyncReport;
    expect(runs.filter(({ status }) => status !== 'COMPLETE')).toEqual([]);
    expect([...new Set(runs.map(({ upstream }) => upstream))].sort()).toEqual([...vendorIds].sort());
    for (const id of vendorIds) expect([id, runs.some(({ upstream, kept }) => upstream === id && kept > 0)]).toEqual([id, true]);
    expect(exitCode).toBe(0);
  });

  async function rotaSync() {
    const said: string[] = [];
    let exitCode = 0;
    const env = { UPSTREAMS_FILE: folder.path('sandbox/upstreams.json'), DATA_DIR: folder.path('data') };
    const terminal = { env, now: () => NOW, out: (text: string) => void said.push(text), error: () => {}, isInteractive: false };
    const verb = syncVerb(terminal, (code) => {
      exitCode = code;
    });
    await verb.parseAsync(['--json', '--from', sandbox.window.from, '--to', sandbox.window.to], { from: 'user' });
    return { out: said.join(''), exitCode };
  }

  it.each(vendorIds)('gives all that the fixtures of %s promise, and no link that leads elsewhere', async (id) => {
    const { subject, expected } = await loadSubject(id);
    if (subject.fixtures.upstream.kind !== 'api') throw new Error('expected a fake of an API');
    const said: string[] = [];
    const listening: HttpTools['fetch'] = async (url, init) => {
      const answer = await tools().fetch(url, init);
      const text = await answer.text();
      said.push(JSON.stringify([...answer.headers]), text);
      return new Response(text === '' ? null : text, answer);
    };
    const { adapter, settings } = upstreamOf(id);
    const client = adapter.connect(settings, { ...tools(), now: () => new Date(subject.fixtures.now), fetch: listening });
    for (const stream of adapter.pull) assertSame(await pull(subject, client, stream), expected, stream);
    const elsewhere = subject.fixtures.upstream.origins.filter((origin) => said.some((text) => text.includes(`${origin}/`)));
    expect(elsewhere).toEqual([]);
  });

  it('listens to this machine and to nobody else', async () => {
    const { port, hostname } = new URL(sandbox.url);
    expect(hostname).toBe('127.0.0.1');
    const outside = Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).filter(({ internal, family }) => !internal && family === 'IPv4'),
    );
    for (const { address } of outside) await expect(fetch(`http://${address}:${port}/_sandbox`)).rejects.toThrow();
  });

  it('says which port is taken, and how to take another', async () => {
    const taken = startSandbox({ port: Number(new URL(sandbox.url).port) });
    await expect(taken).rejects.toThrow(/^--port: port \d+, wanted for the sandbox, is taken by another program\. .*npm run sandbox -- --port/);
  });
});

describe('/_sandbox', () => {
  it('lists all vendors with their addresses, settings and traps', async () => {
    const { status, body } = await control('GET', '');
    expect(status).toBe(200);
    const vendors = body.vendors as { adapter: string; addresses: string[]; settings: object; traps: object; trapsSet: object[] }[];
    expect(vendors.map(({ adapter }) => adapter)).toEqual(vendorIds);
    for (const { adapter, addresses, settings, traps, trapsSet } of vendors) {
      expect(addresses[0]).toBe(`${sandbox.url}/${adapter}/0`);
      expect(Object.keys(settings).length).toBeGreaterThan(0);
      expect(Object.keys(traps)).toContain('throttled');
      expect(trapsSet).toEqual([]);
    }
  });

  it('says what there is where an adapter, a trap or an option is unknown', async () => {
    expect(await trap('deputi', { name: 'throttled' })).toMatchObject({ status: 404, body: { error: expect.stringContaining('There are: bamboohr,') } });
    expect(await trap('deputy', { name: 'trottled' })).toMatchObject({ status: 400, body: { error: expect.stringContaining('There are: throttled,') } });
    expect(await trap('deputy', { name: 'slow', seconds: 3 })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/seconds.*It takes: times, ms \(how late/) },
    });
    expect(await trap('deputy', { name: 'slow', times: 0 })).toMatchObject({ status: 400, body: { error: expect.stringContaining('a whole number from 1') } });
    expect(await control('POST', '/deputy/traps', '{')).toMatchObject({ status: 400, body: { error: expect.stringContaining('Expected a trap as {"name"') } });
    expect(await control('DELETE', '/deputy/traps/trottled')).toMatchObject({ status: 404, body: { error: expect.stringContaining('There are: throttled,') } });
    expect(await control('PUT', '/deputy/traps')).toMatchObject({ status: 404, body: { error: expect.stringContaining('POST /_sandbox/<adapter>/reset') } });
    const astray = await fetch(`${sandbox.url}/deputy/7/x`);
    expect(astray.status).toBe(404);
    expect(await astray.text()).toContain(`${sandbox.url}/deputy/0`);
  });

  it('offers queued writes where a fake takes writes, and nowhere else', async () => {
    const offering = sandbox.vendors.filter(({ traps }) => 'queued-writes' in traps);
    expect(offering.map(({ id }) => id)).toEqual((await loadVendors()).filter(({ adapter }) => adapter.push).map(({ adapter }) => adapter.id));
    expect(await trap('deputy', { name: 'queued-writes' })).toMatchObject({ status: 400 });
  });

  it('tells how often a trap will still spring, and forgets it then', async () => {
    await trap('deputy', { name: 'throttled', times: 2 });
    await expect(check('deputy')).rejects.toThrow('asks us to slow down');
    expect((await control('GET', '/deputy')).body.trapsSet).toEqual([{ name: 'throttled', options: { retryAfterSeconds: 1 }, left: 1 }]);
    await expect(check('deputy')).rejects.toThrow('asks us to slow down');
    expect((await control('GET', '/deputy')).body.trapsSet).toEqual([]);
    await check('deputy');
  });

  it('takes one trap away, or all, or puts the fake back as it was', async () => {
    await trap('deputy', { name: 'throttled' });
    await trap('deputy', { name: 'vendor:server-error' });
    await trap('deputy', { name: 'vendor:throttled' });
    await control('DELETE', '/deputy/traps/throttled');
    await control('DELETE', '/deputy/traps/vendor:throttled');
    await expect(check('deputy')).rejects.toThrow('cannot answer now');
    await control('DELETE', '/deputy/traps');
    await check('deputy');
    await trap('deputy', { name: 'vendor:credentials-refused' });
    await expect(check('deputy')).rejects.toThrow('refuses our credentials');
    expect((await control('POST', '/deputy/reset')).body).toMatchObject({ requests: 0, trapsSet: [] });
    await check('deputy');
  });
});

describe.each(vendorIds)('the traps of %s', (id) => {
  it.each([
    ['throttled', 'UpstreamUnavailableError'],
    ['token-expired', 'UpstreamAuthError'],
    ['server-error', 'UpstreamUnavailableError'],
    ['reset-mid-body', 'UpstreamUnavailableError'],
    ['empty-200', expect.stringMatching(/^Upstream(Unavailable|Rejected|Auth)Error$/)],
  ])('%s does what it says, and is over when it is taken away', async (name, expected) => {
    expect((await trap(id, { name })).status).toBe(200);
    await expect(check(id)).rejects.toMatchObject({ name: expected });
    await control('DELETE', `/${id}/traps`);
    await check(id);
  });

  it('that come once are got over by asking again', async () => {
    for (const name of ['throttled', 'server-error', 'token-expired']) {
      await trap(id, { name, times: 1 });
      await check(id, 3);
    }
  });
});

/** The records of a stream as they came. */
async function recordsOf(id: string, stream: string): Promise<readonly Record<string, unknown>[]> {
  const { adapter, settings } = upstreamOf(id);
  const { fixtures } = (await loadSubject(id)).subject;
  const client = adapter.connect(settings, tools());
  const [from, to] = [new Date(fixtures.window.from), new Date(fixtures.window.to)];
  const pages = await Array.fromAsync(adapter.pull.find(({ name }) => name === stream)?.pages(client as never, { since: null, from, to }) ?? []);
  return pages.flatMap(({ records }) => records.map(({ raw }) => raw as Record<string, unknown>));
}

const idsOf = (records: readonly Record<string, unknown>[]) => records.map(({ id, Id }) => id ?? Id);

describe('a renamed field', () => {
  it('has another name in every record, and its old one once the trap is gone', async () => {
    const namesOf = async () => {
      const divisions = (await (await fetch(String((upstreamOf('bank-holidays').settings as { address: string }).address))).json()) as object;
      return new Set(Object.values(divisions).flatMap(({ events }: { events: object[] }) => events.flatMap((event) => Object.keys(event))));
    };
    await trap('bank-holidays', { name: 'renamed-field', field: 'title' });
    expect(await namesOf()).toEqual(new Set(['title_renamed', 'date', 'notes', 'bunting']));
    await control('DELETE', '/bank-holidays/traps/renamed-field');
    expect(await namesOf()).toEqual(new Set(['title', 'date', 'notes', 'bunting']));
  });

  it.each(vendorIds)('is found in the records of %s where nobody says which', async (id) => {
    await trap(id, { name: 'renamed-field' });
    const texts: string[] = [];
    const { adapter, settings } = upstreamOf(id);
    const fetch: HttpTools['fetch'] = async (url, init) => {
      const answer = await tools().fetch(url, init);
      texts.push(await answer.clone().text());
      return answer;
    };
    const client = adapter.connect(settings, { ...tools(), fetch });
    const window = { since: null, from: new Date('2026-03-01'), to: new Date('2026-11-01') };
    for (const stream of adapter.pull) await Array.fromAsync(stream.pages(client as never, window)).catch(() => []);
    expect(texts.some((text) => /_renamed[":;]/.test(text))).toBe(true);
  });
});

describe('shifting pages', () => {
  it('jump over a record, though each page is full, and give all again afterwards', async () => {
    const { apiKey, baseUrl } = upstreamOf('breathehr').settings as { apiKey: string; baseUrl: string };
    const pageOf = async (page: number) => {
      const answer = await fetch(`${baseUrl}/absences?page=${page}&per_page=2`, { headers: { 'x-api-key': apiKey } });
      return idsOf(((await answer.json()) as { absences: Record<string, unknown>[] }).absences);
    };
    const whole = [await pageOf(1), await pageOf(2), await pageOf(3)].flat();
    await trap('breathehr', { name: 'shifting-pages' });
    const shifted = [await pageOf(1), await pageOf(2)];
    expect(shifted).toEqual([whole.slice(0, 2), whole.slice(3, 5)]);
    await control('DELETE', '/breathehr/traps');
    expect([await pageOf(1), await pageOf(2), await pageOf(3)].flat()).toEqual(whole);
  });

  it('are noticed by an adapter whose vendor counts its records', async () => {
    await trap('breathehr', { name: 'shifting-pages', times: 1 });
    await expect(recordsOf('breathehr', 'absences')).rejects.toThrow('the list was changed while it was read');
    expect((await recordsOf('breathehr', 'absences')).length).toBeGreaterThan(5);
  });

  it('are offered where lists come in pages, and nowhere else', () => {
    const offering = sandbox.vendors.filter(({ traps }) => 'shifting-pages' in traps).map(({ id }) => id);
    expect(offering).toEqual(expect.arrayContaining(['breathehr', 'deputy', 'teams-shifts']));
    expect(offering).not.toContain('bank-holidays');
  });
});

describe('clock skew', () => {
  const DAY = 24 * 60;

  it('moves the date of an answer and when records changed, and no shift', async () => {
    const before = await recordsOf('teams-shifts', 'shifts');
    await trap('teams-shifts', { name: 'clock-skew', minutes: -DAY });
    const after = await recordsOf('teams-shifts', 'shifts');
    expect(after.map(({ sharedShift }) => sharedShift)).toEqual(before.map(({ sharedShift }) => sharedShift));
    const changedAt = (records: typeof before) => records.map(({ lastModifiedDateTime }) => Date.parse(String(lastModifiedDateTime)));
    expect(changedAt(after)).toEqual(changedAt(before).map((at) => at - DAY * 60_000));
    const { headers } = await fetch(`${sandbox.url}/teams-shifts/0/v1.0/teams`);
    expect(headers.get('date')).toBe('Mon, 23 Nov 2026 09:00:00 GMT');
  });
});

describe('a slow answer', () => {
  it('comes whole, as late as it is told', async () => {
    const slept: number[] = [];
    const slow = await startSandbox({ port: 0, sleep: async (ms) => void slept.push(ms) });
    try {
      const [vendor] = slow.vendors;
      vendor?.setTrap({ name: 'slow', ms: 4000, times: 1 });
      for (let at = 0; at < 2; at += 1) await fetch(`${vendor?.addresses[0]}/`);
      expect(slept).toEqual([4000]);
    } finally {
      await slow.close();
    }
  });
});

async function push(write: unknown, ...words: readonly unknown[]): Promise<unknown> {
  if (typeof write !== 'function') throw new Error('expected an adapter that writes');
  return write(...words, 'the key of this change');
}

describe('queued writes', () => {
  it('are answered as made, and seen only some reads later', async () => {
    const { adapter, settings } = upstreamOf('teams-shifts');
    const { fixtures } = (await loadSubject('teams-shifts')).subject;
    const change = fixtures.writes?.find(({ write, stream }) => write === 'saveShift' && stream === 'openShifts')?.change;
    const before = idsOf(await recordsOf('teams-shifts', 'openShifts'));
    const READS = 20;
    await trap('teams-shifts', { name: 'queued-writes', reads: READS, times: 1 });
    const { upstreamRef } = (await push(adapter.push?.saveShift, adapter.connect(settings, tools()), change)) as { upstreamRef: string };
    expect((await control('GET', '/teams-shifts')).body).toMatchObject({ waitingWrites: 1, trapsSet: [] });
    const seen = async () => idsOf(await recordsOf('teams-shifts', 'openShifts'));
    expect(await seen()).toEqual(before);
    for (let at = 0; at < READS && (await waiting()) > 0; at += 1) await seen();
    const after = await seen();
    expect(after.filter((id) => !before.includes(id))).toEqual([upstreamRef.split('#')[0]]);
  });

  it('are made at once when the trap is taken away', async () => {
    const { adapter, settings } = upstreamOf('teams-shifts');
    await trap('teams-shifts', { name: 'queued-writes', reads: 1000 });
    await push(adapter.push?.removeShift, adapter.connect(settings, tools()), { upstreamRef: 'SHFT_monday' });
    expect(idsOf(await recordsOf('teams-shifts', 'shifts'))).toContain('SHFT_monday');
    await control('DELETE', '/teams-shifts/traps');
    expect(await waiting()).toBe(0);
    expect(idsOf(await recordsOf('teams-shifts', 'shifts'))).not.toContain('SHFT_monday');
  });

  const waiting = async () => Number((await control('GET', '/teams-shifts')).body.waitingWrites);
});
