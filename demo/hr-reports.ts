/** The world's people as their employers' reports. */
import type { AbsenceReportRow, CompetenceReportRow, StaffReportRow } from '../adapters/esr-csv/fixtures/upstream.ts';
import { JOB_ROLES, type JobRole } from '../schema/domain/codes.ts';
import type { CredentialKind } from '../schema/domain/staff.ts';
import { addDays } from '../schema/domain/time.ts';
import type { EngagementKind, LeaveKind } from '../schema/domain/values.ts';
import type { Engagement, Person } from './people.ts';
import { TEAMS_PRACTICE } from './teams.ts';
import { britishDate, roleWords } from './words.ts';
import type { World } from './world.ts';

const STAFF_GROUP_WORDS = {
  GP: 'Medical and Dental',
  NURSE: 'Nursing and Midwifery Registered',
  DIRECT_PATIENT_CARE: 'Additional Clinical Services',
  ADMIN: 'Administrative and Clerical',
  DIRECTOR: 'Administrative and Clerical',
} as const;

const CATEGORY_WORDS: Readonly<Record<EngagementKind, string>> = {
  PARTNER: 'Partner',
  SALARIED: 'Permanent',
  LOCUM: 'Locum',
  BANK: 'Bank',
  AGENCY: 'Agency',
  ARRS: 'ARRS',
  TRAINEE: 'Training',
};

const COMPETENCE_WORDS: Readonly<Partial<Record<CredentialKind, string>>> = {
  DBS: 'Enhanced DBS',
  BASIC_LIFE_SUPPORT: 'Adult Basic Life Support',
  SAFEGUARDING_ADULTS: 'Safeguarding Adults',
  SAFEGUARDING_CHILDREN: 'Safeguarding Children',
  INFORMATION_GOVERNANCE: 'Information Governance and Data Security',
};

const ABSENCE_WORDS: Readonly<Record<LeaveKind, string>> = { ANNUAL: 'Annual Leave', STUDY: 'Study Leave', AWAY: 'Sickness' };

/** A row for each assignment, and two that are not as they should be: a number still awaited, and a volunteer. */
export function staffRows({ people, firstMonday }: World): readonly StaffReportRow[] {
  const assignments = people.flatMap((person) => person.engagements.map((engagement, index) => assignmentOf(person, engagement, index)));
  const newcomer = {
    ...blankRow('20009001', 'Fern', 'Newcombe', 'Trainee nurse', 'Z99006', britishDate(firstMonday)),
    registrationBody: 'NMC',
    registrationNumber: 'awaited',
  };
  const volunteer = { ...blankRow('20009002', 'Dale', 'Bellwether', 'Volunteer Driver', 'Z99006', '01/09/2025'), assignmentCategory: 'Honorary' };
  return [...assignments, newcomer, volunteer];
}

function assignmentOf(person: Person, engagement: Engagement, index: number): StaffReportRow {
  const { organisationCode, kind, hoursPerWeek, startsOn } = engagement;
  return {
    ...blankRow(person.employeeNumber, person.givenName, person.familyName, jobTitle(person.role, kind), organisationCode, britishDate(startsOn)),
    assignmentNumber: index === 0 ? person.employeeNumber : `${person.employeeNumber}-${index + 1}`,
    staffGroup: STAFF_GROUP_WORDS[JOB_ROLES[person.role].staffGroup],
    fte: hoursPerWeek === null ? '' : String(Math.round((hoursPerWeek / 37.5) * 100) / 100),
    contractedHours: hoursPerWeek === null ? '' : String(hoursPerWeek),
    assignmentCategory: CATEGORY_WORDS[kind],
    email: person.email,
    registrationBody: person.registration?.regulator ?? '',
    registrationNumber: person.registration?.number ?? '',
    skills: person.skills.join('; '),
  };
}

function blankRow(employeeNumber: string, firstName: string, lastName: string, jobRole: string, organisation: string, latestStartDate: string): StaffReportRow {
  return {
    assignmentNumber: employeeNumber,
    employeeNumber,
    firstName,
    lastName,
    staffGroup: '',
    jobRole,
    fte: '',
    contractedHours: '',
    assignmentCategory: 'Training',
    organisation,
    email: '',
    latestStartDate,
  };
}

function jobTitle(role: JobRole, kind: EngagementKind): string {
  if (role !== 'GENERAL_PRACTITIONER') return roleWords(role);
  if (kind === 'PARTNER') return 'GP Partner';
  return kind === 'SALARIED' ? 'Salaried GP' : 'Locum GP';
}

/** Each credential, and fire safety, which every report has and no rule asks for. */
export function competenceRows({ people, firstMonday }: World): readonly CompetenceReportRow[] {
  return people.flatMap(({ employeeNumber, credentials }, index) => [
    ...credentials.map(({ kind, expiresOn }) => ({ employeeNumber, competence: COMPETENCE_WORDS[kind] as string, expiryDate: britishDate(expiresOn) })),
    ...(index % 5 === 0 ? [{ employeeNumber, competence: 'Fire Safety', expiryDate: britishDate(addDays(firstMonday, 200)) }] : []),
  ]);
}

/** Who is away. The practice on Teams keeps its people's leave there. */
export function absenceRows({ leave }: World): readonly AbsenceReportRow[] {
  return leave
    .filter(({ person }) => person.engagements[0]?.organisationCode !== TEAMS_PRACTICE)
    .map(({ person, kind, startsOn, lastDay }) => ({
      employeeNumber: person.employeeNumber,
      absenceType: ABSENCE_WORDS[kind],
      startDate: britishDate(startsOn),
      endDate: britishDate(lastDay),
    }));
}
