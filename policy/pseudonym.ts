/**
 * Pseudonyms of people, for callers who may count them but not know them.
 *
 * What an attacker wants: to tell who a person is from an id, or to join two recipients' data on it. What we rely on: an
 * id is one AES block, enciphered under a key that is derived from the service's secret and the caller's subject. So it
 * is stable for one caller, differs between callers, and can be turned back only with the secret. One block holds
 * exactly one UUID, so there is no mode, no padding and no collision.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

const PREFIX = 'p-';

export interface Pseudonyms {
  /** The pseudonym of a person's UUID. */
  hide(staffId: string): string;
  /** The UUID behind a pseudonym, or null when it is not one of this caller's. */
  reveal(pseudonym: string): string | null;
}

/** Pseudonyms for one caller. `secret` is the service's, the same in every process. */
export function pseudonymsFor(secret: string, subject: string): Pseudonyms {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `rotagraph pseudonym ${subject}`, 32));
  return {
    hide(staffId) {
      const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
      return PREFIX + Buffer.concat([cipher.update(Buffer.from(staffId.replaceAll('-', ''), 'hex')), cipher.final()]).toString('hex');
    },
    reveal(pseudonym) {
      if (!/^p-[0-9a-f]{32}$/.test(pseudonym)) return null;
      const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
      const hex = Buffer.concat([decipher.update(Buffer.from(pseudonym.slice(PREFIX.length), 'hex')), decipher.final()]).toString('hex');
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
