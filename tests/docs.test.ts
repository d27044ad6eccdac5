import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../schema/domain/errors.ts';
import { staleDocuments } from '../scripts/documents.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGES = markdownFiles(ROOT);
const PACKAGE = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };
/** npm's own verbs, which need no script of ours. */
const NPM_VERBS = ['start', 'test'];

function markdownFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const read = (page: string) => readFileSync(page, 'utf8');
const nameOf = (page: string) => relative(ROOT, page).split(sep).join('/');
const everyPage = PAGES.map((page) => [nameOf(page), page] as const);

/** Folders at the top whose paths a page may name in backticks. */
const FOLDERS = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
  .map(({ name }) => name);

describe('the documents', () => {
  it.each(everyPage)('%s links to pages and headings that exist', (_name, page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '').filter((target) => !/^[a-z]+:/.test(target));
    const broken = links.filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(file)) return true;
      return anchor !== undefined && !headingsOf(read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(everyPage)('%s names paths of the project that exist', (_name, page) => {
    const paths = [...read(page).matchAll(/`([\w.-]+(?:\/[\w.@-]+)*\/?)`/g)]
      .map(([, path]) => path ?? '')
      .filter((path) => path.includes('/') && FOLDERS.includes(path.split('/')[0] ?? ''));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it.each(everyPage)('%s names npm verbs that exist', (_name, page) => {
    const verbs = [...read(page).matchAll(/npm (?:run (?:-s )?)?([a-z]+(?:[:-][a-z]+)*)/g)]
      .map(([, verb]) => verb ?? '')
      .filter((verb) => !['ci', 'install', 'package', 'registry', 'packages'].includes(verb));
    expect(verbs.filter((verb) => !(verb in PACKAGE.scripts))).toEqual([]);
  });

  it('tell every npm verb', () => {
    const told = PAGES.map(read).join('\n');
    expect(Object.keys(PACKAGE.scripts).filter((verb) => !told.includes(NPM_VERBS.includes(verb) ? `npm ${verb}` : `npm run ${verb}`))).toEqual([]);
  });

  it('that are printed from the code are what the code would print', async () => {
    expect(await staleDocuments()).toEqual([]);
  });

  it('show in README.md the query that the demo says to ask first', () => {
    expect(read(`${ROOT}README.md`)).toContain(readFileSync(`${ROOT}demo/first-query.graphql`, 'utf8').trim());
  });

  it('tell every verb of npm run rota, and none that does not exist', () => {
    const verbs = [...readFileSync(`${ROOT}cli/rota.ts`, 'utf8').matchAll(/import \{ (\w+)Verb \}/g)].map(([, verb]) => verb);
    expect(verbs.length).toBeGreaterThan(3);
    const told = new Set(PAGES.flatMap((page) => [...read(page).matchAll(/npm run (?:-s )?rota -- ([a-z]+)/g)].map(([, verb]) => verb)));
    expect([...told].sort()).toEqual([...verbs].sort());
  });

  it('list every error code, and none that does not exist', () => {
    const listed = [...read(`${ROOT}docs/errors.md`).matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    expect([...listed].sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it('number every decision once, under five headings', () => {
    const records = readdirSync(`${ROOT}docs/adr`).sort();
    expect(records.map((name) => name.slice(0, 7))).toEqual(records.map((_, index) => `ADR-${String(index + 1).padStart(3, '0')}`));
    for (const name of records) {
      const headings = [...read(`${ROOT}docs/adr/${name}`).matchAll(/^\*\*([A-Z][\w ]+)\.\*\*/gm)].map(([, heading]) => heading);
      expect([name, headings]).toEqual([name, ['Context', 'Options', 'Decision', 'Consequences', 'How we keep it']]);
    }
  });
});

/** Headings as their anchors: lower case, dashes for blanks, without other marks. */
function headingsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}
