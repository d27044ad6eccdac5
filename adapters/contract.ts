/**
 * What an adapter is: a declaration. It says who it is, what settings it needs, how to connect, and for each stream of
 * records what the upstream sends, how to page through it and what each record means.
 *
 * An adapter never sees the database, the environment, the log or another adapter. `Tools` are handed to it. The engine
 * does the rest for all: retries, time limits, validation at both ends, quarantine, cursors, removals.
 */
import type { z } from 'zod';
import type { FetchInit } from '../platform/http.ts';
import type { RateLimit } from '../platform/rate-limit.ts';
import type { Canonical, EntityName } from '../schema/domain/canonical.ts';
import { RecordInvalidError, type RecordProblem } from '../schema/domain/errors.ts';
import type { SourceKind } from '../schema/domain/precedence.ts';
import type { Day } from '../schema/domain/time.ts';
import { type Kept, minimiserOf } from './minimise.ts';

/** Where a stream goes on from. JSON, made and read by the adapter alone; the engine only keeps it. */
export type Cursor = { readonly [key: string]: string | number | boolean | null };

export interface PullRequest {
  /** The cursor of the last page that was stored, or null to begin at the start. */
  readonly since: Cursor | null;
  /** Only what lies in `[from, to)` is wanted. Reference data may ignore it. */
  readonly from: Date;
  readonly to: Date;
}

/** One record as the upstream sent it. */
export interface UpstreamRecord {
  /**
   * The upstream's own id of it, unique in its stream and stable over pulls; null when it cannot be told. What the upstream
   * has as one and gives several records has `<id>#…` or `<id>~…` for each: where it is quarantined as one, by `<id>`,
   * their rows stand.
   */
  readonly ref: string | null;
  /** Where a person finds it: "row 12 of the rota", "shift SHFT_1". Never a name. */
  readonly where: string;
  readonly raw: unknown;
  /** What the reader already found wrong with it, for instance a row with too few columns. */
  readonly problems?: readonly RecordProblem[];
}

export interface Page {
  readonly records: readonly UpstreamRecord[];
  /**
   * Where to go on once this page is stored. The cursor of the last page is where the next pass begins; null means from
   * the start, which is right for everything that is read whole each time.
   */
  readonly cursor: Cursor | null;
  /** When this was true upstream: the date of a file, the time of an answer. */
  readonly asOf: Date;
}

/** Understood, and not wanted. Each reason is counted. */
export interface Skipped {
  readonly skipped: string;
}

export function skip(reason: string): Skipped {
  return { skipped: reason };
}

/** The reason to skip a record that is as it was when it last came: its row stays, and counts as seen. */
export const UNCHANGED = 'unchanged';

/**
 * How it is learnt that a record is gone.
 *
 * `absence`: missing from a complete pass over its window means removed; such a stream is read whole each time, so a pass
 * begins without a cursor. Where the upstream says so as well, its tombstones count at once, and are not held back as
 * what is only missing may be. `tombstone`: the upstream says so, by a record whose `map` gives `{ removed: true }`, and
 * nothing else means it. `never`: what came once stays.
 */
export type Removals = 'absence' | 'tombstone' | 'never';

/** The upstream says that this record is gone. */
export interface Removed {
  readonly removed: true;
}

export type Mapped<E extends EntityName> = Canonical[E] | Skipped | Removed;

export interface PullStream<Client = never, E extends EntityName = EntityName> {
  /** Names the stream within its adapter, for instance `openShifts`. */
  readonly name: string;
  readonly entity: E;
  readonly removals: Removals;
  /** Whether the upstream has this stream at all, as it is set: it may be of a file that the settings leave out. Default: it has. */
  offered?(client: Client): boolean;
  /**
   * What the upstream holds now, as a short text that another content would change, told at far less cost than reading
   * it; null when that cannot be told. While it is what the last complete pass found, nothing is read, and every row
   * counts as met. A stream that depends on anything else, on the day for instance, has none. Default: it is read.
   */
  revision?(client: Client): Promise<string | null>;
  /**
   * Whether a record may slip from a page to one that was read already, when another is taken away meanwhile, and neither
   * the upstream nor the adapter can tell. Then what several pages did not show is looked for once more before it is
   * taken for gone. Default: no.
   */
  readonly mayShift?: boolean;
  /** Pages of the stream, in an order that is the same each time. Throws the errors of `schema/domain/errors.ts`. */
  pages(client: Client, request: PullRequest): AsyncIterable<Page>;
  /**
   * The meaning of one record.
   *
   * @throws RecordInvalidError when it is not what the format promises.
   */
  read(raw: unknown): Mapped<E>;
  /**
   * The part of a record that `read` can read, which is what is kept of it; undefined where that is nothing. Of a stream
   * without this nothing is kept.
   */
  minimise?(raw: unknown): Kept | undefined;
}

interface StreamDeclaration<Client, E extends EntityName, Wire extends z.ZodType> {
  readonly name: string;
  readonly entity: E;
  readonly removals: Removals;
  /**
   * What the vendor sends: loose (unknown keys pass), dates still text. What it declares of a record is kept, and nothing
   * else; `z.custom` is for objects that the adapter itself hands on, and is kept whole.
   */
  readonly wire: Wire;
  offered?(client: Client): boolean;
  revision?(client: Client): Promise<string | null>;
  readonly mayShift?: boolean;
  pages(client: Client, request: PullRequest): AsyncIterable<Page>;
  /** Pure. Throws RecordInvalidError, or uses `invalid()`, for what the wire schema cannot tell. */
  map(record: z.output<Wire>): Mapped<E>;
}

