/** Who wins a field of a row that several upstreams' records make. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../platform/db.ts';
import { inOrder, type PrecedenceOverrides, type SourceKind } from '../../schema/domain/precedence.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { openTestDatabase } from '../support/database.ts';
import { NOW, practiceRecord, staffRecord, upstreamOf, WINDOW } from './fake-upstream.ts';
import { emptyTables, later } from './harness.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const ofKind = (upstream: Upstream, kind: SourceKind | undefined): Upstream => ({ ...upstream, adapter: { ...upstream.adapter, ...(kind && { kind }) } });

const practiceOf = (id: string, kind: SourceKind | undefined, minutes: number, name: string) =>
  ofKind(upstreamOf(id, [{ name: 'practices', entity: 'practice', asOf: later(minutes), records: () => [practiceRecord('Z99001', { name })] }]), kind);

const personOf = (id: string, kind: SourceKind, minutes: number, changes: Parameters<typeof staffRecord>[2]) =>
  ofKind(upstreamOf(id, [{ name: 'people', entity: 'staffMember', asOf: later(minutes), records: () => [staffRecord('1', ['ref:a:1'], changes)] }]), kind);

async function sync(upstreams: readonly Upstream[], precedence?: PrecedenceOverrides): Promise<void> {
  await createSyncEngine({ database, now: () => NOW, ...(precedence && { precedence }) }).run(upstreams, WINDOW);
}

describe('a field that several sources give', () => {
  it('is of the sort of source that the table says, and of the newest among equals, in whatever order they come', async () => {
    const giving = fc.record({
      kind: fc.constantFrom<(SourceKind | undefined)[]>('REFERENCE', 'LOCAL', 'HR', undefined),
      minutes: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(giving, { minLength: 1, maxLength: 4 }), async (all) => {
        await emptyTables(database);
        await sync(all.map(({ kind, minutes }, index) => practiceOf(`s${index}`, kind, minutes, `Name ${index}`)));
        const claims = all.map(({ kind, minutes }, index) => ({
          ...{ name: `Name ${index}`, source: `s${index}`, stream: 'practices', sourceRef: 'Z99001', kind: kind ?? null, asOf: later(minutes) },
          rank: kind === 'REFERENCE' ? 0 : kind === 'LOCAL' ? 1 : null,
        }));
        expect(await database.query('SELECT name FROM practices.practice')).toEqual([{ name: inOrder(claims)[0]?.name }]);
      }),
      { numRuns: 30, seed: 20_261_125 },
    );
  });

  it('is of HR before a rota tool that is newer, field by field, until a setting says otherwise', async () => {
    const people = [
      personOf('esr', 'HR', 0, { givenName: 'Robin', workEmail: 'robin.ashdown@example.nhs.invalid' }),
      personOf('teams', 'ROTA', 30, { givenName: 'Rob', workEmail: 'rob@example.nhs.invalid', skills: ['spirometry'] }),
    ];
    const person = () => database.query('SELECT given_name, work_email, skills FROM workforce.staff_member');
    await sync(people);
    expect(await person()).toEqual([{ given_name: 'Robin', work_email: 'robin.ashdown@example.nhs.invalid', skills: ['spirometry'] }]);
    await sync(people, { 'staffMember.workEmail': ['ROTA', 'HR'] });
    expect(await person()).toEqual([{ given_name: 'Robin', work_email: 'rob@example.nhs.invalid', skills: ['spirometry'] }]);
  });
});
