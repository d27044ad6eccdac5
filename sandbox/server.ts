/** The fakes of all vendors on one port of loopback, each origin under a path of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listenOnLoopback } from '../demo/loopback.ts';
import { answerControl, CONTROL, problem } from './control.ts';
import { REAL_SURROUNDINGS, type Surroundings } from './traps.ts';
import { createVendor, type Vendor } from './vendor.ts';
import { loadVendors, type VendorFixtures } from './vendors.ts';
import { asRequest, send } from './wire.ts';

export interface Sandbox {
  /** Without a slash at the end. */
  readonly url: string;
  readonly vendors: readonly Vendor[];
  /** `[from, to)` that holds all that the fakes have, as days. */
  readonly window: { readonly from: string; readonly to: string };
  close(): Promise<void>;
}

export interface SandboxOptions extends Partial<Pick<Surroundings, 'now' | 'sleep'>> {
  /** 0 is any that is free. */
  readonly port: number;
}

const PORT = { setting: '--port', advice: 'Stop that program, or choose another: npm run sandbox -- --port <number>' };

/** @throws ConfigError when the port is taken. */
export async function startSandbox({ port, ...surroundings }: SandboxOptions): Promise<Sandbox> {
  const fixtures = await loadVendors();
  let vendors: readonly Vendor[] = [];
  const server = createServer((incoming, wire) => {
    answer(incoming, wire, fixtures, vendors).catch(() => wire.destroy());
  });
  const url = await listenOnLoopback(server, port, 'the sandbox', PORT);
  vendors = fixtures.map((one) => createVendor(one, url, { ...REAL_SURROUNDINGS, ...surroundings }));
  return { url, vendors, window: windowOf(fixtures), close: () => close(server) };
}

async function answer(incoming: IncomingMessage, wire: ServerResponse, fixtures: readonly VendorFixtures[], vendors: readonly Vendor[]): Promise<void> {
  const path = incoming.url ?? '/';
  if (path === CONTROL || path.startsWith(`${CONTROL}/`)) {
    return send(await answerControl(await asRequest(incoming, wire, new URL(path, 'http://sandbox.invalid')), vendors), wire);
  }
  const [, id = '', at = '', rest = ''] = /^\/([^/]+)\/(\d+)(\/.*|\?.*)?$/.exec(path) ?? [];
  const vendor = vendors.find((candidate) => candidate.id === id);
  const origin = fixtures.find(({ adapter }) => adapter.id === id)?.api.origins[Number(at)];
  if (!vendor || origin === undefined) {
    return send(problem(404, `No vendor is here. There are: ${vendors.flatMap(({ addresses }) => addresses).join(', ')}. ${CONTROL} tells more.`), wire);
  }
  await send(await vendor.handle(await asRequest(incoming, wire, new URL(rest, origin))), wire);
}

function windowOf(fixtures: readonly VendorFixtures[]): Sandbox['window'] {
  const days = (end: 'from' | 'to') => fixtures.map((one) => one.fixtures.window[end].slice(0, 10)).sort();
  return { from: days('from').at(0) ?? '', to: days('to').at(-1) ?? '' };
}
