/** What the conformance checks run in: an adapter connected to its fixtures, pulled as the engine pulls it. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { http } from 'msw/http';
import { setupServer } from 'msw/node';
import { createTools } from '../platform/http.ts';
import { CANONICAL } from '../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem, RotagraphError } from '../schema/domain/errors.ts';
import type { AdapterFixtures, ApiFixtures, ExpectedResults, ExpectedStream, FakeUpstream } from './conformance.ts';
import { type AnyAdapter, type Cursor, type PullRequest, type PullStream, problemsOf, type UpstreamRecord } from './contract.ts';

/** An adapter under test. */
export interface Subject {
  readonly adapter: AnyAdapter;
  readonly fixtures: AdapterFixtures;
  /** Every message that came of it: errors, problems, reasons, places. Searched for secrets and names at the end. */
  readonly messages: string[];
}

export interface World {
  readonly client: unknown;
  /** Of an adapter that reads files: a copy of the fixtures folder. */
  readonly folder: string;
  /** Of an adapter that speaks HTTP. */
  readonly upstream: FakeUpstream;
  /** Requests that the adapter made, whether they were answered yet or not. */
  calls(): number;
  /** Requests that the upstream got, those that were tried again included. */
  requests(): number;
  /** From now on this is answered in place of the fake. */
  answerWith(answer: () => Response): void;
}

export interface WorldOptions {
  readonly variant?: string;
  /** Of one attempt at a request, for an upstream that never answers. Default 10 s. */
  readonly timeoutMs?: number;
  /** Runs before the adapter connects, for instance to damage a file. */
  readonly prepare?: (folder: string) => Promise<void>;
}

/** A fake in the same process answers at once, unless the machine is busy. */
const TIMEOUT_MS = 10_000;

