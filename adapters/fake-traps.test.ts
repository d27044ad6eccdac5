import { describe, expect, it, jest } from '@jest/globals';
import { createTraps } from './fake-traps.ts';

const refusals = { throttled: () => new Response('Slow down.', { status: 429 }), broken: () => new Response('Broken.', { status: 500 }) };
const request = () => new Request('https://vendor.example.invalid/shifts');
const ordinary = () => new Response('{"shifts":[]}', { status: 200, headers: { 'content-type': 'application/json' } });

describe('the traps of a fake', () => {
  it('spoil as many requests as is said, and then no more', async () => {
    const traps = createTraps();
    traps.trap('throttled', 2);
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await traps.answer(request(), refusals, ordinary)).status);
    expect(statuses).toEqual([429, 429, 200]);
  });

  it('spoil every request where nothing is said, until they are calmed', async () => {
    const traps = createTraps();
    traps.trap('server-error');
    expect((await traps.answer(request(), refusals, ordinary)).status).toBe(500);
    expect(traps.isSet('server-error')).toBe(true);
    traps.calm();
    expect((await traps.answer(request(), refusals, ordinary)).status).toBe(200);
  });

  it('cut an answer in half, but neither a refusal nor one without content', async () => {
    const traps = createTraps();
    traps.trap('cut-off');
    const response = await traps.answer(request(), refusals, ordinary);
    expect([await response.text(), response.headers.get('content-type')]).toEqual(['{"shif', 'application/json']);
    const missing = await traps.answer(request(), refusals, () => new Response('No such list.', { status: 404 }));
    expect(await missing.text()).toBe('No such list.');
    expect((await traps.answer(request(), refusals, () => new Response(null, { status: 204 }))).status).toBe(204);
  });

  it('never answer, until the caller hangs up', async () => {
    const traps = createTraps();
    traps.trap('hang');
    const caller = new AbortController();
    const answer = traps.answer(new Request(request(), { signal: caller.signal }), refusals, ordinary);
    caller.abort(new Error('hung up'));
    await expect(answer).rejects.toThrow('hung up');
  });

  it('refuse credentials for good, or once where a token has expired', () => {
    const traps = createTraps();
    traps.trap('token-expired');
    expect([traps.refusesCredentials(), traps.refusesCredentials()]).toEqual([true, false]);
    traps.trap('credentials-refused');
    expect([traps.refusesCredentials(), traps.refusesCredentials()]).toEqual([true, true]);
  });

  it('let a fake that gives tokens out take them back', () => {
    const expire = jest.fn();
    const traps = createTraps(expire);
    traps.trap('token-expired');
    expect(expire).toHaveBeenCalledTimes(1);
    expect(traps.refusesCredentials()).toBe(false);
  });
});
