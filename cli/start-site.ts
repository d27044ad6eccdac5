/** A start over a site's own data. */
import { readConfig } from '../platform/config.ts';
import { createLogger } from '../platform/log.ts';
import { requestSyncOf } from '../platform/source-plan.ts';
import { createSyncEngine } from '../sync/engine.ts';
import { createHooksRouter } from '../sync/hooks.ts';
import { startScheduler } from '../sync/scheduler.ts';
import { settleUpstreams } from '../sync/upstreams.ts';
import { engineSettings } from './engine-settings.ts';
import { openData, type Ready } from './start-data.ts';
import { openGraph } from './start-graph.ts';
import type { Steps } from './start-steps.ts';

const now = () => new Date();

const CONNECTIONS_FOR_THE_GRAPH = 10;

/** @throws ConfigError with a line for each setting that is wrong or missing. */
export async function start(env: NodeJS.ProcessEnv, steps: Steps, opened: AsyncDisposableStack): Promise<Ready> {
  const config = readConfig(env, ['oidcIssuer', 'pseudonymSecret']);
  const log = createLogger({ level: config.logLevel });
  const { upstreams, lines, refused } = await settleUpstreams(config.upstreamsFile, env);
  for (const line of lines) log.error(`An upstream is not read: ${line}`);
  // An upstream that is read keeps one connection for its lock and one to store with; the rest are for those who ask.
  const database = await openData(config, steps, opened, 2 * config.syncAtOnce + CONNECTIONS_FOR_THE_GRAPH);
  const routes = [createHooksRouter({ upstreams, request: async (id) => void (await requestSyncOf(database, id, now())) })];
  const graph = await steps.step('Graph and calendar', () => openGraph({ config, database, log, now, routes }));
  opened.defer(graph.close);
  const scheduler = await startScheduler({
    database,
    engine: createSyncEngine({ database, now, ...engineSettings(config), log }),
    upstreams,
    refused,
    now,
    atOnce: config.syncAtOnce,
    log,
  });
  opened.defer(scheduler.stop);
  return { log, screen: `\n  Graph      ${graph.url}/graphql\n  Upstreams  ${upstreams.length || 'none (UPSTREAMS_FILE)'}\n\n` };
}
