import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { minimiserOf, revive } from './minimise.ts';

describe('what is kept of a record', () => {
  it('is what the schema declares, however deep, and no key beside', () => {
    const cut = minimiserOf(z.object({ id: z.string(), shift: z.object({ start: z.string() }).nullish(), list: z.array(z.object({ paid: z.boolean() })) }));
    const sent = { id: '1', notes: 'a', shift: { start: '09:00', notes: 'b', theme: 3 }, list: [{ paid: true, notes: 'c' }], etag: 'x' };
    expect(cut(sent)).toEqual({ id: '1', shift: { start: '09:00' }, list: [{ paid: true }] });
    expect(cut({ id: '1', shift: null })).toEqual({ id: '1', shift: null });
  });

  it('is the same of a loose schema and a strict one', () => {
    for (const object of [z.looseObject({ id: z.string() }), z.strictObject({ id: z.string() }), z.object({ id: z.string() }).catchall(z.string())]) {
      expect(minimiserOf(object)({ id: '1', nhsNumber: '9' })).toEqual({ id: '1' });
    }
  });

  it('takes of a record that the schema refuses what is declared of it', () => {
    const cut = minimiserOf(z.object({ start: z.iso.datetime(), minutes: z.number(), person: z.object({ id: z.string() }) }));
    expect(cut({ start: 'soon', minutes: '30', person: 'Quillon Tarragon', patient: 'x' })).toEqual({ start: 'soon', minutes: '30' });
    expect(cut({ start: { name: 'Quillon' }, minutes: ['a'] })).toEqual({});
    for (const none of ['text', 42, ['a'], undefined]) expect(cut(none)).toBeUndefined();
  });

  it('takes of a union what any of its choices declares', () => {
    const group = z.union([z.object({ leftOut: z.literal(true) }), z.object({ leftOut: z.literal(false), of: z.object({ role: z.string() }) })]);
    expect(minimiserOf(z.object({ group }))({ group: { leftOut: false, of: { role: 'a', b: 1 }, c: 2 } })).toEqual({
      group: { leftOut: false, of: { role: 'a' } },
    });
    expect(minimiserOf(z.object({ id: z.union([z.number(), z.string()]) }))({ id: '7' })).toEqual({ id: '7' });
  });

  it('takes of a record by name the names that are declared', () => {
    const cut = minimiserOf(z.object({ cells: z.record(z.enum(['date', 'start']), z.string()), by: z.record(z.string(), z.number()) }));
    expect(cut({ cells: { date: '1', start: '2', patient: '3' }, by: { any: 1 } })).toEqual({ cells: { date: '1', start: '2' }, by: { any: 1 } });
  });

  it('is what came, where the schema makes something else of it', () => {
    const cut = minimiserOf(z.object({ id: z.union([z.number(), z.string()]).transform(String), day: z.preprocess((value) => String(value), z.string()) }));
    expect(cut({ id: 7, day: 1 })).toEqual({ id: 7, day: 1 });
  });

  it('ends where a schema holds itself', () => {
    interface Tree {
      readonly id: string;
      readonly under?: Tree | undefined;
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ id: z.string(), under: tree.optional() }));
    expect(minimiserOf(tree)({ id: '1', x: 1, under: { id: '2', x: 2 } })).toEqual({ id: '1', under: { id: '2' } });
  });

  it('goes through JSON and comes back, points in time included', () => {
    const at = new Date('2026-03-29T01:00:00Z');
    const context = { from: at, names: { a: 'A' } };
    const cut = minimiserOf(z.object({ at: z.date(), context: z.custom<typeof context>(() => true), none: z.string().nullable() }));
    const kept = cut({ at, context, none: null, other: 1 });
    expect(revive(JSON.parse(JSON.stringify(kept)))).toEqual({ at, context, none: null });
  });
});
