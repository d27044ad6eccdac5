/** Breathe: who is employed, who is on leave or off sick, and which courses prove something. */
import type { LeaveKind } from '../../schema/domain/values.ts';
import { defineAdapter, type PullRequest, stream, type UpstreamRecord } from '../contract.ts';
import { type BreatheClient, connect, type ListPage, type Resource } from './client.ts';
import { toCredential, toEngagement, toLeave, toStaffMember } from './map.ts';
import { BreatheHrSettings } from './settings.ts';
import { ABSENCE_FIELDS, BreatheAbsence, BreatheCourse, BreatheEmployee, COURSE_FIELDS, EMPLOYEE_FIELDS } from './wire.ts';

type Fields = Partial<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

const pick = (fields: Fields, names: readonly string[]): Fields => Object.fromEntries(names.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])));

/** A word as it stands, or the name of the object that holds it. */
function nameIn(value: unknown): string {
  const name = typeof value === 'string' ? value : fieldsOf(value).name;
  return typeof name === 'string' ? name.trim() : '';
}

const refOf = ({ id }: Fields): string | null => (typeof id === 'number' || (typeof id === 'string' && id.trim() !== '') ? String(id) : null);

/** The records of a page, each cut down to what may leave the reader. */
function recordsOf({ values, ...page }: ListPage, what: string, rawOf: (sent: Fields) => Fields) {
  const records = values.map((value): UpstreamRecord => {
    const sent = fieldsOf(value);
    const ref = refOf(sent);
    return { ref, where: `${what} ${ref ?? 'without an id'}`, raw: rawOf(sent) };
  });
  return { ...page, records };
}

/** GET /employees */
async function* employeePages(client: BreatheClient, request: PullRequest) {
  const { settings, vocabulary } = client;
  const { account, payroll = null } = settings;
  for await (const page of client.pages('employees', {}, request)) {
    yield recordsOf(page, 'employee', (sent) => {
      const jobTitle = nameIn(sent.job_title);
      const kind = vocabulary.kindOfTitle(jobTitle);
      const organisationCode = [sent.location, sent.division, sent.department]
        .map((place) => client.organisationOf(nameIn(place)))
        .find((code) => code !== undefined);
      return {
        ...pick(sent, EMPLOYEE_FIELDS),
        total_hours: fieldsOf(sent.working_pattern).total_hours,
        joined: {
          account,
          payroll,
          organisationCode: organisationCode ?? settings.organisationCode,
          role: vocabulary.role({ jobRole: jobTitle, position: '', occupationCode: '' }),
          kind: kind === undefined ? settings.defaultKind : kind,
        },
      };
    });
  }
}

const staffMembers = stream({
  name: 'staffMembers',
  entity: 'staffMember',
  removals: 'absence',
  mayShift: true,
  wire: BreatheEmployee,
  pages: employeePages,
  map: toStaffMember,
});

const engagements = stream({
  name: 'engagements',
  entity: 'engagement',
  removals: 'absence',
  mayShift: true,
  wire: BreatheEmployee,
  pages: employeePages,
  map: toEngagement,
});

/** The longest leave that is looked for: a year of parental leave. */
const MARGIN_MS = 366 * 24 * 60 * 60 * 1000;

/**
 * Whether the dates of the filter mean those that begin, or those that lie, between them is not said: a wider period is
 * asked for, and `map` cuts.
 */
const around = ({ from, to }: PullRequest) => ({
  start_date: new Date(from.getTime() - MARGIN_MS).toISOString().slice(0, 10),
  end_date: new Date(to.getTime() + MARGIN_MS).toISOString().slice(0, 10),
});

async function* leavePages(
  client: BreatheClient,
  request: PullRequest,
  resource: Resource,
  parameters: Record<string, string>,
  kindOfLeave: (sent: Fields) => LeaveKind | null,
) {
  const { account, morningEndsAt } = client.settings;
  const common = { account, morningEndsAt, from: request.from.toISOString(), to: request.to.toISOString() };
  for await (const page of client.pages(resource, parameters, request)) {
    yield recordsOf(page, resource === 'absences' ? 'absence' : 'sickness', (sent) => ({
      ...pick(sent, ABSENCE_FIELDS),
      employee: pick(fieldsOf(sent.employee), ['id']),
      joined: { ...common, kind: kindOfLeave(sent) },
    }));
  }
}

/** GET /absences. A holiday is annual leave; of other leave the reason tells the kind, and goes no further. */
const absences = stream({
  name: 'absences',
  entity: 'leave',
  removals: 'absence',
  mayShift: true,
  wire: BreatheAbsence,
  pages: (client: BreatheClient, request) =>
    leavePages(client, request, 'absences', around(request), ({ type, leave_reason }) => {
      const reason = nameIn(leave_reason);
      return client.vocabulary.absenceType(reason === '' ? nameIn(type) : reason);
    }),
  map: toLeave,
});

/** GET /sicknesses: days alone. What ails a person is not read. */
const sicknesses = stream({
  name: 'sicknesses',
  entity: 'leave',
  removals: 'absence',
  mayShift: true,
  offered: ({ settings }: BreatheClient) => settings.readSicknesses,
  wire: BreatheAbsence,
  pages: (client: BreatheClient, request) => leavePages(client, request, 'sicknesses', { exclude_cancelled_sicknesses: 'true' }, () => 'AWAY'),
  map: toLeave,
});

/** GET /employee_training_courses */
const trainingCourses = stream({
  name: 'trainingCourses',
  entity: 'credential',
  removals: 'absence',
  mayShift: true,
  wire: BreatheCourse,
  async *pages(client: BreatheClient, request) {
    const { settings, vocabulary } = client;
    const completed = settings.completedStatuses.map((status) => status.trim().toLowerCase());
    for await (const page of client.pages('employee_training_courses', { exclude_cancelled_employee_training_courses: 'true' }, request)) {
      yield recordsOf(page, 'training course', (sent) => ({
        ...pick(sent, COURSE_FIELDS),
        employee: pick(fieldsOf(sent.employee), ['id']),
        joined: {
          account: settings.account,
          kind: [sent.name, sent.company_training_type].map((word) => vocabulary.competence(nameIn(word))).find((kind) => kind !== undefined),
          completed: completed.includes(nameIn(sent.status).toLowerCase()),
        },
      }));
    }
  },
  map: toCredential,
});

export default defineAdapter<BreatheHrSettings, BreatheClient>({
  id: 'breathehr',
  title: 'Breathe',
  kind: 'HR',
  docs: 'https://developer.breathehr.com/',
  partial: 'Leave requests are not read: their fields are not published.',
  settings: BreatheHrSettings,
  connect,
  check: (client) => client.probe('employees'),
  pull: [staffMembers, engagements, absences, sicknesses, trainingCourses],
});
