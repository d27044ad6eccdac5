/**
 * A start of the demo.
 *
 * What takes long to load is loaded when it is needed, and the graph while the database opens: a later start syncs
 * nothing, and should not wait for what reads spreadsheets.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Demo, openDemo } from '../demo/demo.ts';
import { demoScreen } from '../demo/screen.ts';
import { type Config, readConfig } from '../platform/config.ts';
import type { Database } from '../platform/db.ts';
import { createLogger, type Logger } from '../platform/log.ts';
import { ConfigError } from '../schema/domain/errors.ts';
import { openData, type Ready } from './start-data.ts';
import type { Steps } from './start-steps.ts';

/** What reads spreadsheets is loaded when the page is there to be looked at. */
const SCHEDULER_AFTER_MS = 2_000;
/** The files of the demo do not change by themselves, so the first pass after a start may wait. */
const FIRST_PASS_AFTER_MS = 15 * 60_000;

const now = () => new Date();

/** @throws ConfigError with a line for each setting that is wrong, or that is a site's. */
export async function start(env: NodeJS.ProcessEnv, steps: Steps, opened: AsyncDisposableStack): Promise<Ready> {
  // The screen stays readable: what is asked of the demo is logged only where it went wrong.
  const settings = readConfig({ LOG_LEVEL: 'warn', ...env });
  refuseSiteSettings(settings);
  const log = createLogger({ level: settings.logLevel });
  const opening = openData(settings, steps, opened);
  const [{ openGraph }, database] = await Promise.all([import('./start-graph.ts'), opening]);
  const demo = await steps.step('Demo: sign-in, Microsoft Teams, spreadsheets', () => openDemo({ dataDir: settings.dataDir, config: settings, env, now }));
  opened.defer(demo.close);
  if (demo.toSync) await sync(demo, demo.toSync, database, env);
  const config = { ...settings, oidcIssuer: demo.issuer, pseudonymSecret: demo.pseudonymSecret };
  const graph = await steps.step('Graph and calendar', () => openGraph({ config, database, log, now }));
  opened.defer(graph.close);
  const feedPath = await feedOf(demo, graph.url);
  opened.defer(scheduleLater(demo, database, env, log));
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

async function sync(demo: Demo, window: { readonly from: Date; readonly to: Date }, database: Database, env: NodeJS.ProcessEnv): Promise<void> {
  const { syncDemo } = await import('./start-sync.ts');
  const { createSyncEngine, readUpstreams } = await loadSync();
  const upstreams = await readUpstreams(demo.upstreamsFile, env);
  await syncDemo({
    engine: createSyncEngine({ database, now, erasureSecret: readConfig(env).erasureSecret }),
    upstreams,
    window,
    write: (text) => process.stdout.write(text),
  });
}

async function loadSync() {
  const [{ createSyncEngine }, { startScheduler }, { readUpstreams }] = await Promise.all([
    import('../sync/engine.ts'),
    import('../sync/scheduler.ts'),
    import('../sync/upstreams.ts'),
  ]);
  return { createSyncEngine, startScheduler, readUpstreams };
}

/** The clinician's link: made once, by the graph itself. */
async function feedOf(demo: Demo, graphUrl: string): Promise<string> {
  if (demo.feedPath !== null && !demo.toSync) return demo.feedPath;
  const { makeFeed } = await import('../demo/feed.ts');
  const feedPath = demo.feedPath ?? (await makeFeed(`${graphUrl}/graphql`, demo.issuer, demo.clinician));
  await demo.finish(feedPath);
  return feedPath;
}

/** Begins to read the upstreams at their intervals, once what matters more has started. Gives what ends it. */
function scheduleLater(demo: Demo, database: Database, env: NodeJS.ProcessEnv, log: Logger): () => Promise<void> {
  const stopping = new AbortController();
  const scheduler = pause(SCHEDULER_AFTER_MS, undefined, { signal: stopping.signal, ref: false })
    .then(async () => {
      const { createSyncEngine, readUpstreams, startScheduler } = await loadSync();
      const upstreams = await readUpstreams(demo.upstreamsFile, env);
      const engine = createSyncEngine({ database, now, erasureSecret: readConfig(env).erasureSecret, log });
      return startScheduler({ database, engine, upstreams, now, firstPassAfterMs: FIRST_PASS_AFTER_MS, log });
    })
    .catch((error: unknown) => {
      if (!stopping.signal.aborted) log.error({ err: error }, 'The upstreams are not read again.');
      return null;
    });
  return async () => {
    stopping.abort();
    await (await scheduler)?.stop();
  };
}

function screenOf({ publicUrl, port, explorer }: Config, url: string, feedPath: string, { accounts }: Demo): string {
  const shown = port === 0 ? url : publicUrl;
  return demoScreen({ graphUrl: `${shown}/graphql`, explorerUrl: explorer ? `${shown}/explorer` : null, feedUrl: `${shown}${feedPath}`, accounts });
}
