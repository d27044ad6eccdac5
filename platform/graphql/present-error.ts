/**
 * What a caller is shown of an error: a code of `ERROR_CODES`, a message that is meant for them, and the request id.
 * Everything else is a defect of ours: it is logged, and the caller learns its request id and nothing more.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, type ErrorCode, RequestError } from '../../schema/domain/errors.ts';
import { isTooManyTokens, LIMITS, tooLarge } from '../limits.ts';
import type { Logger } from '../log.ts';

/** The id of the request that is being answered, for what has no other way to know it. */
export const currentRequestId = new AsyncLocalStorage<string>();

/** Codes of GraphQL servers that we do not use → ours. */
const TRANSLATED: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_USER_INPUT',
};

/** What the caller is told about a request whose error is a defect of ours. */
export const INTERNAL_MESSAGE = 'Something went wrong on our side. It has been logged: quote the request id.';

/** HTTP status of a request that was refused as a whole. */
export function statusOf(code: ErrorCode): number {
  const statuses: Partial<Record<ErrorCode, number>> = {
    UNAUTHENTICATED: 401,
    FORBIDDEN: 403,
    NOT_A_GATEWAY: 403,
    INTERNAL_SERVER_ERROR: 500,
    SUBGRAPH_UNAVAILABLE: 503,
  };
  return statuses[code] ?? 400;
}

/** An error in GraphQL's form. */
export function formattedError(code: ErrorCode, message: string, requestId: string): GraphQLFormattedError {
  return { message, extensions: { code, requestId } };
}

/**
 * The error as it leaves. `error` is as it was thrown, `formatted` as the server would show it: its place in the query
 * and in the answer are kept, its other extensions are not.
 */
export function presentError(formatted: GraphQLFormattedError, error: unknown, requestId: string, log: Logger): GraphQLFormattedError {
  const { code, message } = classify(formatted, error);
  if (code === 'INTERNAL_SERVER_ERROR') log.error({ err: rootOf(error), requestId, path: formatted.path?.join('.') }, 'a request met a defect');
  const { locations, path } = formatted;
  return { message, ...(locations && { locations }), ...(path && { path }), extensions: { code, requestId } };
}

interface Presented {
  readonly code: ErrorCode;
  readonly message: string;
}

function classify(formatted: GraphQLFormattedError, error: unknown): Presented {
  const root = rootOf(error);
  if (root instanceof RequestError) return root;
  if (isTooManyTokens(formatted.message)) return tooLarge(`tokens: expected at most ${LIMITS.tokens}, got more.`);
  const code = TRANSLATED[String(formatted.extensions?.code)];
  if (code) return { code, message: formatted.message };
  // graphql-js points at the part of the query that it objects to; a defect of ours points at nothing in it.
  if (root instanceof GraphQLError && root.nodes?.length && root.path === undefined) return { code: 'BAD_USER_INPUT', message: formatted.message };
  return { code: 'INTERNAL_SERVER_ERROR', message: INTERNAL_MESSAGE };
}

/** What was thrown first: GraphQL wraps it, once for each layer that it passes. */
function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;
}

/** Whether a text is one of our codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}

/** An error of the request as a whole, for a server that reads its HTTP status from it. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  const headers = error.code === 'UNAUTHENTICATED' ? new Map([['www-authenticate', 'Bearer']]) : new Map();
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code, http: { status: statusOf(error.code), headers } } });
}
