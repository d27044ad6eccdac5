/**
 * The fixtures of an adapter, and the checks that every adapter passes on them.
 *
 * `adapters/<id>/fixtures/config.ts` exports `fixtures: AdapterFixtures`, and `fixtures/expected.json` holds an
 * `ExpectedResults`. README.md says how to make both.
 */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { apiChecks, credentialCheck, fileChecks } from './conformance-hostile.ts';
import { assertNothingSaid, connectionChecks, declarationChecks, resultChecks, streamChecks, variantChecks } from './conformance-sound.ts';
import type { Subject } from './conformance-world.ts';
import { writeChecks } from './conformance-writes.ts';
import type { WriteName, Writes } from './contract.ts';
import { loadAdapter } from './registry.ts';

/** What `fixtures/config.ts` exports as `fixtures`. */
export interface AdapterFixtures {
  /** As a user would write them, secrets filled in. A file is named relative to the fixtures folder, for instance `rota.csv`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * Other settings, merged over `settings`, that must give the very same records: the same rota as a workbook instead
   * of CSV. Name → settings. Each goes through the checks of what is read, not through those of hostile upstreams.
   */
  readonly variants?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What the clock says, an instant ending in Z. */
  readonly now: string;
  /** `[from, to)` of every pull, instants ending in Z. For a stream of shifts it holds both clock changes of 2026. */
  readonly window: { readonly from: string; readonly to: string };
  /** Every name of a person in the fixtures, given and family names alike, at least 4 letters each: none may appear in a message. */
  readonly people: readonly string[];
  /** Required of an adapter with a stream of shifts: a shift over each clock change of 2026 (29 March, 25 October). */
  readonly clockChanges?: readonly ClockChangeShift[];
  /** Required of an adapter with a stream whose removals are `absence`: a record that can be made to go. */
  readonly removal?: RemovableRecord;
  /** Required of an adapter that pushes: at least one of each of its writes. */
  readonly writes?: readonly WriteFixture[];
  readonly upstream: FileFixtures | ApiFixtures;
}

/** A change that the upstream in its first state takes, and must show in the next pull. */
export type WriteFixture = {
  [W in WriteName]: {
    readonly write: W;
    /** What it does, for the name of the check: "a shift of a person". */
    readonly what: string;
    readonly change: Writes[W];
    /** The stream in which the record is met, or was. */
    readonly stream: string;
  };
}[WriteName];

/** A shift over a night on which the clocks change, as a person reads it on the wall. */
export interface ClockChangeShift {
  readonly stream: string;
  readonly ref: string;
  /** London wall-clock time, `2026-03-28T22:00`. */
  readonly localStart: string;
  readonly localEnd: string;
  /** Elapsed minutes: 60 fewer than it looks in March, 60 more in October. */
  readonly minutes: number;
}

export interface RemovableRecord {
  readonly stream: string;
  /** A record that `expected.json` lists as kept. */
  readonly ref: string;
}

/** An upstream that is files. The checks work on a copy of the fixtures folder, so files may be damaged at will. */
export interface FileFixtures {
  readonly kind: 'files';
  readonly files: readonly FixtureFile[];
  /** Takes the `removal` record out of the files in this folder. Required where `removal` is. */
  remove?(folder: string): Promise<void>;
}

export interface FixtureFile {
  /** Path within the fixtures folder. */
  readonly name: string;
  /** Streams that cannot be read without it: these are pulled against its damaged forms. */
  readonly streams: readonly string[];
  /**
   * Whether the columns are known by a header. If so, a file of other columns must be refused with the names of those
   * that are missing. If not, none of its rows may be kept. Default true.
   */
  readonly header?: boolean;
  /** The variant that reads it, where the plain settings do not. */
  readonly variant?: string;
}

/** An upstream that is spoken to over HTTP: a stateful fake of it. */
export interface ApiFixtures {
  readonly kind: 'api';
  /** Every origin that the fake answers for, for instance `https://graph.example.invalid`. A request to any other fails. */
  readonly origins: readonly string[];
  /**
   * Traps that the real upstream has no way to spring: `token-expired` where a key is sent with each request,
   * `empty-page` and `repeating-page` where a list comes whole. Only these three may be named. Default none.
   */
  readonly without?: readonly ('token-expired' | 'empty-page' | 'repeating-page')[];
  /** A fresh fake in its first state. */
  create(): FakeUpstream;
}

