/** How the records of each entity are stored, marked as gone and brought back. */
import type { Sql } from '../../platform/db.ts';
import type { Canonical, EntityName } from '../../schema/domain/canonical.ts';
import type { KeptRecord, QuarantinedRecord } from '../read-page.ts';

/** The pass that a page belongs to, and what every row that it touches is told. */
export interface PageContext {
  readonly passId: number;
  readonly upstream: string;
  readonly stream: string;
  /** When the page was true upstream. */
  readonly asOf: Date;
  readonly now: Date;
}

/** Rows that carry `source`, `source_ref`, `pass_id`, `as_of` and `removed_at`, one for each record of an upstream. */
export interface RecordTable {
  /** For instance `rota.shift`. In conditions it goes by `t`. */
  readonly table: string;
  /** Which of its rows are of this entity. */
  readonly of: string;
  /** Whether a row lies in the window `[$from, $to)`; null when a pass covers the whole, whatever its window. */
  readonly within: ((from: string, to: string) => string) | null;
  /** What else changes when a row is marked as gone, for instance `, changed_at = $now`. */
  readonly alsoSet: (now: string) => string;
  /** The column whose values `removed` is told. */
  readonly names: string;
}

export interface EntityStore<E extends EntityName = EntityName> {
  readonly records: RecordTable;
  /** What names a record besides its reference; null where nothing does. */
  naturalKey(value: Canonical[E]): string | null;
  /** Stores a page's records and gives back those that cannot be, with the reason. */
  store(tx: Sql, page: PageContext, records: readonly KeptRecord<E>[]): Promise<readonly QuarantinedRecord[]>;
  /** Follows up on rows of `records` that were just marked as gone, told by `names`. */
  removed(tx: Sql, now: Date, names: readonly string[]): Promise<void>;
}

export { lockForPage } from '../../platform/page-lock.ts';
