import { describe, expect, it } from '@jest/globals';
import { identify, type KnownPeople } from './identity.ts';

const nobody: KnownPeople = { byKey: new Map(), byRef: new Map() };

function counting() {
  let last = 0;
  return () => {
    last += 1;
    return `new-${last}`;
  };
}

describe('whom a record means', () => {
  it('is somebody new when neither its keys nor its reference are known', () => {
    expect(identify([{ ref: '1', keys: ['ref:hr:1'] }], nobody, counting())).toEqual([{ staffId: 'new-1', isNew: true }]);
  });

  it('is the one person whom any of its keys means, also when an earlier record of the page said so', () => {
    const records = [
      { ref: '1', keys: ['gmc:7654321', 'ref:hr:1'] },
      { ref: '2', keys: ['ref:hr:2', 'ref:hr:1'] },
    ];
    const known: KnownPeople = { byKey: new Map([['gmc:7654321', 'robin']]), byRef: new Map() };
    expect(identify(records, known, counting())).toEqual([
      { staffId: 'robin', isNew: false },
      { staffId: 'robin', isNew: false },
    ]);
  });

  it('is whom its reference meant, when all its keys were mended', () => {
    const known: KnownPeople = { byKey: new Map(), byRef: new Map([['1', 'robin']]) };
    expect(identify([{ ref: '1', keys: ['work-email:new@example.nhs.invalid'] }], known, counting())).toEqual([{ staffId: 'robin', isNew: false }]);
  });

  it('is whom its keys mean, when its reference meant another', () => {
    const known: KnownPeople = { byKey: new Map([['ref:hr:1', 'sam']]), byRef: new Map([['1', 'robin']]) };
    expect(identify([{ ref: '1', keys: ['ref:hr:1'] }], known, counting())).toEqual([{ staffId: 'sam', isNew: false }]);
  });

  it('cannot be told when its keys mean several, and then teaches nothing', () => {
    const known: KnownPeople = {
      byKey: new Map([
        ['a:1', 'robin'],
        ['b:1', 'sam'],
      ]),
      byRef: new Map(),
    };
    const records = [
      { ref: '1', keys: ['a:1', 'b:1', 'c:1'] },
      { ref: '2', keys: ['c:1'] },
    ];
    expect(identify(records, known, counting())).toEqual([{ people: 2 }, { staffId: 'new-1', isNew: true }]);
  });
});
