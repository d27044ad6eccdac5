/** `rota adapters`: what can be read, and what each adapter wants to be told. Printed from the declarations themselves. */
import { Command } from 'commander';
import type { AnyAdapter, Removals } from '../../adapters/contract.ts';
import { loadAdapters } from '../../adapters/registry.ts';
import { describeSettings, type SettingDescription } from '../../sync/settings.ts';
import type { Verb } from './terminal.ts';

export interface AdapterDescription {
  readonly id: string;
  readonly title: string;
  readonly docs: string;
  /** What of the upstream is not read; null where all is that should be. */
  readonly partial: string | null;
  readonly streams: readonly { readonly name: string; readonly entity: string; readonly removals: Removals }[];
  /** What the adapter writes back; empty for most. */
  readonly writes: readonly string[];
  readonly settings: readonly SettingDescription[];
}

export const adaptersVerb: Verb = (terminal) =>
  new Command('adapters')
    .description('Lists the adapters, their streams and their settings.')
    .option('--markdown', 'as a part of the documents')
    .option('--json', 'as JSON')
    .action(async ({ markdown, json }: { readonly markdown?: boolean; readonly json?: boolean }) => {
      const described = (await loadAdapters()).map(describeAdapter);
      if (json) terminal.out(`${JSON.stringify(described, null, 2)}\n`);
      else terminal.out(markdown ? adaptersMarkdown(described) : described.map(asText).join('\n'));
    });

export function describeAdapter({ id, title, docs, partial, pull, push, settings }: AnyAdapter): AdapterDescription {
  return {
    id,
    title,
    docs,
    partial: partial ?? null,
    streams: pull.map(({ name, entity, removals }) => ({ name, entity, removals })),
    writes: Object.keys(push ?? {}),
    settings: describeSettings(settings),
  };
}

/** How it is learnt that a record of a stream is gone, for people. */
const REMOVALS_IN_WORDS: Readonly<Record<Removals, string>> = {
  absence: 'gone when a complete pass no longer meets it',
  tombstone: 'gone when the upstream says so',
  never: 'stays',
};

export function adaptersMarkdown(adapters: readonly AdapterDescription[]): string {
  return `${adapters.map(asMarkdown).join('\n\n')}\n`;
}

function asMarkdown({ id, title, docs, partial, streams, writes, settings }: AdapterDescription): string {
  return [
    `## ${title}`,
    '',
    `Adapter \`${id}\`. [Reference](${docs}).${partial === null ? '' : ` **Partial.** ${partial}`}`,
    '',
    '| stream | gives | a record that vanishes |',
    '|---|---|---|',
    ...streams.map(({ name, entity, removals }) => `| \`${name}\` | \`${entity}\` | ${REMOVALS_IN_WORDS[removals]} |`),
    '',
    ...(writes.length === 0 ? [] : [`Writes back: ${writes.map((write) => `\`${write}\``).join(', ')}.`, '']),
    '| setting | what it is | when it is not set |',
    '|---|---|---|',
    ...settings.map(
      (setting) => `| \`${setting.name}\` | ${inCell(setting.description)}${setting.secret ? ' **Secret.**' : ''} | ${unsetInWords(setting, '`')} |`,
    ),
  ].join('\n');
}

const inCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function unsetInWords({ required, default: value }: SettingDescription, quote: string): string {
  if (required) return 'required';
  return value === null ? 'none' : `${quote}${value}${quote}`;
}

function asText({ id, title, docs, partial, streams, writes, settings }: AdapterDescription): string {
  return [
    `${id}: ${title}`,
    `  ${docs}`,
    ...(partial === null ? [] : [`  partial: ${partial}`]),
    '  streams',
    ...streams.map(({ name, entity, removals }) => `    ${name}: ${entity}; ${REMOVALS_IN_WORDS[removals]}`),
    ...(writes.length === 0 ? [] : [`  writes back: ${writes.join(', ')}`]),
    '  settings',
    ...settings.map((setting) => `    ${setting.name} (${unsetInWords(setting, '')}${setting.secret ? ', secret' : ''}): ${setting.description}`),
    '',
  ].join('\n');
}
