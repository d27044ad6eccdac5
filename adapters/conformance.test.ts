/** The suite finds what it is there to find: an adapter is broken on purpose, and the check that should fails. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type ConformanceCheck, conformanceChecks, type ExpectedResults, loadSubject } from './conformance.ts';
import type { Subject } from './conformance-world.ts';
import type { AnyAdapter, Page, PullStream } from './contract.ts';

const never = (): never => {
  throw new Error('expected the adapter to push');
};

describe('the conformance suite', () => {
  let sound: Subject;
  let expected: ExpectedResults;
  beforeAll(async () => {
    ({ subject: sound, expected } = await loadSubject('teams-shifts'));
  });

  const checkOf = (subject: Subject, name: string): ConformanceCheck => {
    const check = conformanceChecks(subject, expected).find((candidate) => candidate.name === name);
    if (!check) throw new Error(`no check "${name}"`);
    return check;
  };
  const breaking = (change: (adapter: AnyAdapter) => Partial<AnyAdapter>): Subject => ({
    ...sound,
    adapter: { ...sound.adapter, ...change(sound.adapter) },
    messages: [],
  });
  const breakingShifts = (change: (stream: PullStream<unknown>) => Partial<PullStream<unknown>>): Subject =>
    breaking(({ pull }) => ({ pull: pull.map((stream) => (stream.name === 'shifts' ? { ...stream, ...change(stream as PullStream<unknown>) } : stream)) }));
  const changingPages = (change: (page: Page, at: number) => Page): Subject =>
    breakingShifts(({ pages }) => ({
      async *pages(client, request) {
        let at = 0;
        for await (const page of pages(client, request)) yield change(page, at++);
      },
    }));
  const rejects = (subject: Subject, name: string) => expect(checkOf(subject, name).run()).rejects.toThrow();
  const EXPECTED = 'shifts: gives what is expected';

  it('passes a sound adapter', async () => {
    await checkOf(sound, EXPECTED).run();
  });

  it('fails an adapter that changes an instant', async () => {
    const shifted = (mapped: object) => ('startsAt' in mapped ? { ...mapped, startsAt: new Date(Number(mapped.startsAt) + 3_600_000) } : mapped);
    await rejects(
      breakingShifts(({ read }) => ({ read: (raw) => shifted(read(raw)) as ReturnType<typeof read> })),
      EXPECTED,
    );
  });

  it('fails an adapter that loses a record in silence', async () => {
    await rejects(
      changingPages((page) => ({ ...page, records: page.records.slice(1) })),
      EXPECTED,
    );
  });

  it('fails an adapter that gives a record twice', async () => {
    await rejects(
      changingPages((page) => ({ ...page, records: [...page.records, ...page.records] })),
      EXPECTED,
    );
  });

  it('fails an adapter whose cursor leads back to the start', async () => {
    await rejects(
      changingPages((page) => ({ ...page, cursor: page.cursor && { page: 0 } })),
      'shifts: goes on from the cursor of each page without loss or repetition',
    );
  });

  it('fails an adapter that takes a failure for an empty rota', async () => {
    const swallowing = breakingShifts(({ pages }) => ({
      async *pages(client, request) {
        try {
          yield* pages(client, request);
        } catch {
          yield { records: [], cursor: null, asOf: new Date(sound.fixtures.now) };
        }
      },
    }));
    await rejects(swallowing, 'shifts: an upstream that answers 500 is UpstreamUnavailableError');
    await rejects(swallowing, 'shifts: the page of a proxy is an error of ours, not a rota without shifts');
  });

  it('fails an adapter that falls over what is no record', async () => {
    const trusting = breakingShifts(() => ({ read: (raw) => ({ skipped: (raw as { reason: string }).reason.trim() }) }));
    await rejects(trusting, 'shifts: takes nothing for a record that is none');
  });

  it('fails an adapter that makes a request as it connects', async () => {
    const eager = breaking(({ connect }) => ({
      connect(settings, tools) {
        void tools.fetch('https://graph.example.invalid/v1.0/teams').catch(() => {});
        return connect(settings, tools);
      },
    }));
    await rejects(eager, 'connecting makes no request and opens no file');
  });

  it('fails an adapter that says a name, or its secret', async () => {
    const HIDDEN = 'no message holds a secret or the name of a person';
    for (const said of ['shift of Marigold', `signed in with ${sound.fixtures.settings.clientSecret}`]) {
      const telling = changingPages((page) => ({ ...page, records: page.records.map((record) => ({ ...record, where: said })) }));
      await checkOf(telling, EXPECTED)
        .run()
        .catch(() => {});
      await rejects(telling, HIDDEN);
    }
  });

  it('fails an adapter that makes a change for each time that it is asked, or says that it made none', async () => {
    const TWICE = 'saveShift, a new one of a person: the same key twice is one change upstream';
    await checkOf(sound, TWICE).run();
    let calls = 0;
    const forgetful = breaking(({ push }) => ({
      push: { ...push, saveShift: (client, change) => push?.saveShift?.(client, change, `key ${++calls}`) ?? never() },
    }));
    await rejects(forgetful, TWICE);
    const idle = breaking(({ push }) => ({ push: { ...push, saveShift: async () => ({ upstreamRef: 'SHFT_1' }) } }));
    await rejects(idle, TWICE);
    await rejects(idle, 'saveShift, a new one of a person: the next pull shows it');
    await rejects(idle, "saveShift, a new one of a person: a refusal is UpstreamRejectedError in the upstream's words");
    await rejects(
      breaking(() => ({ push: {} })),
      'the fixtures hold a change for each write, and for no other',
    );
  });

  it('fails a fake whose trap does not spring', async () => {
    const { upstream } = sound.fixtures;
    if (upstream.kind !== 'api') throw new Error('expected an adapter that speaks HTTP');
    const tame: Subject = {
      ...sound,
      fixtures: { ...sound.fixtures, upstream: { ...upstream, create: () => ({ ...upstream.create(), trap() {} }) } },
      messages: [],
    };
    await rejects(tame, 'shifts: an empty page in the middle loses nothing');
    await rejects(tame, 'shifts: throttling that does not end is UpstreamUnavailableError');
  });

  it('leaves out the traps that a fake says its vendor cannot spring, and no other', () => {
    const { upstream } = sound.fixtures;
    if (upstream.kind !== 'api') throw new Error('expected an adapter that speaks HTTP');
    const namesOf = (subject: Subject) => conformanceChecks(subject, expected).map(({ name }) => name);
    const without = ['token-expired', 'empty-page', 'repeating-page'] as const;
    const left = new Set(namesOf({ ...sound, fixtures: { ...sound.fixtures, upstream: { ...upstream, without } } }));
    expect(namesOf(sound).filter((name) => !left.has(name) && name.startsWith('shifts'))).toEqual([
      'shifts: an access token that expired loses nothing',
      'shifts: an empty page in the middle loses nothing',
      'shifts: a page that repeats for ever is UpstreamRejectedError',
    ]);
  });
});
