import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../schema/domain/errors.ts';
import { hasEntryVariables, readUpstreams, settleUpstreams } from './upstreams.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotagraph-upstreams-'));
  file = join(folder, 'upstreams.json');
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: unknown, env: NodeJS.ProcessEnv = {}) {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readUpstreams(file, env);
}

async function linesOf(content: unknown, env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
  const thrown = await read(content, env).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ConfigError);
  return (thrown as ConfigError).lines.map((line) => line.replaceAll(file, '<file>'));
}

const birchwood = { id: 'rota-birchwood', adapter: 'rota-sheet', settings: { file: 'rotas/birchwood.csv', organisationCode: 'Z99002' } };
const teams = {
  id: 'teams',
  adapter: 'teams-shifts',
  settings: { clientSecret: { env: 'TEAMS_SECRET' } },
};

describe('the settings file', () => {
  it('gives each upstream its adapter, its defaults and its parsed settings, with files beside it', async () => {
    const [upstream, ...others] = await read({ upstreams: [{ ...birchwood, title: 'Birchwood rota', organisationCodes: ['Z99002'] }] });
    expect(others).toEqual([]);
    expect(upstream).toMatchObject({ id: 'rota-birchwood', title: 'Birchwood rota', organisationCodes: ['Z99002'], everyMinutes: 15 });
    expect(upstream?.adapter.id).toBe('rota-sheet');
    expect(upstream?.settings).toMatchObject({ file: 'rotas/birchwood.csv' });
    expect(upstream?.resolvePath('rotas/birchwood.csv')).toBe(join(folder, 'rotas', 'birchwood.csv'));
  });

  it('takes a value from the environment, wherever it stands', async () => {
    const settings = { ...birchwood.settings, file: { env: 'ROTA_FILE' } };
    const [upstream] = await read({ upstreams: [{ ...birchwood, settings }] }, { ROTA_FILE: 'from-environment.csv' });
    expect(upstream?.settings).toMatchObject({ file: 'from-environment.csv' });
  });

  it('has a line for each thing that is wrong, in every upstream at once', async () => {
    const lines = await linesOf({
      upstreams: [
        { ...birchwood, id: 'Birchwood!', everyMinutes: 0 },
        { adapter: 'rota-sheet' },
        { ...birchwood, id: 'unknown', adapter: 'rota-shet' },
        { ...birchwood, id: 'wrong', settings: { organisationCode: 'Z99002' } },
        { ...birchwood, id: 'surplus', everyHours: 2 },
        { ...teams, id: 'unset' },
        birchwood,
        birchwood,
      ],
    });
    expect(lines).toEqual([
      '<file>: upstream "Birchwood!": id: expected an id: lower-case letters, digits and dashes, 2 to 60, a letter first, got text.',
      expect.stringMatching(/^<file>: upstream "Birchwood!": everyMinutes: expected .*1.*, got a number\.$/),
      '<file>: upstream 2 of the list: id: expected string, got nothing.',
      expect.stringMatching(/^<file>: upstream "unknown": adapter "rota-shet": no such adapter\. There are: .*rota-sheet/),
      '<file>: upstream "wrong": settings.file: expected string, got nothing.',
      '<file>: upstream "surplus": everyHours: there is no such setting.',
      '<file>: upstream "unset": settings.clientSecret: expected the environment variable TEAMS_SECRET, which is not set.',
      '<file>: upstream "rota-birchwood": expected an id of its own, got one that 2 share.',
    ]);
  });

  it('with one slip still gives those that are right, to who asks for them; with none that is right it gives none', async () => {
    const slip = { ...birchwood, id: 'rota-cedar', settings: {} };
    await writeFile(file, JSON.stringify({ upstreams: [slip, birchwood, { ...teams, id: 'twice' }, { ...birchwood, id: 'twice' }] }));
    const { upstreams, lines, refused } = await settleUpstreams(file, { UPSTREAM_ENTRY_HUB: '{' });
    expect(upstreams.map(({ id }) => id)).toEqual(['rota-birchwood']);
    expect(refused.toSorted()).toEqual(['hub', 'rota-cedar', 'twice']);
    expect(lines).toContainEqual(expect.stringContaining('upstream "rota-cedar": settings.file'));
    await writeFile(file, JSON.stringify({ upstreams: [slip] }));
    await expect(settleUpstreams(file, {})).rejects.toBeInstanceOf(ConfigError);
  });

  it('says once what was expected, whoever words it', async () => {
    expect(await linesOf({ upstreams: [{ id: 'ods', adapter: 'ods-files', settings: {} }] })).toEqual([
      '<file>: upstream "ods": settings: expected at least one of practicesFile, networksFile, branchesFile, got an object.',
    ]);
  });

  it('never tells what it holds, not even where it is not JSON', async () => {
    const secret = 'hunter2-hunter2';
    for (const content of [
      `{ "upstreams": [ { "settings": "${secret}", } ] }`,
      { upstreams: [{ ...teams, settings: { clientSecret: [secret], [secret.slice(7)]: 1 } }] },
    ]) {
      expect((await linesOf(content)).join('\n')).not.toContain(secret);
    }
  });

  it('that is missing or is not a list of upstreams says so', async () => {
    await expect(readUpstreams(join(folder, 'missing.json'), {})).rejects.toThrow(
      /^UPSTREAMS_FILE: expected a file at .*missing\.json; it cannot be read \(ENOENT\)\.$/,
    );
    expect(await linesOf([])).toEqual(['<file>: expected { "upstreams": [ … ] } and nothing beside it.']);
    expect(await linesOf('upstreams')).toEqual(['<file>: expected JSON, got something that is not. Look for a missing or surplus comma or quotation mark.']);
  });

  it('takes a secret from a file beside it, and says which file is missing or empty, never what it holds', async () => {
    await writeFile(join(folder, 'token.txt'), `${'a'.repeat(40)}\n`);
    await writeFile(join(folder, 'empty.txt'), '\n');
    const [upstream] = await read({ upstreams: [{ ...birchwood, webhookToken: { secretFile: 'token.txt' } }] });
    expect(upstream?.webhookToken).toBe('a'.repeat(40));
    const wrong = (secretFile: string) => ({ upstreams: [{ ...birchwood, webhookToken: { secretFile } }] });
    expect(await linesOf(wrong('nowhere.txt'))).toEqual([
      '<file>: upstream "rota-birchwood": webhookToken: expected a file nowhere.txt; it cannot be read (ENOENT).',
    ]);
    expect(await linesOf(wrong('empty.txt'))).toEqual([
      '<file>: upstream "rota-birchwood": webhookToken: expected a secret in the file empty.txt, which is empty.',
    ]);
  });

  it('promises freshness of four turns unless it says otherwise, and takes no webhook token that could be guessed', async () => {
    const [plain, own] = await read({
      upstreams: [
        { ...birchwood, everyMinutes: 30 },
        { ...birchwood, id: 'other', freshWithinMinutes: 45 },
      ],
    });
    expect([plain?.freshWithinMinutes, own?.freshWithinMinutes]).toEqual([120, 45]);
    expect(await linesOf({ upstreams: [{ ...birchwood, webhookToken: 'short' }] })).toEqual([
      '<file>: upstream "rota-birchwood": webhookToken: expected a token of 32 to 200 letters, digits, dashes or underscores, got text.',
    ]);
  });
});

