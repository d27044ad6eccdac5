/**
 * The documents that are printed from the code: written by `npm run generate`, compared by `--check`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAdapters } from '../adapters/registry.ts';
import { adaptersMarkdown, describeAdapter } from '../cli/rota/adapters.ts';
import { settingsEnvExample, settingsMarkdown } from '../platform/config.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const UPSTREAMS_EXAMPLE = `{
  "upstreams": [
    {
      "id": "rota-birchwood",
      "adapter": "rota-sheet",
      "title": "Rota of Birchwood Medical Centre",
      "organisationCodes": ["Z99002"],
      "everyMinutes": 15,
      "settings": { "file": "rotas/birchwood.csv", "organisationCode": "Z99002" }
    }
  ]
}`;

/** Path → content of every printed document. */
export async function printedDocuments(): Promise<Readonly<Record<string, string>>> {
  const adapters = adaptersMarkdown((await loadAdapters()).map(describeAdapter));
  return {
    'docs/configuration.md': `# Configuration

Printed from \`platform/config.ts\` by \`npm run generate\`. Settings come from the environment; an empty value is the same as none. A process with a wrong or missing setting does not start, and says so in one line each.

${settingsMarkdown()}
The demo has two more: \`DEMO_FIRST_MONDAY\` (a Monday as YYYY-MM-DD, default this week's) and \`DEMO_SEED\` (any text).

## Upstream systems

\`UPSTREAMS_FILE\` names a JSON file. Paths in it are relative to it; a value \`{ "env": "NAME" }\` anywhere in an entry is replaced by that environment variable, and \`{ "secretFile": "path" }\` by what that file holds, so no secret need stand in the file. What each adapter can be told is in [adapters](adapters.md).

\`\`\`json
${UPSTREAMS_EXAMPLE}
\`\`\`

An upstream may stand in a variable of its own as well, or instead: \`UPSTREAM_ENTRY_ROTA_BIRCHWOOD\` holds the entry of \`rota-birchwood\`, in one line and without its \`id\`. Paths in it are relative to the folder that the process was started in.
`,
    'docs/adapters.md': `# Adapters

Printed from the declarations in \`adapters/\` by \`npm run generate\`. Each folder's README has the field table.

${adapters}`,
    '.env.example': settingsEnvExample(),
  };
}

/** Those that are not what the code would print. */
export async function staleDocuments(): Promise<readonly string[]> {
  const printed = Object.entries(await printedDocuments());
  return printed.filter(([path, content]) => read(path) !== content).map(([path]) => path);
}

function read(path: string): string | null {
  try {
    return readFileSync(`${ROOT}${path}`, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const stale = await staleDocuments();
    if (stale.length > 0) {
      console.error(`Not what the code says: ${stale.join(', ')}. Run: npm run generate`);
      process.exitCode = 1;
    }
  } else {
    for (const [path, content] of Object.entries(await printedDocuments())) writeFileSync(`${ROOT}${path}`, content);
  }
}
