/** The vendor's addresses, and those of the sandbox in their place. */
import { withBody } from './records.ts';

/** Real origin → address in the sandbox, without a slash at the end. */
export type Addresses = ReadonlyMap<string, string>;

/** The settings of an adapter, led to the sandbox. */
export function settingsAt<Value>(value: Value, addresses: Addresses): Value {
  if (typeof value === 'string') return textAt(value, addresses) as Value;
  if (Array.isArray(value)) return value.map((item) => settingsAt(item, addresses)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, settingsAt(item, addresses)])) as Value;
}

/** An answer whose links, in its headers and in its text, lead to the sandbox. */
export async function answerAt(answer: Response, addresses: Addresses): Promise<Response> {
  const headers = [...answer.headers].map(([name, value]) => [name, textAt(value, addresses)] as [string, string]);
  const led = new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
  if (answer.body === null || !/json|text|xml/.test(answer.headers.get('content-type') ?? '')) return led;
  const bytes = Buffer.from(await led.arrayBuffer());
  const text = bytes.toString('utf8');
  const rewritten = textAt(text, addresses);
  // What holds no link goes on byte for byte, whatever its charset.
  return withBody(led, rewritten === text ? bytes : rewritten);
}

function textAt(text: string, addresses: Addresses): string {
  let led = text;
  for (const [origin, address] of addresses) {
    led = led.replaceAll(origin, address);
    // Some write the slashes of JSON with a backslash before each.
    led = led.replaceAll(origin.replaceAll('/', '\\/'), address.replaceAll('/', '\\/'));
  }
  return led;
}
