/** Writes docs/capabilities.md: runs every conformance check of every adapter and says what passed. A test compares it with its own run. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CheckedAdapter, capabilitiesMarkdown } from '../adapters/capabilities.ts';
import { conformanceChecks, loadSubject } from '../adapters/conformance.ts';
import { adapterIds } from '../adapters/registry.ts';

export function capabilitiesDocument(checked: readonly CheckedAdapter[]): string {
  return `# Capabilities

Printed from a run of the conformance checks by \`npm run capabilities\`; \`npm test\` compares it with its own run. What a check promises is in \`adapters/README.md\`. A stream's removals: by \`absence\` from a complete pass, by the upstream's word (\`tombstone\`), or \`never\`.

${capabilitiesMarkdown(checked)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const checked: CheckedAdapter[] = [];
  for (const id of await adapterIds()) {
    const { subject, expected } = await loadSubject(id);
    const results = new Map<string, boolean>();
    for (const { name, run } of conformanceChecks(subject, expected)) {
      results.set(
        name,
        await run().then(
          () => true,
          (error: unknown) => {
            console.error(`${id}: ${name}: ${String(error)}`);
            process.exitCode = 1;
            return false;
          },
        ),
      );
    }
    console.log(`${id}: ${results.size} checks`);
    checked.push({ subject, results });
  }
  writeFileSync(new URL('../docs/capabilities.md', import.meta.url), capabilitiesDocument(checked));
}
