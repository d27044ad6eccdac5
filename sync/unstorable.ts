/**
 * Characters that JSON may hold and the database cannot: a null, and half of a pair. One of them in one record would fail
 * the whole page, at every attempt.
 */
import type { UpstreamRecord } from '../adapters/contract.ts';
import type { RecordProblem } from '../schema/domain/errors.ts';

const UNSTORABLE = /[\0\p{Cs}]/u;

const problemAt = (path: string): RecordProblem => ({ path, expected: 'text that can be stored', got: 'text with a null character or a broken one' });

/** Where in a value such a text is; none for nearly all. */
export function unstorableIn(value: unknown, path = ''): readonly RecordProblem[] {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? [problemAt(path)] : [];
  if (typeof value !== 'object' || value === null || value instanceof Date) return [];
  return Object.entries(value).flatMap(([key, part]) => unstorableIn(part, path === '' ? key : `${path}.${key}`));
}

/** The record itself, or one that can be put in quarantine in its place: without its reference, where that is what is wrong. */
export function withStorableNames(record: UpstreamRecord): UpstreamRecord {
  const { ref, where, problems = [] } = record;
  const isWrong = ref !== null && UNSTORABLE.test(ref);
  if (!isWrong && !UNSTORABLE.test(where)) return record;
  return {
    ...record,
    where: where.toWellFormed().replaceAll('\0', '\uFFFD'),
    ...(isWrong && { ref: null, problems: [...problems, problemAt('')] }),
  };
}
