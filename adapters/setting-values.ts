/** Values that the settings of several adapters have. */
import { z } from 'zod';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Whether what is asked of it stays on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.includes(hostname);
}

/** Nobody reads on the way what is asked of it and answered: it is encrypted, or does not leave the machine. */
function isPrivate(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  return parsed.protocol !== 'http:' || isLoopback(parsed);
}

/** Address of an API: secrets and staff data go there. */
export const httpsAddress = z.url({ protocol: /^https?$/ }).refine(isPrivate, 'an address that begins with https://');

/** Address of a feed: who knows it may read the feed. `webcal:` is what calendars write for `https:`. */
export const feedAddress = z.url({ protocol: /^(?:https?|webcals?)$/ }).refine(isPrivate, 'an address that begins with https:// or webcal://');

/** Names an account, a payroll or a list within our own keys. */
export const namespace = z.string().regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits or dashes');
