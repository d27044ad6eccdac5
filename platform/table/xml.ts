/** Streams XML to handlers. Entities that a document declares itself are never expanded: one may blow up to gigabytes. */
import { SaxesParser } from 'saxes';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';

export interface XmlHandlers {
  /** `name` without its prefix. */
  open(name: string, attribute: (name: string) => string | undefined): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Goes through a document. Gives control back after each piece, so that what the handlers gathered can be handed on.
 *
 * @throws UpstreamRejectedError when it is not well formed.
 */
export async function* readXml(what: string, chunks: AsyncIterable<Buffer>, handlers: XmlHandlers): AsyncIterable<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let failed = false;
  parser.on('error', () => {
    failed = true;
  });
  parser.on('opentag', (tag) => handlers.open(withoutPrefix(tag.name), (name) => tag.attributes[name] as string | undefined));
  if (handlers.text) {
    const text = handlers.text.bind(handlers);
    parser.on('text', text);
    parser.on('cdata', text);
  }
  if (handlers.close) {
    const close = handlers.close.bind(handlers);
    parser.on('closetag', (tag) => close(withoutPrefix(tag.name)));
  }
  const decoder = new TextDecoder();
  const refuse = () => new UpstreamRejectedError(`${what}: expected well-formed XML, got something else. Open the workbook and save it again.`);
  for await (const chunk of chunks) {
    parser.write(decoder.decode(chunk, { stream: true }));
    if (failed) throw refuse();
    yield;
  }
  parser.write(decoder.decode());
  parser.close();
  if (failed) throw refuse();
  yield;
}

/** Goes through a small document to its end. */
export async function readWholeXml(what: string, chunks: AsyncIterable<Buffer>, handlers: XmlHandlers): Promise<void> {
  for await (const _ of readXml(what, chunks, handlers));
}

function withoutPrefix(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
