/** Servers that only this machine can reach. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../schema/domain/errors.ts';

const LOOPBACK = '127.0.0.1';
const PORT_OF_THE_DEMO = { setting: 'PORT', advice: 'Stop that program, or set PORT: the demo uses it and the two after it.' };

/**
 * Listens, and gives the server's address without a slash at the end. Port 0 is any that is free.
 *
 * @throws ConfigError when the port is taken.
 */
export async function listenOnLoopback(server: Server, port: number, what: string, { setting, advice } = PORT_OF_THE_DEMO): Promise<string> {
  server.listen(port, LOOPBACK);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ConfigError([`${setting}: port ${port}, wanted for ${what}, is taken by another program. ${advice}`]);
  }
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
