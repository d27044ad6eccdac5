/** What the demo keeps from one start to the next, in a folder of its own within the data folder. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { z } from 'zod';
import { day } from '../schema/domain/values.ts';
import { makeSigningKey } from './provider.ts';

const DemoState = z.object({
  seed: z.string(),
  /** The Monday of the week in which the demo first ran. */
  firstMonday: day,
  /** The Monday of the last week in which its files were written and synced. */
  syncedMonday: day,
  /** Of the demo clinician's calendar link, which is told once, when it is made: `/feeds/<token>.ics`. */
  feedPath: z.string(),
});
export type DemoState = z.output<typeof DemoState>;

const SignIn = z.object({ issuer: z.url() });
const Pseudonyms = z.object({ secret: z.string().min(32) });
export const DEMO_FOLDER = 'demo';

export interface DemoFolder {
  /** Where the upstreams' files are. */
  readonly upstreams: string;
  /** Null before the first start has come to its end. */
  readState(): Promise<DemoState | null>;
  writeState(state: DemoState): Promise<void>;
  /** The key that signs tokens: made once. */
  signingKey(): Promise<JWK>;
  /** What enciphers people's ids for the analyst: made once. */
  pseudonymSecret(): Promise<string>;
  /** Tells `token.ts` where to ask. */
  writeIssuer(issuer: string): Promise<void>;
  /** Null when the demo has never run here. */
  readIssuer(): Promise<string | null>;
}

export function demoFolderOf(dataDir: string): DemoFolder {
  const folder = join(dataDir, DEMO_FOLDER);
  const read = async <Content>(name: string, schema: z.ZodType<Content>): Promise<Content | null> => {
    const text = await readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return text === null ? null : schema.parse(JSON.parse(text));
  };
  // Written aside and renamed: a crash leaves the old file or the new one, never half of one.
  const write = async (name: string, content: object) => {
    await mkdir(folder, { recursive: true });
    const aside = join(folder, `${name}.new`);
    await writeFile(aside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    await rename(aside, join(folder, name));
  };
  return {
    upstreams: join(folder, 'upstreams'),
    readState: () => read('state.json', DemoState),
    writeState: (state) => write('state.json', state),
    async signingKey() {
      const kept = await read('signing-key.json', z.looseObject({ kty: z.string() }));
      if (kept) return kept;
      const key = await makeSigningKey();
      await write('signing-key.json', key);
      return key;
    },
    async pseudonymSecret() {
      const kept = await read('pseudonyms.json', Pseudonyms);
      if (kept) return kept.secret;
      const secret = randomBytes(32).toString('base64url');
      await write('pseudonyms.json', { secret });
      return secret;
    },
    writeIssuer: (issuer) => write('sign-in.json', { issuer }),
    readIssuer: async () => (await read('sign-in.json', SignIn))?.issuer ?? null,
  };
}
