/**
 * What one request may ask for: the same at the gateway and at each subgraph.
 *
 * What an attacker wants: an answer that costs us far more than the question costs them. What we rely on, in this order,
 * so that each check runs on something that the one before has bounded: the size of the body, the number of tokens,
 * the shape of the query (depth, aliases, directives; fragments counted wherever they are spread), and last its cost,
 * the records that it could give at most, which needs the values of its variables.
 */
import { createRequire } from 'node:module';
import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import express from 'express';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { ComplexityEstimator, getComplexity as GetComplexity } from 'graphql-query-complexity';
import { type ErrorCode, RequestError } from '../schema/domain/errors.ts';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './graphql/page.ts';

// Imported as an ES module it would bring a second copy of graphql-js, which takes the schema of the first for a stranger's.
const { getComplexity } = createRequire(import.meta.url)('graphql-query-complexity') as { readonly getComplexity: typeof GetComplexity };

export const LIMITS = {
  bodyBytes: 256 * 1024,
  tokens: 4_000,
  /** Fields within fields. A fragment adds none of its own. */
  depth: 12,
  aliases: 15,
  directives: 10,
  pageSize: MAX_PAGE_SIZE,
  /** Selections once every fragment is written out where it is spread. */
  selections: 2_000,
  /** Records that the answer could hold at most. A page of 200 shifts with people, engagements and practices is 9,000. */
  cost: 20_000,
} as const;

/** What a list that has no page size is taken to hold: the sites of a practice, the engagements of a person. */
const ASSUMED_LIST_SIZE = 10;

/** Reads a JSON body up to the limit. Refusals are for `bodyRefusal`. */
export function jsonBody(): express.RequestHandler {
  return express.json({ limit: LIMITS.bodyBytes, strict: false });
}

/** What the error of a body that could not be read is to its sender, or null when it is none of those. */
export function bodyRefusal(error: unknown): { readonly status: number; readonly refusal: RequestError } | null {
  const { type, status } = error as { readonly type?: unknown; readonly status?: unknown };
  if (typeof type !== 'string' || typeof status !== 'number') return null;
  if (type === 'entity.too.large') {
    return { status, refusal: tooLarge(`body: expected at most ${LIMITS.bodyBytes} bytes, got more.`) };
  }
  if (type === 'entity.parse.failed') return { status, refusal: new RequestError('BAD_USER_INPUT', 'body: expected JSON, got something else.') };
  return { status, refusal: new RequestError('BAD_USER_INPUT', 'body: expected JSON in UTF-8, whole, and as large as its header says.') };
}

/** For the parser: it stops at the first token too many. */
export const PARSE_OPTIONS = { maxTokens: LIMITS.tokens } as const;

/** Whether this is the parser's own error for a query of too many tokens: it has no code of its own. */
export function isTooManyTokens(message: string): boolean {
  return message.includes(`more that ${LIMITS.tokens} tokens`);
}

export function tooLarge(message: string): RequestError {
  return new RequestError('QUERY_TOO_LARGE', `${message} Ask for less, or in several queries.`);
}

/** Depth, aliases and directives of a query. */
export const SHAPE_RULES: ValidationRule[] = [
  limitRule('depth', LIMITS.depth, (options) => maxDepthRule({ ...options, flattenFragments: true, ignoreIntrospection: true })),
  limitRule('aliases', LIMITS.aliases, maxAliasesRule),
  limitRule('directives', LIMITS.directives, maxDirectivesRule),
];

interface RuleOptions {
  readonly n: number;
  readonly propagateOnRejection: boolean;
  readonly onReject: ((context: ValidationContext | null, error: GraphQLError) => void)[];
}

/** The rules of graphql-armor throw out of validation by default: reported instead, with a code, they are ordinary errors. */
function limitRule(what: string, limit: number, rule: (options: RuleOptions) => ValidationRule): ValidationRule {
  return (context) =>
    rule({
      n: limit,
      propagateOnRejection: false,
      onReject: [() => context.reportError(refuse('QUERY_TOO_LARGE', tooLarge(`${what}: expected at most ${limit}, got more.`).message))],
    })(context);
}

/** A refusal of the request as a whole: HTTP 400. */
function refuse(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { originalError: new RequestError(code, message), extensions: { code, http: { status: 400 } } });
}

/** Refuses an operation that could give too much, before anything is asked of a subgraph or of the database. */
export function costLimit(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request }) {
          if (!operation) throw refuse('BAD_USER_INPUT', 'operationName: expected the name of one operation of the query.');
          const cost = costOf(schema, document, operation.name?.value, request.variables ?? {});
          if (cost > LIMITS.cost)
            throw refuse('QUERY_TOO_LARGE', tooLarge(`cost: expected at most ${LIMITS.cost} records, this query could give ${cost}.`).message);
        },
      };
    },
  };
}

/**
 * How many records an operation could give at most: an object counts one, a page as many as it may hold, any other list
 * ten. Introspection and plain values count nothing.
 *
 * @throws GraphQLError PAGE_TOO_LARGE for a page above 200, QUERY_TOO_LARGE when the fragments written out are too long,
 * BAD_USER_INPUT when a variable does not fit.
 */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined, variables: Record<string, unknown>): number {
  try {
    return getComplexity({ schema, query: document, operationName, variables, estimators: [countRecords], maxQueryNodes: LIMITS.selections });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (error.originalError instanceof RequestError) throw error;
    if (error.message.includes('maximum allowed number of nodes')) {
      throw refuse('QUERY_TOO_LARGE', tooLarge(`selections: expected at most ${LIMITS.selections} once fragments are written out, got more.`).message);
    }
    throw refuse('BAD_USER_INPUT', error.message);
  }
}

const countRecords: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const named = getNamedType(field.type);
  if (type.name.startsWith('__') || named.name.startsWith('__') || named.name === 'PageInfo' || !isCompositeType(named)) return 0;
  return sizeOf(field, args, isConnection(type)) * (1 + childComplexity);
};

function sizeOf(field: GraphQLField<unknown, unknown>, args: Readonly<Record<string, unknown>>, isWithinConnection: boolean): number {
  if (field.args.some(({ name }) => name === 'first')) return pageSizeOf(field.name, args.first);
  if (!isListType(getNullableType(field.type)) || isWithinConnection) return 1;
  // A list that gives one for each that is named: entities by reference, the provenance of fields.
  const named = args.representations ?? args.fields;
  return Array.isArray(named) ? named.length : ASSUMED_LIST_SIZE;
}

function pageSizeOf(fieldName: string, first: unknown): number {
  const size = typeof first === 'number' ? first : DEFAULT_PAGE_SIZE;
  if (size > LIMITS.pageSize) {
    throw refuse('PAGE_TOO_LARGE', `${fieldName}(first:): expected at most ${LIMITS.pageSize}, got ${size}. Ask for the next page with "after".`);
  }
  return Math.max(size, 1);
}

/** The page size was counted where the connection was asked for: its `nodes` and `edges` are that page. */
function isConnection(type: unknown): boolean {
  return (isObjectType(type) || isInterfaceType(type)) && 'pageInfo' in type.getFields();
}