/** Connects the adapter to fresh fixtures, does the work, and takes everything down again. */
export async function inWorld<Result>(subject: Subject, work: (world: World) => Promise<Result>, options: WorldOptions = {}): Promise<Result> {
  const { adapter, fixtures } = subject;
  const settings = adapter.settings.parse({ ...fixtures.settings, ...(options.variant ? fixtures.variants?.[options.variant] : {}) });
  const folder = await mkdtemp(join(tmpdir(), 'rotagraph-conformance-'));
  const tools = createTools({
    now: () => new Date(fixtures.now),
    resolvePath: (path) => join(folder, path),
    sleep: async () => {},
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
  });
  const web = fixtures.upstream.kind === 'api' ? standIn(fixtures.upstream) : NO_WEB;
  try {
    if (fixtures.upstream.kind === 'files') await cp(fileURLToPath(new URL(`./${adapter.id}/fixtures/`, import.meta.url)), folder, { recursive: true });
    await options.prepare?.(folder);
    let calls = 0;
    const fetch: typeof tools.fetch = (url, init) => {
      calls += 1;
      return tools.fetch(url, init);
    };
    const client: unknown = adapter.connect(settings, { ...tools, fetch });
    return await work({ client, folder, calls: () => calls, ...web });
  } finally {
    web.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Web = Pick<World, 'upstream' | 'requests' | 'answerWith'> & { close(): void };

/** Of an adapter that reads files: it makes no request. */
const NO_WEB: Web = {
  upstream: { handle: () => Promise.reject(new Error('An adapter that reads files makes no request.')), trap() {}, calm() {} },
  requests: () => 0,
  answerWith() {},
  close() {},
};

function standIn({ origins, create }: ApiFixtures): Web {
  const upstream = create();
  let requests = 0;
  let answer: (() => Response) | null = null;
  const handlers = origins.map((origin) =>
    http.all(`${origin}/*`, ({ request }) => {
      requests += 1;
      return answer ? answer() : handled(upstream, request);
    }),
  );
  const server = setupServer(...handlers);
  server.listen({ onUnhandledFrame: 'error' });
  return {
    upstream,
    requests: () => requests,
    answerWith: (substitute) => {
      answer = substitute;
    },
    close: () => server.close(),
  };
}

/** One who hung up is not told anything, and nobody needs to hear of it. */
async function handled(upstream: FakeUpstream, request: Request): Promise<Response> {
  try {
    return await upstream.handle(request);
  } catch (error) {
    if (request.signal.aborted) return Response.error();
    throw error;
  }
}

/** What a pass over a stream gave, in the form of `expected.json`. */
export interface Pulled extends Required<ExpectedStream> {
  readonly pages: readonly { readonly cursor: Cursor | null; readonly refs: readonly string[] }[];
}

/**
 * Pulls as the engine does: a record is kept, skipped, quarantined or removed. One that comes a second time, or has no
 * reference, is quarantined, unless it is skipped.
 *
 * @throws what the stream throws; its message is noted first.
 */
export async function pull(subject: Subject, client: unknown, stream: PullStream, since: Cursor | null = null): Promise<Pulled> {
  const { from, to } = subject.fixtures.window;
  const request: PullRequest = { since, from: new Date(from), to: new Date(to) };
  const kept: Record<string, unknown> = {};
  const skipped: Record<string, number> = {};
  const quarantined: Record<string, readonly string[]> = {};
  const removed: string[] = [];
  const pages: { cursor: Cursor | null; refs: string[] }[] = [];
  const seen = new Set<string>();
  await noting(subject, async () => {
    for await (const page of (stream as PullStream<unknown>).pages(client, request)) {
      pages.push({ cursor: page.cursor, refs: page.records.map(({ ref, where }) => ref ?? where) });
      for (const record of page.records) {
        const result = resultOf(stream, record, seen);
        subject.messages.push(record.where);
        if ('problems' in result) {
          quarantined[record.where] = result.problems.map(({ path }) => path).sort();
          subject.messages.push(...result.problems.map(({ path, expected, got }) => `${path} ${expected} ${got}`));
        } else if ('skipped' in result) {
          skipped[result.skipped] = (skipped[result.skipped] ?? 0) + 1;
          subject.messages.push(result.skipped);
        } else if ('removed' in result) removed.push(String(record.ref));
        else kept[String(record.ref)] = result.kept;
      }
    }
  });
  return { kept, skipped, quarantined, removed, pages };
}

type Result = { readonly problems: readonly RecordProblem[] } | { readonly skipped: string } | { readonly removed: true } | { readonly kept: unknown };

function resultOf(stream: PullStream, record: UpstreamRecord, seen: Set<string>): Result {
  const result = meaningOf(stream, record);
  if ('skipped' in result) return result;
  const { ref } = record;
  if (ref === null) return 'problems' in result ? result : { problems: [{ path: '', expected: 'a reference', got: 'nothing' }] };
  const isRepeated = seen.has(ref);
  seen.add(ref);
  return isRepeated && !('problems' in result) ? { problems: [{ path: '', expected: 'a record that comes once', got: 'one that came before' }] } : result;
}

function meaningOf(stream: PullStream, { raw, problems = [] }: UpstreamRecord): Result {
  if (problems.length > 0) return { problems };
  try {
    const mapped = stream.read(raw);
    if ('skipped' in mapped) return { skipped: mapped.skipped };
    if ('removed' in mapped) return { removed: true };
    const parsed = CANONICAL[stream.entity].safeParse(mapped);
    return parsed.success ? { kept: JSON.parse(JSON.stringify(parsed.data)) } : { problems: problemsOf(parsed.error, mapped) };
  } catch (error) {
    if (error instanceof RecordInvalidError) return { problems: error.problems };
    throw error;
  }
}

/** Compares with `expected.json`. */
export function assertSame(pulled: Pulled, expected: ExpectedResults, stream: PullStream): void {
  const { kept, skipped = {}, quarantined = {}, removed: gone = [] } = expected[stream.name] ?? { kept: {} };
  assert.deepEqual(
    { kept: pulled.kept, skipped: pulled.skipped, quarantined: pulled.quarantined, removed: pulled.removed },
    { kept, skipped, quarantined, removed: gone },
  );
}

/** Notes the message of what is thrown, and of all that caused it. */
export async function noting<Value>(subject: Subject, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    for (let at = error; at instanceof RotagraphError; at = at.cause) subject.messages.push(at.message);
    throw error;
  }
}
