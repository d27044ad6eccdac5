import { describe, expect, it } from '@jest/globals';
import { createLogger, errorText } from './log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }));
  return lines.join('');
}

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzb21lb25lIn0.c2lnbmF0dXJl';

describe('the log', () => {
  it('leaves out secrets by name, wherever they stand', () => {
    const text = logged((log) =>
      log.info({
        authorization: 'abc-1',
        headers: { cookie: 'abc-2', 'x-rotagraph-gateway': 'abc-3' },
        req: { headers: { authorization: 'abc-4' } },
        settings: { password: 'abc-5' },
      }),
    );
    expect(text).not.toContain('abc-');
    expect(text.match(/\[removed\]/g)).toHaveLength(5);
  });

  it('leaves out tokens, passwords in addresses and the paths of feeds, even within a message', () => {
    const text = logged((log) => {
      log.info({ path: '/feeds/s3cr3t.ics' }, `GET /feeds/s3cr3t.ics with Bearer ${TOKEN}`);
      log.error({ err: new Error(`postgresql://rota:pass-word@db/x refused "${TOKEN}"`, { cause: new Error('/feeds/s3cr3t.ics') }) }, 'failed');
    });
    expect(text).not.toMatch(/s3cr3t|pass-word|eyJ/);
    expect(text).toContain('postgresql://rota:[removed]@db/x refused');
    for (const line of text.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('keeps of an error what helps to find it, and none of its other properties', () => {
    const error = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (work_email)=(someone) already exists.' });
    const { err } = JSON.parse(logged((log) => log.error({ err: error }, 'failed')));
    expect(err).toEqual({ type: 'Error', message: 'duplicate key', code: '23505', stack: expect.stringContaining('log.test') });
  });

  it('is one JSON object a line, with the level in words', () => {
    expect(JSON.parse(logged((log) => log.warn('slow')))).toEqual({ level: 'warn', time: expect.any(Number), msg: 'slow' });
  });
});

describe('an error at a terminal', () => {
  it('is told with what caused it, and without the values of rows that a database puts beside it', () => {
    const inRow = (message: string) => Object.assign(new Error(message), { detail: 'Key (work_email)=(someone) already exists.', where: 'JSON data: someone' });
    const text = errorText(new Error('two failed', { cause: new AggregateError([inRow('duplicate key'), inRow(`refused ${TOKEN}`)]) }));
    expect(text).toMatch(/two failed[\s\S]*duplicate key[\s\S]*refused \[removed\]/);
    expect(text).not.toContain('someone');
    expect(errorText('someone')).toBe('something that is no error: string');
  });
});
