/** `rota check`: whether each upstream can be used as it is set. Reads next to nothing and stores nothing. */
import { Command } from 'commander';
import type { Tools } from '../../adapters/contract.ts';
import { createTools } from '../../platform/http.ts';
import { withoutSecrets } from '../../platform/log.ts';
import { RotagraphError, UpstreamAuthError } from '../../schema/domain/errors.ts';
import { describeSettings } from '../../sync/settings.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { chosenUpstreams } from './open.ts';
import { PROBLEM_EXIT_CODE, type Verb } from './terminal.ts';

export const checkVerb: Verb = (terminal, exitWith) =>
  new Command('check')
    .description('Checks that upstreams can be reached as they are set. Ends with 1 when one cannot.')
    .argument('[upstream...]', 'ids of upstreams; default all')
    .action(async (ids: string[]) => {
      for (const upstream of await chosenUpstreams(terminal.env, ids)) {
        const problem = await problemWith(upstream, createTools({ now: terminal.now, resolvePath: upstream.resolvePath }));
        if (problem === null) terminal.out(`${upstream.id}: works\n`);
        else {
          terminal.out(`${upstream.id}: ${withoutSecrets(problem)}\n`);
          exitWith(PROBLEM_EXIT_CODE);
        }
      }
    });

/** What is wrong, in words; null when nothing is. */
async function problemWith({ adapter, settings }: Upstream, tools: Tools): Promise<string | null> {
  try {
    await adapter.check(adapter.connect(settings, tools));
    return null;
  } catch (error) {
    if (!(error instanceof RotagraphError)) throw error;
    const described = describeSettings(adapter.settings);
    const doubtful = described.filter(({ name, secret }) =>
      error instanceof UpstreamAuthError ? secret : !secret && isAbout(error.message, (settings as Readonly<Record<string, unknown>>)[name]),
    );
    const names = doubtful.map(({ name }) => `settings.${name}`).join(', ') || (error instanceof UpstreamAuthError ? 'its settings' : null);
    return `${error.code}: ${error.message}${names === null ? '' : ` Look at ${names}.`}`;
  }
}

/** Whether a message begins with the file or the host that a setting names: what is wrong is then there, or in the setting. */
function isAbout(message: string, value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  return message.startsWith(`${value}:`) || (/^\w+:\/\//.test(value) && URL.canParse(value) && message.startsWith(`${new URL(value).host} `));
}
