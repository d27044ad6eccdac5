/** What a start of the demo prints when it is ready: where to look, what to ask, who to be. */
import { readFileSync } from 'node:fs';
import type { Account } from './accounts.ts';

/** Asks all three subgraphs. */
export const FIRST_QUERY = readFileSync(new URL('./first-query.graphql', import.meta.url), 'utf8').trimEnd();

export interface ScreenFacts {
  readonly graphUrl: string;
  /** Null when the explorer is off. */
  readonly explorerUrl: string | null;
  readonly feedUrl: string;
  readonly accounts: readonly Account[];
}

export function demoScreen({ graphUrl, explorerUrl, feedUrl, accounts }: ScreenFacts): string {
  const clinician = accounts.find(({ id }) => id === 'clinician');
  return `
  Graph     ${graphUrl}
  Explorer  ${explorerUrl ?? 'off (EXPLORER=on)'}
  Calendar  ${feedUrl}
            the shifts of ${nameOf(clinician)}: subscribe to it, or open it in a browser

  Who to be. Each needs a token, which is one command in another window:

${accounts.map((account) => `    npm run -s rota -- token ${account.id.padEnd(13)}${[nameOf(account), account.about].filter(Boolean).join(', ')}`).join('\n')}

  What to ask first, with the coordinator's token in the header  Authorization: Bearer <token>

${FIRST_QUERY.replaceAll(/^/gm, '    ')}

  Everybody here is invented. Ctrl-C stops; npm run demo:reset starts over.
`;
}

function nameOf(account: Account | undefined): string {
  return account?.person ? `${account.person.givenName} ${account.person.familyName}` : '';
}
