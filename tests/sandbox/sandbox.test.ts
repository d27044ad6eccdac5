/** `npm run sandbox` as its users meet it: over HTTP, by the real adapters and the real command line. */
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadSubject } from '../../adapters/conformance.ts';
import { assertSame, pull } from '../../adapters/conformance-world.ts';
import { adapterIds } from '../../adapters/registry.ts';
import { syncVerb } from '../../cli/rota/sync.ts';
import type { HttpTools } from '../../platform/http.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { loadVendors } from '../../sandbox/vendors.ts';
import type { SyncReport } from '../../sync/report.ts';
import { readUpstreams } from '../../sync/upstreams.ts';
import { killAll, startProgram } from '../demo/process.ts';
import { NOW, sandboxUnderTest, tools } from './harness.ts';

const vendorIds = (await loadVendors()).map(({ adapter }) => adapter.id);

const { upstreamOf, check, control, trap, sandbox, upstreams, upstreamsFile, folder } = sandboxUnderTest();

describe('the sandbox', () => {
  it('serves every adapter whose fixtures hold a fake of an API', async () => {
    expect(vendorIds.length).toBeGreaterThan(5);
    expect((await adapterIds()).filter((id) => vendorIds.includes(id))).toEqual(vendorIds);
    expect(upstreams().map(({ id, adapter }) => [id, adapter.id])).toEqual(vendorIds.map((id) => [id, id]));
  });

  it.each(vendorIds)('is all that the settings of %s lead to', async (id) => {
    const entry = JSON.stringify(sandbox().vendors.find((vendor) => vendor.id === id)?.settings);
    expect(entry).toContain(`${sandbox().url}/${id}/0`);
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
    const env = { UPSTREAMS_FILE: upstreamsFile(), DATA_DIR: folder.path('data') };
    const terminal = { env, now: () => NOW, out: (text: string) => void said.push(text), error: () => {}, isInteractive: false };
    const verb = syncVerb(terminal, (code) => {
      exitCode = code;
    });
    await verb.parseAsync(['--json', '--from', sandbox().window.from, '--to', sandbox().window.to], { from: 'user' });
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
    const { port, hostname } = new URL(sandbox().url);
    expect(hostname).toBe('127.0.0.1');
    const outside = Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).filter(({ internal, family }) => !internal && family === 'IPv4'),
    );
    for (const { address } of outside) await expect(fetch(`http://${address}:${port}/_sandbox`)).rejects.toThrow();
  });

  it('says which port is taken, and how to take another', async () => {
    const taken = startSandbox({ port: Number(new URL(sandbox().url).port) });
    await expect(taken).rejects.toThrow(/^--port: port \d+, wanted for the sandbox, is taken by another program\. .*npm run sandbox -- --port/);
  });
});

describe('npm run sandbox', () => {
  afterAll(killAll);

  it('tells of each vendor and of the file that it wrote, and ends when it is told to', async () => {
    const program = startProgram('cli/sandbox.ts', { DATA_DIR: folder.path('of-the-program') }, ['--port', '0']);
    await program.until('The sandbox is ready at');
    const printed = program.printed();
    const url = /ready at (http:\/\/127\.0\.0\.1:\d+)\./.exec(printed)?.[1];
    for (const id of vendorIds) expect(printed).toContain(`${url}/${id}/0`);
    const file = folder.path(join('of-the-program', 'sandbox', 'upstreams.json'));
    expect(printed).toContain(`UPSTREAMS_FILE=${file}`);
    const written = await readUpstreams(file, {});
    expect(written.map(({ id }) => id)).toEqual(vendorIds);
    expect((await fetch(`${url}/_sandbox`)).status).toBe(200);
    // Windows knows no signal that a program can hear of.
    if (process.platform !== 'win32') expect(await program.end('SIGTERM')).toEqual({ exitCode: 0, signal: null });
  });

  it('says what is wrong with a port', async () => {
    const program = startProgram('cli/sandbox.ts', {}, ['--port', '70000']);
    expect(await program.exitCode()).toBe(2);
    expect(program.printed()).toContain('--port: expected a number from 0 to 65535.');
  });
});

describe('/_sandbox', () => {
  it('lists all vendors with their addresses, settings and traps', async () => {
    const { status, body } = await control('GET', '');
    expect(status).toBe(200);
    const vendors = body.vendors as { adapter: string; addresses: string[]; settings: object; traps: object; trapsSet: object[] }[];
    expect(vendors.map(({ adapter }) => adapter)).toEqual(vendorIds);
    for (const { adapter, addresses, settings, traps, trapsSet } of vendors) {
      expect(addresses[0]).toBe(`${sandbox().url}/${adapter}/0`);
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
    const astray = await fetch(`${sandbox().url}/deputy/7/x`);
    expect(astray.status).toBe(404);
    expect(await astray.text()).toContain(`${sandbox().url}/deputy/0`);
  });

  it('offers queued writes where a fake takes writes, and nowhere else', async () => {
    const offering = sandbox().vendors.filter(({ traps }) => 'queued-writes' in traps);
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
