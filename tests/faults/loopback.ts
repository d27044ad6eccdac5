/** An adapter's fake behind a real server on loopback, so that what fails on the wire fails as it does there. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asRequest, send } from '../../sandbox/wire.ts';

/** What becomes of one answer: the whole of it, given by the fake, and the wire to write it to. */
export type WireFault = (answer: Response, wire: ServerResponse) => Promise<void> | void;

/** A fault of the address itself: where the request goes instead. */
export type AddressFault = 'refused' | 'dns' | 'tls';

export interface Loopback {
  /** In place of the global one: takes requests to the fake's origins to the server. */
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  /** From now on; null for none. `times`: for so many requests only. */
  wire(fault: WireFault | null, times?: number): void;
  address(fault: AddressFault | null): void;
  close(): Promise<void>;
}

/** RFC 6761: a name that never resolves. */
const NO_SUCH_HOST = 'http://upstream.invalid';

export async function openLoopback(origins: readonly string[], upstream: (request: Request) => Promise<Response>): Promise<Loopback> {
  let wireFault: WireFault | null = null;
  let left = 0;
  let addressFault: AddressFault | null = null;
  const server = createServer((request, wire) => {
    void answer(request, wire).catch(() => wire.destroy());
  });
  async function answer(request: IncomingMessage, wire: ServerResponse): Promise<void> {
    const [, at = '', path = ''] = /^\/(\d+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const response = await upstream(await asRequest(request, wire, new URL(`${origins[Number(at)]}${path}`)));
    const fault = left > 0 ? wireFault : null;
    left -= 1;
    await (fault ?? send)(response, wire);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const closedPort = (closed.address() as AddressInfo).port;
  closed.close();
  const bases: Readonly<Record<AddressFault, string>> = {
    refused: `http://127.0.0.1:${closedPort}`,
    dns: NO_SUCH_HOST,
    tls: `https://127.0.0.1:${port}`,
  };
  return {
    fetch(url, init) {
      const at = origins.indexOf(url.origin);
      if (at < 0) return Promise.reject(new TypeError(`A request to ${url.origin}, which is not the fake's.`));
      return fetch(`${addressFault ? bases[addressFault] : `http://127.0.0.1:${port}`}/${at}${url.pathname}${url.search}`, init);
    },
    wire(fault, times = Number.MAX_SAFE_INTEGER) {
      wireFault = fault;
      left = fault ? times : 0;
    },
    address(fault) {
      addressFault = fault;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
