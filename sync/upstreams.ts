/** The upstreams that a site uses, from its settings file and the environment: which adapter, for whom, how often, with which settings. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { type AnyAdapter, problemsOf } from '../adapters/contract.ts';
import { loadAdapter } from '../adapters/registry.ts';
import { ConfigError } from '../schema/domain/errors.ts';
import { odsCode } from '../schema/domain/values.ts';

/** One system that is read, ready to connect to. */
export interface Upstream {
  /** The `source` of every row that comes from it. */
  readonly id: string;
  readonly adapter: AnyAdapter;
  readonly title: string;
  /** ODS codes of the organisations that keep their records in it. */
  readonly organisationCodes: readonly string[];
  readonly everyMinutes: number;
  /** How long ago it may have been read before its values count as stale. */
  readonly freshWithinMinutes: number;
  /** Whoever posts to `/hooks/<this>` has it read at once. Null: nobody may. */
  readonly webhookToken: string | null;
  /** As the adapter's `settings` parsed them, secrets filled in. */
  readonly settings: unknown;
  /** The full path of a file that a setting names: relative to the settings file. */
  readonly resolvePath: (path: string) => string;
}

const DEFAULT_EVERY_MINUTES = 15;
const MAX_EVERY_MINUTES = 7 * 24 * 60;
/** Without a promise of its own, an upstream may miss this many turns. */
const TURNS_TO_MISS = 4;

const entry = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,59}$/, 'an id: lower-case letters, digits and dashes, 2 to 60, a letter first'),
  adapter: z.string().min(1),
  title: z.string().trim().min(1).optional(),
  organisationCodes: z.array(odsCode).default([]),
  everyMinutes: z.number().int().min(1).max(MAX_EVERY_MINUTES).default(DEFAULT_EVERY_MINUTES),
  freshWithinMinutes: z
    .number()
    .int()
    .min(1)
    .max(TURNS_TO_MISS * MAX_EVERY_MINUTES)
    .optional(),
  webhookToken: z
    .string()
    .regex(/^[\w-]{32,200}$/, 'a token of 32 to 200 letters, digits, dashes or underscores')
    .optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
});
type Entry = z.infer<typeof entry>;

const settingsFile = z.strictObject({ upstreams: z.array(z.unknown()) });

/** `UPSTREAM_ENTRY_ROTA_BIRCHWOOD` holds what an entry of the settings file holds, for the upstream `rota-birchwood`. */
const ENTRY_VARIABLE = /^UPSTREAM_ENTRY_([A-Z][A-Z0-9_]*)$/;

