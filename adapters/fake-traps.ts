/** How the fakes of APIs misbehave, for all of them: each says only in what words its vendor would. */
import type { TrapName } from './conformance.ts';

/** How long a trap stands when nobody says. */
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** What the vendor answers where it gives nothing of what was asked. */
export interface Refusals {
  throttled(): Response;
  broken(): Response;
}

export interface FakeTraps {
  /** As `FakeUpstream` has it. */
  trap(name: TrapName, times?: number): void;
  calm(): void;
  /** Whether it is set, however many requests it still spoils. */
  isSet(name: TrapName): boolean;
  /** The same, and one request fewer is left to it. */
  springs(name: TrapName): boolean;
  /** Whether a request is refused, whatever credentials it has. */
  refusesCredentials(): boolean;
  /** The answer to a request whose credentials are good, unless a trap spoils it. */
  answer(request: Request, refusals: Refusals, ordinary: () => Response | Promise<Response>): Promise<Response>;
}

/** `expireTokens` for a fake that gives tokens out; another has `token-expired` spoil its next request. */
export function createTraps(expireTokens?: () => void): FakeTraps {
  /** Trap → how many requests it still spoils. */
  const left = new Map<TrapName, number>();
  const isSet = (name: TrapName) => (left.get(name) ?? 0) > 0;

  function springs(name: TrapName): boolean {
    const times = left.get(name) ?? 0;
    if (times > 0) left.set(name, times - 1);
    return times > 0;
  }

  return {
    trap(name, times = name === 'token-expired' ? 1 : FOR_EVER) {
      if (name === 'token-expired' && expireTokens) expireTokens();
      else left.set(name, times);
    },
    calm: () => left.clear(),
    isSet,
    springs,
    refusesCredentials: () => isSet('credentials-refused') || springs('token-expired'),
    async answer(request, { throttled, broken }, ordinary) {
      if (springs('throttled')) return throttled();
      if (springs('server-error')) return broken();
      if (springs('hang')) return unanswered(request);
      const response = await ordinary();
      return response.ok && springs('cut-off') ? halved(response) : response;
    },
  };
}

/** Never answers, until the caller hangs up. */
function unanswered({ signal }: Request): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

async function halved(response: Response): Promise<Response> {
  const text = await response.text();
  // An answer without content may have no body, not even an empty one.
  return new Response(text.slice(0, Math.floor(text.length / 2)) || null, { status: response.status, headers: response.headers });
}
