/** Checks that an adapter stands what upstreams do: they throttle, fail, hang, break off, go in circles, and change their columns. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RotagraphError, UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../schema/domain/errors.ts';
import type { ApiFixtures, ConformanceCheck, ExpectedResults, FileFixtures, FixtureFile, TrapName } from './conformance.ts';
import { assertSame, inWorld, noting, type Pulled, pull, type Subject, type World, type WorldOptions } from './conformance-world.ts';
import type { PullStream } from './contract.ts';

type ErrorClass = typeof UpstreamUnavailableError | typeof UpstreamRejectedError | typeof UpstreamAuthError;

/** A trap that lasts → the error that must come of it, from each stream. */
const LASTING: readonly (readonly [TrapName, ErrorClass, string])[] = [
  ['throttled', UpstreamUnavailableError, 'throttling that does not end'],
  ['server-error', UpstreamUnavailableError, 'an upstream that answers 500'],
  ['hang', UpstreamUnavailableError, 'an upstream that never answers'],
  ['cut-off', UpstreamUnavailableError, 'JSON that breaks off'],
  ['credentials-refused', UpstreamAuthError, 'refused credentials'],
];

const REPEATING: readonly (readonly [TrapName, ErrorClass, string])[] = [['repeating-page', UpstreamRejectedError, 'a page that repeats for ever']];

/** A trap that passes → nothing is lost. */
const PASSING: readonly (readonly [TrapName, number | undefined, string])[] = [
  ['throttled', 2, 'two answers of 429'],
  ['server-error', 1, 'one answer of 500'],
  ['hang', 1, 'one request that is never answered'],
  ['token-expired', undefined, 'an access token that expired'],
  ['empty-page', undefined, 'an empty page in the middle'],
];

export function apiChecks(subject: Subject, { without = [] }: ApiFixtures, expected: ExpectedResults): readonly ConformanceCheck[] {
  const { adapter } = subject;
  const springs = (trap: TrapName) => !without.some((missing) => missing === trap);
  return adapter.pull.flatMap((stream) => [
    ...LASTING.map(([trap, errorClass, words]) => ({
      name: `${stream.name}: ${words} is ${errorClass.name}`,
      run: () => failsWhen(subject, trap, errorClass, (client) => pull(subject, client, stream)),
    })),
    ...PASSING.filter(([trap]) => springs(trap)).map(([trap, times, words]) => ({
      name: `${stream.name}: ${words} loses nothing`,
      async run() {
        const usual = await requestsOf(subject, stream);
        const spoilt = await requestsOf(subject, stream, { trap, times, expected });
        assert.ok(spoilt > usual, `expected the trap to spring, but ${spoilt} requests were enough, as without it`);
      },
    })),
    ...(springs('repeating-page') ? REPEATING : []).map(([trap, errorClass, words]) => ({
      name: `${stream.name}: ${words} is ${errorClass.name}`,
      run: () => failsWhen(subject, trap, errorClass, (client) => pull(subject, client, stream)),
    })),
    {
      name: `${stream.name}: after the upstream was down, the next pass gives all`,
      run: () =>
        inWorld(subject, async ({ client, upstream }) => {
          upstream.trap('server-error');
          await fails(subject, UpstreamUnavailableError, () => pull(subject, client, stream));
          upstream.calm();
          assertSame(await pull(subject, client, stream), expected, stream);
        }),
    },
    ...ODD_ANSWERS.map(([words, answer]) => ({
      name: `${stream.name}: ${words} is an error of ours, not a rota without shifts`,
      run: () =>
        inWorld(subject, async ({ client, answerWith }) => {
          await adapter.check(client);
          answerWith(answer);
          await fails(subject, RotagraphError, () => pull(subject, client, stream));
        }),
    })),
  ]);
}

interface Spoilt {
  readonly trap: TrapName;
  readonly times: number | undefined;
  readonly expected: ExpectedResults;
}

/** How many requests a pass takes once the adapter has been in touch. A spoilt pass must give what is expected all the same. */
function requestsOf(subject: Subject, stream: PullStream, spoilt?: Spoilt): Promise<number> {
  const work = async ({ client, upstream, requests }: World) => {
    await subject.adapter.check(client);
    const before = requests();
    if (spoilt) upstream.trap(spoilt.trap, spoilt.times);
    const pulled = await pull(subject, client, stream);
    if (spoilt) assertSame(pulled, spoilt.expected, stream);
    return requests() - before;
  };
  return inWorld(subject, work, spoilt?.trap === 'hang' ? { timeoutMs: PATIENCE_MS } : {});
}

/** With an upstream that does not answer: a tenth of it where no other answer is waited for. */
const PATIENCE_MS = 1_000;

