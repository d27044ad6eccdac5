/** Checks that what an adapter writes upstream is written once, is read again, and is refused in words that help. */
import assert from 'node:assert/strict';
import { UpstreamRejectedError, UpstreamUnavailableError } from '../schema/domain/errors.ts';
import type { ConformanceCheck, FakeUpstream, WriteFixture } from './conformance.ts';
import { inWorld, noting, pull, type Subject } from './conformance-world.ts';
import type { PullStream, Push, WriteName } from './contract.ts';

const KEY = 'b9a7c1de-0000-4000-8000-00000000c0de';
const REFUSAL = 'The schedule is being published.';

export function writeChecks(subject: Subject): readonly ConformanceCheck[] {
  const { push = {} } = subject.adapter;
  const { writes = [] } = subject.fixtures;
  const names = Object.keys(push);
  if (names.length === 0 && writes.length === 0) return [];
  return [
    {
      name: 'the fixtures hold a change for each write, and for no other',
      run: async () => assert.deepEqual([...new Set(writes.map(({ write }) => write))].sort(), names.sort()),
    },
    ...writes.flatMap((fixture) => checksOf(subject, fixture)),
  ];
}

function checksOf(subject: Subject, fixture: WriteFixture): readonly ConformanceCheck[] {
  const name = `${fixture.write}, ${fixture.what}`;
  const write = (client: unknown, key = KEY) => noting(subject, () => pushOf(subject, fixture.write)(client, fixture.change, key));
  return [
    {
      name: `${name}: the same key twice is one change upstream`,
      run: () =>
        inWorld(subject, async ({ client, upstream }) => {
          const first = await write(client);
          assert.equal(writesOf(upstream).made(), 1);
          assert.deepEqual(await write(client), first);
          assert.equal(writesOf(upstream).made(), 1, 'expected the second call to change nothing');
        }),
    },
    {
      name: `${name}: is made once when its answer is lost`,
      run: () =>
        inWorld(subject, async ({ client, upstream }) => {
          writesOf(upstream).loseAnswer();
          await write(client).catch((error: unknown) => {
            if (!(error instanceof UpstreamUnavailableError)) throw error;
          });
          await write(client);
          assert.equal(writesOf(upstream).made(), 1, 'expected the change that was made to be found');
        }),
    },
    {
      name: `${name}: the next pull shows it`,
      run: () => inWorld(subject, async ({ client }) => assertShown(subject, client, fixture, (await write(client)).upstreamRef)),
    },
    {
      name: `${name}: a refusal is UpstreamRejectedError in the upstream's words`,
      run: () =>
        inWorld(subject, async ({ client, upstream }) => {
          writesOf(upstream).refuse(REFUSAL);
          const outcome = await write(client).catch((error: unknown) => error);
          assert.ok(outcome instanceof UpstreamRejectedError, `expected UpstreamRejectedError, got ${String(outcome)}`);
          assert.ok(outcome.message.includes(REFUSAL.replace(/\.$/, '')), `expected the words of the upstream, got "${outcome.message}"`);
          assert.equal(writesOf(upstream).made(), 0);
        }),
    },
  ];
}

async function assertShown(subject: Subject, client: unknown, { write, change, stream: name }: WriteFixture, ref: string): Promise<void> {
  const stream = subject.adapter.pull.find((candidate) => candidate.name === name) as PullStream | undefined;
  assert.ok(stream, `expected a stream "${name}"`);
  const { kept } = await pull(subject, client, stream);
  if (write === 'removeShift') assert.ok(!(ref in kept), `expected ${ref} to be gone`);
  else assert.deepEqual(kept[ref], JSON.parse(JSON.stringify(change.shift)));
}

function pushOf({ adapter }: Subject, name: WriteName): Push<unknown, WriteName> {
  const push: unknown = adapter.push?.[name];
  assert.ok(typeof push === 'function', `expected the adapter to push "${name}"`);
  return push as Push<unknown, WriteName>;
}

function writesOf({ writes }: FakeUpstream): NonNullable<FakeUpstream['writes']> {
  assert.ok(writes, 'expected the fake to count its changes');
  return writes;
}
