import { describe, expect, it } from '@jest/globals';
import { staffMember } from '../schema/domain/staff.ts';
import { birthDateDigest } from './birth-date-digest.ts';
import { createTools } from './http.ts';

const SECRET = 'a secret that only this test knows, long enough';
const tools = (birthDateSecret?: string) => createTools({ now: () => new Date(0), resolvePath: (path) => path, ...(birthDateSecret && { birthDateSecret }) });

describe('the digest of a birth date', () => {
  it('is the same for the same day and secret, and another for any other', () => {
    const digest = birthDateDigest('1980-02-29', SECRET);
    expect(birthDateDigest('1980-02-29', SECRET)).toBe(digest);
    expect(birthDateDigest('1980-03-01', SECRET)).not.toBe(digest);
    expect(birthDateDigest('1980-02-29', `${SECRET}!`)).not.toBe(digest);
  });

  it('is what a canonical staff member takes, where the date itself is refused', () => {
    const shape = staffMember.shape.birthDateDigest;
    expect(shape.safeParse(birthDateDigest('1980-02-29', SECRET)).success).toBe(true);
    expect(shape.safeParse('1980-02-29').success).toBe(false);
  });

  it('is made by the tools of an adapter when a secret is set, and is nothing otherwise', () => {
    expect(tools(SECRET).digestBirthDate('1980-02-29')).toBe(birthDateDigest('1980-02-29', SECRET));
    expect(tools().digestBirthDate('1980-02-29')).toBeNull();
  });
});
