/**
 * Lookups of entities, made smaller: each entity asked for once, however often it stands in the answer, and long lists in
 * portions that fit a subgraph's limits.
 */
import type { GraphQLFormattedError } from 'graphql';

export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[];
}

type Variables = Readonly<Record<string, unknown>>;
type Ask = (variables: Variables) => Promise<Answer>;

/** More than a page, so that a page is one call; few enough that a call stays below the size of a body. */
export const PORTION = 500;

/**
 * Asks for each distinct representation once, and gives the answer as if all had been asked for. Two hundred shifts of six
 * practices are six lookups. Places in the answer that ask for the same entity share one object.
 */
export async function withDistinctEntities(variables: Variables, ask: Ask): Promise<Answer> {
  const { representations } = variables;
  if (!Array.isArray(representations) || representations.length < 2) return ask(variables);
  const positions = new Map<string, number>();
  const distinct: unknown[] = [];
  const positionOf = representations.map((representation) => {
    const key = JSON.stringify(representation);
    const position = positions.get(key) ?? distinct.push(representation) - 1;
    positions.set(key, position);
    return position;
  });
  if (distinct.length === representations.length) return ask(variables);
  return spread(await ask({ ...variables, representations: distinct }), positionOf);
}

/** Puts what was found at a position to every place that asked for it, and its errors with it. */
function spread({ data, errors }: Answer, positionOf: readonly number[]): Answer {
  const entities = entitiesOf(data);
  return {
    data: entities ? { ...data, _entities: positionOf.map((position) => entities[position]) } : data,
    ...(errors && { errors: errors.flatMap((error) => placesOf(error, positionOf)) }),
  };
}

function placesOf(error: GraphQLFormattedError, positionOf: readonly number[]): readonly GraphQLFormattedError[] {
  const position = positionIn(error);
  if (position === null) return [error];
  return positionOf.flatMap((candidate, place) => (candidate === position ? [at(error, place)] : []));
}

/** Asks for long lists of entities in portions, at the same time. */
export async function askInPortions(variables: Variables, ask: Ask): Promise<Answer> {
  const { representations } = variables;
  if (!Array.isArray(representations) || representations.length <= PORTION) return ask(variables);
  const starts = Array.from({ length: Math.ceil(representations.length / PORTION) }, (_, index) => index * PORTION);
  const answers = await Promise.all(starts.map((start) => ask({ ...variables, representations: representations.slice(start, start + PORTION) })));
  const errors = answers.flatMap((answer, index) => (answer.errors ?? []).map((error) => shifted(error, starts[index] ?? 0)));
  const found = answers.map(({ data }) => entitiesOf(data));
  // A portion without data is an error that is already among the errors; its entities are not known.
  const entities = found.flatMap((portion, index) => portion ?? Array(representations.slice(starts[index], (starts[index] ?? 0) + PORTION).length).fill(null));
  return { data: found.every((portion) => portion === null) ? null : { _entities: entities }, ...(errors.length > 0 && { errors }) };
}

function shifted(error: GraphQLFormattedError, by: number): GraphQLFormattedError {
  const position = positionIn(error);
  return position === null ? error : at(error, position + by);
}

function entitiesOf(data: Answer['data']): readonly unknown[] | null {
  const entities = data?._entities;
  return Array.isArray(entities) ? entities : null;
}

/** The position in `_entities` that an error is about, or null. */
function positionIn({ path }: GraphQLFormattedError): number | null {
  return path?.[0] === '_entities' && typeof path[1] === 'number' ? path[1] : null;
}

function at(error: GraphQLFormattedError, position: number): GraphQLFormattedError {
  return { ...error, path: ['_entities', position, ...(error.path ?? []).slice(2)] };
}
