/** From the records of a page to what becomes of each. Pure: nothing is stored here, and nothing vanishes. */
import { type Mapped, type PullStream, problemsOf, type Removed, type Skipped, UNCHANGED, type UpstreamRecord } from '../adapters/contract.ts';
import type { Kept } from '../adapters/minimise.ts';
import { CANONICAL, type Canonical, type EntityName } from '../schema/domain/canonical.ts';
import { HALF_WRITTEN, RecordInvalidError, type RecordProblem } from '../schema/domain/errors.ts';
import { unstorableIn, withStorableNames } from './unstorable.ts';

export interface KeptRecord<E extends EntityName = EntityName> {
  readonly ref: string;
  readonly where: string;
  readonly value: Canonical[E];
  /** What the mapping read; left out where the stream does not say what that is. */
  readonly raw?: Kept | undefined;
}

export interface QuarantinedRecord {
  readonly ref: string | null;
  readonly where: string;
  readonly problems: readonly RecordProblem[];
  /** What a mapping could read of it, where that is anything. */
  readonly raw?: Kept | undefined;
  /** What the reader found wrong before any mapping. */
  readonly readerProblems?: readonly RecordProblem[] | undefined;
}

/** Every record of the page is in exactly one of `kept`, `tombstones`, `skipped` and `quarantined`. */
export interface SortedPage {
  readonly kept: readonly KeptRecord[];
  /** References of records that the upstream says are gone. */
  readonly tombstones: readonly string[];
  /** Reason → how many. */
  readonly skipped: Readonly<Record<string, number>>;
  /** References of the skipped records that are as they were. */
  readonly unchanged: readonly string[];
  /** References of the skipped records that are not wanted. */
  readonly unwanted: readonly string[];
  readonly quarantined: readonly QuarantinedRecord[];
}

/** What names a record within its entity besides its reference, for instance a practice's ODS code; null for most. */
export type NaturalKey = (value: Canonical[EntityName]) => string | null;

/**
 * Sorts a page. `seen` holds the references and natural keys that came earlier in the pass and is added to: a record
 * that comes twice is quarantined the second time, for the two may differ.
 *
 * @throws Error whatever `read` throws that is not a RecordInvalidError: a defect of the adapter.
 */
export function sortPage(stream: PullStream, records: readonly UpstreamRecord[], seen: Set<string>, naturalKey: NaturalKey): SortedPage {
  const kept: KeptRecord[] = [];
  const tombstones: string[] = [];
  const skipped: Record<string, number> = {};
  const unchanged: string[] = [];
  const unwanted: string[] = [];
  const quarantined: QuarantinedRecord[] = [];
  const refused = ({ ref, where, raw, problems: readerProblems }: UpstreamRecord, problems: readonly RecordProblem[]) => ({
    // Of a file that breaks off it cannot be told what else it held: as with a record of which nobody knows which it is.
    ...{ ref: problems.includes(HALF_WRITTEN) ? null : ref, where, problems, readerProblems },
    raw: stream.minimise?.(raw),
  });
  for (const given of records) {
    const record = withStorableNames(given);
    const { ref, where } = record;
    const meaning = meaningOf(stream, record);
    const again = 'skipped' in meaning ? false : cameBefore(seen, ref, 'value' in meaning ? naturalKey(meaning.value) : null);
    if ('skipped' in meaning) {
      skipped[meaning.skipped] = (skipped[meaning.skipped] ?? 0) + 1;
      if (ref !== null) (meaning.skipped === UNCHANGED ? unchanged : unwanted).push(ref);
    } else if ('problems' in meaning) quarantined.push(refused(record, meaning.problems));
    else if (again) quarantined.push(refused(record, [REPEATED]));
    else if (ref === null) quarantined.push(refused(record, [WITHOUT_REFERENCE]));
    else if ('removed' in meaning) tombstones.push(ref);
    else kept.push({ ref, where, value: meaning.value, raw: stream.minimise?.(record.raw) });
  }
  return { kept, tombstones, skipped, unchanged, unwanted, quarantined };
}

export const REPEATED: RecordProblem = { path: '', expected: 'a record that comes once in a pass', got: 'one that came before' };
const WITHOUT_REFERENCE: RecordProblem = { path: '', expected: "the upstream's own reference of the record", got: 'nothing' };

type Meaning = Skipped | Removed | { readonly value: Canonical[EntityName] } | { readonly problems: readonly RecordProblem[] };

function meaningOf(stream: PullStream, { raw, problems }: UpstreamRecord): Meaning {
  if (problems && problems.length > 0) return { problems };
  let mapped: Mapped<EntityName>;
  try {
    mapped = stream.read(raw);
  } catch (error) {
    if (error instanceof RecordInvalidError) return { problems: error.problems };
    throw error;
  }
  if ('skipped' in mapped) return mapped;
  if ('removed' in mapped) {
    if (stream.removals === 'never') throw new Error(`Stream "${stream.name}" gave a tombstone, but declares its removals as "${stream.removals}".`);
    return mapped;
  }
  const parsed = CANONICAL[stream.entity].safeParse(mapped);
  if (!parsed.success) return { problems: problemsOf(parsed.error, mapped) };
  const unstorable = unstorableIn(parsed.data);
  return unstorable.length > 0 ? { problems: unstorable } : { value: parsed.data as Canonical[EntityName] };
}

/** Marks what names the record as seen, and tells whether any of it was. */
function cameBefore(seen: Set<string>, ref: string | null, key: string | null): boolean {
  const names = [...(ref === null ? [] : [seenRef(ref)]), ...(key === null ? [] : [seenKey(key)])];
  const before = names.some((name) => seen.has(name));
  for (const name of names) seen.add(name);
  return before;
}

export const seenRef = (ref: string): string => `ref ${ref}`;
export const seenKey = (key: string): string => `key ${key}`;
