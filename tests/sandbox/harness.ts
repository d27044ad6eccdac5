/** What the tests of the sandbox share: one that runs, on a port of its own, with a clock and pauses that are theirs. */
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createTools, type HttpTools } from '../../platform/http.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { writeUpstreamsFile } from '../../sandbox/upstreams-file.ts';
import { readUpstreams, type Upstream } from '../../sync/upstreams.ts';
import { type TestFolder, testFolder } from '../support/files.ts';

export const NOW = new Date('2026-11-24T09:00:00Z');

/** Each attempt is made once, so that what a trap does is seen. */
export const tools = (maxAttempts = 1): HttpTools => createTools({ now: () => NOW, resolvePath: (path) => path, sleep: async () => {}, maxAttempts });

export interface SandboxUnderTest {
  readonly folder: TestFolder;
  /** The file of settings that it wrote. */
  readonly upstreamsFile: () => string;
  readonly sandbox: () => Sandbox;
  readonly upstreams: () => readonly Upstream[];
  upstreamOf(id: string): Upstream;
  /** The adapter's own check, through the sandbox. */
  check(id: string, maxAttempts?: number): Promise<void>;
  /** A request to `/_sandbox`. */
  control(method: string, path: string, body?: object | string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  trap(id: string, wanted: object): ReturnType<SandboxUnderTest['control']>;
}

/** One for all tests of a file, each of which finds it in its first state. */
export function sandboxUnderTest(): SandboxUnderTest {
  const folder = testFolder();
  const upstreamsFile = () => folder.path('sandbox/upstreams.json');
  let sandbox: Sandbox;
  let upstreams: readonly Upstream[];
  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, now: () => NOW, sleep: async () => {} });
    await writeUpstreamsFile(sandbox.vendors, upstreamsFile());
    upstreams = await readUpstreams(upstreamsFile(), {});
  });
  afterAll(() => sandbox.close());
  beforeEach(() => {
    for (const vendor of sandbox.vendors) vendor.reset();
  });
  function upstreamOf(id: string): Upstream {
    const upstream = upstreams.find((candidate) => candidate.id === id);
    if (!upstream) throw new Error(`no upstream ${id}`);
    return upstream;
  }
  async function control(method: string, path: string, body?: object | string) {
    const given = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const answer = await fetch(`${sandbox.url}/_sandbox${path}`, { method, ...given });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  return {
    folder,
    upstreamsFile,
    sandbox: () => sandbox,
    upstreams: () => upstreams,
    upstreamOf,
    async check(id, maxAttempts) {
      const { adapter, settings } = upstreamOf(id);
      await adapter.check(adapter.connect(settings, tools(maxAttempts)));
    },
    control,
    trap: (id, wanted) => control('POST', `/${id}/traps`, wanted),
  };
}
