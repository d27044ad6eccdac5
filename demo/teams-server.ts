/** A server on loopback that answers as Microsoft Graph does, with the rota of the practice that is in Teams. */
import { createServer } from 'node:http';
import { createFakeTeams, type FakeTeams } from '../adapters/teams-shifts/fixtures/upstream.ts';
import { asRequest, send } from '../sandbox/wire.ts';
import { close, listenOnLoopback } from './loopback.ts';
import { TEAMS_ACCESS, teamsState } from './teams.ts';
import type { World } from './world.ts';

export interface TeamsServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The world is asked for at the first request. Port 0 is any that is free.
 *
 * @throws ConfigError when the port is taken.
 */
export async function startTeams(world: () => World, port: number, now: () => Date): Promise<TeamsServer> {
  let teams: FakeTeams | null = null;
  const server = createServer((request, response) => {
    teams ??= createFakeTeams({ ...TEAMS_ACCESS, now, state: teamsState(world()) });
    const { handle } = teams;
    asRequest(request, response, new URL(request.url ?? '/', `http://${request.headers.host}`))
      .then(async (asked) => send(await handle(asked), response))
      .catch((error: Error) => response.destroy(error));
  });
  const url = await listenOnLoopback(server, port, "the demo's Microsoft Teams");
  return { url, close: () => close(server) };
}
