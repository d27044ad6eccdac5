import { expect, it } from '@jest/globals';
import { assignPeople } from './assign.ts';

it('leaves a person to the record that they were made of, where one that was taken for them turns out to be somebody else who stands', () => {
  const groups = [
    [
      { id: '1-taken', staffId: 'a-jules' },
      { id: '2-robin', staffId: 'b-robin' },
    ],
    [{ id: '3-jules', staffId: 'a-jules' }],
  ];
  const assigned = assignPeople(groups, {
    isProvisional: () => false,
    formerly: { exactly: () => [], someOf: (ids) => (ids.includes('1-taken') ? ['c-robin-before'] : []) },
    newId: () => 'somebody new',
    isKeeper: () => false,
  });
  expect([...assigned]).toEqual([
    ['1-taken', 'b-robin'],
    ['2-robin', 'b-robin'],
    ['3-jules', 'a-jules'],
  ]);
});
