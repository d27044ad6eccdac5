/** A server on loopback that answers as Microsoft Graph does, with the rota of the practice that is in Teams. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createFakeTeams, type FakeTeams } from '../adapters/teams-shifts/fixtures/upstream.ts';
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
    answer(teams.handle, request, response).catch((error: Error) => response.destroy(error));
  });
  const url = await listenOnLoopback(server, port, "the demo's Microsoft Teams");
  return { url, close: () => close(server) };
}

async function answer(handle: (request: Request) => Promise<Response>, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming;
  const body = method === 'GET' || method === 'HEAD' ? null : await buffer(incoming);
  const request = new Request(new URL(url, `http://${headers.host}`), {
    method,
    headers: headers as Record<string, string>,
    body: body && new Uint8Array(body),
  });
  const response = await handle(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
