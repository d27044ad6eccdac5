import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { UpstreamAuthError, UpstreamRejectedError, UpstreamUnavailableError } from '../schema/domain/errors.ts';
import { createTools, json, MAX_PAUSE_MS, MAX_RESPONSE_BYTES, type ToolsOptions } from './http.ts';

const NOW = new Date('2026-03-20T09:00:00Z');

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback that gives its answers in turn, the last one again and again. */
describe('createTools', () => {
  let server: Server;
  let address = '';
  let answers: Handler[] = [];
  let seen: { method: string | undefined; url: string | undefined; userAgent: string | undefined }[] = [];
  const pauses: number[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push({ method: request.method, url: request.url, userAgent: request.headers['user-agent'] });
      const handler = answers.length > 1 ? answers.shift() : answers[0];
      handler?.(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    answers = [];
    seen = [];
    pauses.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const tools = (options: Partial<ToolsOptions> = {}) =>
    createTools({ now: () => NOW, resolvePath: (path) => path, sleep: async (ms) => void pauses.push(ms), ...options });
  const says =
    (status: number, body = '{}', headers: Record<string, string> = {}): Handler =>
    (_request, response) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => Promise.reject(new Error('expected a failure, got an answer')),
      (error: unknown) => error as UpstreamUnavailableError,
    );

  it('gives the answer with its status, headers and body', async () => {
    answers = [says(200, '{"value":[1]}', { 'x-total-count': '1' })];
    const response = await tools().fetch(`${address}/shifts`);
    expect([response.status, response.headers.get('x-total-count'), await response.json()]).toEqual([200, '1', { value: [1] }]);
    expect(seen).toEqual([{ method: 'GET', url: '/shifts', userAgent: 'Rotagraph' }]);
  });

  it('gives an answer that has no body', async () => {
    answers = [(_request, response) => response.writeHead(204).end()];
    expect((await tools().fetch(address)).status).toBe(204);
  });

  it('tries again after 500 and 503, with pauses that grow and differ', async () => {
    answers = [says(500), says(503), says(500), says(200)];
    await tools().fetch(address);
    expect(pauses).toHaveLength(3);
    for (const [at, full] of [500, 1000, 2000].entries()) {
      expect(pauses[at]).toBeGreaterThanOrEqual(full / 2);
      expect(pauses[at]).toBeLessThanOrEqual(full);
    }
  });

  it('gives up after the last attempt', async () => {
    answers = [says(500)];
    const error = await failure(tools({ maxAttempts: 3 }).fetch(address));
    expect(error).toBeInstanceOf(UpstreamUnavailableError);
    expect(seen).toHaveLength(3);
  });

  it('waits as long as Retry-After asks, in seconds or until a date', async () => {
    answers = [says(429, '{}', { 'retry-after': '7' }), says(429, '{}', { 'retry-after': 'Fri, 20 Mar 2026 09:00:12 GMT' }), says(200)];
    await tools().fetch(address);
    expect(pauses).toEqual([7_000, 12_000]);
  });

  it('does not wait for a date that has passed', async () => {
    answers = [says(429, '{}', { 'retry-after': 'Fri, 20 Mar 2026 08:00:00 GMT' }), says(200)];
    await tools().fetch(address);
    expect(pauses).toEqual([0]);
  });

  it('falls back on its own pause when Retry-After is neither', async () => {
    answers = [says(429, '{}', { 'retry-after': 'soon' }), says(200)];
    await tools().fetch(address);
    expect(pauses[0]).toBeGreaterThanOrEqual(250);
  });

  it('hands a wait that is too long to the caller, at once', async () => {
    answers = [says(429, '{}', { 'retry-after': '3600' })];
    const error = await failure(tools().fetch(address));
    expect(error).toBeInstanceOf(UpstreamUnavailableError);
    expect(error.retryAfterMs).toBe(3_600_000);
    expect(error.retryAfterMs).toBeGreaterThan(MAX_PAUSE_MS);
    expect([seen.length, pauses]).toEqual([1, []]);
  });

  it('does not repeat a POST that may have been done', async () => {
    answers = [says(500), says(200)];
    expect(await failure(tools().fetch(address, { method: 'POST', body: '{}' }))).toBeInstanceOf(UpstreamUnavailableError);
    expect(seen).toHaveLength(1);
  });

  it('repeats a POST that only reads', async () => {
    answers = [says(500), says(200)];
    await tools().fetch(address, { method: 'POST', body: '{}', readsOnly: true });
    expect(seen).toHaveLength(2);
  });

  it('repeats a POST that was certainly not done', async () => {
    answers = [says(429), says(503), says(200)];
    await tools().fetch(address, { method: 'POST', body: '{}' });
    expect(seen).toHaveLength(3);
  });

  it('takes a refusal that passes for none', async () => {
    answers = [says(401), says(200)];
    await tools().fetch(address);
    expect(seen).toHaveLength(2);
  });

  it.each([401, 403])('takes %i for refused credentials, and does not try a third time', async (status) => {
    const refusal = says(status, '{"error":{"code":"InvalidAuthenticationToken","message":"The token is expired."}}');
    answers = [refusal, refusal];
    const error = await failure(tools().fetch(address, { headers: { authorization: 'Bearer secret-token' } }));
    expect(error).toBeInstanceOf(UpstreamAuthError);
    expect(error.message).toContain('The token is expired');
    expect(seen).toHaveLength(2);
  });

  it.each([
    [
      'Graph',
      '{"error":{"code":"BadRequest","message":"The entity property is not allowed in $filter query."}}',
      'The entity property is not allowed in $filter query',
    ],
    ['OAuth', '{"error":"invalid_request","error_description":"No scope."}', 'No scope'],
    ['a problem document', '{"title":"Bad","detail":"No such week."}', 'No such week'],
    ['a bare word', '{"error":"unknown location"}', 'unknown location'],
    ['an error with a code alone', '{"error":{"code":"Gone"}}', 'Gone'],
  ])('refuses in the words of the upstream: %s', async (_shape, body, words) => {
    answers = [says(400, body)];
    const error = await failure(tools().fetch(address));
    expect(error).toBeInstanceOf(UpstreamRejectedError);
    expect(error.message).toBe(`${new URL(address).host} refuses the request (400 Bad Request: ${words}).`);
  });

  it('says nothing of a body that is no JSON', async () => {
    answers = [says(404, '<h1>Server at /srv/internal</h1>', { 'content-type': 'text/html' })];
    const error = await failure(tools().fetch(address));
    expect(error).toMatchObject({ message: `${new URL(address).host} refuses the request (404 Not Found).`, status: 404 });
  });

  it('keeps the words of the upstream short and on one line', async () => {
    answers = [says(400, JSON.stringify({ message: `first\nsecond ${'long '.repeat(200)}` }))];
    const { message } = await failure(tools().fetch(address));
    expect(message).toContain('first second long');
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(300);
  });

  it('never repeats what was sent as a secret, nor a token or an e-mail address', async () => {
    const secrets = [
      'header-secret-1',
      'query-secret-2',
      'path-secret-that-is-long',
      'body-secret-3',
      'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x',
      'ada@example.nhs.invalid',
    ];
    const unsent = 'f00dfeedf00dfeedf00dfeedf00dfeed';
    answers = [says(400, JSON.stringify({ message: `You sent ${secrets.join(' and ')}, also ${unsent}.` }))];
    const { message } = await failure(
      tools().fetch(`${address}/api/path-secret-that-is-long/rota?key=query-secret-2`, {
        method: 'POST',
        headers: { 'x-api-key': 'header-secret-1' },
        body: JSON.stringify({ nested: { APIKey: 'body-secret-3' } }),
      }),
    );
    expect(message).toContain('You sent');
    for (const secret of [...secrets, unsent, '/api']) expect(message).not.toContain(secret);
  });

  it('takes a secret out of the words of a form as well', async () => {
    const refusal = says(401, '{"error_description":"The secret form-secret-4 is wrong."}');
    answers = [refusal, refusal];
    const { message } = await failure(tools().fetch(address, { method: 'POST', body: new URLSearchParams({ client_secret: 'form-secret-4' }) }));
    expect(message).toContain('The secret … is wrong');
  });

  it('tries again when the body breaks off', async () => {
    const broken: Handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"value":');
      setImmediate(() => response.destroy());
    };
    answers = [broken, says(200, '{"value":[]}')];
    expect(await (await tools().fetch(address)).json()).toEqual({ value: [] });
    expect(seen).toHaveLength(2);
  });

  it('says that an upstream which never answers did not answer in time', async () => {
    answers = [() => {}];
    const error = await failure(tools({ timeoutMs: 50, maxAttempts: 2 }).fetch(address));
    expect(error).toBeInstanceOf(UpstreamUnavailableError);
    expect(error.message).toBe(`${new URL(address).host} did not answer within 0.05 s.`);
    expect(seen).toHaveLength(2);
  });

  it('counts a body that never ends towards the time limit', async () => {
    answers = [(_request, response) => void response.writeHead(200).write('{')];
    expect((await failure(tools({ timeoutMs: 50, maxAttempts: 1 }).fetch(address))).message).toContain('did not answer within');
  });

  it('says by its code why a host cannot be reached', async () => {
    const error = await failure(tools({ maxAttempts: 1 }).fetch('http://127.0.0.1:1/rota?key=query-secret-2'));
    expect(error).toBeInstanceOf(UpstreamUnavailableError);
    expect(error.message).toMatch(/^127\.0\.0\.1:1 cannot be reached, or breaks off \(.+\)\.$/);
    expect(error.message).not.toContain('query-secret-2');
  });

  it('refuses an answer that would fill the memory', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'a');
    answers = [
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        for (let bytes = 0; bytes <= MAX_RESPONSE_BYTES; bytes += chunk.byteLength) response.write(chunk);
        response.end();
      },
    ];
    const error = await failure(tools().fetch(address));
    expect(error).toBeInstanceOf(UpstreamRejectedError);
    expect(error.message).toContain('more than 32 MB');
  });

  it('does not carry credentials along a redirect', async () => {
    answers = [says(302, '', { location: `${address}/elsewhere` })];
    const error = await failure(tools().fetch(`${address}/here`));
    expect(error).toBeInstanceOf(UpstreamRejectedError);
    expect(seen.map(({ url }) => url)).toEqual(['/here']);
  });

  it('gives 304 to a request that asked whether its copy still holds, and to no other', async () => {
    answers = [says(304, '')];
    const response = await tools().fetch(address, { headers: { 'If-None-Match': '"one"' } });
    expect([response.status, await response.text()]).toEqual([304, '']);
    expect(await failure(tools().fetch(address))).toBeInstanceOf(UpstreamRejectedError);
  });

  it('stops when the caller does, and says so in the words of the caller', async () => {
    answers = [() => {}];
    const caller = new AbortController();
    const asked = tools().fetch(address, { signal: caller.signal });
    caller.abort(new Error('the engine is shutting down'));
    await expect(asked).rejects.toThrow('the engine is shutting down');
  });
});

describe('json', () => {
  const answer = (body: string, type: string) => new Response(body, { headers: { 'content-type': type } });

  it.each(['application/json', 'application/json; charset=utf-8', 'application/fhir+json', 'application/problem+json'])('reads %s', async (type) => {
    expect(await json(answer('{"value":[]}', type), 'Rota service')).toEqual({ value: [] });
  });

  it('takes half a document for an upstream that is not well', async () => {
    await expect(json(answer('{"value":[', 'application/json'), 'Rota service')).rejects.toThrow(UpstreamUnavailableError);
  });

  it('takes nothing for an upstream that is not well', async () => {
    await expect(json(answer('', 'application/json'), 'Rota service')).rejects.toThrow('expected a whole JSON document, got nothing');
  });

  it('asks about a proxy when a page comes in place of JSON, without its content', async () => {
    const error = await json(answer('<p>Sign in as ada</p>', 'text/html'), 'Rota service').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UpstreamRejectedError);
    expect((error as Error).message).toBe('Rota service: expected JSON, got text/html. Is the address right, or does a proxy answer in its place?');
  });
});
