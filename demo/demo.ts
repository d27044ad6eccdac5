/**
 * What the demo adds to a start: its identity provider, its network's upstream systems, and what must be synced from
 * them before it can be looked at.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../platform/config.ts';
import { ConfigError } from '../schema/domain/errors.ts';
import { addDays, type Day, isDay, londonDay, mondayOf, startOfLondonDay } from '../schema/domain/time.ts';
import { type Account, demoAccounts } from './accounts.ts';
import { type DemoFolder, type DemoState, demoFolderOf } from './demo-folder.ts';
import { makePeople } from './people.ts';
import { startProvider } from './provider.ts';
import { startTeams } from './teams-server.ts';
import { weeksShown } from './weeks-shown.ts';
import { DEFAULT_SEED, makeWorld, type World } from './world.ts';

export interface Demo {
  readonly issuer: string;
  readonly pseudonymSecret: string;
  readonly accounts: readonly Account[];
  /** The one of them whose calendar is shown. */
  readonly clinician: Account;
  readonly upstreamsFile: string;
  /** The time that its files tell of, if they have not been synced yet: `[from, to)`. */
  readonly toSync: { readonly from: Date; readonly to: Date } | null;
  /** The path of the clinician's calendar link, `/feeds/<token>.ics`; null before it is made. */
  readonly feedPath: string | null;
  /** Remembers that the files were synced, and the link. */
  finish(feedPath: string): Promise<void>;
  close(): Promise<void>;
}

interface DemoOptions {
  readonly dataDir: string;
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
}

/**
 * Starts the demo's servers and writes its files. The data folder must be locked.
 *
 * @throws ConfigError when a port is taken, or a setting of the demo is wrong.
 */
export async function openDemo({ dataDir, config, env, now }: DemoOptions): Promise<Demo> {
  const folder = demoFolderOf(dataDir);
  const state = await folder.readState();
  const thisMonday = env.DEMO_FIRST_MONDAY ? mondayIn(env.DEMO_FIRST_MONDAY) : mondayOf(londonDay(now()));
  const seed = seedFor(env.DEMO_SEED, state);
  const firstMonday = state?.firstMonday ?? thisMonday;
  const weeks = weeksShown(firstMonday, thisMonday);
  const world = once(() => makeWorld({ seed, ...weeks }));
  const accounts = demoAccounts(makePeople(seed, thisMonday));
  const [clinician] = accounts;
  const [provider, teams] = await startServers(folder, config, accounts, world, now);
  const isNew = state?.syncedMonday !== thisMonday;
  const upstreamsFile = join(folder.upstreams, 'upstreams.json');
  if (isNew || !(await speaksTo(upstreamsFile, teams.url))) {
    const { writeFiles, writeSettings } = await import('./upstream-files.ts');
    if (isNew) await writeFiles(world(), folder.upstreams);
    await writeSettings(world(), upstreamsFile, teams.url);
  }
  await folder.writeIssuer(provider.issuer);
  return {
    issuer: provider.issuer,
    pseudonymSecret: await folder.pseudonymSecret(),
    accounts,
    clinician,
    upstreamsFile,
    toSync: isNew ? { from: startOfLondonDay(weeks.firstMonday), to: startOfLondonDay(addDays(weeks.firstMonday, 7 * weeks.weeks)) } : null,
    feedPath: state?.feedPath ?? null,
    finish: (feedPath) => folder.writeState({ seed, firstMonday, syncedMonday: thisMonday, feedPath }),
    async close() {
      await Promise.all([provider.close(), teams.close()]);
    },
  };
}

/** The two ports after the graph's: the sign-in and Microsoft Teams. */
async function startServers(
  folder: DemoFolder,
  { port, oidcAudience, oidcRolesClaim, oidcStaffKeyClaim }: Config,
  accounts: readonly Account[],
  world: () => World,
  now: () => Date,
) {
  const after = (steps: number) => (port === 0 ? 0 : port + steps);
  const provider = await startProvider({
    accounts,
    audience: oidcAudience,
    rolesClaim: oidcRolesClaim,
    staffKeyClaim: oidcStaffKeyClaim,
    key: await folder.signingKey(),
    port: after(1),
  });
  try {
    return [provider, await startTeams(world, after(2), now)] as const;
  } catch (error) {
    await provider.close();
    throw error;
  }
}

/** The settings name the address of Teams, which is another when the port is. */
async function speaksTo(upstreamsFile: string, teamsUrl: string): Promise<boolean> {
  return (await readFile(upstreamsFile, 'utf8')).includes(`"${teamsUrl}"`);
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function mondayIn(text: string): Day {
  if (isDay(text) && mondayOf(text) === text) return text;
  throw new ConfigError(['DEMO_FIRST_MONDAY: in the environment, expected a Monday as YYYY-MM-DD.']);
}

/** A world that was made stays the one that it is. */
function seedFor(wanted: string | undefined, state: DemoState | null): string {
  if (!state) return wanted || DEFAULT_SEED;
  if (!wanted || wanted === state.seed) return state.seed;
  throw new ConfigError(['DEMO_SEED: in the environment, expected the seed with which this demo was made. To make another, first run: npm run demo:reset']);
}
