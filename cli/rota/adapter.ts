/** `rota adapter new <name>`: a new adapter's folder, from the template, with a conformance that passes at once. */
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { ConfigError } from '../../schema/domain/errors.ts';
import type { Verb } from './terminal.ts';

const ADAPTERS = fileURLToPath(new URL('../../adapters/', import.meta.url));
const TEMPLATE = join(ADAPTERS, '_template');
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export const adapterVerb: Verb = (terminal) => {
  const command = new Command('adapter').description('Makes adapters.');
  command
    .command('new')
    .description('Makes the folder of a new adapter from the template: it passes the conformance suite as it is, and is yours to fill.')
    .argument('<name>', 'lower-case letters, digits and dashes, for instance my-vendor')
    .action(async (name: string) => {
      await makeAdapter(name);
      terminal.out(
        [
          `adapters/${name}/ is made. It passes as it is: npm test -- tests/adapters.test.ts -t ${name}`,
          'Next: put what the vendor really sends in fixtures/ and wire.ts, and what it means in map.ts. adapters/README.md says how.',
          '',
        ].join('\n'),
      );
    });
  return command;
};

/**
 * Copies the template under this name. `folder` is where; default `adapters/<name>`.
 *
 * @throws ConfigError for a name that cannot be, or that is taken.
 */
export async function makeAdapter(name: string, folder = join(ADAPTERS, name)): Promise<void> {
  if (!NAME.test(name) || name.length > 40) throw new ConfigError([`adapter "${name}": expected lower-case letters, digits and dashes, at most 40.`]);
  if (existsSync(folder)) throw new ConfigError([`adapter "${name}": adapters/${name} is there already.`]);
  await cp(TEMPLATE, folder, { recursive: true });
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    await writeFile(path, named(await readFile(path, 'utf8'), name));
  }
}

/** What the template calls the vendor, in each of the ways in which code and people write a name. */
function named(text: string, name: string): string {
  const words = name.split('-');
  const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
  return text
    .replaceAll('TemplateVendor', words.map(capital).join(''))
    .replaceAll('Template vendor', capital(words.join(' ')))
    .replaceAll('template-vendor', name);
}
