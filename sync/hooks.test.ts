import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHttpService, type HttpService } from '../platform/serve.ts';
import { keepLog } from '../tests/gateway/harness.ts';
import { upstreamOf } from '../tests/sync/fake-upstream.ts';
import { createHooksRouter } from './hooks.ts';

const TOKEN = 'hook-token-of-the-tests-0123456789';

describe('an upstream’s webhook', () => {
  const asked: string[] = [];
  const kept = keepLog();
  let service: HttpService;
  beforeAll(async () => {
    const upstreams = [{ ...upstreamOf('rota', []), webhookToken: TOKEN }, upstreamOf('hr', [])];
    const hooks = createHooksRouter({ upstreams, request: async (id) => void asked.push(id) });
    service = await createHttpService({ host: '127.0.0.1', port: 0, routes: [hooks], checks: {}, log: kept.log });
  });
  afterAll(() => service.close());
  const post = (path: string, body = '{"event":"anything"}') => fetch(`${service.url}${path}`, { method: 'POST', body });

  it('has its own upstream read, whatever it says', async () => {
    expect((await post(`/hooks/${TOKEN}`)).status).toBe(202);
    expect((await post(`/hooks/${TOKEN}`, 'not JSON')).status).toBe(202);
    expect(asked).toEqual(['rota', 'rota']);
  });

  it('that nobody has does nothing', async () => {
    asked.length = 0;
    expect((await post('/hooks/null')).status).toBe(404);
    expect((await post(`/hooks/${TOKEN.slice(1)}`)).status).toBe(404);
    expect((await fetch(`${service.url}/hooks/${TOKEN}`)).status).toBe(404);
    expect(asked).toEqual([]);
  });

  it('leaves its token in no log', () => {
    expect(kept.text()).toContain('/hooks/[removed]');
    expect(kept.text()).not.toContain(TOKEN);
  });
});
