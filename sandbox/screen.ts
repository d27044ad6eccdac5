/** What `npm run sandbox` prints. */
import type { Sandbox } from './server.ts';
import { upstreamEntry } from './upstreams-file.ts';

export function sandboxScreen({ url, vendors, window }: Sandbox, file: string, dataDir: string): string {
  const common = vendors.map(({ traps }) => Object.keys(traps)).reduce((left, names) => left.filter((name) => names.includes(name)));
  const lines = vendors.flatMap((vendor) => {
    const others = Object.keys(vendor.traps).filter((name) => !common.includes(name));
    return [
      `${vendor.title}`,
      ...vendor.addresses.map((address) => `  at        ${address}`),
      `  upstream  ${JSON.stringify(upstreamEntry(vendor))}`,
      ...(others.length > 0 ? [`  traps     also ${others.join(', ')}`] : []),
      '',
    ];
  });
  return [
    ...lines,
    `Traps of all: ${common.join(', ')}.`,
    '',
    `All of these upstreams are in ${file}. To read them:`,
    `  UPSTREAMS_FILE=${file} DATA_DIR=${dataDir} npm run -s rota -- sync --from ${window.from} --to ${window.to}`,
    'To set a trap, and to take it away:',
    `  curl -X POST ${url}/_sandbox/${vendors[0]?.id}/traps -d '{"name": "throttled", "times": 3}'`,
    `  curl -X DELETE ${url}/_sandbox/${vendors[0]?.id}/traps`,
    `What there is, and what is set: ${url}/_sandbox`,
    '',
  ].join('\n');
}
