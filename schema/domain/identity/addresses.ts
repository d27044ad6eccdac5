/** E-mail addresses and telephone numbers as evidence of who somebody is. Pure. */

/**
 * Local parts of mailboxes that several people read. Whole words of the local part are looked up here, so
 * `reception.alderbrook@` is found and `receptor@` is not. Source: names that NHSmail and practices give to shared
 * mailboxes; a list to be added to.
 */
const SHARED_WORDS = new Set(
  (
    'admin administration appointments bookings care clinic clinical contact coordinator desk dispensary doctors duty enquiries enquiry enhanced finance frontdesk generic gp gps ' +
    'hello help hr hub info inbox mail manager managers medical nurse nurses nursing office ooh operations pcn pharmacy practice ' +
    'prescriptions reception receptionist receptionists referrals results rota rotas safeguarding secretary secretaries shared staff support surgery team workforce'
  ).split(' '),
);

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The address in lower case, without a tag behind a plus; null for what is none. */
export function normaliseEmail(address: string): string | null {
  const lower = address.trim().toLowerCase();
  if (!ADDRESS.test(lower)) return null;
  const at = lower.lastIndexOf('@');
  return lower.slice(0, at).replace(/\+.*$/, '') + lower.slice(at);
}

export function localPart(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}

/** Whether the address says of itself that several people read it. */
export function isSharedMailbox(address: string): boolean {
  return localPart(address)
    .split(/[^a-z]+/)
    .some((word) => SHARED_WORDS.has(word));
}

/** A telephone number of the United Kingdom in the form +447…, or of elsewhere with its plus; null for anything else. */
export function normalisePhone(number: string): string | null {
  const kept = number
    .replace(/\(0\)/g, '')
    .replace(/(?:ext|x)\.?\s*\d+$/i, '')
    .replace(/[\s().-]/g, '');
  const international = kept
    .replace(/^00/, '+')
    .replace(/^\+?44(?=[1-9]\d{8,9}$)/, '+44')
    .replace(/^0(?=[1-9]\d{8,9}$)/, '+44');
  return /^\+[1-9]\d{7,14}$/.test(international) ? international : null;
}

/** Whether a number in the form of `normalisePhone` is a British mobile: carried by one person, where a landline is not. */
export function isMobile(phone: string): boolean {
  return /^\+447[1-57-9]\d{8}$/.test(phone);
}
