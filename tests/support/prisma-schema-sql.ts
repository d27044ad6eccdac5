/** The SQL that Prisma's own engine would make of `schema.prisma`: what the typed client believes the tables to be. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PGlite } from '@electric-sql/pglite';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { PrismaPGlite } from 'pglite-prisma-adapter';

/** What is used of WebAssembly here; its types come with a browser's, which are not wanted. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Readonly<Record<string, object>>,
  ): Promise<{ readonly instance: { readonly exports: { readonly __wbindgen_start: () => void } } }>;
};

interface EngineClass {
  new: (options: { readonly datamodels: undefined }, log: () => void, adapter: object) => Promise<bindings.SchemaEngine>;
}

/** The package is made for bundlers, which load its WebAssembly. Here it is put together by hand. */
async function loadEngine(): Promise<EngineClass> {
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace('schema_engine.js', 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': bindings });
  (bindings as unknown as { __wbg_set_wasm(exports: object): void }).__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine as unknown as EngineClass;
}

export async function sqlOfPrismaSchema(schema: string): Promise<string> {
  const client = await PGlite.create('memory://');
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPGlite(client) as never);
    const engine = await (await loadEngine()).new({ datamodels: undefined }, () => {}, adapter);
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout ?? '';
  } finally {
    await client.close();
  }
}
