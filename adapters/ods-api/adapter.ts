/** The registers of the Organisation Data Service, by API: practices and networks as they are now, and what changed since. */
import { addDays, londonDay } from '../../schema/domain/time.ts';
import { type Cursor, defineAdapter, type Page, type PullRequest, stream, type UpstreamRecord } from '../contract.ts';
import { connect, type OdsClient, type OrdEntry } from './client.ts';
import { commissionerOf, ROLES, toMembership, toPcn, toPractice } from './map.ts';
import { OdsApiSettings } from './settings.ts';
import { Organisation, Relationship } from './wire.ts';

const PAGE_SIZE = 1000;

/** An ORD organisation is a request each, so few of them make a page. */
const ORD_PAGE_SIZE = 50;

/** A change is published by day, and a pass takes a while: the last days are read again. */
const OVERLAP_DAYS = 2;

interface Search {
  readonly fhir: string;
  readonly ord: string;
}

const PRACTICES: Search = {
  fhir: `Organization?roleCode=${ROLES.GP_PRACTICE}`,
  ord: `organisations?PrimaryRoleId=${ROLES.PRESCRIBING_COST_CENTRE}&NonPrimaryRoleId=${ROLES.GP_PRACTICE}`,
};
const PCNS: Search = { fhir: `Organization?roleCode=${ROLES.PCN}`, ord: `organisations?PrimaryRoleId=${ROLES.PCN}` };

/** Where a pass over organisations stands: on a page of its search, or at its end, from where the next asks for changes. */
interface Progress {
  readonly begunOn: string;
  /** The search asks for what has changed since; null for all. */
  readonly changedSince: string | null;
  readonly next: string | null;
  /** ORD: how many of that page are stored. */
  readonly done: number;
}

function progressOf(since: Cursor | null, client: OdsClient): Progress {
  const begunOn = londonDay(client.now());
  if (since === null) return { begunOn, changedSince: null, next: null, done: 0 };
  const changedSince = typeof since.changedSince === 'string' ? since.changedSince : null;
  if (typeof since.begunOn !== 'string') return { begunOn, changedSince, next: null, done: 0 };
  return { begunOn: since.begunOn, changedSince, next: typeof since.next === 'string' ? since.next : null, done: Number(since.done ?? 0) };
}

const cursorOf = (progress: Progress): Cursor => ({ ...progress });
const endOf = ({ begunOn }: Progress): Cursor => ({ changedSince: addDays(begunOn, -OVERLAP_DAYS) });

/** Organisations of one role: all in the first pass, then those that changed. */
async function* organisations(client: OdsClient, search: Search, { since }: PullRequest, commissioners: Commissioners): AsyncIterable<Page> {
  const progress = progressOf(since, client);
  yield* client.settings.service === 'fhir' ? fhirOrganisations(client, search, progress, commissioners) : ordOrganisations(client, search, progress);
}

/** GET /Organization */
async function* fhirOrganisations(client: OdsClient, { fhir }: Search, progress: Progress, commissioners: Commissioners): AsyncIterable<Page> {
  const changed = progress.changedSince === null ? '' : `&lastChangeDate=gt${progress.changedSince}`;
  for await (const { items, next } of client.search(`${fhir}${changed}&_count=${PAGE_SIZE}`, progress.next)) {
    const of = items.length > 0 ? await commissioners() : NOBODY;
    const records = items.map((item) => {
      const id = textOf(item, 'id');
      const raw = { ...(item as object), form: 'fhir', readOn: progress.begunOn, commissioner: (id && of.get(id)) ?? null };
      return { ref: id, where: `organisation ${id ?? 'without a code'}`, raw };
    });
    yield { records, cursor: next === null ? endOf(progress) : cursorOf({ ...progress, next }), asOf: client.now() };
  }
}

