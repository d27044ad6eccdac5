import { describe, expect, it } from '@jest/globals';
import { isMobile, isSharedMailbox, normaliseEmail, normalisePhone } from './addresses.ts';
import type { Decision } from './cluster.ts';
import { type Evidence, evidenceOf, registrationOf } from './evidence.ts';
import { foldName, isOneSlipApart, skeleton } from './letters.ts';
import { type PreparedRecord, prepare } from './prepared.ts';
import { resolve } from './resolve.ts';
import { explain, score } from './score.ts';
import { COMPARISONS } from './weights.ts';

const NOBODY: Evidence = { given: '', family: '', former: [], birth: null, emails: [], phones: [], payrolls: [], registrations: [], accounts: [] };
const DAY = 'a'.repeat(32);
const OTHER_DAY = 'b'.repeat(32);
const MOBILE = '+447700900123';

const person = (id: string, given: string, family: string, more: Partial<Evidence> = {}): PreparedRecord =>
  prepare(id, { ...NOBODY, given: foldName(given), family: foldName(family), ...more });
const robin = (more: Partial<Evidence> = {}, given = 'Robin', family = 'Ashdown') => person('1', given, family, more);
const other = (more: Partial<Evidence> = {}, given = 'Robin', family = 'Ashdown') => person('2', given, family, more);
const EMAIL = { emails: ['robin.ashdown@example.nhs.invalid'] };

const groups = (records: readonly PreparedRecord[], decisions: readonly Decision[] = []) => {
  const { groupOf, reviews } = resolve(new Map(records.map((record) => [record.id, record])), decisions);
  return {
    groups: [...Map.groupBy(groupOf.keys(), (id) => groupOf.get(id)).values()].map((ids) => ids.sort().join('')).sort(),
    reviews: reviews.map(({ a, b }) => [a, b].sort().join('')),
  };
};

describe('a name', () => {
  it.each([
    ['Zoë', 'zoe'],
    ['O’Brien-Smith', 'obrien smith'],
    ['MÜLLER', 'muller'],
    ['Małgorzata', 'malgorzata'],
    ['Олена', 'olena'],
    ['Γιώργος', 'giorgos'],
    ['  Ann   Marie ', 'ann marie'],
  ])('%s is compared as %s', (written, folded) => {
    expect(foldName(written)).toBe(folded);
  });

  it('sounds the same in several spellings', () => {
    for (const [one, another] of [
      ['kowalczyk', 'kovalchik'],
      ['yusuf', 'yousef'],
      ['philips', 'filips'],
    ] as const)
      expect(skeleton(one)).toBe(skeleton(another));
  });

  it('is one slip of the hand from another, or not', () => {
    for (const slip of ['ashdwon', 'ashdow', 'ashhdown', 'ashdawn']) expect(isOneSlipApart('ashdown', slip)).toBe(true);
    for (const name of ['ashdown', 'ashton', 'dawnash']) expect(isOneSlipApart('ashdown', name)).toBe(false);
    expect(isOneSlipApart('jan', 'jon')).toBe(false);
  });
});

describe('an address', () => {
  it('of e-mail is in lower case and without its tag', () => {
    expect(normaliseEmail(' Robin.Ashdown+rota@Example.nhs.invalid ')).toBe('robin.ashdown@example.nhs.invalid');
    expect(normaliseEmail('robin')).toBeNull();
  });

  it('that several people read says so in a word of its own', () => {
    for (const shared of ['reception@', 'alderbrook.admin@', 'info2@', 'the-nurses@']) expect(isSharedMailbox(`${shared}example.nhs.invalid`)).toBe(true);
    for (const own of ['infante@', 'robin.adminsky@', 'teamor@']) expect(isSharedMailbox(`${own}example.nhs.invalid`)).toBe(false);
  });

  it.each([
    ['07700 900123', MOBILE],
    ['+44 (0)7700 900 123', MOBILE],
    ['0044 7700 900123', MOBILE],
    ['020 7946 0018 ext 4', '+442079460018'],
    ['900123', null],
    ['n/a', null],
  ])('of telephone %s is %s', (written, plain) => {
    expect(normalisePhone(written)).toBe(plain);
  });

  it('of telephone is a mobile or a landline', () => {
    expect([MOBILE, '+442079460018'].map(isMobile)).toEqual([true, false]);
  });
});

describe('evidence', () => {
  it('comes from fields and keys by their kind, and a number that has not its form is none', () => {
    const evidence = evidenceOf({
      keys: ['work-email:Robin@example.nhs.invalid', 'payroll:esr:20001', 'gmc:7654321', 'gmc:12', 'ref:teams:u1'],
      givenName: 'Robin',
      familyName: 'Ashdown',
      workEmail: 'robin@example.nhs.invalid',
      registrations: [{ regulator: 'HCPC', number: 'PH001234' }],
      skills: [],
      phone: '07700 900123',
      formerFamilyNames: ['Birch'],
    });
    expect(evidence).toEqual({
      given: 'robin',
      family: 'ashdown',
      former: ['birch'],
      birth: null,
      emails: ['robin@example.nhs.invalid'],
      phones: [MOBILE],
      payrolls: ['esr:20001'],
      registrations: ['GMC:7654321', 'HCPC:PH1234'],
      accounts: ['ref:teams:u1'],
    });
  });

  it('of a register is checked by its form', () => {
    expect(registrationOf('NMC', '15a1234e')).toBe('NMC:15A1234E');
    expect(registrationOf('NMC', '15A1234')).toBeNull();
  });
});

