/** Where a field came from, asked over HTTP, after real syncs of two systems that know one person and one practice. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import type { SourceKind } from '../../schema/domain/precedence.ts';
import { createSyncEngine } from '../../sync/engine.ts';
import type { Upstream } from '../../sync/upstreams.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import type { ActorName } from '../support/small-network.ts';
import { practiceSentIn, sentBy } from '../sync/kept-upstream.ts';

const SYNCED_AT = new Date('2026-10-02T08:00:00Z');
const HR_AT = new Date('2026-10-01T08:00:00Z');
const ROTA_AT = new Date('2026-10-02T07:00:00Z');

const EMAIL = 'celandine.ombersley@example.nhs.invalid';
const KEY = `work-email:${EMAIL}`;

const person = (givenName: string, skills: readonly string[]) => ({
  keys: [KEY],
  givenName,
  familyName: 'Ombersley',
  workEmail: EMAIL,
  registrations: [],
  skills,
});

const HR: Upstream = sentBy('esr-birchwood', 'HR', ['Z99002'], HR_AT, {
  staffMember: { 'E-1': person('Celandine', []) },
  engagement: {
    'A-1': {
      staffKey: KEY,
      organisationCode: 'Z99002',
      kind: 'PARTNER',
      role: 'GENERAL_PRACTITIONER',
      roleAsSent: 'GP Partner',
      contractedMinutesPerWeek: 2_250,
      startsOn: '2022-04-01',
      endsOn: null,
    },
  },
});

const shift = (startsAt: string, staffKey: string | null) => ({
  organisationCode: 'Z99002',
  siteCode: 'Z99002',
  role: 'GENERAL_PRACTITIONER',
  roleAsSent: 'GP',
  skillsNeeded: [],
  deliveryMode: 'ON_SITE',
  startsAt,
  endsAt: startsAt.replace('T08', 'T12'),
  unpaidBreakMinutes: 0,
  status: staffKey ? 'FILLED' : 'OPEN',
  staffKey,
  fillSource: null,
});

/** The network's rota tool: it serves another organisation than the person's practice. */
const ROTA: Upstream = sentBy('rota-hub', 'ROTA', ['U99999'], ROTA_AT, {
  staffMember: { 'R-1': person('Celandine', ['minor surgery']) },
  shift: { 'S-1': shift('2026-10-26T08:00:00Z', KEY), 'S-2': shift('2026-10-27T08:00:00Z', null) },
});

const reference = (id: string, kind: SourceKind, asOf: Date, changes: object) =>
  sentBy(id, kind, [], asOf, { practice: { Z99002: practiceSentIn('Z99002', changes) } });

