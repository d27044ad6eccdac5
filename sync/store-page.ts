/** One page, one transaction: its records, what was quarantined, the counts and the cursor, or nothing of it. */
import type { Cursor } from '../adapters/contract.ts';
import type { Database } from '../platform/db.ts';
import { type MetRefs, moveCursor, type OpenPass, type PassState, saveCounts, saveQuarantine, settleEarlierQuarantine } from './passes.ts';
import { type PackedPage, type RawKeeping, retainUnchanged, saveRawPage } from './raw-records.ts';
import type { SortedPage } from './read-page.ts';
import { removeTombstones, touchUnchanged } from './removals.ts';
import type { EntityStore, PageContext } from './store/entity-store.ts';

/**
 * Stores a page and gives the pass's new state.
 *
 * @throws PassTakenError when another process has closed the pass; the page is then not stored.
 */
export async function storePage(
  database: Database,
  pass: OpenPass,
  store: EntityStore,
  before: PassState,
  sorted: SortedPage,
  page: Pick<PageContext, 'asOf' | 'now'> & { readonly cursor: Cursor | null; readonly packed: PackedPage | null; readonly keeping: RawKeeping },
): Promise<PassState> {
  const context: PageContext = { passId: pass.passId, upstream: pass.upstream, stream: pass.stream, asOf: page.asOf, now: page.now };
  return database.transaction(async (tx) => {
    await moveCursor(tx, pass, page.cursor);
    const refused = sorted.kept.length > 0 ? await store.store(tx, context, sorted.kept) : [];
    const removed = await removeTombstones(tx, store, context, sorted.tombstones);
    await touchUnchanged(tx, store, context, sorted.unchanged);
    await retainUnchanged(tx, context, page.keeping, sorted.unchanged);
    const raw = page.packed && (await saveRawPage(tx, context, pass.entity, page.packed, page.keeping, new Set(refused.map(({ ref }) => ref))));
    const quarantined = [...sorted.quarantined, ...refused];
    await settleEarlierQuarantine(tx, pass, metRefs(sorted));
    await saveQuarantine(tx, context, pass.entity, quarantined, raw);
    const kept = sorted.kept.length - refused.length + sorted.tombstones.length;
    const state = addPage(before, { kept, removed, sorted, quarantined });
    await saveCounts(tx, context, state);
    return state;
  });
}

function metRefs({ kept, tombstones, unwanted, quarantined, unchanged }: SortedPage): MetRefs {
  const refused = quarantined.flatMap(({ ref }) => ref ?? []);
  return { met: [...kept.map(({ ref }) => ref), ...tombstones, ...unwanted, ...refused], unchanged };
}

interface StoredPage {
  readonly kept: number;
  readonly removed: number;
  readonly sorted: SortedPage;
  readonly quarantined: SortedPage['quarantined'];
}

function addPage({ counts, quarantinedWithoutRef, skippedReasons }: PassState, { kept, removed, sorted, quarantined }: StoredPage): PassState {
  const skipped = Object.values(sorted.skipped).reduce((sum, count) => sum + count, 0);
  const reasons: Record<string, number> = { ...skippedReasons };
  for (const [reason, count] of Object.entries(sorted.skipped)) reasons[reason] = (reasons[reason] ?? 0) + count;
  return {
    counts: {
      received: counts.received + kept + skipped + quarantined.length,
      kept: counts.kept + kept,
      skipped: counts.skipped + skipped,
      quarantined: counts.quarantined + quarantined.length,
      removed: counts.removed + removed,
    },
    quarantinedWithoutRef: quarantinedWithoutRef + quarantined.filter(({ ref }) => ref === null).length,
    skippedReasons: reasons,
  };
}
