import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type EnumTypeDefinitionNode, parse } from 'graphql';
import { JOB_ROLE_CODES, JOB_ROLES, jobRoleFromWords, rolesOf, STAFF_GROUPS, type StaffGroup } from './codes.ts';

function enumsOf(subgraph: string): ReadonlyMap<string, EnumTypeDefinitionNode> {
  const { definitions } = parse(readFileSync(new URL(`../../subgraphs/${subgraph}/schema.graphql`, import.meta.url), 'utf8'));
  return new Map(definitions.filter((definition) => definition.kind === 'EnumTypeDefinition').map((definition) => [definition.name.value, definition]));
}

const valuesOf = (definition: EnumTypeDefinitionNode | undefined) => definition?.values?.map(({ name }) => name.value);

describe.each(['practices', 'workforce', 'rota'])('the graph of %s', (subgraph) => {
  const enums = enumsOf(subgraph);

  test('has the job roles of the code list, in its order and by its titles', () => {
    expect(valuesOf(enums.get('JobRole'))).toEqual(JOB_ROLE_CODES);
    for (const { name, description } of enums.get('JobRole')?.values ?? []) {
      if (description) expect([name.value, description.value]).toEqual([name.value, `${JOB_ROLES[name.value as keyof typeof JOB_ROLES].title}.`]);
    }
  });

  test('has its staff groups, where it has any', () => {
    if (enums.has('StaffGroup')) expect(valuesOf(enums.get('StaffGroup'))).toEqual(Object.keys(STAFF_GROUPS));
  });
});

describe('job roles', () => {
  test('are each of one staff group', () => {
    expect((Object.keys(STAFF_GROUPS) as StaffGroup[]).flatMap(rolesOf).sort()).toEqual([...JOB_ROLE_CODES].sort());
  });

  test('have no word in common', () => {
    for (const role of JOB_ROLE_CODES) {
      for (const word of [role, JOB_ROLES[role].title, ...JOB_ROLES[role].alsoCalled]) expect([word, jobRoleFromWords(word)]).toEqual([word, role]);
    }
  });
});