/** Makes a stream: each record is parsed by `wire`, then mapped. */
export function stream<Client, E extends EntityName, Wire extends z.ZodType>(declaration: StreamDeclaration<Client, E, Wire>): PullStream<Client, E> {
  const { name, entity, removals, wire, offered, revision, mayShift, pages, map } = declaration;
  return {
    name,
    entity,
    removals,
    ...(offered && { offered }),
    ...(revision && { revision }),
    ...(mayShift && { mayShift }),
    minimise: minimiserOf(wire),
    pages,
    read(raw) {
      const parsed = wire.safeParse(raw);
      if (!parsed.success) throw new RecordInvalidError(problemsOf(parsed.error, raw));
      return map(parsed.data);
    },
  };
}

/** For a `map` that finds something wrong: `throw invalid('Start', 'a time as HH:MM', 'text')`. */
export function invalid(path: string, expected: string, got: string): RecordInvalidError {
  return new RecordInvalidError([{ path, expected, got }]);
}

/** What zod found wrong with `input`, without the values. */
export function problemsOf(error: z.ZodError, input: unknown): readonly RecordProblem[] {
  return error.issues.map((issue) => ({
    path: issue.path.join('.'),
    expected: issue.code === 'invalid_type' ? issue.expected : issue.message.replace(/^(?:Invalid (?:input|option): )?expected /, ''),
    got: kindOf(issue.path.reduce((value: unknown, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input)),
  }));
}

/** What sort of value it is, in words, never the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  return { string: 'text', number: 'a number', boolean: 'true or false', object: 'an object' }[typeof value as string] ?? typeof value;
}

/** What the engine hands to an adapter. */
export interface Tools {
  /**
   * Global `fetch` with the engine's manners: 30 s limit, retries, 401 and 403 as UpstreamAuthError, 429 and 5xx as
   * UpstreamUnavailableError with what `Retry-After` asks, other 4xx as UpstreamRejectedError. Resolves only for 2xx, and
   * for 304 to a request that asked `If-None-Match` or `If-Modified-Since`.
   * A POST is not repeated, unless `readsOnly` says that it changes nothing.
   */
  readonly fetch: (url: string | URL, init?: FetchInit) => Promise<Response>;
  readonly now: () => Date;
  /** The full path of a file that a setting names, relative to the settings file. */
  readonly resolvePath: (path: string) => string;
  /**
   * A birth date as evidence of who somebody is, for `birthDateDigest`: made where a record is read, so that the date goes no
   * further. Null where no secret is set. Tools that are made by hand may be without it.
   */
  readonly digestBirthDate?: (day: Day) => string | null;
}

/** What may be asked of an upstream: the name of the write → the change. */
export interface Writes {
  /** A shift that is to be as it is given: a new one where `upstreamRef` is null, else the one of that reference. */
  readonly saveShift: { readonly upstreamRef: string | null; readonly shift: Canonical['shift'] };
  /** A shift that is to be gone. One that is gone already is no failure. */
  readonly removeShift: { readonly upstreamRef: string };
}
export type WriteName = keyof Writes;

/**
 * Makes one change upstream, and gives the reference under which a pull will meet its record.
 *
 * The same key means the same change: an answer may have been lost on the way, so the change is asked for again, and is
 * still made once. Calls for one record come one after the other.
 *
 * @throws UpstreamRejectedError when it is refused, in the upstream's words: asking again would not help.
 * @throws UpstreamUnavailableError when it may not have been made: to be asked again, with the same key.
 */
export type Push<Client, W extends WriteName> = (client: Client, change: Writes[W], idempotencyKey: string) => Promise<{ readonly upstreamRef: string }>;

export interface Adapter<Settings = never, Client = never> {
  /** Equals its folder's name. */
  readonly id: string;
  readonly title: string;
  /** What sort of system it is: decides who wins a field where several records make one row. Without one, any other wins. */
  readonly kind?: SourceKind;
  /** Address of the vendor's reference for what is read here. */
  readonly docs: string;
  /** What of the upstream is not read, or was not seen, in a sentence. Without it the adapter reads what it should. */
  readonly partial?: string;
  /** Each setting is described (`.describe()`); a secret is marked with `.meta({ secret: true })`. */
  readonly settings: z.ZodType<Settings>;
  /**
   * What the upstream allows, for one request. Kept by the engine before each, across all processes: two upstreams that
   * give the same key share a limit. Without it requests go as they come.
   */
  limits?(settings: Settings, request: { readonly url: URL; readonly method: string }): readonly RateLimit[];
  /** Makes the client. The only place that sees settings. Makes no request and opens no file. */
  connect(settings: Settings, tools: Tools): Client;
  /** A cheap, authenticated read that throws when the upstream cannot be used as set. */
  check(client: Client): Promise<void>;
  /** In the order in which they should be pulled. */
  readonly pull: readonly PullStream<Client>[];
  /** Writes that the upstream takes. Default none: what an adapter can do is what it declares. */
  readonly push?: { readonly [W in WriteName]?: Push<Client, W> };
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds adapters of every client; each is used only with its own.
export type AnyAdapter = Adapter<any, any>;

/** Keeps the types of a declaration in step with each other. */
export function defineAdapter<Settings, Client>(adapter: Adapter<Settings, Client>): Adapter<Settings, Client> {
  return adapter;
}
