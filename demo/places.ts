/** The organisations and sites of the demo. Their codes have the form of ODS codes and are never given out. */
import type { DeliveryMode, SiteKind } from '../schema/domain/values.ts';

export const ICB = { code: 'QZZ', name: 'NHS Brackenshire ICB' } as const;
export const SUB_ICB_LOCATION = { code: 'Z99', name: 'NHS Brackenshire ICB - Z99', icbCode: ICB.code } as const;
export const NETWORK = { code: 'U99999', name: 'Brackenford PCN', subIcbLocationCode: SUB_ICB_LOCATION.code } as const;

export interface Practice {
  readonly code: string;
  readonly name: string;
  readonly street: string;
  readonly postcode: string;
  readonly openedOn: string;
  readonly supplier: string;
  /** About how many patients are registered. */
  readonly patients: number;
}

// biome-ignore format: a table is read by its columns.
export const PRACTICES: readonly Practice[] = [
  { code: 'Z99001', name: 'Alderbrook Surgery',        street: '1 Alder Row',     postcode: 'QX1 1AA', openedOn: '1974-04-01', supplier: 'EMIS', patients: 11_420 },
  { code: 'Z99002', name: 'Birchwood Medical Centre',  street: '22 Birch Rise',   postcode: 'QX1 2BB', openedOn: '1974-04-01', supplier: 'EMIS', patients: 9_860 },
  { code: 'Z99003', name: 'Cedar Lane Practice',       street: '3 Cedar Lane',    postcode: 'QX2 3CC', openedOn: '1981-10-01', supplier: 'TPP',  patients: 7_310 },
  { code: 'Z99004', name: 'Dovecote Health Centre',    street: '44 Dovecote Way', postcode: 'QX2 4DD', openedOn: '1974-04-01', supplier: 'TPP',  patients: 12_950 },
  { code: 'Z99005', name: 'Elmfield Surgery',          street: '5 Elmfield Green', postcode: 'QX3 5EE', openedOn: '1992-07-01', supplier: 'EMIS', patients: 5_240 },
  { code: 'Z99006', name: 'Foxglove Family Practice',  street: '66 Foxglove Hill', postcode: 'QX3 6FF', openedOn: '2003-02-01', supplier: 'EMIS', patients: 8_120 },
];

/** Closed, and still in the NHS list of practices, as such practices are. */
export const CLOSED_PRACTICE = {
  code: 'Z99007',
  name: 'Gorse Lane Surgery',
  street: '7 Gorse Lane',
  postcode: 'QX3 7GG',
  openedOn: '1974-04-01',
  closedOn: '2019-03-31',
} as const;

export interface Site {
  readonly code: string;
  readonly organisationCode: string;
  readonly name: string;
  readonly kind: SiteKind;
  readonly deliveryModes: readonly DeliveryMode[];
  /** Empty for a site without a door. */
  readonly street: string;
  readonly postcode: string;
}

export const HUB_SITE = 'U99999-HUB';
export const ONLINE_SITE = 'U99999-ONLINE';
export const CLINIC_SITE = 'U99999-CLINIC';
export const BRANCH_SITE = 'Z99004-MILLPOND';

export const SITES: readonly Site[] = [
  ...PRACTICES.map(
    ({ code, name, street, postcode }): Site => ({
      code,
      organisationCode: code,
      name,
      kind: 'PRACTICE_SITE',
      deliveryModes: ['ON_SITE', 'TELEPHONE', 'VIDEO', 'ASYNC_ONLINE'],
      street,
      postcode,
    }),
  ),
  {
    code: BRANCH_SITE,
    organisationCode: 'Z99004',
    name: 'Dovecote at Millpond',
    kind: 'PRACTICE_SITE',
    deliveryModes: ['ON_SITE', 'TELEPHONE'],
    street: '9 Millpond Street',
    postcode: 'QX2 9DD',
  },
  {
    code: HUB_SITE,
    organisationCode: NETWORK.code,
    name: 'Brackenford Access Hub',
    kind: 'ACCESS_HUB',
    deliveryModes: ['ON_SITE', 'TELEPHONE', 'VIDEO', 'ASYNC_ONLINE'],
    street: '10 Market Square',
    postcode: 'QX1 9HH',
  },
  {
    code: CLINIC_SITE,
    organisationCode: NETWORK.code,
    name: 'Brackenford Library Clinic',
    kind: 'COMMUNITY_CLINIC',
    deliveryModes: ['ON_SITE'],
    street: '12 Library Walk',
    postcode: 'QX1 8LL',
  },
  {
    code: ONLINE_SITE,
    organisationCode: NETWORK.code,
    name: 'Brackenford Online',
    kind: 'REMOTE_HUB',
    deliveryModes: ['TELEPHONE', 'VIDEO', 'ASYNC_ONLINE'],
    street: '',
    postcode: '',
  },
];
