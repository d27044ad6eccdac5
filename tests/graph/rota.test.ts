import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../platform/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Graph, openGraph } from '../support/graph.ts';
import { fillSmallNetwork, insertShifts } from '../support/small-network.ts';

describe('shifts', () => {
  let database: Database;
  let graph: Graph;
  beforeAll(async () => {
    database = await openTestDatabase();
    await fillSmallNetwork(database);
    await insertShifts(database, [
      { startsAt: '2026-10-26T08:00:00Z', endsAt: '2026-10-26T12:00:00Z', person: 'alderGp' },
      { startsAt: '2026-10-26T08:00:00Z', endsAt: '2026-10-26T12:00:00Z', organisation: 'U99999', site: 'U99999-HUB' },
    ]);
    graph = await openGraph(database);
  });
  afterAll(async () => {
    await graph.close();
    await database.close();
  });

  it('tell who works them, where, and for whom', async () => {
    const answer = await graph.ask(
      'coordinator',
      `{ shifts { totalCount nodes { id status workedMinutes practice { name } pcn { name } site { name }
           workedBy { name engagements { kind } } booking { fillSource staffMember { id } shift { id } } source { upstream ref asOf } } }
         staffingMeasures(from: "2026-10-26T00:00:00Z", to: "2026-11-02T00:00:00Z", groupBy: [ORGANISATION, ROLE, WEEK]) { organisationCode practice { name } role weekStartsOn neededHours fillRateByHours }
         measureDefinitions { name version } }`,
    );
    expect(answer).toMatchInlineSnapshot(`
{
  "codes": [],
  "data": {
    "measureDefinitions": [
      {
        "name": "FILL_RATE_HOURS",
        "version": 1,
      },
      {
        "name": "UNFILLED_HOURS",
        "version": 1,
      },
      {
        "name": "AGENCY_RATE_HOURS",
        "version": 1,
      },
    ],
    "shifts": {
      "nodes": [
        {
          "booking": {
            "fillSource": "OWN",
            "shift": {
              "id": "shift_00000009-0000-4000-8000-000000000001",
            },
            "staffMember": {
              "id": "staff_00000001-0000-4000-8000-000000000001",
            },
          },
          "id": "shift_00000009-0000-4000-8000-000000000001",
          "pcn": null,
          "practice": {
            "name": "Alderbrook Surgery",
          },
          "site": {
            "name": "Alderbrook Surgery",
          },
          "source": {
            "asOf": "2026-10-01T09:00:00.000Z",
            "ref": "shift-1",
            "upstream": "rota-alder",
          },
          "status": "FILLED",
          "workedBy": {
            "engagements": [
              {
                "kind": "SALARIED",
              },
            ],
            "name": "Adaeze Quillfeather",
          },
          "workedMinutes": 240,
        },
        {
          "booking": null,
          "id": "shift_00000009-0000-4000-8000-000000000002",
          "pcn": {
            "name": "Brackenford PCN",
          },
          "practice": null,
          "site": {
            "name": "Brackenford Access Hub",
          },
          "source": {
            "asOf": "2026-10-01T09:00:00.000Z",
            "ref": "shift-2",
            "upstream": "rota-alder",
          },
          "status": "OPEN",
          "workedBy": null,
          "workedMinutes": 240,
        },
      ],
      "totalCount": 2,
    },
    "staffingMeasures": [
      {
        "fillRateByHours": 0,
        "neededHours": 4,
        "organisationCode": "U99999",
        "practice": null,
        "role": "GENERAL_PRACTITIONER",
        "weekStartsOn": "2026-10-26",
      },
      {
        "fillRateByHours": 1,
        "neededHours": 4,
        "organisationCode": "Z99001",
        "practice": {
          "name": "Alderbrook Surgery",
        },
        "role": "GENERAL_PRACTITIONER",
        "weekStartsOn": "2026-10-26",
      },
    ],
  },
  "errors": [],
}
`);
  });
});