/** Variables of the environment that each hold one upstream, by name. An empty one is the same as none. */
function entryVariables(env: NodeJS.ProcessEnv): readonly { readonly name: string; readonly id: string; readonly text: string }[] {
  return Object.entries(env)
    .flatMap(([name, text]) => {
      const id = ENTRY_VARIABLE.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-');
      return id && text?.trim() ? [{ name, id, text }] : [];
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether the environment holds upstreams: then a settings file is not needed. */
export function hasEntryVariables(env: NodeJS.ProcessEnv): boolean {
  return entryVariables(env).length > 0;
}

/** What the settings say of upstreams. */
export interface SettledUpstreams {
  /** Those that can be read. */
  readonly upstreams: Upstream[];
  /** A line for each thing that is wrong: which upstream, which setting, what was expected. It never tells what a setting holds. */
  readonly lines: readonly string[];
  /** Ids of those that something is wrong with, where they say one. */
  readonly refused: readonly string[];
}

/**
 * The upstreams of a settings file, in its order, and those of the environment, by id. Without a file, only those.
 *
 * A value `{ "env": "NAME" }` anywhere in an entry is replaced by that environment variable, and `{ "secretFile": "path" }`
 * by what that file holds, so that no secret need stand in the settings.
 *
 * @throws ConfigError when anything is wrong, with the lines of `settleUpstreams`.
 */
export async function readUpstreams(path: string | null, env: NodeJS.ProcessEnv): Promise<Upstream[]> {
  const { upstreams, lines } = await settleUpstreams(path, env);
  if (lines.length > 0) throw new ConfigError(lines);
  return upstreams;
}

/**
 * The same for who goes on with those that are right: of hundreds, one slip must not stop the others.
 *
 * @throws ConfigError when the file cannot be read as a list, or nothing in it is right.
 */
export async function settleUpstreams(path: string | null, env: NodeJS.ProcessEnv): Promise<SettledUpstreams> {
  const written = [...(path === null ? [] : await entriesOfFile(path)), ...entryVariables(env).map(entryOfVariable)];
  const read = await Promise.all(
    written.map(async ({ from, folder, entry: raw, name, lines: own = [] }) => {
      const { upstream, lines } = own.length > 0 ? refused(own) : await readUpstream(raw, name, env, (file) => resolve(folder, file));
      return { id: idOf(raw), upstream, lines: lines.map((line) => `${from}: ${line}`) };
    }),
  );
  const found = read.flatMap((result) => (result.upstream ? [result.upstream] : []));
  const shared = [...sharersOf(found, ({ id }) => id, 'expected an id'), ...sharersOf(found, (one) => one.webhookToken, 'webhookToken: expected a token')];
  const lines = [...read.flatMap((result) => result.lines), ...shared.map(({ line }) => `${path ?? 'the environment'}: ${line}`)];
  const wrong = new Set([...read.flatMap((result) => (result.lines.length > 0 && result.id ? [result.id] : [])), ...shared.map(({ id }) => id)]);
  const upstreams = found.filter(({ id }) => !wrong.has(id));
  if (upstreams.length === 0 && lines.length > 0) throw new ConfigError(lines);
  return { upstreams, lines, refused: [...wrong] };
}

/** An entry as it is written, and where. */
interface WrittenEntry {
  /** The file or the variable. */
  readonly from: string;
  /** What paths in it are relative to. */
  readonly folder: string;
  readonly entry: unknown;
  /** What it is called where it does not say so itself. */
  readonly name: string;
  /** What is wrong with it as it stands. Default: nothing. */
  readonly lines?: readonly string[];
}

async function entriesOfFile(path: string): Promise<readonly WrittenEntry[]> {
  const { upstreams } = parseFile(path, await readSettingsFile(path));
  return upstreams.map((written, index) => ({ from: path, folder: dirname(path), entry: written, name: `upstream ${index + 1} of the list` }));
}

function entryOfVariable({ name, id, text }: ReturnType<typeof entryVariables>[number]): WrittenEntry {
  const place = { from: name, folder: '.', name: `upstream "${id}"`, entry: { id } };
  const written = jsonOf(text);
  if (written === undefined) return { ...place, lines: [NO_JSON] };
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return { ...place, lines: ['expected one upstream as a JSON object.'] };
  if ('id' in written && written.id !== id) return { ...place, lines: [`id: expected none, or "${id}", which the variable's name says.`] };
  return { ...place, entry: { ...written, id } };
}

async function readSettingsFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`UPSTREAMS_FILE: expected a file at ${path}; it cannot be read (${(error as NodeJS.ErrnoException).code}).`], { cause: error });
  }
}

function parseFile(path: string, text: string): z.infer<typeof settingsFile> {
  const json = jsonOf(text);
  if (json === undefined) throw new ConfigError([`${path}: ${NO_JSON}`]);
  const parsed = settingsFile.safeParse(json);
  if (!parsed.success) throw new ConfigError([`${path}: expected { "upstreams": [ … ] } and nothing beside it.`]);
  return parsed.data;
}

const NO_JSON = 'expected JSON, got something that is not. Look for a missing or surplus comma or quotation mark.';

