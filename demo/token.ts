/** An access token for one of the demo's people, from the demo that runs. */
import { RequestError } from '../schema/domain/errors.ts';
import { demoFolderOf } from './demo-folder.ts';
import { requestToken } from './provider.ts';

/** @throws RequestError when no demo runs here, or when it knows no such account. */
export async function demoToken(dataDir: string, accountId: string): Promise<string> {
  const issuer = await demoFolderOf(dataDir).readIssuer();
  if (issuer === null) throw new RequestError('NOT_FOUND', `There is no demo in ${dataDir}. Start it first: npm start`);
  try {
    return await requestToken(issuer, accountId);
  } catch (error) {
    // fetch throws a TypeError when nobody answers.
    const words = error instanceof TypeError ? 'The demo is not running. Start it first, in another window: npm start' : (error as Error).message;
    throw new RequestError('NOT_FOUND', words, { cause: error });
  }
}
