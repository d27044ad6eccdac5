/**
 * `npm start`: everything in one process.
 *
 * Without OIDC_ISSUER it is the demo: an embedded database, a network that is invented, tokens for its people. With it,
 * the same parts serve a site's own data, in the embedded database or in PostgreSQL, and nothing of the demo is there.
 */
import { flushCompileCache } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { type Demo, openDemo } from '../demo/demo.ts';
import { makeFeed } from '../demo/feed.ts';
import { demoScreen } from '../demo/screen.ts';
import { type Config, readConfig } from '../platform/config.ts';
import { lockDataFolder } from '../platform/data-folder.ts';
import { type Database, openDatabase } from '../platform/db.ts';
import { createLogger, type Logger } from '../platform/log.ts';
import { migrate } from '../platform/migrate.ts';
import { untilSignal } from '../platform/serve.ts';
import { ConfigError, RotagraphError } from '../schema/domain/errors.ts';
import { createSyncEngine } from '../sync/engine.ts';
import { startScheduler } from '../sync/scheduler.ts';
import { readUpstreams } from '../sync/upstreams.ts';
import { openGraph } from './start-graph.ts';
import { createSteps, type Steps } from './start-steps.ts';
import { syncDemo } from './start-sync.ts';

/** What a started process does until it is told to stop, and how it ends. */
interface Running {
  readonly log: Logger;
  /** What to tell the person who started it. */
  readonly screen: string;
}

/** The files of the demo do not change by themselves, so the first pass after a start may wait. */
const FIRST_PASS_AFTER_MS = 15 * 60_000;

const now = () => new Date();

try {
  await main(process.env);
} catch (error) {
  console.error(error instanceof RotagraphError ? error.message : error);
  process.exitCode = 1;
}

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const steps = createSteps((text) => process.stdout.write(text));
  await using opened = new AsyncDisposableStack();
  const { log, screen } = await (env.OIDC_ISSUER ? startSite(env, steps, opened) : startDemo(env, steps, opened));
  process.stdout.write(`\nRotagraph is ready after ${steps.elapsed()}.\n${screen}`);
  // So that a process that is killed leaves what it compiled to the next start.
  flushCompileCache();
  await untilSignal(() => opened.disposeAsync(), log);
  process.stdout.write('Stopped.\n');
}

/** A site's own data. */
async function startSite(env: NodeJS.ProcessEnv, steps: Steps, opened: AsyncDisposableStack): Promise<Running> {
  const config = readConfig(env, ['oidcIssuer', 'pseudonymSecret']);
  const log = createLogger({ level: config.logLevel });
  const upstreams = config.upstreamsFile === null ? [] : await readUpstreams(config.upstreamsFile, env);
  const database = await openData(config, steps, opened);
  const graph = await steps.step('Graph and calendar', () => openGraph({ config, database, log, now }));
  opened.defer(graph.close);
  const scheduler = startScheduler({ engine: createSyncEngine({ database, now, log }), upstreams, now, log });
  opened.defer(scheduler.stop);
  return { log, screen: `\n  Graph     ${graph.url}/graphql\n  Upstreams ${upstreams.length || 'none (UPSTREAMS_FILE)'}\n\n` };
}

async function startDemo(env: NodeJS.ProcessEnv, steps: Steps, opened: AsyncDisposableStack): Promise<Running> {
  // The screen stays readable: what is asked of the demo is logged only where it went wrong.
  const settings = readConfig({ LOG_LEVEL: 'warn', ...env });
  refuseSiteSettings(settings);
  const log = createLogger({ level: settings.logLevel });
  const database = await openData(settings, steps, opened);
  const demo = await steps.step('Demo: sign-in, Microsoft Teams, spreadsheets', () => openDemo({ dataDir: settings.dataDir, config: settings, env, now }));
  opened.defer(demo.close);
  const upstreams = await readUpstreams(demo.upstreamsFile, env);
  const engine = createSyncEngine({ database, now, log });
  if (demo.toSync) await syncDemo({ engine, upstreams, window: demo.toSync, write: (text) => process.stdout.write(text) });
  const config = { ...settings, oidcIssuer: demo.issuer, pseudonymSecret: demo.pseudonymSecret };
  const graph = await steps.step('Graph and calendar', () => openGraph({ config, database, log, now }));
  opened.defer(graph.close);
  const feedPath = await feedOf(demo, graph.url);
  opened.defer(scheduleLater({ engine, upstreams, now, log }));
  return { log, screen: screenOf(settings, graph.url, feedPath, demo) };
}

/** The demo is of invented people, and stays out of what may hold real ones. */
function refuseSiteSettings({ databaseUrl, upstreamsFile }: Config): void {
  const set = [databaseUrl !== null && 'DATABASE_URL', upstreamsFile !== null && 'UPSTREAMS_FILE'].filter((name) => name !== false);
  if (set.length === 0) return;
  throw new ConfigError(
    set.map((name) => `${name}: is set, and OIDC_ISSUER is not. Set OIDC_ISSUER to serve your own data, or unset ${name} to run the demo.`),
  );
}

/** Opens the database and brings it up to date. An embedded one is locked for this process. */
async function openData({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>, steps: Steps, opened: AsyncDisposableStack): Promise<Database> {
  if (databaseUrl === null) {
    const folder = lockDataFolder(dataDir);
    opened.defer(async () => folder.release());
    return steps.step('Embedded database', () => openMigrated({ folder: folder.databaseFolder }, opened));
  }
  return steps.step('PostgreSQL', () => openMigrated({ url: databaseUrl }, opened));
}

async function openMigrated(location: Parameters<typeof openDatabase>[0], opened: AsyncDisposableStack): Promise<Database> {
  const database = await openDatabase(location);
  opened.defer(database.close);
  if ('url' in location) {
    await database.query('SELECT 1').catch((error: NodeJS.ErrnoException) => {
      const words = `the database does not answer there (${error.code ?? 'no reason given'}). Check host, port, name, user and password.`;
      throw new ConfigError([`DATABASE_URL: ${words}`], { cause: error });
    });
  }
  await migrate(database);
  return database;
}

/** The clinician's link: made once, by the graph itself. */
async function feedOf(demo: Demo, graphUrl: string): Promise<string> {
  const feedPath = demo.feedPath ?? (await makeFeed(`${graphUrl}/graphql`, demo.issuer, demo.clinician));
  if (demo.toSync) await demo.finish(feedPath);
  return feedPath;
}

function scheduleLater(options: Parameters<typeof startScheduler>[0]): () => Promise<void> {
  const stopping = new AbortController();
  const scheduler = pause(FIRST_PASS_AFTER_MS, undefined, { signal: stopping.signal, ref: false }).then(
    () => startScheduler(options),
    () => null,
  );
  return async () => {
    stopping.abort();
    await (await scheduler)?.stop();
  };
}

function screenOf({ publicUrl, port, explorer }: Config, url: string, feedPath: string, { accounts }: Demo): string {
  const shown = port === 0 ? url : publicUrl;
  return demoScreen({ graphUrl: `${shown}/graphql`, explorerUrl: explorer ? `${shown}/explorer` : null, feedUrl: `${shown}${feedPath}`, accounts });
}
