import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const OWNERS = ['practices', 'workforce', 'rota', 'platform'] as const;
const MIGRATIONS = `${ROOT}schema/prisma/migrations/`;

/** Views that an owner publishes to the others. */
function publishedViews(): ReadonlySet<string> {
  const sql = readdirSync(MIGRATIONS)
    .filter((name) => !name.includes('.'))
    .map((name) => readFileSync(`${MIGRATIONS}${name}/migration.sql`, 'utf8'))
    .join('\n');
  return new Set([...sql.matchAll(/CREATE (?:OR REPLACE )?VIEW (\w+\.\w+)/g)].map(([, name]) => name ?? ''));
}

/** Every owner adds its own lines to the audit trail. */
const OPEN_TO_ALL = new Set([...publishedViews(), 'platform.audit']);
const RELATION = new RegExp(`\\b(?:FROM|JOIN|INTO|UPDATE)\\s+((?:${OWNERS.join('|')})\\.\\w+)`, 'g');

/** Relations of other owners that this SQL reads or writes and that are no published views. */
function trespasses(source: string, owner: string): readonly string[] {
  return [...source.matchAll(RELATION)]
    .map(([, relation]) => relation ?? '')
    .filter((relation) => !relation.startsWith(`${owner}.`) && !OPEN_TO_ALL.has(relation));
}

function sources(folder: string): readonly string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(`${ROOT}${folder}/${name}`, 'utf8'));
}

describe('SQL', () => {
  it.each([
    ['subgraphs/practices', 'practices'],
    ['subgraphs/workforce', 'workforce'],
    ['subgraphs/rota', 'rota'],
    ['calendar', 'rota'],
  ])('%s reads other owners through their published views alone', (folder, owner) => {
    expect(sources(folder).flatMap((source) => trespasses(source, owner))).toEqual([]);
  });

  it('that reads the tables of another owner is found', () => {
    expect(trespasses('SELECT 1 FROM workforce.staff_member p JOIN practices.organisation_within w ON true', 'rota')).toEqual(['workforce.staff_member']);
  });
});
