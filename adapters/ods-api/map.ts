/** What the organisations and relationships of either service mean. Pure. */
import type { Canonical } from '../../schema/domain/canonical.ts';
import { addDays, type Day, isDay } from '../../schema/domain/time.ts';
import { invalid, kindOf, type Removed, type Skipped, skip } from '../contract.ts';
import { type Extension, ORGANISATION_ROLE, type Organisation, type Relationship, TYPED_PERIOD } from './wire.ts';

/** Roles and relationships. Source: the ODS reference data catalogue; read 2026-11-23. */
export const ROLES = { GP_PRACTICE: 'RO76', PRESCRIBING_COST_CENTRE: 'RO177', PCN: 'RO272', SUB_ICB_LOCATION: 'RO98' } as const;
export const RELATIONSHIPS = { COMMISSIONED_BY: 'RE4', OPERATED_BY: 'RE6', PARTNER_TO: 'RE8' } as const;

const RELATIONSHIP_TITLES: Readonly<Record<string, string>> = {
  RE2: 'is a subdivision of',
  RE3: 'is directed by',
  RE4: 'is commissioned by',
  RE5: 'is located in the geography of',
  RE6: 'is operated by',
};

/** An organisation, whichever service told of it. */
interface Facts {
  readonly code: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly period: Period;
  /** Role → whether it is active. */
  readonly roles: ReadonlyMap<string, boolean>;
  readonly addressLines: readonly string[];
  readonly postcode: string | null;
  readonly commissioner: string | null;
}

/** Both days belong to it: the end is the last. */
interface Period {
  readonly start: Day | null;
  readonly end: Day | null;
}

/** A GP practice. The services do not know one that is dormant from one that is open. */
export function toPractice(sent: Organisation): Canonical['practice'] | Skipped | Removed {
  const { code, name, isActive, period, roles, addressLines, postcode, commissioner } = factsOf(sent);
  const isPractice = roles.get(ROLES.GP_PRACTICE);
  if (isPractice === undefined) return skip('not a GP practice');
  if (code.startsWith('W')) return skip('in Wales');
  // It gave up the role and goes on as something else: nobody else would say that the practice is gone.
  if (isActive && !isPractice) return { removed: true };
  return {
    odsCode: code,
    name,
    status: !isActive ? 'CLOSED' : period.start !== null && period.start > sent.readOn ? 'PROPOSED' : 'ACTIVE',
    addressLines: [...addressLines],
    postcode,
    openedOn: period.start,
    closedOn: isActive ? null : period.end,
    subIcbLocationCode: commissioner,
    icbCode: null,
    clinicalSystem: null,
  };
}

export function toPcn(sent: Organisation): Canonical['pcn'] | Skipped {
  const { code, name, isActive, period, roles } = factsOf(sent);
  if (!roles.has(ROLES.PCN)) return skip('not a primary care network');
  return { odsCode: code, name, openedOn: period.start, closedOn: isActive ? null : period.end };
}

/** A practice that is partner to a network. Every other relationship of either is skipped under its own reason. */
export function toMembership(sent: Relationship): Canonical['pcnMembership'] | Skipped {
  const { kind, source, target, isActive, period } = relationOf(sent);
  const title = RELATIONSHIP_TITLES[kind];
  if (kind !== RELATIONSHIPS.PARTNER_TO && title === undefined)
    throw invalid('code', 'a relationship of the Organisation Data Service (RE2 to RE11)', 'another word');
  if (kind !== RELATIONSHIPS.PARTNER_TO) return skip(`a relationship of another kind: ${title}`);
  if (!isActive && period.end === null) throw invalid('period.end', 'a last day of what is no longer active', 'nothing');
  return { practiceOdsCode: source, pcnOdsCode: target, startsOn: period.start, endsOn: period.end && addDays(period.end, 1) };
}

/** Who commissions it, from a relationship that lasts; null for any other. */
export function commissionerOf(sent: Relationship): { readonly source: string; readonly target: string } | null {
  const { kind, source, target, isActive, period } = relationOf(sent);
  return kind === RELATIONSHIPS.COMMISSIONED_BY && isActive && period.end === null ? { source, target } : null;
}

function factsOf(sent: Organisation): Facts {
  if (sent.form === 'fhir') {
    const [address] = sent.address;
    return {
      code: sent.id,
      name: sent.name,
      isActive: sent.active,
      period: periodOf(sent.extension),
      roles: new Map(sent.extension.filter(({ url }) => url === ORGANISATION_ROLE).map(roleOf)),
      addressLines: given([...(address?.line ?? []), address?.city, address?.district]),
      postcode: address?.postalCode || null,
      commissioner: sent.commissioner,
    };
  }
  const location = sent.GeoLoc?.Location;
  return {
    code: sent.OrgId.extension,
    name: sent.Name,
    isActive: sent.Status === 'Active',
    period: ordPeriod(sent.Date),
    roles: new Map(sent.Roles.Role.map(({ id, Status }) => [id, Status === 'Active'])),
    addressLines: given([location?.AddrLn1, location?.AddrLn2, location?.AddrLn3, location?.Town, location?.County]),
    postcode: location?.PostCode || null,
    commissioner: sent.Rels.Rel.flatMap((rel) => commissionerOf({ ...rel, form: 'ord', source: sent.OrgId.extension }) ?? [])[0]?.target ?? null,
  };
}

function relationOf(sent: Relationship) {
  if (sent.form === 'fhir') {
    return {
      kind: sent.code[0]?.coding[0]?.code ?? '',
      source: sent.organization.identifier.value,
      target: sent.participatingOrganization.identifier.value,
      isActive: sent.active,
      period: periodOf(sent.extension),
    };
  }
  return { kind: sent.id, source: sent.source, target: sent.Target.OrgId.extension, isActive: sent.Status === 'Active', period: ordPeriod(sent.Date) };
}

const given = (lines: readonly (string | undefined)[]) => lines.filter((line) => line !== undefined && line !== '') as string[];

const within = ({ extension = [] }: Extension, url: string) => extension.find((candidate) => candidate.url === url);

function roleOf(extension: Extension): readonly [string, boolean] {
  const code = within(extension, 'roleCode')?.valueCodeableConcept?.coding?.[0]?.code;
  if (code === undefined) throw invalid('extension.roleCode', 'the code of a role', 'nothing');
  return [code, within(extension, 'active')?.valueBoolean ?? true];
}

/** When it operates, else when it exists in law. */
function periodOf(extensions: readonly Extension[]): Period {
  const periods = extensions.filter(({ url }) => url === TYPED_PERIOD);
  const ofType = (type: string) => periods.find((period) => within(period, 'dateType')?.valueCoding?.code === type);
  const { start, end } = within(ofType('Operational') ?? ofType('Legal') ?? { url: '' }, 'period')?.valuePeriod ?? {};
  return { start: dayOf('period.start', start), end: dayOf('period.end', end) };
}

function ordPeriod(dates: readonly { readonly Type: string; readonly Start?: string; readonly End?: string }[]): Period {
  const { Start, End } = dates.find(({ Type }) => Type === 'Operational') ?? dates.find(({ Type }) => Type === 'Legal') ?? {};
  return { start: dayOf('period.start', Start), end: dayOf('period.end', End) };
}

/** FHIR allows a time behind the day. */
function dayOf(path: string, text: string | undefined): Day | null {
  if (text === undefined || text === '') return null;
  const day = text.slice(0, 10);
  if (!isDay(day)) throw invalid(path, 'a date as YYYY-MM-DD', kindOf(text));
  return day;
}
