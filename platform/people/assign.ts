/** Which person each group of records is. Pure. */

export interface Linked {
  readonly id: string;
  /** The person whom the record meant until now. */
  readonly staffId: string;
}

export interface Move {
  readonly from: string;
  readonly to: string;
  readonly recordIds: readonly string[];
}

/** Persons of whom no record is left, and whom records were before they were joined with others; the last first. */
export interface FormerPeople {
  /** Of exactly these records: going back to them takes a join back. */
  exactly(recordIds: readonly string[]): readonly string[];
  /** Of some of these records. */
  someOf(recordIds: readonly string[]): readonly string[];
}

export interface Assigning {
  /** An id that was made for this page and that nobody knows. */
  readonly isProvisional: (staffId: string) => boolean;
  readonly formerly: FormerPeople;
  readonly newId: () => string;
  /** Whether a record is of those that keep their person's id in a split. */
  readonly isKeeper: (recordId: string) => boolean;
}

/**
 * Gives each group a person: the one of whom it has the most records, so that ids stay. Between two groups that have as
 * many of one person, the one whose records were somebody else before they were joined gives way. A group that has
 * nobody's majority gets whom its records were before, and otherwise somebody new.
 */
export function assignPeople(groups: readonly (readonly Linked[])[], { isProvisional, formerly, newId, isKeeper }: Assigning): ReadonlyMap<string, string> {
  const claims = groups.flatMap((group, index) =>
    [...Map.groupBy(group, ({ staffId }) => staffId)].map(([staffId, records]) => {
      const goesBack = formerly.exactly(group.map(({ id }) => id)).length > 0;
      const cameLater = formerly.someOf(records.map(({ id }) => id)).length > 0;
      return { index, staffId, count: records.length, known: !isProvisional(staffId), goesBack, cameLater, keeps: records.some(({ id }) => isKeeper(id)) };
    }),
  );
  const leastOf = groups.map((group) => group.map(({ id }) => id).sort()[0] ?? '');
  // Who came by a join does not keep the id for staying in a split: it goes with the links and rows of whom it meant before.
  const isSplit = claims.some(({ keeps }) => keeps);
  claims.sort(
    (a, b) =>
      Number(b.known) - Number(a.known) ||
      Number(a.goesBack) - Number(b.goesBack) ||
      (isSplit ? Number(a.cameLater) - Number(b.cameLater) : 0) ||
      Number(b.keeps) - Number(a.keeps) ||
      b.count - a.count ||
      Number(a.cameLater) - Number(b.cameLater) ||
      compareText(a.staffId, b.staffId) ||
      compareText(leastOf[a.index] ?? '', leastOf[b.index] ?? ''),
  );
  const personOf = new Map<number, string>();
  const taken = new Set<string>();
  for (const { index, staffId, known } of claims) {
    if (!known || personOf.has(index) || taken.has(staffId)) continue;
    personOf.set(index, staffId);
    taken.add(staffId);
  }
  const assigned = new Map<string, string>();
  for (const [index, group] of groups.entries()) {
    const ids = group.map(({ id }) => id);
    const person =
      personOf.get(index) ??
      [
        ...formerly.exactly(ids),
        ...formerly.someOf(ids),
        ...group
          .map(({ staffId }) => staffId)
          .filter(isProvisional)
          .sort(),
      ].find((id) => !taken.has(id)) ??
      newId();
    taken.add(person);
    for (const id of ids) assigned.set(id, person);
  }
  return assigned;
}

/** What has to move, by where from and where to. Records of nobody known yet move from nowhere and are left out. */
export function movesBetween(records: readonly Linked[], assigned: ReadonlyMap<string, string>, isProvisional: (staffId: string) => boolean): readonly Move[] {
  const moving = records.filter(({ id, staffId }) => assigned.get(id) !== staffId && !isProvisional(staffId));
  return [...Map.groupBy(moving, ({ id, staffId }) => `${staffId} ${assigned.get(id)}`)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, list]) => {
      const [from = '', to = ''] = key.split(' ');
      return { from, to, recordIds: list.map(({ id }) => id).sort() };
    });
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