describe('two records', () => {
  it('with one register number are one person, whatever else is missing or misspelt', () => {
    const number = { registrations: ['GMC:7654321'] };
    expect(score(robin(number), other(number, 'Robert', 'Ashdwon'))).toMatchObject({ verdict: 'JOIN', certain: true });
    expect(score(robin(number), other(number, 'Rbn', 'Birch'))).toMatchObject({ certain: false, bar: 'OTHER_NAME_ENTIRELY', verdict: 'APART' });
  });

  it('with two numbers of one regulator are two people, whatever else agrees', () => {
    const all = { ...EMAIL, birth: DAY, phones: [MOBILE], payrolls: ['esr:1'], accounts: ['ref:hr:1'] };
    expect(score(robin({ ...all, registrations: ['GMC:7654321'] }), other({ ...all, registrations: ['GMC:7654322'] }))).toMatchObject({
      verdict: 'APART',
      bar: 'OTHER_REGISTER_NUMBER',
    });
    expect(score(robin({ ...all, registrations: ['GMC:7654321'] }), other({ ...all, registrations: ['NMC:15A1234E'] })).verdict).toBe('JOIN');
  });

  it('are never joined by name alone', () => {
    expect(score(robin(), other())).toMatchObject({ bar: 'NAME_ALONE', verdict: 'REVIEW' });
    expect(score(robin({ emails: ['robin.ashdown@a.invalid'] }), other({ emails: ['robin.ashdown@b.invalid'] }))).toMatchObject({ bar: 'NAME_ALONE' });
    expect(score(robin({ emails: ['nurses@a.invalid'] }), other({ emails: ['nurses@a.invalid'] }))).toMatchObject({ bar: 'NAME_ALONE' });
  });

  it.each([
    ['a short form and the address', { given: 'Rob' }, EMAIL],
    ['a slip of the hand and the birth date and the address', { given: 'Rohin' }, { ...EMAIL, birth: DAY }],
    ['another spelling and the mobile', { family: 'Ashdaun' }, { phones: [MOBILE], birth: DAY }],
    ['the birth date', {}, { birth: DAY }],
    ['the payroll number', {}, { payrolls: ['esr:20001'] }],
  ])('are joined by %s', (_by, { given = 'Robin', family = 'Ashdown' }: { given?: string; family?: string }, evidence: Partial<Evidence>) => {
    expect(score(robin(evidence), other(evidence, given, family)).verdict).toBe('JOIN');
  });

  it('are joined over a marriage by what stays: a former name, or an address that keeps it', () => {
    const date = { birth: DAY };
    expect(score(robin({ ...date, former: ['ashdown'] }, 'Robin', 'Birch'), other(date)).verdict).toBe('JOIN');
    expect(score(robin(EMAIL, 'Robin', 'Birch'), other(EMAIL)).verdict).toBe('JOIN');
    expect(score(robin(date, 'Robin', 'Birch'), other(date)).verdict).toBe('REVIEW');
  });

  it('of twins are two people, with one mobile and in one payroll', () => {
    const home = { birth: DAY, phones: [MOBILE] };
    expect(score(robin({ ...home, payrolls: ['esr:1'] }), other({ ...home, payrolls: ['esr:2'] }, 'Sam')).verdict).not.toBe('JOIN');
    expect(score(robin(home, 'Daniel'), other(home, 'Daniela'))).toMatchObject({ bar: 'TWINS', verdict: 'REVIEW' });
  });

  it('of successors are two people: an address, or a payroll number, that was given out again', () => {
    expect(score(robin(EMAIL), other(EMAIL, 'Sam', 'Birch')).verdict).toBe('APART');
    expect(score(robin({ payrolls: ['esr:1'] }), other({ payrolls: ['esr:1'] }, 'Rosalind')).verdict).not.toBe('JOIN');
    expect(score(robin({ ...EMAIL, birth: DAY }), other({ ...EMAIL, birth: OTHER_DAY }))).toMatchObject({ bar: 'OTHER_BIRTH_DATE', verdict: 'REVIEW' });
  });

  it('weigh the same in either order', () => {
    const [a, b] = [robin({ ...EMAIL, birth: DAY }), other({ phones: [MOBILE], ...EMAIL }, 'Rob', 'Ashdwon')];
    expect(score(a, b)).toEqual(score(b, a));
  });
});

