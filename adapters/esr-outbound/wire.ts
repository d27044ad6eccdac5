/**
 * The records of ESR's generic outbound interface, version 2 (GO2), as far as they are read, and what each is joined
 * with before it is mapped.
 *
 * Source: a supplier's public import code and its tests of 2012 and 2013, read 2026-11-24, for facts alone. ESR does not
 * publish the layout. Columns go by their place, so their order is all there is to know them by.
 */
import { z } from 'zod';
import { ENGAGEMENT_KINDS, jobRole } from '../../schema/domain/values.ts';

export const HEADER_COLUMNS = ['RecordType', 'Filename', 'CreationDate', 'TrustIdentifier', 'PreviousRunDate', 'RunDate', 'InterfaceVersionNumber'] as const;

export const PERSON_COLUMNS = [
  ...['RecordType', 'PersonId', 'EffectiveStartDate', 'EffectiveEndDate', 'EmployeeNumber', 'Title', 'LastName', 'FirstName', 'MiddleNames', 'MaidenName'],
  ...['PreferredName', 'PreviousLastName', 'Gender', 'DateOfBirth', 'NiNumber', 'NhsUniqueId', 'HireDate', 'ActualTerminationDate', 'TerminationReason'],
  ...['EmployeeStatusFlag', 'WtrOptOut', 'WtrOptOutDate', 'EthnicOrigin', 'MaritalStatus', 'CountryOfBirth', 'PreviousEmployer', 'PreviousEmployerType'],
  ...['Csd3Months', 'Csd12Months', 'NhsCrsUuid', 'Spare1', 'Spare2', 'Spare3', 'SystemPersonType', 'UserPersonType', 'OfficeEmailAddress', 'NhsStartDate'],
  ...['Spare4', 'LastUpdateDate', 'DisabilityFlag', 'LegacyPayrollNumber', 'Nationality', 'Spare6', 'Spare7'],
] as const;

export const ASSIGNMENT_COLUMNS = [
  ...['RecordType', 'PersonId', 'AssignmentId', 'EffectiveStartDate', 'EffectiveEndDate', 'EarliestAssignmentDate', 'AssignmentType', 'AssignmentNumber'],
  ...['SystemAssignmentStatus', 'UserAssignmentStatus', 'EmployeeStatusFlag', 'PayrollName', 'PayrollPeriodType', 'AssignmentLocationId', 'SupervisorFlag'],
  ...['SupervisorPersonId', 'SupervisorAssignmentId', 'SupervisorAssignmentNumber', 'DepartmentManagerPersonId', 'EmployeeCategory', 'AssignmentCategory'],
  ...['PrimaryAssignment', 'NormalHours', 'Frequency', 'GradeContractHours', 'Fte', 'FlexibleWorkingPattern', 'OrganisationId', 'PositionId', 'PositionName'],
  ...['Grade', 'GradeStep', 'StartDateInGrade', 'AnnualSalaryValue', 'JobName', 'PeopleGroup', 'TandAFlag', 'NightWorkerOptOut', 'ProjectedHireDate'],
  ...['VacancyId', 'ContractEndDate', 'IncrementDate', 'MaximumPartTimeFlag', 'AfcFlag', 'LastUpdateDate', 'LastWorkingDay', 'EksfSpinalPoint'],
  ...['ManagerFlag', 'AssignmentEndDate', 'Spare'],
] as const;

export const POSITION_COLUMNS = [
  ...['RecordType', 'PositionId', 'EffectiveFromDate', 'EffectiveToDate', 'PositionNumber', 'PositionName', 'BudgetedFte', 'SubjectiveCode'],
  ...['JobStaffGroup', 'JobRole', 'OccupationCode', 'Payscale', 'GradeStep', 'IsaRegulatedPost', 'EsrOrganisationId', 'HiringStatus', 'PositionType'],
  ...['EligibleForOhProcessing', 'EppFlag', 'DeaneryPostNumber', 'ManagingDeaneryBody', 'WorkplaceOrgCode', 'LastUpdateDate', 'SubjectiveCodeDescription'],
] as const;

export const ORGANISATION_COLUMNS = [
  ...['RecordType', 'OrganisationId', 'OrganisationName', 'OrganisationType', 'EffectiveFromDate', 'EffectiveToDate', 'HierarchyVersionId'],
  ...[
    'HierarchyVersionDateFrom',
    'HierarchyVersionDateTo',
    'DefaultCostCentre',
    'ParentOrgId',
    'NacsCode',
    'LocationId',
    'LastUpdateDate',
    'CostCentreDescription',
  ],
] as const;

/** All that leaves the reader. What is not named here (birth, NI number, pay, origin, disability, reasons) is never in a record. */
export const READ = {
  person: ['PersonId', 'EmployeeNumber', 'LastName', 'FirstName', 'ActualTerminationDate', 'OfficeEmailAddress'],
  assignment: [
    ...['PersonId', 'AssignmentId', 'EffectiveStartDate', 'EarliestAssignmentDate', 'AssignmentType', 'EmployeeCategory', 'AssignmentCategory'],
    ...['NormalHours', 'Frequency', 'Fte', 'OrganisationId', 'PositionId', 'PositionName', 'JobName', 'AssignmentEndDate'],
  ],
  position: ['PositionId', 'PositionName', 'JobRole', 'OccupationCode', 'WorkplaceOrgCode'],
  organisation: ['OrganisationId', 'OrganisationName', 'NacsCode'],
} as const satisfies {
  person: readonly (typeof PERSON_COLUMNS)[number][];
  assignment: readonly (typeof ASSIGNMENT_COLUMNS)[number][];
  position: readonly (typeof POSITION_COLUMNS)[number][];
  organisation: readonly (typeof ORGANISATION_COLUMNS)[number][];
};
export type RecordKind = keyof typeof READ;

/** What became of a line once all files were read: it stands, a later line replaces it, or it deletes the record. */
export const FATES = ['standing', 'replaced', 'deleting'] as const;

const cellsOf = <Name extends string>(names: readonly Name[]) => z.record(z.enum(names as readonly [Name, ...Name[]]), z.string());

export const PersonLine = z.discriminatedUnion('fate', [
  z.object({ fate: z.literal('standing'), cells: cellsOf(READ.person), namespace: z.string() }),
  z.object({ fate: z.literal('replaced') }),
  z.object({ fate: z.literal('deleting') }),
]);
export type PersonLine = z.output<typeof PersonLine>;

export const AssignmentLine = z.discriminatedUnion('fate', [
  z.object({
    fate: z.literal('standing'),
    cells: cellsOf(READ.assignment),
    namespace: z.string(),
    /** Of the person's own record; null where the files hold none. */
    person: z.object({ employeeNumber: z.string(), terminatedOn: z.string() }).nullable(),
    jobRole: z.string(),
    occupationCode: z.string(),
    role: jobRole.optional(),
    /** Null where such assignments are not wanted, left out where the category is not known. */
    kind: z.enum(ENGAGEMENT_KINDS).nullish(),
    organisationCode: z.string().optional(),
  }),
  z.object({ fate: z.literal('replaced') }),
  z.object({ fate: z.literal('deleting') }),
]);
export type AssignmentLine = z.output<typeof AssignmentLine>;
export type StandingAssignment = Extract<AssignmentLine, { fate: 'standing' }>;
