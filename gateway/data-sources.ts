/**
 * How the gateway reaches a subgraph: by a call within the process, or over HTTP through a pool of connections.
 *
 * Both give the same answer to the same question, and neither ever throws: a subgraph that does not answer in time is an
 * error beside the data that the others gave.
 */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { type DocumentNode, type ExecutionResult, execute, type GraphQLFormattedError, OperationTypeNode, parse } from 'graphql';
import { Pool } from 'undici';
import { formattedError, INTERNAL_MESSAGE, isErrorCode, presentError } from '../platform/graphql/present-error.ts';
import type { Logger } from '../platform/log.ts';
import type { Subgraph } from '../platform/subgraph.ts';
import { GATEWAY_HEADER } from '../platform/subgraph-server.ts';
import type { ErrorCode } from '../schema/domain/errors.ts';
import { type Answer, askInPortions, withDistinctEntities } from './entities.ts';

/** What the gateway knows of a request, and hands to the subgraphs. */
export interface GatewayContext {
  /** The `Authorization` header as it came: each subgraph verifies it again. */
  readonly authorization: string | null;
  readonly requestId: string;
}

/** A subgraph that takes longer is answered without. */
export const SUBGRAPH_TIMEOUT_MS = 5_000;

export interface SourceOptions {
  readonly name: string;
  readonly log: Logger;
  readonly timeoutMs: number;
}

export interface Source extends GraphQLDataSource<GatewayContext> {
  /** @throws Error when the subgraph does not answer, or does not take us for its gateway. */
  check(): Promise<void>;
  close(): Promise<void>;
}

type Options = GraphQLDataSourceProcessOptions<GatewayContext>;
type Response = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Calls a subgraph that lives in this process: no HTTP, no JSON, and the query parsed once for each plan. */
export function inProcessSource(subgraph: Subgraph, options: SourceOptions): Source {
  const contexts = createContexts(subgraph);
  const ask = async (call: Options, variables: Variables): Promise<Answer> => {
    const { requestId } = call.context as GatewayContext;
    try {
      const result = await execute({
        schema: subgraph.schema,
        document: documentOf(call),
        variableValues: variables,
        operationName: call.request.operationName,
        contextValue: await contexts.of(call),
      });
      return presented(result, requestId, options.log);
    } catch (error) {
      return { errors: [presentError({ message: '' }, error, requestId, options.log)] };
    }
  };
  return {
    process: (call) => answerInTime(call, options, () => withDistinctEntities(call.request.variables ?? {}, (variables) => ask(call, variables))),
    async check() {},
    async close() {},
  };
}

type Variables = Readonly<Record<string, unknown>>;

function documentOf(call: Options): DocumentNode {
  const planned = 'incomingRequestContext' in call ? call.document : undefined;
  return planned ?? parse(call.request.query ?? '');
}

function presented({ data, errors }: ExecutionResult, requestId: string, log: Logger): Answer {
  return { data, ...(errors && { errors: errors.map((error) => presentError(error.toJSON(), error, requestId, log)) }) };
}

/**
 * The subgraph's own context, one for all its calls of a request: what one call has loaded, the next need not. A mutation
 * changes what was loaded, so each of its calls has a context of its own.
 */
function createContexts(subgraph: Subgraph) {
  const known = new WeakMap<object, Promise<object>>();
  return {
    of(call: Options): Promise<object> {
      const context = call.context as GatewayContext;
      if (operationKindOf(call) !== OperationTypeNode.QUERY) return subgraph.contextFor(context);
      const made = known.get(context) ?? subgraph.contextFor(context);
      known.set(context, made);
      return made;
    },
  };
}

function operationKindOf(call: Options): OperationTypeNode {
  const operation = 'incomingRequestContext' in call ? call.incomingRequestContext.operation : undefined;
  return operation?.operation ?? OperationTypeNode.QUERY;
}

interface RemoteOptions extends SourceOptions {
  readonly url: string;
  readonly gatewaySecret: string;
}

const CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 2_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Calls a subgraph over HTTP. */
export function remoteSource({ url, gatewaySecret, ...options }: RemoteOptions): Source {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const post = async (body: object, { authorization, requestId }: GatewayContext, signal: AbortSignal): Promise<Answer> => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-request-id': requestId,
      [GATEWAY_HEADER]: gatewaySecret,
      ...(authorization !== null && { authorization }),
    };
    const response = await pool.request({ method: 'POST', path: pathname + search, headers, body: JSON.stringify(body), signal });
    return asAnswer(await response.body.json(), response.statusCode);
  };
  return {
    process: (call) =>
      answerInTime(call, options, async (signal) => {
        const { query, operationName, variables } = call.request;
        const context = call.context as GatewayContext;
        const send = (portion: Variables) => post({ query, operationName, variables: portion }, context, signal);
        // A connection that the other side closes at that moment is no answer: what changes nothing is asked once more.
        const ask = operationKindOf(call) === OperationTypeNode.QUERY ? againAfterBrokenConnection(send) : send;
        const answer = await withDistinctEntities(variables ?? {}, (distinct) => askInPortions(distinct, ask));
        return { ...answer, ...(answer.errors && { errors: answer.errors.map((error) => relayed(error, context.requestId, options)) }) };
      }),
    async check() {
      const answer = await post({ query: '{ __typename }' }, { authorization: null, requestId: 'health-check' }, AbortSignal.timeout(options.timeoutMs));
      const codes = answer.errors?.map(({ extensions }) => extensions?.code) ?? [];
      // Without a token it refuses the caller; that it takes us for its gateway is what was asked.
      if (!codes.every((code) => code === 'UNAUTHENTICATED')) throw new Error(`The ${options.name} subgraph answers ${codes.join(', ')}.`);
    },
    close: () => pool.close(),
  };
}

function asAnswer(body: unknown, statusCode: number): Answer {
  const { data, errors } = (body ?? {}) as { data?: unknown; errors?: unknown };
  const hasErrors = Array.isArray(errors) && errors.length > 0;
  if (!hasErrors && (typeof data !== 'object' || data === null)) throw new Error(`Expected a GraphQL answer, got HTTP ${statusCode} with something else.`);
  return { data: data as Answer['data'], ...(hasErrors && { errors: errors as GraphQLFormattedError[] }) };
}

function againAfterBrokenConnection<Input, Output>(send: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
  return async (input) => {
    try {
      return await send(input);
    } catch (error) {
      if (!['UND_ERR_SOCKET', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      return send(input);
    }
  };
}

/** Codes that are about what the caller asked for; all others are between us and the subgraph. */
const RELAYED: readonly ErrorCode[] = [
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'NOT_FOUND',
  'PAGE_TOO_LARGE',
  'QUERY_TOO_LARGE',
  'SUBGRAPH_UNAVAILABLE',
  'UNAUTHENTICATED',
];

/** An error as a subgraph sent it. It has logged its own defects, under the same request id. */
function relayed({ message, path, extensions }: GraphQLFormattedError, requestId: string, { name, log }: SourceOptions): GraphQLFormattedError {
  const code = extensions?.code;
  const place = path && { path };
  if (isErrorCode(code) && RELAYED.includes(code)) return { ...formattedError(code, message, requestId), ...place };
  if (code === 'NOT_A_GATEWAY') {
    log.error({ subgraph: name, requestId }, 'the subgraph does not take this for its gateway: GATEWAY_SECRET must be the same for both');
    return { ...unavailable(name, requestId), ...place };
  }
  log.warn({ subgraph: name, requestId, code }, 'the subgraph met a defect');
  return { ...formattedError('INTERNAL_SERVER_ERROR', INTERNAL_MESSAGE, requestId), ...place };
}

function unavailable(name: string, requestId: string): GraphQLFormattedError {
  return formattedError('SUBGRAPH_UNAVAILABLE', `The ${name} part of the graph did not answer in time. Try again later.`, requestId);
}

async function answerInTime(call: Options, options: SourceOptions, ask: (signal: AbortSignal) => Promise<Answer>): Promise<Response> {
  const { requestId } = call.context as GatewayContext;
  const limit = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`No answer within ${options.timeoutMs} ms.`);
    limit.abort(error);
    reject(error);
  }, options.timeoutMs);
  try {
    return (await Promise.race([ask(limit.signal), late])) as Response;
  } catch (error) {
    options.log.warn({ err: error, subgraph: options.name, requestId }, 'a subgraph did not answer');
    return { errors: [unavailable(options.name, requestId)] } as Response;
  } finally {
    clearTimeout(timer);
  }
}
