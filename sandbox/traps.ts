/** Ways to misbehave that are common to all vendors: each stands around the fake, which knows nothing of it. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Fields, withBody, withRecords, withValues } from './records.ts';

export interface Answered {
  readonly answer: Response;
  /** Whether the trap has changed anything: only then a time of its `times` is used up. */
  readonly hasSprung: boolean;
}

/** A trap that is set: takes a request on its way to the fake, and the answer on its way back. */
export type SetTrap = (request: Request, next: (request: Request) => Promise<Response>) => Promise<Answered>;

/** What a trap may ask of what it stands around. */
export interface Surroundings {
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** The change that this request makes is seen only after so many reads. */
  delayWrite(request: Request, reads: number): void;
  /** This request is answered as if a record were gone. */
  answerShifted(request: Request): void;
}

export interface TrapKind {
  readonly what: string;
  /** What may be set of it besides `times`: name → what it is. */
  readonly options: z.ZodObject;
  /** Only for a fake of which that can be said. */
  readonly needs?: 'writes' | 'pages';
  set(options: Readonly<Record<string, unknown>>, surroundings: Surroundings): SetTrap;
}

interface Declaration<Options extends z.ZodRawShape> {
  readonly what: string;
  readonly options?: Options;
  readonly needs?: 'writes' | 'pages';
  set(options: z.output<z.ZodObject<Options>>, surroundings: Surroundings): SetTrap;
}

function trap<Options extends z.ZodRawShape>({ options, ...declaration }: Declaration<Options>): TrapKind {
  return { ...declaration, options: z.strictObject(options ?? {}) } as unknown as TrapKind;
}

/** Answers in place of the fake. */
const inPlace =
  (answer: () => Response): SetTrap =>
  async () => ({ answer: answer(), hasSprung: true });

/** Changes what the fake answers. */
const afterwards =
  (change: (answer: Response) => Promise<Response> | Response): SetTrap =>
  async (request, next) => ({ answer: await change(await next(request)), hasSprung: true });

const refusal = (status: number, error: string, headers: Readonly<Record<string, string>> = {}) => Response.json({ error }, { status, headers });

export const isRead = ({ method }: Request) => method === 'GET' || method === 'HEAD';

const CREDENTIALS = /auth|cookie|key|token/;

/** Whoever asks for a token has none yet to show. */
export const isSignIn = (request: Request) => request.method === 'POST' && ![...request.headers.keys()].some((name) => CREDENTIALS.test(name));

/** Where a trap lasts while none is said, in whole numbers above zero. */
const count = z.number().int().min(1).max(100_000);

export const COMMON_TRAPS: Readonly<Record<string, TrapKind>> = {
  throttled: trap({
    what: '429 with Retry-After.',
    options: { retryAfterSeconds: count.default(1).describe('what Retry-After says; default 1') },
    set: ({ retryAfterSeconds }) => inPlace(() => refusal(429, 'Too many requests.', { 'retry-after': String(retryAfterSeconds) })),
  }),
  'token-expired': trap({
    what: '401 to what carries credentials; signing in goes on. With times 1 it is over once a new token is fetched.',
    set: () => async (request, next) =>
      isSignIn(request) ? { answer: await next(request), hasSprung: false } : { answer: refusal(401, 'The token has expired.'), hasSprung: true },
  }),
  'empty-200': trap({ what: '200 with nothing in it.', set: () => afterwards((answer) => withBody(new Response(null, { headers: answer.headers }), '')) }),
  'server-error': trap({ what: '500.', set: () => inPlace(() => refusal(500, 'Something went wrong.')) }),
  slow: trap({
    what: 'The answer comes late.',
    options: { ms: count.default(3000).describe('how late, in milliseconds; default 3000') },
    set:
      ({ ms }, { sleep }) =>
      async (request, next) => {
        await sleep(ms);
        return { answer: await next(request), hasSprung: true };
      },
  }),
  'reset-mid-body': trap({ what: 'The connection is reset in the middle of the answer.', set: () => afterwards(breakingOff) }),
  'renamed-field': trap({
    what: 'A field of every record gets another name.',
    options: { field: z.string().min(1).optional().describe('which field; default the first that is no id and no link') },
    set: ({ field }) => afterwards((answer) => withRecords(answer, (record) => renamed(record, field))),
  }),
  'shifting-pages': trap({
    what: 'A record goes while pages are read: the pages after the first are those of a list without it.',
    needs: 'pages',
    set: (_options, { answerShifted }) => shiftingPages(answerShifted),
  }),
  'clock-skew': trap({
    what: 'The clock of the vendor is wrong: the Date of an answer, and when records were made and changed.',
    options: { minutes: z.number().int().min(-100_000).max(100_000).default(90).describe('how far ahead, negative for behind; default 90') },
    set: ({ minutes }, { now }) => afterwards((answer) => skewed(answer, minutes, now())),
  }),
  'queued-writes': trap({
    what: 'A write is answered as made, and seen only some reads later.',
    options: { reads: count.default(3).describe('how many reads do not show it yet; default 3') },
    needs: 'writes',
    set:
      ({ reads }, { delayWrite }) =>
      async (request, next) => {
        const hasSprung = !isRead(request) && !isSignIn(request);
        if (hasSprung) delayWrite(request, reads);
        return { answer: await next(request), hasSprung };
      },
  }),
};