describe('the waterfall', () => {
  it('adds up to the sum, and holds no value of either record', () => {
    const result = score(robin({ ...EMAIL, birth: DAY }), other(EMAIL, 'Rob'));
    const { steps, bits, probability } = explain(result);
    expect(steps.map(({ comparison }) => comparison)).toEqual(['prior', 'email', 'givenName', 'familyName']);
    expect(steps.at(-1)?.total).toBeCloseTo(bits, 9);
    expect(steps.reduce((sum, step) => sum + step.bits, 0)).toBeCloseTo(bits, 9);
    expect(probability).toBeGreaterThan(0.999);
    expect(JSON.stringify(steps)).not.toMatch(/robin|ashdown|invalid/i);
  });

  it('is of levels whose likelihoods each sum to one, as far as they go', () => {
    for (const [name, { levels }] of Object.entries(COMPARISONS)) {
      const m = Object.entries(levels)
        .filter(([level]) => level !== 'SHARED')
        .reduce((sum, [, level]) => sum + level.m, 0);
      expect([name, m > 0.9 && m < 1.001]).toEqual([name, true]);
    }
  });
});

describe('people', () => {
  const a = person('a', 'Robin', 'Ashdown', { ...EMAIL, registrations: ['GMC:7654321'] });
  const b = person('b', 'Robin', 'Ashdown', EMAIL);
  const c = person('c', 'Robin', 'Ashdown', { ...EMAIL, registrations: ['GMC:7654322'] });

  it('are never chained together past two register numbers: who is between them is for a person to say', () => {
    expect(groups([a, b, c])).toEqual({ groups: ['a', 'b', 'c'], reviews: ['ab', 'bc'] });
  });

  it('are never chained together past two register numbers, though a person once said that the two are one', () => {
    const numbered = (id: string, number: string) => person(id, 'Robin', 'Ashdown', { ...EMAIL, birth: DAY, registrations: [`GMC:${number}`] });
    const records = [numbered('1', '7654321'), numbered('2', '7654322'), person('3', 'Robin', 'Ashdown', { ...EMAIL, birth: DAY })];
    const said = (a: string, b: string) => ({ a, b, same: true });
    expect(groups(records, [said('1', '2')]).groups).toEqual(['1', '2', '3']);
    expect(groups(records, [said('1', '2'), said('1', '3'), said('2', '3')]).groups).toEqual(['13', '2']);
  });

  it('of an initial at an address that two had are not guessed', () => {
    const initial = person('i', 'R', 'Ashdown', { emails: ['r.ashdown@example.nhs.invalid'] });
    const one = person('o', 'Robin', 'Ashdown', { emails: ['r.ashdown@example.nhs.invalid'] });
    const two = person('t', 'Rosalind', 'Ashdown', { emails: ['r.ashdown@example.nhs.invalid'] });
    expect(groups([initial, one]).groups).toEqual(['io']);
    expect(groups([initial, one, two]).groups).toEqual(['i', 'o', 't']);
  });

  it('who go by two names are one by the record that has both', () => {
    const both = person('b', 'Helen Bilal', 'Ashdown', EMAIL);
    const [helen, bilal] = [person('h', 'Helen', 'Ashdown', EMAIL), person('k', 'Bilal', 'Ashdown', EMAIL)];
    expect(groups([helen, bilal]).groups).toEqual(['h', 'k']);
    expect(groups([helen, both, bilal]).groups).toEqual(['bhk']);
  });

  it('who share a mailbox with two more are not joined by it', () => {
    const at = { emails: ['alderbrook@example.nhs.invalid'] };
    const three = [person('x', 'Sam', 'Birch', at), person('y', 'Kit', 'Cedar', at)];
    const [one, two] = [person('1', 'Robin', 'Ashdown', at), person('2', 'Robin', 'Ashdown', at)];
    expect(groups([one, two]).groups).toEqual(['12']);
    expect(groups([one, two, ...three]).groups).toEqual(['1', '2', 'x', 'y']);
  });

  it('are what a person says they are', () => {
    const [one, two] = [person('1', 'Robin', 'Ashdown'), person('2', 'Robin', 'Ashdown')];
    expect(groups([one, two])).toEqual({ groups: ['1', '2'], reviews: ['12'] });
    expect(groups([one, two], [{ a: '1', b: '2', same: true }])).toEqual({ groups: ['12'], reviews: [] });
    expect(groups([one, two], [{ a: '1', b: '2', same: false }])).toEqual({ groups: ['1', '2'], reviews: [] });
    const joined = [person('1', 'Robin', 'Ashdown', EMAIL), person('2', 'Robin', 'Ashdown', EMAIL)];
    expect(groups(joined, [{ a: '1', b: '2', same: false }])).toEqual({ groups: ['1', '2'], reviews: [] });
    expect(groups([a, c], [{ a: 'a', b: 'c', same: true }]).groups).toEqual(['a', 'c']);
  });

  it('of one name are asked about when they are two, and not when they are many', () => {
    const many = ['1', '2', '3'].map((id) => person(id, 'Sarah', 'Smith'));
    expect(groups(many.slice(0, 2)).reviews).toEqual(['12']);
    expect(groups(many).reviews).toEqual([]);
  });
});
