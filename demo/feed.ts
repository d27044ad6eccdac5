/** The demo clinician's calendar link, made as any person makes theirs: by asking the graph. */
import type { Account } from './accounts.ts';
import { requestToken } from './provider.ts';

const CREATE_FEED = `mutation CreateFeed($input: CreateCalendarFeedInput!) {
  createCalendarFeed(input: $input) { __typename ... on CalendarFeedCreated { url } }
}`;

interface Answer {
  readonly data?: { readonly createCalendarFeed: { readonly __typename: string; readonly url?: string } } | null;
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * Makes the link and gives its path, `/feeds/<token>.ics`.
 *
 * @throws Error when the graph does not make it; the message is the graph's.
 */
export async function makeFeed(graphUrl: string, issuer: string, account: Account): Promise<string> {
  const response = await fetch(graphUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await requestToken(issuer, account.id)}` },
    body: JSON.stringify({ query: CREATE_FEED, variables: { input: { label: 'Demo calendar' } } }),
  });
  const { data, errors } = (await response.json()) as Answer;
  const url = data?.createCalendarFeed.url;
  if (!url) throw new Error(`The demo's calendar link was not made: ${errors?.[0]?.message ?? data?.createCalendarFeed.__typename ?? response.status}.`);
  return new URL(url).pathname;
}