describe('provenance', () => {
  let database: Database;
  let graph: Graph;
  beforeAll(async () => {
    database = await openTestDatabase();
    const engine = createSyncEngine({ database, now: () => SYNCED_AT });
    await engine.run(
      [
        HR,
        ROTA,
        reference('ods', 'REFERENCE', HR_AT, { name: 'Birchwood Medical Centre', postcode: 'ZZ99 1AA', icbCode: 'QZZ' }),
        reference('sheet', 'LOCAL', ROTA_AT, { name: 'Birchwood', clinicalSystem: 'EMIS' }),
        reference('map', 'REFERENCE', ROTA_AT, { name: 'BIRCHWOOD MEDICAL CENTRE' }),
      ],
      { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-11-30T00:00:00Z') },
    );
    await database.query(
      `INSERT INTO practices.pcn (ods_code, name, source, source_ref, as_of, pass_id) VALUES ('U99999', 'Brackenford PCN', 'ods', 'U99999', now(), 1)`,
    );
    await database.query(
      `INSERT INTO practices.pcn_membership (practice_ods_code, pcn_ods_code, source, source_ref, as_of, pass_id) VALUES ('Z99002', 'U99999', 'ods', '1', now(), 1)`,
    );
    graph = await openGraph(database);
  });
  afterAll(async () => {
    await graph.close();
    await database.close();
  });

  interface Told {
    readonly field: string;
    readonly source: string;
    readonly rule: string;
    readonly alternatives?: readonly { readonly source: string }[];
  }

  async function staffProvenance(who: ActorName, fields: readonly string[]) {
    const query = `query ($fields: [String!]) { staff { nodes { provenance(fields: $fields) {
      field source upstreamRef observedAt syncedAt mappingVersion rule alternatives { source observedAt } } } } }`;
    const { data, errors } = await graph.ask(who, query, { fields });
    expect(errors).toEqual([]);
    return data.staff.nodes[0]?.provenance as readonly Told[];
  }

  it('says of each field of a person which record gives it, when it was seen and read, by which mapping, and why that one', async () => {
    expect(await staffProvenance('coordinator', ['givenName', 'skills'])).toEqual([
      {
        field: 'givenName',
        source: 'esr-birchwood',
        upstreamRef: 'E-1',
        observedAt: HR_AT.toISOString(),
        syncedAt: SYNCED_AT.toISOString(),
        mappingVersion: 'kept@unversioned',
        rule: 'precedence: HR over ROTA',
        alternatives: [{ source: 'rota-hub', observedAt: ROTA_AT.toISOString() }],
      },
      {
        field: 'skills',
        source: 'rota-hub',
        upstreamRef: 'R-1',
        observedAt: ROTA_AT.toISOString(),
        syncedAt: SYNCED_AT.toISOString(),
        mappingVersion: 'kept@unversioned',
        rule: 'only source',
        alternatives: [],
      },
    ]);
  });

  it('tells an analyst neither whose name it is, nor by which reference, nor who else knows the person', async () => {
    const told = await staffProvenance('analyst', ['givenName', 'familyName', 'workEmail', 'registrations', 'skills']);
    expect(told).toEqual([expect.objectContaining({ field: 'skills', upstreamRef: null, alternatives: [] })]);
    const { data } = await graph.ask('analyst', '{ staff { nodes { engagements { provenance(fields: ["kind"]) { upstreamRef source } } } } }');
    expect(data.staff.nodes[0].engagements).toEqual([{ provenance: [{ upstreamRef: null, source: 'esr-birchwood' }] }]);
  });

  it('tells an analyst no reference of a person, of what they work or of their terms anywhere else either, and a manager all', async () => {
    const query = `{ staff { nodes { source { ref } engagements { source { ref } } } }
      shifts(orderBy: STARTS_AT_ASC) { nodes { source { upstream ref } provenance(fields: ["startsAt"]) { upstreamRef } } } }`;
    const shiftsOf = (refs: readonly (string | null)[]) => refs.map((ref) => ({ source: { upstream: 'rota-hub', ref }, provenance: [{ upstreamRef: ref }] }));
    expect((await graph.ask('analyst', query)).data).toEqual({
      staff: { nodes: [{ source: { ref: null }, engagements: [{ source: { ref: null } }] }] },
      shifts: { nodes: shiftsOf([null, null]) },
    });
    expect((await graph.ask('coordinator', query)).data).toEqual({
      staff: { nodes: [{ source: { ref: expect.any(String) }, engagements: [{ source: { ref: 'A-1' } }] }] },
      shifts: { nodes: shiftsOf(['S-1', 'S-2']) },
    });
  });

  it('tells of other systems to those whose organisation they serve, to the person, and to nobody else', async () => {
    const others = async (who: ActorName) => (await staffProvenance(who, ['givenName'])).map(({ alternatives }) => alternatives?.map(({ source }) => source));
    expect(await others('coordinator')).toEqual([['rota-hub']]);
    expect(await others('birchGp')).toEqual([['rota-hub']]);
    expect(await others('service')).toEqual([['rota-hub']]);
    await database.query(`UPDATE platform.upstream SET organisation_codes = '{Z98001}' WHERE id = 'rota-hub'`);
    expect(await others('coordinator')).toEqual([[]]);
    await database.query(`UPDATE platform.upstream SET organisation_codes = '{U99999}' WHERE id = 'rota-hub'`);
  });

  it('says of an engagement and of a shift the one record that they are, and what follows from more than it', async () => {
    const { data } = await graph.ask(
      'coordinator',
      `{ staff { nodes { engagements { provenance(fields: ["kind", "startsOn"]) { field source upstreamRef rule syncedAt } } } }
         shifts(orderBy: STARTS_AT_ASC) { nodes { provenance(fields: ["startsAt", "workedBy", "fillSource"]) { field upstreamRef rule mappingVersion } } } }`,
    );
    const engagement = { source: 'esr-birchwood', upstreamRef: 'A-1', rule: 'only source', syncedAt: SYNCED_AT.toISOString() };
    expect(data.staff.nodes[0].engagements[0].provenance).toEqual([
      { field: 'kind', ...engagement },
      { field: 'startsOn', ...engagement },
    ]);
    const of = (upstreamRef: string) => ({ upstreamRef, rule: 'only source', mappingVersion: 'kept@unversioned' });
    expect(data.shifts.nodes).toEqual([
      {
        provenance: [
          { field: 'startsAt', ...of('S-1') },
          { field: 'workedBy', ...of('S-1') },
          { field: 'fillSource', ...of('S-1'), rule: "derived: the person's engagements on that day" },
        ],
      },
      {
        provenance: [
          { field: 'startsAt', ...of('S-2') },
          { field: 'workedBy', ...of('S-2') },
        ],
      },
    ]);
  });

  it('says of a practice who won each field, and who else gave it', async () => {
    const { data } = await graph.ask('nobody', '{ practice(odsCode: "Z99002") { name provenance { field source rule alternatives { source } } } }');
    expect(data.practice).toEqual({
      name: 'BIRCHWOOD MEDICAL CENTRE',
      provenance: [
        { field: 'odsCode', source: 'map', rule: 'newest', alternatives: [{ source: 'ods' }, { source: 'sheet' }] },
        { field: 'name', source: 'map', rule: 'newest', alternatives: [{ source: 'ods' }, { source: 'sheet' }] },
        { field: 'postcode', source: 'ods', rule: 'only source', alternatives: [] },
        { field: 'icb', source: 'ods', rule: 'only source', alternatives: [] },
        { field: 'clinicalSystem', source: 'sheet', rule: 'only source', alternatives: [] },
      ],
    });
  });

  it('refuses a field that there is not, and says which there are', async () => {
    const { errors } = await graph.ask('coordinator', '{ practice(odsCode: "Z99002") { provenance(fields: ["nane"]) { source } } }');
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(/^fields: expected some of odsCode, name, .*, got one that is none of these\.$/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});
