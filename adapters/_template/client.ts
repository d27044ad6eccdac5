/** The vendor's API: a key in a header, and lists in numbered pages. */
import { json } from '../../platform/http.ts';
import { UpstreamRejectedError } from '../../schema/domain/errors.ts';
import type { Cursor, PullRequest, Tools } from '../contract.ts';
import type { TemplateVendorSettings } from './settings.ts';

export interface TemplateVendorClient {
  readonly settings: TemplateVendorSettings;
  /** A read that costs next to nothing, to see that the key is good. */
  probe(): Promise<void>;
  /** A list in pages, from where `request.since` left off. */
  pages(list: 'shifts', request: PullRequest): AsyncIterable<ListPage>;
}

export interface ListPage {
  readonly values: readonly unknown[];
  readonly cursor: Cursor | null;
  readonly asOf: Date;
}

const UPSTREAM = 'Template vendor';
/** A list that goes on beyond is going in a circle. */
const MAX_PAGES = 1_000;

export function connect(settings: TemplateVendorSettings, tools: Tools): TemplateVendorClient {
  async function read(list: string, parameters: Readonly<Record<string, string>>): Promise<{ values: readonly unknown[]; next: number | null }> {
    const url = `${settings.baseUrl.replace(/\/$/, '')}/${list}?${new URLSearchParams(parameters)}`;
    const response = await tools.fetch(url, { headers: { accept: 'application/json', authorization: `Bearer ${settings.apiKey}` } });
    const answer = (await json(response, UPSTREAM)) as Partial<Record<string, unknown>> | null;
    const values = answer?.[list];
    if (!Array.isArray(values)) throw new UpstreamRejectedError(`${UPSTREAM}: expected a list "${list}", got something else.`);
    return { values, next: typeof answer?.next === 'number' ? answer.next : null };
  }

  return {
    settings,
    async probe() {
      await read('shifts', { page: '1', from: '2000-01-01', to: '2000-01-02' });
    },
    async *pages(list, { since, from, to }) {
      const window = { from: from.toISOString(), to: to.toISOString() };
      let page: number | null = typeof since?.page === 'number' ? since.page : 1;
      while (page !== null) {
        if (page > MAX_PAGES) throw new UpstreamRejectedError(`${UPSTREAM}: the pages of "${list}" do not come to an end.`);
        const asOf = tools.now();
        const { values, next } = await read(list, { ...window, page: String(page) });
        if (next !== null && next <= page) throw new UpstreamRejectedError(`${UPSTREAM}: page ${page} of "${list}" is followed by page ${next}.`);
        yield { values, cursor: next === null ? null : { page: next }, asOf };
        page = next;
      }
    },
  };
}
