/** The three subgraphs over HTTP in a process of their own. Arguments: database or "memory", issuer, address of its keys, secret. */
import { createAuthenticator } from '../../../platform/auth.ts';
import { openDatabase } from '../../../platform/db.ts';
import { createLogger } from '../../../platform/log.ts';
import { createHttpService } from '../../../platform/serve.ts';
import { createSubgraphServer } from '../../../platform/subgraph-server.ts';
import { realSubgraphs } from '../../gateway/harness.ts';
import { memorySubgraphs } from './memory-subgraphs.ts';

const [, , url = '', issuer = '', jwksUrl = '', secret = ''] = process.argv;
const log = createLogger({ level: 'silent' });
const authenticate = createAuthenticator({ issuer, audience: 'rotagraph', jwksUrl, rolesClaim: 'rotagraph_roles', staffKeyClaim: 'rotagraph_staff_key' });
const urls: Record<string, string> = {};
const subgraphs = url === 'memory' ? memorySubgraphs(authenticate) : realSubgraphs(await openDatabase({ url }), { authenticate });
for (const subgraph of subgraphs) {
  const { router } = await createSubgraphServer({ subgraph, gatewaySecrets: [secret], log });
  urls[subgraph.name] = `${(await createHttpService({ host: '127.0.0.1', port: 0, routes: [router], checks: {}, log })).url}/graphql`;
}
process.stdout.write(`${JSON.stringify(urls)}\n`);
