import { describe, expect, it } from '@jest/globals';
import { defaultWindow } from './window.ts';

describe('the default window', () => {
  it('is whole days in London, on both sides of the clock changes', () => {
    // 23 November 2026, 09:00 in London: from 23 August (BST) to 23 May 2028 (BST).
    expect(defaultWindow(new Date('2026-11-23T09:00:00Z'))).toEqual({ from: new Date('2026-08-22T23:00:00Z'), to: new Date('2028-05-22T23:00:00Z') });
  });

  it('counts from London’s day, not the day in UTC', () => {
    // 00:30 on 1 July in London is still 30 June in UTC.
    expect(defaultWindow(new Date('2026-06-30T23:30:00Z')).from).toEqual(new Date('2026-03-31T00:00:00+01:00'));
  });

  it('ends on the last day of a month that is shorter', () => {
    expect(defaultWindow(new Date('2026-08-31T12:00:00Z')).to).toEqual(new Date('2028-02-29T00:00:00Z'));
  });
});
