/** Checks that an adapter keeps the contract with an upstream that behaves. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { CANONICAL } from '../schema/domain/canonical.ts';
import { RecordInvalidError } from '../schema/domain/errors.ts';
import { durationMinutes, toLondon } from '../schema/domain/time.ts';
import type { AdapterFixtures, ConformanceCheck, ExpectedResults } from './conformance.ts';
import { assertSame, inWorld, noting, pull, type Subject } from './conformance-world.ts';
import type { AnyAdapter, Cursor, PullStream } from './contract.ts';

export function declarationChecks({ adapter, fixtures }: Subject): readonly ConformanceCheck[] {
  const settings = settingsOf(adapter);
  return [
    {
      name: 'its reference has an address',
      async run() {
        assert.ok(URL.canParse(adapter.docs) && new URL(adapter.docs).protocol === 'https:', `docs: expected an https address, got "${adapter.docs}"`);
      },
    },
    {
      name: 'each setting is described, and secrets are marked',
      async run() {
        for (const [name, { description, secret }] of settings) {
          assert.ok(description, `setting "${name}": expected a description (.describe())`);
          if (/secret|password|token|apikey/i.test(name)) assert.ok(secret, `setting "${name}": expected .meta({ secret: true })`);
        }
      },
    },
    {
      name: 'its settings refuse what they should not hold',
      async run() {
        for (const wrong of [null, 'text', []]) assert.equal(adapter.settings.safeParse(wrong).success, false);
        for (const [name, { required }] of settings) {
          const without = Object.fromEntries(Object.entries(fixtures.settings).filter(([key]) => key !== name));
          if (required) assert.equal(adapter.settings.safeParse(without).success, false, `setting "${name}" is required, but may be left out`);
        }
      },
    },
    {
      name: 'its streams have names of their own and canonical entities',
      async run() {
        const names = adapter.pull.map(({ name }) => name);
        assert.ok(names.length > 0, 'expected at least one stream');
        assert.deepEqual(names, [...new Set(names)]);
        for (const { entity } of adapter.pull) assert.ok(entity in CANONICAL, `"${entity}" is no canonical entity`);
      },
    },
  ];
}

interface SettingFacts {
  readonly description?: string;
  readonly secret?: boolean;
  readonly required: boolean;
}

function settingsOf({ settings }: AnyAdapter): readonly (readonly [string, SettingFacts])[] {
  const { properties = {}, required = [] } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, facts]) => [name, { ...(facts as Omit<SettingFacts, 'required'>), required: required.includes(name) }]);
}

export function connectionChecks(subject: Subject): readonly ConformanceCheck[] {
  const { adapter } = subject;
  return [
    {
      name: 'connecting makes no request and opens no file',
      run: () =>
        inWorld(subject, async ({ calls }) => assert.equal(calls(), 0), {
          prepare: (folder) => rm(folder, { recursive: true }),
        }),
    },
    { name: 'check passes', run: () => inWorld(subject, ({ client }) => noting(subject, () => adapter.check(client))) },
  ];
}

/** What no format sends as a record. */
const NO_RECORDS: readonly unknown[] = [null, undefined, 42, 'text', [], {}, { cells: {} }];

export function streamChecks(subject: Subject, stream: PullStream, expected: ExpectedResults): readonly ConformanceCheck[] {
  const { name } = stream;
  return [
    {
      name: `${name}: gives what is expected`,
      run: () => inWorld(subject, async ({ client }) => assertSame(await pull(subject, client, stream), expected, stream)),
    },
    {
      name: `${name}: gives the same when pulled again`,
      run: () => inWorld(subject, async ({ client }) => assert.deepEqual(await pull(subject, client, stream), await pull(subject, client, stream))),
    },
    {
      name: `${name}: goes on from the cursor of each page without loss or repetition`,
      run: () => inWorld(subject, ({ client }) => assertResumes(subject, client, stream)),
    },
    {
      name: `${name}: takes nothing for a record that is none`,
      async run() {
        for (const raw of NO_RECORDS) assert.throws(() => stream.read(raw), RecordInvalidError);
      },
    },
  ];
}

async function assertResumes(subject: Subject, client: unknown, stream: PullStream): Promise<void> {
  const { pages } = await pull(subject, client, stream);
  for (const [at, { cursor }] of pages.entries()) {
    if (cursor === null || at === pages.length - 1) continue;
    const stored: Cursor = JSON.parse(JSON.stringify(cursor));
    const rest = await pull(subject, client, stream, stored);
    const wanted = pages.slice(at + 1).flatMap(({ refs }) => refs);
    assert.deepEqual(
      rest.pages.flatMap(({ refs }) => refs),
      wanted,
      `resumed after page ${at + 1}`,
    );
  }
}

