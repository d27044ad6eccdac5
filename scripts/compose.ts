/**
 * Composes the three subgraphs into `schema/supergraph.graphql`, offline.
 *
 * With `--check` it writes nothing and fails when the file is not what the subgraphs compose to.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { SUBGRAPH_NAMES, type SubgraphName } from '../platform/subgraph.ts';

const SUPERGRAPH = new URL('../schema/supergraph.graphql', import.meta.url);

/** Where a gateway that is not told otherwise would look for each. Ours takes the addresses from its settings. */
const DEFAULT_URLS: Readonly<Record<SubgraphName, string>> = {
  practices: 'http://127.0.0.1:4001/graphql',
  workforce: 'http://127.0.0.1:4002/graphql',
  rota: 'http://127.0.0.1:4003/graphql',
};

/** @throws Error with a line for each reason why they do not fit together. */
export function composeSupergraph(): string {
  const services = SUBGRAPH_NAMES.map((name) => {
    const file = new URL(`../subgraphs/${name}/schema.graphql`, import.meta.url);
    return { name, url: DEFAULT_URLS[name], typeDefs: parse(readFileSync(file, 'utf8')) };
  });
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(`The subgraphs do not compose.\n${errors?.map(({ message }) => `- ${message}`).join('\n')}`);
  return `${supergraphSdl.trimEnd()}\n`;
}

/** The supergraph as it is committed. A checkout on Windows may have CRLF. */
export function readSupergraph(): string {
  return readFileSync(SUPERGRAPH, 'utf8').replaceAll('\r\n', '\n');
}

if (import.meta.main) {
  try {
    const composed = composeSupergraph();
    if (process.argv.includes('--check')) {
      if (composed !== readSupergraph()) throw new Error('schema/supergraph.graphql is not what the subgraphs compose to. Run: npm run compose');
    } else {
      writeFileSync(SUPERGRAPH, composed);
    }
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