export const REAL_SURROUNDINGS: Pick<Surroundings, 'now' | 'sleep'> = { now: () => new Date(), sleep: (ms) => pause(ms) };

/** Says the length of the whole, gives half of it, and fails. */
export async function breakingOff(answer: Response): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const halves = [bytes.subarray(0, bytes.length >> 1)];
  const body = new ReadableStream({
    pull(controller) {
      const half = halves.pop();
      if (half && half.length > 0) controller.enqueue(half);
      else controller.error(new Error('The connection is reset.'));
    },
  });
  const broken = withBody(answer, body);
  broken.headers.set('content-length', String(bytes.length));
  return broken;
}

const IDS_AND_LINKS = /(?:id|guid|ref|url|uri|link|href|etag)$/i;

function renamed(record: Fields, wanted: string | undefined): Fields {
  const field = wanted ?? Object.keys(record).find((key) => !IDS_AND_LINKS.test(key));
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key === field ? `${key}_renamed` : key, value]));
}

/** A later page is a request to a path that was asked for before, by other parameters. */
function shiftingPages(answerShifted: Surroundings['answerShifted']): SetTrap {
  const first = new Map<string, string>();
  return async (request, next) => {
    const { pathname, search } = new URL(request.url);
    const asked = `${search} ${isRead(request) ? '' : await request.clone().text()}`;
    const before = first.get(pathname);
    if (before === undefined) first.set(pathname, asked);
    const hasSprung = before !== undefined && before !== asked;
    if (hasSprung) answerShifted(request);
    return { answer: await next(request), hasSprung };
  };
}

const STAMPS = /modified|updated|created|changed|edited|issued|stamp/i;
const MS_PER_MINUTE = 60_000;
/** Seconds since 1970 have ten digits until the year 2286, milliseconds thirteen. */
const FIRST_SECONDS = 1e9;
const FIRST_MS = 1e12;

async function skewed(answer: Response, minutes: number, now: Date): Promise<Response> {
  const made = await withValues(answer, (value, key) => (STAMPS.test(key) ? shiftedStamp(value, minutes) : value));
  made.headers.set('date', new Date(now.getTime() + minutes * MS_PER_MINUTE).toUTCString());
  const modified = Date.parse(made.headers.get('last-modified') ?? '');
  if (!Number.isNaN(modified)) made.headers.set('last-modified', new Date(modified + minutes * MS_PER_MINUTE).toUTCString());
  return made;
}

/** A time in the form in which it came: its zone and its fractions stay as they are. */
function shiftedStamp(value: unknown, minutes: number): unknown {
  if (typeof value === 'number') {
    if (value >= FIRST_MS) return value + minutes * MS_PER_MINUTE;
    return value >= FIRST_SECONDS ? value + minutes * 60 : value;
  }
  const [, before = '', stamp, after = ''] = (typeof value === 'string' && /^(:)(\d{8}T\d{6})(Z\s*)$/.exec(value)) || [];
  if (stamp !== undefined) return before + basic(new Date(Date.parse(extended(stamp)) + minutes * MS_PER_MINUTE)) + after;
  const [, day, between, time, rest] = (typeof value === 'string' && /^(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(.*)$/.exec(value)) || [];
  if (day === undefined) return value;
  const shifted = new Date(Date.parse(`${day}T${time}Z`) + minutes * MS_PER_MINUTE).toISOString();
  return `${shifted.slice(0, 10)}${between}${shifted.slice(11, 19)}${rest}`;
}

/** `20261124T090000`, as calendars write it, and the form that can be parsed. */
const extended = (stamp: string) => stamp.replace(/^(....)(..)(..T..)(..)(..)$/, '$1-$2-$3:$4:$5Z');
const basic = (at: Date) => at.toISOString().slice(0, 19).replace(/[-:]/g, '');
