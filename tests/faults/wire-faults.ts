/** What may go wrong with an upstream's API, each as it looks on the wire, and what may come of it. */
import type { ServerResponse } from 'node:http';
import type { AdapterFixtures, ApiFixtures, TrapName } from '../../adapters/conformance.ts';
import { everywhere, type Fields, withBody, withRecords } from '../../sandbox/records.ts';
import { send } from '../../sandbox/wire.ts';
import type { Fault } from './faults.ts';
import type { AddressFault, WireFault } from './loopback.ts';

export interface WireFaultCase extends Fault {
  readonly address?: AddressFault;
  readonly wire?: WireFault;
  /** One that the vendor's own fake has. */
  readonly trap?: TrapName;
  /** Takes longer than the caller waits. */
  readonly isSlow?: boolean;
}

const says =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): WireFault =>
  (_answer, wire) => {
    wire.writeHead(status, headers).end(body);
  };

const JSON_HEADERS = { 'content-type': 'application/json' };
const HTML = '<html><body>Sign in to the network</body></html>';

/** Writes the first half, then does something to the wire. */
const halfThen =
  (act: (wire: ServerResponse) => void): WireFault =>
  async (answer, wire) => {
    const bytes = Buffer.from(await answer.arrayBuffer());
    wire.writeHead(answer.status, [...[...answer.headers].flat(), 'content-length', String(bytes.length)]);
    wire.write(bytes.subarray(0, bytes.length >> 1), () => act(wire));
  };

const truncated: WireFault = async (answer, wire) => {
  const bytes = Buffer.from(await answer.arrayBuffer());
  wire.writeHead(answer.status, [...answer.headers].flat()).end(bytes.subarray(0, Math.floor((bytes.length * 2) / 3)));
};

/** ISO 8859-1 that says it is UTF-8. */
const wrongCharset: WireFault = async (answer, wire) => {
  const text = await answer.text();
  await send(withBody(answer, text === '' ? null : Buffer.from(text, 'latin1')), wire);
};

/** Changes the records of an answer: the objects that stand in its lists. */
const changed =
  (change: Parameters<typeof withRecords>[1]): WireFault =>
  async (answer, wire) =>
    send(await withRecords(answer, change), wire);

const NAMES_OR_TIMES = /id|guid|ref|date|time|start|end|mail|day|code/i;
const MEGABYTE = 1024 * 1024;

export const WIRE_FAULTS: readonly WireFaultCase[] = [
  { name: 'connection refused', address: 'refused', codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: 'name not found', address: 'dns', codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: 'TLS failure', address: 'tls', codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: 'no answer', wire: () => {}, isSlow: true, codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: 'body that never ends', wire: halfThen(() => {}), isSlow: true, codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: 'no answer, once', wire: () => {}, times: 1, isSlow: true },
  { name: 'reset mid-body', wire: halfThen((wire) => wire.destroy()), codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: 'reset mid-body, once', wire: halfThen((wire) => wire.destroy()), times: 1 },
  { name: 'truncated body', wire: truncated, codes: ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_REJECTED'] },
  { name: 'HTML with 200', wire: says(200, { 'content-type': 'text/html' }, HTML), codes: ['UPSTREAM_REJECTED'] },
  { name: 'empty body with 200', wire: says(200, JSON_HEADERS), codes: ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_REJECTED'] },
  { name: 'no content, 204', wire: says(204), codes: ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_REJECTED'] },
  { name: '401, once', wire: says(401), times: 1 },
  { name: '401', wire: says(401), codes: ['UPSTREAM_AUTH'] },
  { name: '403', wire: says(403), codes: ['UPSTREAM_AUTH'] },
  { name: '404', wire: says(404), codes: ['UPSTREAM_REJECTED', 'UPSTREAM_AUTH'] },
  { name: '429 with seconds, once', wire: says(429, { 'retry-after': '1' }), times: 1 },
  { name: '429 with seconds', wire: says(429, { 'retry-after': '2' }), codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: '429 with a date', wire: says(429, { 'retry-after': 'Tue, 24 Nov 2099 09:00:00 GMT' }), codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: '429 without', wire: says(429), codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: '500, once', wire: says(500), times: 1 },
  { name: '500', wire: says(500), codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: '503', wire: says(503), codes: ['UPSTREAM_UNAVAILABLE'] },
  { name: 'a page too large to be one', wire: says(200, JSON_HEADERS, ' '.repeat(33 * MEGABYTE)), codes: ['UPSTREAM_REJECTED', 'UPSTREAM_AUTH'] },
  { name: 'wrong charset', wire: wrongCharset },
  { name: 'extra fields', wire: changed((record) => ({ ...record, zzNew: { zz: [1] } })) },
  { name: 'a huge record', wire: changed((record, at) => (at === 0 ? { ...record, zzHuge: 'x'.repeat(3 * MEGABYTE) } : record)) },
  { name: 'numbers as text', wire: changed((record) => everywhere(record, (value) => (typeof value === 'number' ? String(value) : value)) as Fields) },
  {
    name: 'unknown words in a record',
    wire: changed((record, at) =>
      at === 0 ? (everywhere(record, (value, key) => (typeof value === 'string' && !NAMES_OR_TIMES.test(key) ? 'zz-unknown' : value)) as Fields) : record,
    ),
  },
  {
    name: 'fields missing from a record',
    wire: changed((record, at) => (at === 0 ? Object.fromEntries(Object.entries(record).filter(([key]) => /^id$/i.test(key))) : record)),
  },
  { name: 'an empty page in the middle', trap: 'empty-page', isAllowed: true },
  { name: 'a page that is the same one again, for ever', trap: 'repeating-page', codes: ['UPSTREAM_REJECTED'] },
  { name: 'a list that shrinks while it is read', takesRecord: true },
  { name: 'every list empty', wire: changed(() => null) },
];

/** Those that can happen to this upstream: one whose lists come whole has no pages. */
export function wireFaultsOf({ removal }: AdapterFixtures, { without = [] }: ApiFixtures): readonly WireFaultCase[] {
  const hasPages = !without.includes('repeating-page');
  return WIRE_FAULTS.filter(({ trap, takesRecord }) => !without.some((other) => other === trap) && (!takesRecord || (hasPages && removal !== undefined)));
}