const ODD_ANSWERS: readonly (readonly [string, () => Response])[] = [
  ['the page of a proxy', () => new Response('<html><body>Sign in to the network</body></html>', { headers: { 'content-type': 'text/html' } })],
  ['an empty answer', () => new Response('', { headers: { 'content-type': 'application/json' } })],
  ['null', () => Response.json(null)],
  ['an empty object', () => Response.json({})],
  ['a redirect to elsewhere', () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example.invalid/' } })],
];

export function credentialCheck(subject: Subject): ConformanceCheck {
  return {
    name: 'check fails with UpstreamAuthError when the credentials are refused',
    run: () => failsWhen(subject, 'credentials-refused', UpstreamAuthError, (client) => subject.adapter.check(client)),
  };
}

function failsWhen(subject: Subject, trap: TrapName, errorClass: ErrorClass, work: (client: unknown) => Promise<unknown>): Promise<void> {
  const spoilt = ({ client, upstream }: World) => {
    upstream.trap(trap);
    return fails(subject, errorClass, () => work(client));
  };
  return inWorld(subject, spoilt, trap === 'hang' ? { timeoutMs: PATIENCE_MS / 10 } : {});
}

export function fileChecks(subject: Subject, { files }: FileFixtures, expected: ExpectedResults): readonly ConformanceCheck[] {
  return files.flatMap((file) => fileChecksOf(subject, file, expected));
}

function fileChecksOf(subject: Subject, file: FixtureFile, expected: ExpectedResults): readonly ConformanceCheck[] {
  const { adapter } = subject;
  const within = (prepare: WorldOptions['prepare'], work: (world: World) => Promise<void>) => inWorld(subject, work, { prepare, variant: file.variant });
  const replacedBy = (content: string | Uint8Array) => (folder: string) => writeFile(join(folder, file.name), content);
  const checks: ConformanceCheck[] = [
    {
      name: `${file.name}: check fails with UpstreamUnavailableError when it is not there`,
      run: () => within(removed(file), ({ client }) => fails(subject, UpstreamUnavailableError, () => adapter.check(client))),
    },
  ];
  for (const stream of adapter.pull.filter(({ name }) => file.streams.includes(name))) {
    const gives = (words: string, errorClass: ErrorClass, prepare: WorldOptions['prepare']) =>
      checks.push({
        name: `${stream.name}: ${file.name} ${words} is ${errorClass.name}`,
        run: () => within(prepare, ({ client }) => fails(subject, errorClass, () => pull(subject, client, stream))),
      });
    gives('that is not there', UpstreamUnavailableError, removed(file));
    gives('that is empty', UpstreamRejectedError, replacedBy(''));
    gives('full of NUL bytes', UpstreamRejectedError, replacedBy(new Uint8Array(4096)));
    if (!isText(file)) gives('that breaks off', UpstreamRejectedError, cutOff(file));
    else {
      if (file.header ?? true) gives('with other columns', UpstreamRejectedError, replacedBy(OTHER_COLUMNS));
      else {
        checks.push({
          name: `${stream.name}: nothing of ${file.name} with other columns is kept`,
          run: () => within(replacedBy(OTHER_COLUMNS), async ({ client }) => assert.deepEqual((await pullOrRefuse(subject, client, stream))?.kept ?? {}, {})),
        });
      }
      checks.push({
        name: `${stream.name}: of ${file.name} that breaks off, every whole row is kept and no half one`,
        run: () =>
          within(cutOff(file), async ({ client }) => {
            const pulled = await pullOrRefuse(subject, client, stream);
            if (pulled) assertPartOf(pulled, expected, stream);
          }),
      });
    }
  }
  return checks;
}

const OTHER_COLUMNS = 'Alpha,Beta\r\nx,y\r\nx,y\r\n';

const isText = ({ name }: FixtureFile) => /\.(csv|txt|tsv|dat)$/i.test(name);

const removed = (file: FixtureFile) => (folder: string) => rm(join(folder, file.name));

/** Text ends in the middle of its last row, as when it is read while it is being written; anything else at two thirds. */
const cutOff = (file: FixtureFile) => async (folder: string) => {
  const path = join(folder, file.name);
  const bytes = await readFile(path);
  const lastRow = bytes.lastIndexOf(0x0a, bytes.length - 3) + 1;
  const end = isText(file) ? lastRow + Math.floor((bytes.length - lastRow) / 2) : Math.floor((bytes.length * 2) / 3);
  await writeFile(path, bytes.subarray(0, end));
};

async function pullOrRefuse(subject: Subject, client: unknown, stream: PullStream): Promise<Pulled | null> {
  return pull(subject, client, stream).catch((error: unknown) => {
    if (error instanceof UpstreamRejectedError) return null;
    throw error;
  });
}

/** What is kept is what it should be; what is missing is accounted for. */
function assertPartOf({ kept, quarantined }: Pulled, expected: ExpectedResults, stream: PullStream): void {
  const whole = expected[stream.name];
  for (const [ref, record] of Object.entries(kept)) assert.deepEqual(record, whole?.kept[ref], `${ref} was kept otherwise than from the whole file`);
  const missing = Object.keys(whole?.kept ?? {}).length - Object.keys(kept).length;
  const added = Object.keys(quarantined).length - Object.keys(whole?.quarantined ?? {}).length;
  assert.ok(missing === 0 || added > 0, `${missing} records are missing and no problem says so`);
}

async function fails(subject: Subject, errorClass: abstract new (...args: never[]) => Error, work: () => Promise<unknown>): Promise<void> {
  const outcome = await noting(subject, work).then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome === null) assert.fail(`expected ${errorClass.name}, got an answer`);
  if (!(outcome instanceof errorClass)) throw new assert.AssertionError({ message: `expected ${errorClass.name}, got ${String(outcome)}`, actual: outcome });
}