/** Undefined where it is none. The parser's own message quotes the text, which may hold a secret. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

interface ReadUpstream {
  readonly upstream: Upstream | null;
  readonly lines: readonly string[];
}

async function readUpstream(written: unknown, otherwise: string, env: NodeJS.ProcessEnv, resolvePath: Upstream['resolvePath']): Promise<ReadUpstream> {
  const missing: string[] = [];
  const raw = await fillIn(written, '', { env, resolvePath, missing });
  if (missing.length > 0) return refused(missing.map((line) => `${nameOf(raw, otherwise)}: ${line}`));
  const parsed = entry.safeParse(raw);
  if (!parsed.success) return refused(problemLines(nameOf(raw, otherwise), parsed.error, raw));
  const { id, adapter: adapterId, title, organisationCodes, everyMinutes, freshWithinMinutes = TURNS_TO_MISS * everyMinutes } = parsed.data;
  const { settings, webhookToken = null } = parsed.data;
  const name = `upstream "${id}"`;
  const adapter = await loadAdapter(adapterId).catch((error: unknown) => {
    if (error instanceof ConfigError) return error;
    throw error;
  });
  if (adapter instanceof ConfigError) return refused(adapter.lines.map((line) => `${name}: ${line}`));
  const accepted = adapter.settings.safeParse(settings);
  if (!accepted.success) return refused(problemLines(name, accepted.error, settings, 'settings'));
  const settled = { id, adapter, title: title ?? adapter.title, organisationCodes, everyMinutes, freshWithinMinutes, webhookToken };
  return { upstream: { ...settled, settings: accepted.data, resolvePath }, lines: [] };
}

const refused = (lines: readonly string[]): ReadUpstream => ({ upstream: null, lines });

function idOf(raw: unknown): string | null {
  const id = (raw as Partial<Entry> | null)?.id;
  return typeof id === 'string' ? id : null;
}

function nameOf(raw: unknown, otherwise: string): string {
  const id = idOf(raw);
  return id === null ? otherwise : `upstream "${id}"`;
}

function problemLines(name: string, error: z.ZodError, input: unknown, prefix = ''): readonly string[] {
  return error.issues.flatMap((issue, index) => {
    const [problem] = problemsOf({ ...error, issues: [issue] } as z.ZodError, input);
    if (!problem) return [];
    const path = [prefix, problem.path].filter((part) => part !== '').join('.');
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${name}: ${[path, key].filter(Boolean).join('.')}: there is no such setting.`);
    return [`${name}: ${path || `problem ${index + 1}`}: expected ${problem.expected}, got ${problem.got}.`];
  });
}

const environmentValue = z.strictObject({ env: z.string().min(1) });
const fileValue = z.strictObject({ secretFile: z.string().min(1) });

interface Elsewhere {
  readonly env: NodeJS.ProcessEnv;
  readonly resolvePath: Upstream['resolvePath'];
  /** A line for each value that is not where it should be. */
  readonly missing: string[];
}

/** Puts in what stands elsewhere. */
async function fillIn(value: unknown, path: string, elsewhere: Elsewhere): Promise<unknown> {
  const within = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
  if (Array.isArray(value)) return Promise.all(value.map((item, index) => fillIn(item, within(index), elsewhere)));
  if (typeof value !== 'object' || value === null) return value;
  const variable = environmentValue.safeParse(value);
  if (variable.success) return fromEnvironment(variable.data.env, path, elsewhere);
  const file = fileValue.safeParse(value);
  if (file.success) return fromFile(file.data.secretFile, path, elsewhere);
  return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await fillIn(item, within(key), elsewhere)])));
}

function fromEnvironment(name: string, path: string, { env, missing }: Elsewhere): string | undefined {
  const found = env[name];
  if (!found) missing.push(`${path}: expected the environment variable ${name}, which is ${found === undefined ? 'not set' : 'empty'}.`);
  return found;
}

/** A line break at the end is the editor's, not the secret's. */
async function fromFile(name: string, path: string, { resolvePath, missing }: Elsewhere): Promise<string | undefined> {
  try {
    const found = (await readFile(resolvePath(name), 'utf8')).replace(/\r?\n$/, '');
    if (found === '') missing.push(`${path}: expected a secret in the file ${name}, which is empty.`);
    return found;
  } catch (error) {
    missing.push(`${path}: expected a file ${name}; it cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    return undefined;
  }
}

interface Sharer {
  readonly id: string;
  readonly line: string;
}

/** Upstreams that have in common what must be one's own. Of a token nobody could tell which of them is meant. */
function sharersOf(upstreams: readonly Upstream[], of: (upstream: Upstream) => string | null, expected: string): readonly Sharer[] {
  const groups = [...Map.groupBy(upstreams, of)].filter(([value, group]) => value !== null && group.length > 1);
  const sharers = groups.flatMap(([, group]) =>
    group.map(({ id }) => ({ id, line: `upstream "${id}": ${expected} of its own, got one that ${group.length} share.` })),
  );
  return [...new Map(sharers.map((sharer) => [sharer.line, sharer])).values()];
}
