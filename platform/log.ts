/**
 * The log: one JSON object a line, on standard output.
 *
 * What it must never hold: access tokens, cookies, secrets of ours, the paths of feeds and hooks (whoever has one can
 * read a rota). They are taken out here, by name and by shape, whatever a caller hands in.
 */
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

const REMOVED = '[removed]';
const SECRET_NAMES = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-rotagraph-gateway',
  'password',
  'secret',
  'client_secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
];
/** Where the names above may stand: at the top of an entry, in one of its objects, or in the headers of a request in it. */
const PATHS = SECRET_NAMES.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

const SECRET_PATH = /(\/(?:feeds|hooks)\/)[^/?#\s"'\\]+/g;
const BEARER = /\b(Bearer|Basic|DPoP)\s+[\w.~+/=-]+/gi;
const JSON_WEB_TOKEN = /\beyJ[\w-]+\.[\w-]+(\.[\w-]*){0,3}/g;
const PASSWORD_IN_ADDRESS = /(\/\/[^\s:/@]*:)[^\s/@]+@/g;

interface LogOptions {
  readonly level: string;
  /** Standard output when not given. */
  readonly destination?: DestinationStream;
}

export function createLogger({ level, destination }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    redact: { paths: PATHS, censor: REMOVED },
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: { streamWrite: withoutSecrets },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** A text without what looks like a secret: tokens, passwords in addresses, the secret part of a feed's or a hook's path. */
export function withoutSecrets(line: string): string {
  return line
    .replace(SECRET_PATH, `$1${REMOVED}`)
    .replace(BEARER, `$1 ${REMOVED}`)
    .replace(JSON_WEB_TOKEN, REMOVED)
    .replace(PASSWORD_IN_ADDRESS, `$1${REMOVED}@`);
}

const MAX_CAUSES = 5;

/** What is kept of an error. Not its other properties: those of a database error hold values of rows. */
function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    type: name,
    message,
    ...(typeof code === 'string' && { code }),
    stack,
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeError(cause, depth + 1) }),
  };
}

/** An error and what caused it, for a person at a terminal: as little of each as the log keeps. */
export function errorText(error: unknown): string {
  return withoutSecrets(stacksOf(error).join('\ncaused by: '));
}

function stacksOf(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error)) return [`something that is no error: ${typeof error}`];
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return [error.stack ?? `${error.name}: ${error.message}`, ...(depth < MAX_CAUSES ? causes.flatMap((cause) => stacksOf(cause, depth + 1)) : [])];
}
