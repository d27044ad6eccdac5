/** `/_sandbox`: which vendors there are, and the switches of their traps. */
import { TrapRefused, type Vendor } from './vendor.ts';

export const CONTROL = '/_sandbox';

export async function answerControl(request: Request, vendors: readonly Vendor[]): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [id, what, name, ...rest] = pathname
    .slice(CONTROL.length)
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part));
  if (!id) return request.method === 'GET' ? Response.json({ vendors: vendors.map(reportOf) }) : noSuchSwitch();
  const vendor = vendors.find((candidate) => candidate.id === id);
  if (!vendor) return problem(404, `There is no such adapter in the sandbox. There are: ${vendors.map((one) => one.id).join(', ')}.`);
  const wanted = rest.length > 0 ? '' : [request.method, what, ...(name === undefined ? [] : ['<name>'])].filter(Boolean).join(' ');
  if (wanted === 'POST traps') {
    try {
      vendor.setTrap(await request.json().catch(() => null));
    } catch (error) {
      if (error instanceof TrapRefused) return problem(400, error.message);
      throw error;
    }
  } else if (wanted === 'DELETE traps' || wanted === 'DELETE traps <name>') {
    if (name !== undefined && !Object.hasOwn(vendor.traps, name))
      return problem(404, `There is no such trap. There are: ${Object.keys(vendor.traps).join(', ')}.`);
    await vendor.removeTraps(name);
  } else if (wanted === 'POST reset') vendor.reset();
  else if (wanted !== 'GET' && wanted !== 'GET traps') return noSuchSwitch();
  return Response.json(reportOf(vendor));
}

function reportOf(vendor: Vendor) {
  const { id, title, addresses, settings, takesWrites, traps } = vendor;
  const state = { requests: vendor.requests(), waitingWrites: vendor.waitingWrites(), trapsSet: vendor.trapsSet() };
  return { adapter: id, title, addresses, settings, takesWrites, ...state, traps };
}

const SWITCHES = ['', '/<adapter>'].map((path) => `GET ${CONTROL}${path}`);

function noSuchSwitch(): Response {
  const changing = ['POST /<adapter>/traps', 'DELETE /<adapter>/traps', 'DELETE /<adapter>/traps/<name>', 'POST /<adapter>/reset'];
  return problem(404, `There is: ${[...SWITCHES, ...changing.map((one) => one.replace('/', `${CONTROL}/`))].join(', ')}.`);
}

export function problem(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
