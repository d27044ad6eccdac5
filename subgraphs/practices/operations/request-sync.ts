/** Has an upstream read now. */
import { z } from 'zod';
import { parseInput, recordAudit } from '../../../platform/graphql/operation.ts';
import { requestSyncOf } from '../../../platform/source-plan.ts';
import { isEmpty, scopeOf } from '../../../policy/scope.ts';
import type { PracticesContext } from '../resolvers.ts';
import { reachesSource, type SourceRow } from '../sources.ts';

const Input = z.object({ sourceId: z.string().min(1).max(60) });

export type RequestSyncResult =
  | { readonly __typename: 'SyncRequested'; readonly source: SourceRow }
  | { readonly __typename: 'NotAllowed'; readonly reason: string }
  | { readonly __typename: 'NotFound'; readonly id: string };

/** Asking again before it was read changes nothing. */
export async function requestSync(context: PracticesContext, input: unknown): Promise<RequestSyncResult> {
  const { sourceId } = parseInput(Input, input);
  const { actor, database, loaders, now } = context;
  const scope = scopeOf(actor, 'request sync');
  if (isEmpty({ ...scope, staffId: null })) return { __typename: 'NotAllowed', reason: 'Your role may not ask for an upstream to be read.' };
  const source = await loaders.source.load(sourceId);
  if (!source || !reachesSource(scope, source)) return { __typename: 'NotFound', id: sourceId };
  if (source.stoppedBecause === 'NOT_CONFIGURED')
    return { __typename: 'NotAllowed', reason: 'The settings no longer name this system, so nothing can read it.' };
  if (source.stoppedBecause === 'SETTINGS_REFUSED')
    return { __typename: 'NotAllowed', reason: 'Something is wrong with the settings of this system, so nothing can read it.' };
  const nextRunAt = await requestSyncOf(database, sourceId, now());
  await recordAudit(database, context, 'request sync', sourceId);
  return { __typename: 'SyncRequested', source: { ...source, nextRunAt, stoppedBecause: null } };
}
