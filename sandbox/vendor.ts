/** One vendor of the sandbox: its fake, its addresses, and the traps that are set. */
import { z } from 'zod';
import type { TrapName } from '../adapters/conformance.ts';
import { type Addresses, answerAt, settingsAt } from './addresses.ts';
import { createFakes, type Fakes } from './fakes.ts';
import { COMMON_TRAPS, type SetTrap, type Surroundings, type TrapKind } from './traps.ts';
import type { VendorFixtures } from './vendors.ts';

export interface Vendor {
  readonly id: string;
  readonly title: string;
  /** In the order of the fake's origins. */
  readonly addresses: readonly string[];
  /** Ready for an entry of the upstreams file. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly takesWrites: boolean;
  /** Name → what it does. */
  readonly traps: Readonly<Record<string, string>>;
  /** Those that are set. */
  trapsSet(): readonly TrapReport[];
  requests(): number;
  /** Writes that were answered and are not seen yet. */
  waitingWrites(): number;
  /** Answers a request to the origin of this number. */
  handle(request: Request): Promise<Response>;
  /** @throws TrapRefused when there is no such trap, or it cannot be set like that. */
  setTrap(wanted: unknown): void;
  /** All of them, or the one of this name. */
  removeTraps(name?: string): Promise<void>;
  /** The fake in its first state, without traps. */
  reset(): void;
}

export interface TrapReport {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Requests that it will still spoil; null: all, until it is taken away. Of the vendor's own nobody counts them: as it was set. */
  readonly left: number | null;
}

/** In words for whoever asked. */
export class TrapRefused extends Error {}

/** The traps that each fake has by contract, in the vendor's own words: they are set under this prefix. */
const OWN = 'vendor:';
const OWN_TRAPS: Readonly<Record<TrapName, string>> = {
  throttled: '429 as this vendor answers it.',
  'server-error': '500 as this vendor answers it.',
  hang: 'No answer at all.',
  'cut-off': 'Half of the document, with 200.',
  'credentials-refused': 'Every credential is refused.',
  'token-expired': 'The tokens given so far are no longer good.',
  'empty-page': 'A page without records in the middle.',
  'repeating-page': 'The next page is the same one again, for ever.',
};

interface TrapInPlace {
  readonly report: Omit<TrapReport, 'left'>;
  readonly set: SetTrap | null;
  left: number;
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;
const times = z.number().int().min(1).max(100_000).optional();
const wantedTrap = z.looseObject({ name: z.string(), times });

export function createVendor({ adapter, fixtures, api }: VendorFixtures, base: string, surroundings: Pick<Surroundings, 'now' | 'sleep'>): Vendor {
  const addresses: Addresses = new Map(api.origins.map((origin, at) => [origin, `${base}/${adapter.id}/${at}`]));
  let fakes: Fakes = createFakes({ api, fixtures });
  let inPlace: TrapInPlace[] = [];
  let requests = 0;
  const common = Object.entries(COMMON_TRAPS).filter(([, { needs }]) => needs === undefined || (needs === 'writes' ? fakes.takesWrites : fakes.canShift));
  const own = Object.entries(OWN_TRAPS).filter(([name]) => !api.without?.some((other) => other === name));
  const traps = Object.fromEntries([...common.map(([name, { what }]) => [name, what]), ...own.map(([name, what]) => [OWN + name, what])]);

  async function throughTraps(request: Request, at = 0): Promise<Response> {
    const trap = inPlace[at];
    const next = (passed: Request) => throughTraps(passed, at + 1);
    if (trap === undefined) return fakes.handle(request);
    if (trap.set === null || trap.left <= 0) return next(request);
    // Taken before it is known, so that requests at the same time do not share one.
    trap.left -= 1;
    const { answer, hasSprung } = await trap.set(request, next);
    if (!hasSprung) trap.left += 1;
    return answer;
  }

  function setTrap(wanted: unknown): void {
    const parsed = wantedTrap.safeParse(wanted);
    const list = `There are: ${Object.keys(traps).join(', ')}.`;
    if (!parsed.success) throw new TrapRefused(`Expected a trap as {"name": "throttled", "times": 3}, times a whole number from 1 or left out. ${list}`);
    const { name, times: wantedTimes = FOR_EVER, ...rest } = parsed.data;
    if (!Object.hasOwn(traps, name)) throw new TrapRefused(`${adapter.id} has no such trap. ${list}`);
    const kind = COMMON_TRAPS[name] ?? null;
    const options = optionsOf(name, kind, rest);
    const set = kind?.set(options, { ...surroundings, delayWrite: fakes.delayWrite, answerShifted: fakes.answerShifted }) ?? null;
    if (kind === null) fakes.front.trap(name.slice(OWN.length) as TrapName, wantedTimes);
    inPlace = [...inPlace.filter(({ report }) => report.name !== name), { report: { name, options }, set, left: wantedTimes }];
  }

  return {
    id: adapter.id,
    title: adapter.title,
    addresses: [...addresses.values()],
    settings: settingsAt(fixtures.settings, addresses),
    takesWrites: fakes.takesWrites,
    traps,
    trapsSet: () => inPlace.filter(({ left }) => left > 0).map(({ report, left }) => ({ ...report, left: left > FOR_EVER / 2 ? null : left })),
    requests: () => requests,
    waitingWrites: () => fakes.waiting(),
    async handle(request) {
      requests += 1;
      return answerAt(await throughTraps(request), addresses);
    },
    setTrap,
    async removeTraps(name) {
      const isOwn = (trap: TrapInPlace) => trap.set === null;
      const going = inPlace.filter(({ report }) => name === undefined || report.name === name);
      inPlace = inPlace.filter((trap) => !going.includes(trap));
      if (going.some(isOwn)) {
        // A fake takes all of its own away at once: those that stay are set again.
        fakes.front.calm();
        for (const { report, left } of inPlace.filter(isOwn)) fakes.front.trap(report.name.slice(OWN.length) as TrapName, left);
      }
      if (!inPlace.some(({ report }) => report.name === 'queued-writes')) await fakes.flush();
    },
    reset() {
      fakes = createFakes({ api, fixtures });
      inPlace = [];
      requests = 0;
    },
  };
}

function optionsOf(name: string, kind: TrapKind | null, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const shape = kind?.options ?? z.strictObject({});
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const known = Object.entries(shape.shape).map(([option, field]) => `${option} (${(field as z.ZodType).description})`);
  const wrong = parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')]));
  throw new TrapRefused(`${name}: cannot be set with ${wrong.join(', ')} like that. It takes: ${['times', ...known].join(', ')}.`);
}
