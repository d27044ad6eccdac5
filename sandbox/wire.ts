/** Between Node's HTTP server and a handler from `Request` to `Response`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Of the connection, not of the message. */
const OF_THE_CONNECTION = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect'];

/** What came, as a request to `url`. Its signal tells when the caller hangs up. */
export async function asRequest(incoming: IncomingMessage, wire: ServerResponse, url: URL): Promise<Request> {
  const { method = 'GET' } = incoming;
  const body = method === 'GET' || method === 'HEAD' ? null : new Uint8Array(await buffer(incoming));
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    value === undefined || OF_THE_CONNECTION.includes(name) ? [] : [[name, String(value)] as [string, string]],
  );
  const hungUp = new AbortController();
  wire.once('close', () => hungUp.abort());
  return new Request(url, { method, headers, body, signal: hungUp.signal });
}

/** Writes an answer. One whose body breaks off breaks off on the wire as well. */
export async function send(answer: Response, wire: ServerResponse): Promise<void> {
  wire.writeHead(answer.status, [...answer.headers].flat());
  for await (const chunk of answer.body ?? []) await new Promise((written) => wire.write(chunk, written));
  wire.end();
}
