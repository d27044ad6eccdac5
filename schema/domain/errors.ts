/**
 * Every error that Rotagraph raises on purpose, one tree, grouped by what happens next.
 *
 * The class says what the caller does (retry, stop, quarantine, refuse to start); the `code` is the public
 * contract, listed in `docs/errors.md`. Messages say what was expected and what came. They never hold a secret,
 * a person's name or a cell's content: a message may end up in a log.
 */

/** Code → what it means to a caller of the graph. `docs/errors.md` is checked against this table, both ways. */
export const ERROR_CODES = {
  BAD_USER_INPUT: 'An argument is malformed: the message says which, what was expected and what came.',
  CONFIG_INVALID: 'A setting is missing or wrong. The process does not start.',
  DATABASE_LOCKED: 'Another process holds the embedded database. Stop it, or set DATABASE_URL.',
  FORBIDDEN: 'The caller is known but may not do this.',
  GRAPHQL_PARSE_FAILED: 'The query is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The query does not fit the schema.',
  INTERNAL_SERVER_ERROR: 'Our fault. Nothing internal is shown; quote the request id.',
  NOT_A_GATEWAY: 'A subgraph was called by something that is not a gateway of ours.',
  NOT_FOUND: 'No such record, or none that this caller may see.',
  PAGE_TOO_LARGE: 'A page of more than 200 was asked for.',
  QUERY_TOO_LARGE: 'The query passes a request limit: body, tokens, depth, aliases, directives or cost.',
  RECORD_INVALID: 'One upstream record is not what its format promises. It is quarantined; its neighbours are kept.',
  SUBGRAPH_UNAVAILABLE: 'A part of the graph did not answer in time. The rest of the data is there.',
  UNAUTHENTICATED: 'No token, or one that is expired, malformed or of an issuer that is not trusted.',
  UPSTREAM_AUTH: 'The upstream refuses our credentials. Its sync stops until a person mends the setting.',
  UPSTREAM_REJECTED: 'The upstream understood and refuses. Trying again would not help.',
  UPSTREAM_UNAVAILABLE: 'The upstream does not answer, or asks us to wait. Tried again later; the cursor is kept.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Root of the tree. Anything that is not one of these is a defect of ours and is shown to nobody. */
export abstract class RotagraphError extends Error {
  abstract readonly code: ErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Back off and try again; the cursor is kept. `retryAfterMs` is what the upstream asked for, or null. */
export class UpstreamUnavailableError extends RotagraphError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  readonly retryAfterMs: number | null;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number | null } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Do not try again. The message is the upstream's own words where it gave any. */
export class UpstreamRejectedError extends RotagraphError {
  readonly code = 'UPSTREAM_REJECTED';
  /** The HTTP status of the answer that refused; null where it was no such answer. */
  readonly status: number | null;

  constructor(message: string, options: ErrorOptions & { status?: number | null } = {}) {
    super(message, options);
    this.status = options.status ?? null;
  }
}

/** Stop this upstream: a person has to mend its credentials. */
export class UpstreamAuthError extends RotagraphError {
  readonly code = 'UPSTREAM_AUTH';
}

/** One thing wrong with one record. `path` names the field, `expected` what should be there; never the value. */
export interface RecordProblem {
  /** Field or column, as the upstream names it. `''` when the whole record is meant. */
  readonly path: string;
  /** Plain words, for instance "a date as DD/MM/YYYY". */
  readonly expected: string;
  /** What came, by kind and never by content: "empty", "text", "a number", "a time that does not exist". */
  readonly got: string;
}

/** The file was being written as it was read, or its end was lost: what should follow cannot be told to be gone. */
export const HALF_WRITTEN: RecordProblem = { path: '', expected: 'a whole line', got: 'a last line that is half written: the file ends within it' };

/** Quarantine this record and go on with its neighbours. */
export class RecordInvalidError extends RotagraphError {
  readonly code = 'RECORD_INVALID';
  readonly problems: readonly RecordProblem[];

  constructor(problems: readonly RecordProblem[], options?: ErrorOptions) {
    super(problems.map(({ path, expected, got }) => `${path || 'record'}: expected ${expected}, got ${got}`).join('; '), options);
    this.problems = problems;
  }
}

/** Do not start. One line for each wrong setting: which, where it was looked for, what is wrong. */
export class ConfigError extends RotagraphError {
  readonly code = 'CONFIG_INVALID';
  readonly lines: readonly string[];

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.lines = lines;
  }
}

/** Do not start: another process holds the embedded database. */
export class DatabaseLockedError extends RotagraphError {
  readonly code = 'DATABASE_LOCKED';
}

/** An error that a caller of the graph is told about: its code and its message are shown as they are. */
export class RequestError extends RotagraphError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