export function variantChecks(subject: Subject, expected: ExpectedResults): readonly ConformanceCheck[] {
  return Object.keys(subject.fixtures.variants ?? {}).flatMap((variant) =>
    subject.adapter.pull.map((stream) => ({
      name: `${stream.name}: gives the same from the variant "${variant}"`,
      run: () => inWorld(subject, async ({ client }) => assert.deepEqual((await pull(subject, client, stream)).kept, expected[stream.name]?.kept), { variant }),
    })),
  );
}

export function resultChecks(subject: Subject, expected: ExpectedResults): readonly ConformanceCheck[] {
  const { adapter, fixtures } = subject;
  const checks: ConformanceCheck[] = [
    {
      name: 'the fixtures expect something of each stream, and of no other',
      async run() {
        assert.deepEqual(Object.keys(expected).sort(), adapter.pull.map(({ name }) => name).sort());
        for (const [name, { kept }] of Object.entries(expected)) assert.ok(Object.keys(kept).length > 0, `"${name}" keeps nothing`);
      },
    },
    {
      name: 'a bad record is quarantined and its neighbours are kept',
      async run() {
        const streams = Object.values(expected).filter(({ quarantined = {} }) => Object.keys(quarantined).length > 0);
        assert.ok(streams.length > 0, 'expected the fixtures to hold at least one bad record');
      },
    },
  ];
  if (adapter.pull.some(({ entity }) => entity === 'shift')) {
    checks.push({ name: 'shifts over both clock changes have the right instants and length', run: async () => assertClockChanges(fixtures, expected) });
  }
  if (adapter.pull.some(({ removals }) => removals === 'absence')) {
    checks.push({ name: 'a record that is deleted upstream is absent from the next pass, and no other is', run: () => assertRemoval(subject) });
  }
  for (const { name } of adapter.pull.filter(({ removals }) => removals === 'tombstone')) {
    checks.push({
      name: `${name}: says of a deleted record that it is gone`,
      run: async () => assert.ok((expected[name]?.removed ?? []).length > 0, 'expected the fixtures to hold a tombstone'),
    });
  }
  return checks;
}

/** 01:00 UTC is when London's clocks change, in March and in October. */
const CLOCK_CHANGES = ['2026-03-29T01:00:00.000Z', '2026-10-25T01:00:00.000Z'];

function assertClockChanges({ clockChanges = [] }: AdapterFixtures, expected: ExpectedResults): void {
  const spans = clockChanges.map(({ stream, ref, localStart, localEnd, minutes }) => {
    const { startsAt = '', endsAt = '' } = (expected[stream]?.kept[ref] ?? {}) as { startsAt?: string; endsAt?: string };
    assert.notEqual(startsAt, '', `${stream} ${ref}: expected a shift that is kept`);
    const onTheWall = (at: string) => toLondon(new Date(at)).toPlainDateTime().toString({ smallestUnit: 'minute' });
    assert.deepEqual([onTheWall(startsAt), onTheWall(endsAt)], [localStart, localEnd], ref);
    assert.equal(durationMinutes({ startsAt: new Date(startsAt), endsAt: new Date(endsAt) }), minutes, ref);
    return { startsAt, endsAt };
  });
  for (const change of CLOCK_CHANGES) {
    assert.ok(
      spans.some(({ startsAt, endsAt }) => startsAt < change && change < endsAt),
      `expected a shift over ${change}`,
    );
  }
}

async function assertRemoval(subject: Subject): Promise<void> {
  const { adapter, fixtures } = subject;
  const { removal, upstream: fixture } = fixtures;
  const stream = adapter.pull.find(({ name }) => name === removal?.stream);
  assert.ok(removal && stream, 'expected the fixtures to name a record that can be removed');
  const before = await inWorld(subject, ({ client }) => pull(subject, client, stream));
  assert.ok(removal.ref in before.kept, `expected ${removal.ref} to be kept before it is removed`);
  const after = await inWorld(
    subject,
    async ({ client, upstream }) => {
      if (fixture.kind === 'api') upstream.remove?.(removal.stream, removal.ref);
      return pull(subject, client, stream);
    },
    { prepare: fixture.kind === 'files' ? fixture.remove : undefined },
  );
  const { [removal.ref]: _removed, ...others } = before.kept;
  assert.deepEqual(after.kept, others);
}

export function assertNothingSaid({ adapter, fixtures, messages }: Subject): void {
  assert.ok(messages.length > 0, 'expected the other checks to have run before');
  const secrets = settingsOf(adapter).flatMap(([name, { secret }]) => (secret ? [String(fixtures.settings[name])] : []));
  for (const hidden of [...secrets, ...fixtures.people]) {
    assert.ok(hidden.length >= 4, 'a secret or name of fewer than 4 letters is found in any message');
    const said = messages.find((message) => message.toLowerCase().includes(hidden.toLowerCase()));
    assert.equal(said, undefined, 'a message holds a secret or the name of a person');
  }
}