/** GET /organisations, and each that it names. */
async function* ordOrganisations(client: OdsClient, { ord }: Search, progress: Progress): AsyncIterable<Page> {
  const changed = progress.changedSince === null ? '' : `&LastChangeDate=${progress.changedSince}`;
  for await (const { entries, isLast, next, done } of ordPages(client, `${ord}${changed}`, progress)) {
    const records: UpstreamRecord[] = [];
    for (const entry of entries) {
      const body = await ordBody(client, entry);
      const found = { ref: entry.code, where: `organisation ${entry.code}`, raw: { ...body, form: 'ord', readOn: progress.begunOn } };
      records.push(body === null ? { ...found, problems: NOT_FOUND } : found);
    }
    yield { records, cursor: isLast ? endOf(progress) : cursorOf({ ...progress, next, done }), asOf: client.now() };
  }
}

const NOT_FOUND = [{ path: '', expected: 'an organisation behind its link', got: 'none' }];

/** Pages of an ORD search, cut small. `next` and `done` tell where to go on after each. */
async function* ordPages(client: OdsClient, query: string, from: Pick<Progress, 'next' | 'done'>) {
  let at = from.next;
  let skip = from.done;
  for await (const { items, next } of client.list(`${query}&Limit=${PAGE_SIZE}`, from.next)) {
    for (let done = skip; done < items.length || done === 0; done += ORD_PAGE_SIZE) {
      const upTo = done + ORD_PAGE_SIZE;
      const ends = upTo >= items.length;
      yield { entries: items.slice(done, upTo), isLast: ends && next === null, next: ends ? next : at, done: ends ? 0 : upTo };
    }
    at = next;
    skip = 0;
  }
}

/** Asked for one after another: fewer than five a second are wanted. */
async function ordBody(client: OdsClient, { link }: OrdEntry): Promise<object | null> {
  const body = await client.organisation(link);
  const organisation = (body as { readonly Organisation?: unknown } | null)?.Organisation;
  return organisation !== null && typeof organisation === 'object' ? organisation : null;
}

const practices = stream({
  name: 'practices',
  entity: 'practice',
  removals: 'tombstone',
  wire: Organisation,
  pages: (client: OdsClient, request) => organisations(client, PRACTICES, request, commissionersOf(client)),
  map: toPractice,
});

const pcns = stream({
  name: 'pcns',
  entity: 'pcn',
  removals: 'never',
  wire: Organisation,
  pages: (client: OdsClient, request) => organisations(client, PCNS, request, async () => NOBODY),
  map: toPcn,
});

/** Practice → the sub-ICB location that commissions it. */
type Commissioners = () => Promise<ReadonlyMap<string, string>>;
const NOBODY: ReadonlyMap<string, string> = new Map();

/** Read when it is first needed, and once a pass. */
function commissionersOf(client: OdsClient): Commissioners {
  let held: Promise<ReadonlyMap<string, string>> | null = null;
  return () => {
    held ??= readCommissioners(client);
    return held;
  };
}

async function readCommissioners(client: OdsClient): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const code of await codesOf(client, `Organization?roleCode=${ROLES.SUB_ICB_LOCATION}&active=true`)) {
    for await (const { items } of client.search(affiliationsWith(code, '&active=true'))) {
      for (const item of items) {
        const parsed = Relationship.safeParse({ ...(item as object), form: 'fhir' });
        const commissioner = parsed.success ? commissionerOf(parsed.data) : null;
        if (commissioner) found.set(commissioner.source, commissioner.target);
      }
    }
  }
  return found;
}

/** GET /OrganizationAffiliation, by the organisation that others are related to. */
const affiliationsWith = (code: string, more = '') =>
  `OrganizationAffiliation?participating-organization=${encodeURIComponent(code)}${more}&_count=${PAGE_SIZE}`;

/** In order, so that a pass can go on behind any of them. */
async function codesOf(client: OdsClient, query: string): Promise<readonly string[]> {
  const codes: string[] = [];
  for await (const { items } of client.search(`${query}&_count=${PAGE_SIZE}`)) codes.push(...items.flatMap((item) => textOf(item, 'id') ?? []));
  return codes.sort();
}

