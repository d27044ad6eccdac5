/** Where each entity is stored: one line of the canonical model, one entry here. */
import type { EntityName } from '../../schema/domain/canonical.ts';
import type { EntityStore } from './entity-store.ts';
import { organisationStore } from './organisations.ts';
import { personalRowStore, rowStore } from './rows.ts';
import { shiftStore } from './shifts.ts';
import { staffStore } from './staff.ts';

const STORES: { readonly [E in EntityName]: EntityStore<E> } = {
  icb: organisationStore({
    entity: 'icb',
    table: 'practices.icb',
    fields: { code: 'text', name: 'text' },
    uniqueBy: 'code',
    keyOfRow: 't.code',
    keyOf: ({ code }) => code,
  }),
  subIcbLocation: organisationStore({
    entity: 'subIcbLocation',
    table: 'practices.sub_icb_location',
    fields: { code: 'text', name: 'text', icbCode: 'text' },
    uniqueBy: 'code',
    keyOfRow: 't.code',
    keyOf: ({ code }) => code,
  }),
  pcn: organisationStore({
    entity: 'pcn',
    table: 'practices.pcn',
    fields: { odsCode: 'text', name: 'text', openedOn: 'date', closedOn: 'date' },
    uniqueBy: 'ods_code',
    keyOfRow: 't.ods_code',
    keyOf: ({ odsCode }) => odsCode,
  }),
  practice: organisationStore({
    entity: 'practice',
    table: 'practices.practice',
    fields: {
      odsCode: 'text',
      name: 'text',
      status: 'text',
      addressLines: 'text[]',
      postcode: 'text',
      openedOn: 'date',
      closedOn: 'date',
      subIcbLocationCode: 'text',
      icbCode: 'text',
      clinicalSystem: 'text',
    },
    uniqueBy: 'ods_code',
    keyOfRow: 't.ods_code',
    keyOf: ({ odsCode }) => odsCode,
  }),
  registeredPatients: organisationStore({
    entity: 'registeredPatients',
    table: 'practices.registered_patients',
    fields: { practiceOdsCode: 'text', countedOn: 'date', patients: 'integer' },
    uniqueBy: 'practice_ods_code, counted_on',
    keyOfRow: `(t.practice_ods_code || ' ' || to_char(t.counted_on, 'YYYY-MM-DD'))`,
    keyOf: ({ practiceOdsCode, countedOn }) => `${practiceOdsCode} ${countedOn}`,
  }),
  registeredPatientsByAge: rowStore({
    table: 'practices.registered_patients_by_age',
    fields: { practiceOdsCode: 'text', countedOn: 'date', sex: 'text', ageFrom: 'integer', ageBelow: 'integer', patients: 'integer' },
  }),
  publishedWorkforce: rowStore({
    table: 'practices.published_workforce',
    fields: {
      pcnOdsCode: 'text',
      countedOn: 'date',
      staffGroup: 'text',
      role: 'text',
      detailedRole: 'text',
      jobRole: 'text',
      byServiceContract: 'boolean',
      fte: 'double precision',
    },
  }),
  bankHoliday: organisationStore({
    entity: 'bankHoliday',
    table: 'practices.bank_holiday',
    fields: { division: 'text', day: 'date', title: 'text', substitute: 'boolean', nextOn: 'date' },
    uniqueBy: 'division, day',
    keyOfRow: `(t.division || ' ' || to_char(t.day, 'YYYY-MM-DD'))`,
    keyOf: ({ division, day }) => `${division} ${day}`,
  }),
  site: organisationStore({
    entity: 'site',
    table: 'practices.site',
    fields: {
      code: 'text',
      organisationCode: 'text',
      name: 'text',
      kind: 'text',
      deliveryModes: 'text[]',
      addressLines: 'text[]',
      postcode: 'text',
    },
    uniqueBy: 'code',
    keyOfRow: 't.code',
    keyOf: ({ code }) => code,
    alwaysLists: ['addressLines'],
  }),
  pcnMembership: rowStore({
    table: 'practices.pcn_membership',
    fields: { practiceOdsCode: 'text', pcnOdsCode: 'text', startsOn: 'date', endsOn: 'date' },
  }),
  staffMember: staffStore,
  engagement: personalRowStore({
    table: 'workforce.engagement',
    fields: {
      organisationCode: 'text',
      kind: 'text',
      role: 'text',
      roleAsSent: 'text',
      contractedMinutesPerWeek: 'integer',
      startsOn: 'date',
      endsOn: 'date',
    },
  }),
  credential: personalRowStore({ table: 'workforce.credential', fields: { kind: 'text', expiresOn: 'date' } }),
  bankMembership: personalRowStore({ table: 'workforce.bank_membership', fields: { bankCode: 'text', startsOn: 'date', endsOn: 'date' } }),
  leave: personalRowStore({
    table: 'workforce.leave',
    fields: { kind: 'text', startsAt: 'timestamptz', endsAt: 'timestamptz', allDay: 'boolean' },
    within: (from, to) => `t.ends_at > ${from} AND t.starts_at < ${to}`,
  }),
  shift: shiftStore,
};

export function storeOf(entity: EntityName): EntityStore {
  return STORES[entity] as unknown as EntityStore;
}
