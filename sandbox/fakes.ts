/**
 * The fake of a vendor, and what stands behind it, so that no fixture has to know of it: one that hears of writes late,
 * and one in which a record is gone. Both hear of all that is asked of the first and changes something there.
 */
import type { FakeUpstream } from '../adapters/conformance.ts';
import { isRead, isSignIn } from './traps.ts';
import type { VendorFixtures } from './vendors.ts';

export interface Fakes {
  /** What is met where no trap is set. */
  readonly front: FakeUpstream;
  readonly takesWrites: boolean;
  /** Whether it has lists in pages, and a record that can go from one. */
  readonly canShift: boolean;
  handle(request: Request): Promise<Response>;
  /** To be called before `handle` gets this request: the change that it makes is seen only after so many reads. */
  delayWrite(request: Request, reads: number): void;
  /** To be called before `handle` gets this request: it is answered as if a record were gone. */
  answerShifted(request: Request): void;
  /** Makes every write that waits. */
  flush(): Promise<void>;
  /** Writes that wait. */
  waiting(): number;
}

interface Waiting {
  readonly request: Request;
  reads: number;
}

export function createFakes({ api, fixtures }: Pick<VendorFixtures, 'api' | 'fixtures'>): Fakes {
  const front = api.create();
  const late = front.writes ? api.create() : null;
  const shifted = createShifted(api, fixtures);
  const delays = new WeakMap<Request, number>();
  const shifting = new WeakSet<Request>();
  const waiting: Waiting[] = [];

  async function make(isDue: (first: Waiting) => boolean): Promise<void> {
    for (let first = waiting[0]; late && first && isDue(first); first = waiting[0]) {
      waiting.shift();
      await late.handle(first.request);
    }
  }

  async function read(request: Request): Promise<Response> {
    const from = shifted && shifting.has(request) ? shifted : late && waiting.length > 0 ? late : front;
    const answer = await from.handle(request);
    for (const write of waiting) write.reads -= 1;
    await make(({ reads }) => reads <= 0);
    return answer;
  }

  /** A change, a sign-in, or a read by POST. */
  async function post(request: Request): Promise<Response> {
    const copy = () => new Request(request.clone(), { signal: null });
    const [forLate, forShifted] = [late && copy(), shifted && copy()];
    if (shifted && shifting.has(request)) return shifted.handle(request);
    const answer = await front.handle(request);
    if (!answer.ok) return answer;
    if (forShifted) await shifted?.handle(forShifted);
    // Whoever signs in is known at once; what is asked for later is also made later.
    if (forLate && isSignIn(forLate)) await late?.handle(forLate);
    else if (forLate) {
      waiting.push({ request: forLate, reads: delays.get(request) ?? 0 });
      await make(({ reads }) => reads <= 0);
    }
    return answer;
  }

  return {
    front,
    takesWrites: late !== null,
    canShift: shifted !== null,
    handle: (request) => (isRead(request) ? read(request) : post(request)),
    delayWrite: (request, reads) => void delays.set(request, reads),
    answerShifted: (request) => void shifting.add(request),
    flush: () => make(() => true),
    waiting: () => waiting.length,
  };
}

/** Null where lists come whole, or no record can go. */
function createShifted({ create, without = [] }: VendorFixtures['api'], { removal }: VendorFixtures['fixtures']): FakeUpstream | null {
  const fake = create();
  if (without.includes('repeating-page') || !removal || !fake.remove) return null;
  fake.remove(removal.stream, removal.ref);
  return fake;
}
