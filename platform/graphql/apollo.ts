/** What every Apollo Server of ours has in common. */
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import type { Logger } from '../log.ts';

/** Nothing is reported to anybody, whatever is set in the environment. */
export const QUIET_PLUGINS: readonly ApolloServerPlugin[] = [ApolloServerPluginUsageReportingDisabled(), ApolloServerPluginSchemaReportingDisabled()];

/** Our log in the form that Apollo's packages call. */
export function apolloLogger(log: Logger) {
  return {
    debug: (message?: unknown) => log.debug(String(message)),
    info: (message?: unknown) => log.info(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  };
}
