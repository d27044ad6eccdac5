/** Rows of a list that speak of one record: which is the first, which repeats it and which contradicts it. */
import { hash } from 'node:crypto';
import { foldName } from '../platform/table/cells.ts';
import type { RecordProblem } from '../schema/domain/errors.ts';
import type { UpstreamRecord } from './contract.ts';

export type Sighting = 'first' | 'repeat' | 'conflict';

/** Whether a record was seen before, with the same content or with another. Content is kept as text, so it should be short. */
export function createSightings(): (ref: string, content: string) => Sighting {
  const seen = new Map<string, string>();
  return (ref, content) => {
    const before = seen.get(ref);
    if (before === undefined) seen.set(ref, content);
    return before === undefined ? 'first' : before === content ? 'repeat' : 'conflict';
  };
}

const CONTRADICTION: RecordProblem = { path: '', expected: 'one row for each record', got: 'another row of the same record that says otherwise' };

/** A record under its reference. One that repeats an earlier row goes by none, and is to be skipped; one that contradicts it is a bad row of it. */
export function sightedRecord(ref: string | null, sighting: Sighting, where: string, raw: object, problems: readonly RecordProblem[]): UpstreamRecord {
  if (sighting === 'conflict') return { ref, where, raw, problems: [...problems, CONTRADICTION] };
  return { ref: sighting === 'repeat' ? null : ref, where, raw, problems };
}

const DIGEST_LENGTH = 24;

/**
 * What a person goes by in references; '' for nobody. A staff number stands for itself. Of an address or a registration
 * number there is a digest, so that nobody can be read from it.
 */
export function personRef(staffNumber: string, otherwise: string): string {
  if (staffNumber !== '') return foldName(staffNumber);
  return otherwise === '' ? '' : `row:${hash('sha256', foldName(otherwise), 'hex').slice(0, DIGEST_LENGTH)}`;
}
