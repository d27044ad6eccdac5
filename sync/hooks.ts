/** Where an upstream tells us that something has changed: then it is read at once, rather than when its turn comes. */
import { createHash } from 'node:crypto';
import express from 'express';
import type { Upstream } from './upstreams.ts';

export interface HooksOptions {
  readonly upstreams: readonly Upstream[];
  /** Has an upstream read soon. */
  readonly request: (upstream: string) => Promise<void>;
}

/**
 * `POST /hooks/<token>`: 202, and 404 for a token that is nobody's.
 *
 * What an attacker wants: to have us believe what they send. What we rely on: nothing of the message is read. All that a
 * token can do is to have its own upstream read, which is planned once however often it is asked for. Digests are looked
 * up, so that the time which this takes tells nothing of a token.
 */
export function createHooksRouter({ upstreams, request }: HooksOptions): express.Router {
  const byDigest = new Map(upstreams.flatMap(({ id, webhookToken }) => (webhookToken === null ? [] : [[digestOf(webhookToken), id]])));
  return express.Router().post('/hooks/:token', async ({ params }, response) => {
    const upstream = byDigest.get(digestOf(params.token));
    if (upstream) await request(upstream);
    response.sendStatus(upstream ? 202 : 404);
  });
}

export function hasHooks(upstreams: readonly Upstream[]): boolean {
  return upstreams.some(({ webhookToken }) => webhookToken !== null);
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