describe('webhook tokens', () => {
  it('are each for one upstream', async () => {
    const webhookToken = 't'.repeat(40);
    const lines = await linesOf({
      upstreams: [
        { ...birchwood, webhookToken },
        { ...birchwood, id: 'other', webhookToken },
        { ...birchwood, id: 'third' },
      ],
    });
    expect(lines).toEqual(
      ['rota-birchwood', 'other'].map((id) => `<file>: upstream "${id}": webhookToken: expected a token of its own, got one that 2 share.`),
    );
  });
});

describe('the environment', () => {
  const { id: _, ...entry } = birchwood;

  it('holds an upstream a variable, with or without a settings file', async () => {
    const env = {
      UPSTREAM_ENTRY_ROTA_ALDER: JSON.stringify({ ...entry, settings: { ...entry.settings, file: { env: 'ALDER_FILE' } } }),
      UPSTREAM_ENTRY_ROTA_CEDAR: JSON.stringify({ ...entry, id: 'rota-cedar' }),
      UPSTREAM_ENTRY_EMPTY: ' ',
      ALDER_FILE: 'alder.csv',
    };
    const alone = await readUpstreams(null, env);
    expect(alone.map(({ id, settings }) => [id, (settings as { file: string }).file])).toEqual([
      ['rota-alder', 'alder.csv'],
      ['rota-cedar', 'rotas/birchwood.csv'],
    ]);
    expect(alone[0]?.resolvePath('alder.csv')).toBe(resolve('alder.csv'));
    expect((await read({ upstreams: [birchwood] }, env)).map(({ id }) => id)).toEqual(['rota-birchwood', 'rota-alder', 'rota-cedar']);
    expect([hasEntryVariables(env), hasEntryVariables({ UPSTREAM_ENTRY_EMPTY: '', UPSTREAMS_FILE: 'x' })]).toEqual([true, false]);
  });

  it('names the variable and the setting that is wrong, never what it holds', async () => {
    const linesFor = async (text: string) => {
      const thrown = await readUpstreams(null, { UPSTREAM_ENTRY_ROTA_ALDER: text }).catch((error: unknown) => error);
      return (thrown as ConfigError).lines;
    };
    expect(await linesFor(JSON.stringify({ ...entry, settings: { organisationCode: 'Z99002' } }))).toEqual([
      'UPSTREAM_ENTRY_ROTA_ALDER: upstream "rota-alder": settings.file: expected string, got nothing.',
    ]);
    expect(await linesFor(JSON.stringify(birchwood))).toEqual([
      'UPSTREAM_ENTRY_ROTA_ALDER: id: expected none, or "rota-alder", which the variable\'s name says.',
    ]);
    expect((await linesFor('{ "hunter2-hunter2"')).join('')).toMatch(/^UPSTREAM_ENTRY_ROTA_ALDER: expected JSON, (?!.*hunter2)/);
    expect(await linesFor('[]')).toEqual(['UPSTREAM_ENTRY_ROTA_ALDER: expected one upstream as a JSON object.']);
  });
});
