/** A digest of all that a pass depends on: another one means that a pass may bring something new. */
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { z } from 'zod';
import type { PullStream } from '../adapters/contract.ts';
import { describeSettings } from './settings.ts';
import type { Upstream } from './upstreams.ts';
import type { SyncWindow } from './window.ts';

/** What passes depend on besides their upstream, its settings and the window. */
export interface ReadBy {
  readonly mappingVersion: string;
  /** 0 keeps no record. */
  readonly retentionDays: number;
  /** Who wins which field and how birth dates are digested, in any form that is another where these are. */
  readonly decidedBy: string;
}

/** Of a pass over `window`. */
export type ReadAs = (window: SyncWindow) => string;

/**
 * Null when the stream cannot tell what its upstream holds: then it is read.
 *
 * Taken before anything is read. What is changed while it is read is the adapter's to notice.
 */
export async function readAsOf(stream: PullStream, client: never, { adapter, settings }: Upstream, by: ReadBy): Promise<ReadAs | null> {
  // A file that is not there has none either. Reading it tells why.
  const revision = (await stream.revision?.(client).catch(() => null)) ?? null;
  if (revision === null) return null;
  const plain = serialize(withoutSecrets(adapter.settings, settings));
  return ({ from, to }) => {
    const depends = [revision, by.mappingVersion, by.retentionDays > 0, by.decidedBy, from.toISOString(), to.toISOString()];
    return createHash('sha256').update(JSON.stringify(depends)).update(plain).digest('base64url');
  };
}

const secretNames = new WeakMap<z.ZodType, readonly string[]>();

/** Another secret opens the same upstream, and nothing that could be guessed from is made of one. */
function withoutSecrets(schema: z.ZodType, settings: unknown): unknown {
  const names = secretNames.get(schema) ?? describeSettings(schema).flatMap(({ name, secret }) => (secret ? [name] : []));
  secretNames.set(schema, names);
  return typeof settings === 'object' && settings !== null ? Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name))) : settings;
}