export interface FakeUpstream {
  handle(request: Request): Promise<Response>;
  /** From now on misbehaves in this way, until `calm()`. A number says for how many requests only. */
  trap(name: TrapName, times?: number): void;
  calm(): void;
  /** Deletes a record upstream. Required where `removal` is. */
  remove?(stream: string, ref: string): void;
  /** Required where the adapter pushes. */
  readonly writes?: {
    /** Changes that were made so far. */
    made(): number;
    /** The next change is made, and its answer is lost on the way. */
    loseAnswer(): void;
    /** From now on every change is refused in these words. */
    refuse(words: string): void;
  };
}

/**
 * Ways in which an upstream misbehaves, and what must come of it when it lasts:
 * `throttled` 429 with Retry-After, `server-error` 500, `hang` no answer, `cut-off` half a JSON document: UpstreamUnavailableError.
 * `credentials-refused` every credential gets 401: UpstreamAuthError.
 * `token-expired` the access tokens given so far are no longer good: a new one is fetched, and nothing is lost.
 * `empty-page` a page without records in the middle: nothing is lost.
 * `repeating-page` the next page is the same one again, for ever: UpstreamRejectedError.
 */
export const TRAPS = ['throttled', 'server-error', 'hang', 'cut-off', 'credentials-refused', 'token-expired', 'empty-page', 'repeating-page'] as const;
export type TrapName = (typeof TRAPS)[number];

/** What `fixtures/expected.json` holds: the result of pulling each stream over the window, by stream name. */
export interface ExpectedResults {
  readonly [stream: string]: ExpectedStream;
}

export interface ExpectedStream {
  /** Upstream reference → the canonical record as JSON: instants as `2026-03-28T22:00:00.000Z`. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Reason → how many. */
  readonly skipped?: Readonly<Record<string, number>>;
  /** `where` of the record → paths of its problems, in order. Over all streams there is at least one: a bad record among good ones. */
  readonly quarantined?: Readonly<Record<string, readonly string[]>>;
  /** References of records that the upstream says are gone (`{ removed: true }`). */
  readonly removed?: readonly string[];
}

/** One promise of the contract, checked. Rejects when it is broken. */
export interface ConformanceCheck {
  readonly name: string;
  run(): Promise<void>;
}

/** The adapter of this id, or of this folder, with its fixtures, and the results that they must give. */
export async function loadSubject(id: string): Promise<{ subject: Subject; expected: ExpectedResults }> {
  const isFolder = isAbsolute(id);
  const adapter = isFolder ? (await import(pathToFileURL(join(id, 'adapter.ts')).href)).default : await loadAdapter(id);
  const folder = isFolder ? pathToFileURL(join(id, 'fixtures', sep)) : new URL(`./${id}/fixtures/`, import.meta.url);
  const { fixtures }: { fixtures: AdapterFixtures } = await import(new URL('config.ts', folder).href);
  const expected: ExpectedResults = JSON.parse(await readFile(new URL('expected.json', folder), 'utf8'));
  return { subject: { adapter, fixtures, messages: [] }, expected };
}

/** Every check of an adapter, in the order in which they are to run: the last looks at what the others gave. */
export function conformanceChecks(subject: Subject, expected: ExpectedResults): readonly ConformanceCheck[] {
  const { fixtures } = subject;
  return [
    ...declarationChecks(subject),
    ...connectionChecks(subject),
    ...subject.adapter.pull.flatMap((stream) => streamChecks(subject, stream, expected)),
    ...variantChecks(subject, expected),
    ...resultChecks(subject, expected),
    ...writeChecks(subject),
    ...(fixtures.upstream.kind === 'api'
      ? [credentialCheck(subject), ...apiChecks(subject, fixtures.upstream, expected)]
      : fileChecks(subject, fixtures.upstream, expected)),
    { name: 'no message holds a secret or the name of a person', run: async () => assertNothingSaid(subject) },
  ];
}
