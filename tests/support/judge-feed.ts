/** What the independent judge of feeds finds: errors and warnings, as `code: words`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const JUDGE = fileURLToPath(new URL('./check-feed.mjs', import.meta.url));

/** @param older an earlier fetch of the same feed: what changed since then must say so. */
export function judgeFeed(feed: string, older?: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'rotagraph-feed-'));
  try {
    const files = [feed, ...(older === undefined ? [] : [older])].map((text, index) => {
      const file = join(folder, `${index}.ics`);
      writeFileSync(file, text);
      return file;
    });
    const { stdout, stderr } = spawnSync(process.execPath, [JUDGE, ...files, '--json'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 });
    if (!stdout.startsWith('{')) throw new Error(`The judge of feeds did not answer: ${stderr || stdout}`);
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly level: string; readonly code: string; readonly msg: string }[] };
    return findings.filter(({ level }) => level !== 'info').map(({ code, msg }) => `${code}: ${msg}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
