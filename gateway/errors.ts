/** What leaves the gateway in place of an error, and of what the query planner would say beside the data. */
import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { currentRequestId, formattedError, INTERNAL_MESSAGE, isErrorCode, presentError } from '../platform/graphql/present-error.ts';
import type { Logger } from '../platform/log.ts';
import type { GatewayContext } from './data-sources.ts';

/** Every error has a code of ours and the request id, and nothing internal. Those of subgraphs were presented where they arose. */
export function createFormatError(log: Logger): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const requestId = currentRequestId.getStore() ?? '';
    if (!isOfSubgraph(error)) return presentError(formatted, error, requestId, log);
    const { message, path, extensions } = formatted;
    return { ...formattedError(extensions?.code as never, message, requestId), ...(path && { path }) };
  };
}

function isOfSubgraph(error: unknown): boolean {
  return error instanceof GraphQLError && 'serviceName' in error.extensions && isErrorCode(error.extensions.code);
}

const ABOUT_THE_QUERY: readonly unknown[] = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'];
const GRAPHQL_JSON = 'application/graphql-response+json';

/**
 * A query that is wrong in itself is answered with HTTP 200 to a client that takes plain JSON, as GraphQL over HTTP asks
 * (6.4.1): such a client may take any other status for a proxy's and never read the errors. One that takes
 * `application/graphql-response+json` gets 400.
 */
export function plainJsonStatus(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ request }) {
      const knowsStatuses = request.http?.headers.get('accept')?.includes(GRAPHQL_JSON) ?? false;
      return {
        async willSendResponse({ response: { body, http } }) {
          if (knowsStatuses || http.status !== 400 || body.kind !== 'single') return;
          const codes = body.singleResult.errors?.map(({ extensions }) => extensions?.code) ?? [];
          if (codes.every((code) => ABOUT_THE_QUERY.includes(code))) http.status = 200;
        },
      };
    },
  };
}

/**
 * The planner tells, beside the data, where a field that may not be null was. That happens when a reference points to a
 * record that its owner does not have, or does not show to this caller: the reference is null, and that is the answer.
 * Where nothing at all is left, it is an error.
 */
export function quietCompletion(log: Logger): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body }, contextValue: { requestId } }) {
          if (body.kind !== 'single') return;
          const result = body.singleResult;
          const { valueCompletion, ...extensions } = result.extensions ?? {};
          if (valueCompletion === undefined) return;
          result.extensions = Object.keys(extensions).length > 0 ? extensions : undefined;
          if (result.data !== null) return;
          log.error({ requestId, valueCompletion: String(valueCompletion) }, 'nothing was left of an answer');
          result.errors = [formattedError('INTERNAL_SERVER_ERROR', INTERNAL_MESSAGE, requestId)];
        },
      };
    },
  };
}