/** Who is partner to whom, read whole: what is missing was taken back. */
const memberships = stream({
  name: 'memberships',
  entity: 'pcnMembership',
  removals: 'absence',
  wire: Relationship,
  pages: (client: OdsClient, { since }) => (client.settings.service === 'fhir' ? fhirMemberships(client, since) : ordMemberships(client, since)),
  map: toMembership,
});

/** Network by network: the affiliations can be asked for by who they are with, not by their kind. */
async function* fhirMemberships(client: OdsClient, since: Cursor | null): AsyncIterable<Page> {
  const codes = (await codesOf(client, PCNS.fhir)).filter((code) => code > String(since?.after ?? ''));
  if (codes.length === 0) yield { records: [], cursor: null, asOf: client.now() };
  let from = typeof since?.next === 'string' ? since.next : null;
  for (const [index, code] of codes.entries()) {
    const before = codes[index - 1] ?? String(since?.after ?? '');
    for await (const { items, next } of client.search(affiliationsWith(code), from)) {
      const isLast = next === null && index === codes.length - 1;
      const records = items.map((item) => {
        const ref = affiliationRef(item);
        return { ref, where: `relationship ${ref ?? 'without an identifier'}`, raw: { ...(item as object), form: 'fhir' } };
      });
      yield { records, cursor: isLast ? null : { after: next === null ? code : before, next }, asOf: client.now() };
    }
    from = null;
  }
}

/** The relationships of each practice. */
async function* ordMemberships(client: OdsClient, since: Cursor | null): AsyncIterable<Page> {
  const from = { next: typeof since?.next === 'string' ? since.next : null, done: Number(since?.done ?? 0) };
  for await (const { entries, isLast, next, done } of ordPages(client, PRACTICES.ord, from)) {
    const records: UpstreamRecord[] = [];
    for (const entry of entries) {
      const body = await ordBody(client, entry);
      if (body === null) records.push({ ref: null, where: `organisation ${entry.code}`, raw: null, problems: NOT_FOUND });
      else records.push(...relationshipsOf(body, entry.code));
    }
    yield { records, cursor: isLast ? null : { next, done }, asOf: client.now() };
  }
}

function relationshipsOf(body: object, source: string): readonly UpstreamRecord[] {
  const { Rel = [] } = ((body as { readonly Rels?: { readonly Rel?: unknown } }).Rels ?? {}) as { readonly Rel?: unknown };
  return (Array.isArray(Rel) ? Rel : [Rel]).map((sent: unknown) => {
    const ref = textOf(sent, 'uniqueRelId');
    return { ref, where: `relationship ${ref ?? `without an identifier of ${source}`}`, raw: { ...(sent as object), form: 'ord', source } };
  });
}

/** The number that the register gives a relationship, the same in either service; null where what stands there is none. */
function affiliationRef(item: unknown): string | null {
  const [identifier] = ((item ?? {}) as { readonly identifier?: readonly unknown[] }).identifier ?? [];
  const number = textOf(identifier, 'value');
  if (number === null) return textOf(item, 'id');
  return /^\d+$/.test(number) ? number : null;
}

function textOf(item: unknown, field: string): string | null {
  const value = ((item ?? {}) as Readonly<Record<string, unknown>>)[field];
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : null;
}

export default defineAdapter<OdsApiSettings, OdsClient>({
  id: 'ods-api',
  title: 'Organisation Data Service API',
  kind: 'REFERENCE',
  docs: 'https://digital.nhs.uk/developer/api-catalogue/organisation-data-terminology',
  partial: 'No whole FHIR answer was seen. ICBs, branches and successions are not read.',
  settings: OdsApiSettings,
  connect,
  async check(client) {
    if (client.settings.service === 'fhir') return client.count(PCNS.fhir);
    for await (const _page of client.list(`${PCNS.ord}&Limit=1`)) return;
  },
  pull: [practices, pcns, memberships],
});
