import { describe, expect, it } from '@jest/globals';
import { type Claim, fieldRanks, inOrder, parsePrecedence, ruleOf } from './precedence.ts';

const orderOf = (ranks: ReturnType<typeof fieldRanks>, entity: string, field: string) =>
  ranks
    .filter((rank) => rank.entity === entity && rank.field === field)
    .sort((a, b) => a.rank - b.rank)
    .map(({ kind }) => kind);

describe('who wins a field', () => {
  it('is by default HR for contracts, the rota tool for shifts, the register for registrations', () => {
    const ranks = fieldRanks();
    expect(orderOf(ranks, 'engagement', 'contractedMinutesPerWeek')[0]).toBe('HR');
    expect(orderOf(ranks, 'shift', 'startsAt')[0]).toBe('ROTA');
    expect(orderOf(ranks, 'staffMember', 'registrations')[0]).toBe('REGISTER');
    expect(orderOf(ranks, 'practice', 'name')[0]).toBe('REFERENCE');
  });

  it('is for a setting to say, of one field or of all that have no line of their own', () => {
    const parsed = parsePrecedence('staffMember.workEmail = ROTA,HR; staffMember.*=ROTA;');
    if (!parsed.ok) throw new Error(parsed.problem);
    const ranks = fieldRanks(parsed.value);
    expect(orderOf(ranks, 'staffMember', 'workEmail')).toEqual(['ROTA', 'HR']);
    expect(orderOf(ranks, 'staffMember', 'givenName')).toEqual(['ROTA']);
    expect(orderOf(ranks, 'site', 'name')).toEqual(['LOCAL', 'REFERENCE']);
  });

  it.each([
    ['staff.workEmail=HR', /^expected entity\.field=KIND,KIND; with one of the entities icb, /],
    ['staffMember.email=HR', /^expected \* or a field of staffMember: keys, givenName, /],
    ['staffMember.workEmail=HR,PAYROLL', /^expected for staffMember\.workEmail, each once, some of REGISTER, /],
    ['staffMember.workEmail=HR,HR', /^expected for staffMember\.workEmail, each once/],
    ['staffMember.workEmail=', /^expected for staffMember\.workEmail, each once/],
  ])('%s is refused, and what may be is told', (text, problem) => {
    expect(parsePrecedence(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});

describe('the rule', () => {
  const claim = (source: string, hour: number, kind: string | null, rank: number | null): Claim => ({
    ...{ source, stream: 'staff', sourceRef: '1', kind, rank },
    asOf: new Date(Date.UTC(2026, 0, 1, hour)),
  });
  const ruleFor = (...claims: readonly Claim[]) => {
    const ordered = inOrder(claims);
    return [ordered[0]?.source, ruleOf(ordered)];
  };

  it('says why a value was taken', () => {
    expect(ruleFor(claim('esr', 1, 'HR', 0))).toEqual(['esr', 'only source']);
    expect(ruleFor(claim('teams', 9, 'ROTA', 1), claim('esr', 1, 'HR', 0))).toEqual(['esr', 'precedence: HR over ROTA']);
    expect(ruleFor(claim('sheet', 9, null, null), claim('esr', 1, 'HR', 0))).toEqual(['esr', 'precedence: HR over what has no rank']);
    expect(ruleFor(claim('old', 1, 'HR', 0), claim('new', 2, 'HR', 0))).toEqual(['new', 'newest']);
    expect(ruleFor(claim('b', 1, 'HR', 0), claim('a', 1, 'HR', 0))).toEqual(['a', 'as new as another: first by name']);
  });
});
