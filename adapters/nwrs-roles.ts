/**
 * Roles of the National Workforce Reporting Service for primary care networks, as it spells them, and what they are here.
 *
 * Staff group → staff role → detailed staff role → our role, and the modules in which it occurs: staff of the network,
 * contracted services, or both. Together the 116 combinations of June 2026, quirks of spelling included: a blank after a
 * dash but not before it, Dietician, an en dash for Clinical Director.
 *
 * Source: NHS England, Primary Care Network Workforce, individual level, June 2026; Open Government Licence v3.0; read
 * 2026-11-23.
 */
import type { JobRole } from '../schema/domain/codes.ts';
import { foldWords } from './words.ts';

export type NwrsModule = 'staff' | 'contracted' | 'both';

type DetailedRoles = Readonly<Record<string, readonly [JobRole, NwrsModule]>>;

export const NWRS_ROLES: Readonly<Record<string, Readonly<Record<string, DetailedRoles>>>> = {
  Directors: {
    'Clinical Director (DPC)': { 'Clinical Director – DPC': ['CLINICAL_DIRECTOR_DIRECT_PATIENT_CARE', 'staff'] },
    'Clinical Director (Nurse)': { 'Clinical Director – Nurse': ['CLINICAL_DIRECTOR_NURSE', 'staff'] },
    'Medical Clinical Director (GP)': { 'Clinical Director – Medical': ['CLINICAL_DIRECTOR_MEDICAL', 'staff'] },
    'Non-clinical Director': {
      'Finance Director': ['FINANCE_DIRECTOR', 'staff'],
      'Other Director': ['OTHER_DIRECTOR', 'staff'],
    },
  },
  'Other Admin/Non-clinical staff': {
    Apprentices: { Apprentice: ['ADMIN_APPRENTICE', 'staff'] },
    'Digital and Transformation Leads': { 'Digital and Transformation Lead': ['DIGITAL_AND_TRANSFORMATION_LEAD', 'staff'] },
    'Estates and Ancillary': { 'Estates and Ancillary': ['ESTATES_AND_ANCILLARY', 'staff'] },
    Managers: {
      Manager: ['PRACTICE_MANAGER', 'staff'],
      'Senior Manager': ['SENIOR_MANAGER', 'staff'],
    },
    'Medical Secretaries': { 'Medical Secretary': ['MEDICAL_SECRETARY', 'staff'] },
    'Other Admin/Non-clinical': { Other: ['OTHER_ADMIN', 'staff'] },
    Receptionists: { Receptionist: ['RECEPTIONIST', 'staff'] },
    Telephonists: { Telephonist: ['TELEPHONIST', 'staff'] },
  },
  'Other Direct Patient Care staff': {
    'Advanced Dietician Practitioners': { 'Advanced Dietician Practitioner': ['ADVANCED_DIETICIAN_PRACTITIONER', 'staff'] },
    'Advanced Occupational Therapist Practitioners': {
      'Advanced Occupational Therapist Practitioner': ['ADVANCED_OCCUPATIONAL_THERAPIST_PRACTITIONER', 'staff'],
    },
    'Advanced Paramedic Practitioners': { 'Advanced Paramedic Practitioner': ['ADVANCED_PARAMEDIC_PRACTITIONER', 'staff'] },
    'Advanced Pharmacist Practitioners': { 'Advanced Pharmacist Practitioner': ['ADVANCED_PHARMACIST_PRACTITIONER', 'staff'] },
    'Advanced Physiotherapist Practitioners': { 'Advanced Physiotherapist Practitioner': ['ADVANCED_PHYSIOTHERAPIST_PRACTITIONER', 'staff'] },
    'Advanced Podiatrist Practitioners': { 'Advanced Podiatrist Practitioner': ['ADVANCED_PODIATRIST_PRACTITIONER', 'staff'] },
    'Applied Psychologists – Clinical': { 'Applied Psychologist – Clinical': ['APPLIED_PSYCHOLOGIST_CLINICAL', 'staff'] },
    'Applied Psychologists – Clinical (Mental Health Practitioners)': {
      'Applied Psychologist – Clinical (Mental Health Practitioner - Adult)': ['APPLIED_PSYCHOLOGIST_CLINICAL_MHP_ADULT', 'staff'],
    },
    Apprentices: {
      'Apprentice - Healthcare Assistant': ['APPRENTICE_HEALTHCARE_ASSISTANT', 'staff'],
      'Apprentice - Other': ['OTHER_DIRECT_PATIENT_CARE_APPRENTICE', 'staff'],
      'Apprentice - Pharmacist': ['APPRENTICE_PHARMACIST', 'both'],
      'Apprentice - Physician Associate': ['APPRENTICE_PHYSICIAN_ASSOCIATE', 'staff'],
    },
    'Care Coordinators': { 'Care Coordinator': ['CARE_COORDINATOR', 'both'] },
    'Clinical Associates in Psychology': { 'Clinical Associate in Psychology': ['CLINICAL_ASSOCIATE_IN_PSYCHOLOGY', 'staff'] },
    'Clinical Associates in Psychology (Mental Health Practitioners)': {
      'Clinical Associate in Psychology (Mental Health Practitioner - Adult)': ['CLINICAL_ASSOCIATE_IN_PSYCHOLOGY_MHP_ADULT', 'staff'],
    },
    Dieticians: { Dietician: ['DIETICIAN', 'both'] },
    Dispensers: { Dispenser: ['DISPENSER', 'both'] },
    'General Practice Assistants': { 'General Practice Assistant': ['GENERAL_PRACTICE_ASSISTANT', 'both'] },
    'Health and Wellbeing Coaches': { 'Health and Wellbeing Coach': ['HEALTH_AND_WELLBEING_COACH', 'both'] },
    'Healthcare Assistants': { 'Healthcare Assistant': ['HEALTHCARE_ASSISTANT', 'both'] },
    'Healthcare Support Workers': { 'Healthcare Support Worker': ['HEALTHCARE_SUPPORT_WORKER', 'both'] },
    'Mental Health and Wellbeing Practitioners': { 'Mental Health and Wellbeing Practitioner': ['MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER', 'both'] },
    'Mental Health and Wellbeing Practitioners (Mental Health Practitioners)': {
      'Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Adult)': ['MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER_MHP_ADULT', 'both'],
      'Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Children and Young People)': [
        'MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER_MHP_CYP',
        'both',
      ],
    },
    'NHS Talking Therapies Therapists': { 'NHS Talking Therapies Therapist': ['NHS_TALKING_THERAPIES_THERAPIST', 'both'] },
    'Nursing Associates': { 'Nursing Associate': ['NURSING_ASSOCIATE', 'both'] },
    'Other Direct Patient Care': { Other: ['OTHER_DIRECT_PATIENT_CARE', 'both'] },
    Paramedics: { Paramedic: ['PARAMEDIC', 'both'] },
    'Peer Support Workers': { 'Peer Support Worker': ['PEER_SUPPORT_WORKER', 'staff'] },
    Pharmacists: { Pharmacist: ['PHARMACIST', 'both'] },
    'Pharmacy Technicians': { 'Pharmacy Technician': ['PHARMACY_TECHNICIAN', 'both'] },
    Phlebotomists: { Phlebotomist: ['PHLEBOTOMIST', 'staff'] },
    'Physician Associates': { 'Physician Associate': ['PHYSICIAN_ASSOCIATE', 'both'] },
    Physiotherapists: { Physiotherapist: ['PHYSIOTHERAPIST', 'both'] },
    Podiatrists: { Podiatrist: ['PODIATRIST', 'both'] },
    'Social Prescribing Link Workers': { 'Social Prescribing Link Worker': ['SOCIAL_PRESCRIBING_LINK_WORKER', 'both'] },
    'Social Prescribing Link Workers (Mental Health Practitioners)': {
      'Social Prescribing Link Worker (Mental Health Practitioner - Adult)': ['SOCIAL_PRESCRIBING_LINK_WORKER_MHP_ADULT', 'both'],
      'Social Prescribing Link Worker (Mental Health Practitioner - Children and Young People)': ['SOCIAL_PRESCRIBING_LINK_WORKER_MHP_CYP', 'both'],
    },
    'Social Workers': { 'Social Worker': ['SOCIAL_WORKER', 'staff'] },
    Therapists: {
      'Therapist- Occupational Therapist': ['OCCUPATIONAL_THERAPIST', 'both'],
      'Therapist- Other': ['OTHER_THERAPIST', 'both'],
      'Therapist- Counsellor': ['COUNSELLOR', 'contracted'],
    },
    'Therapists (Mental Health Practitioners)': {
      'Therapist- Counsellor (Mental Health Practitioner - Adult)': ['COUNSELLOR_MHP_ADULT', 'staff'],
      'Therapist- Occupational Therapist (Mental Health Practitioner - Adult)': ['OCCUPATIONAL_THERAPIST_MHP_ADULT', 'both'],
      'Therapist- Occupational Therapist (Mental Health Practitioner - Children and Young People)': ['OCCUPATIONAL_THERAPIST_MHP_CYP', 'both'],
      'Therapist- Counsellor (Mental Health Practitioner - Children and Young People)': ['COUNSELLOR_MHP_CYP', 'contracted'],
      'Therapist- Other (Mental Health Practitioner - Adult)': ['OTHER_THERAPIST_MHP_ADULT', 'contracted'],
    },
    'Trainee Mental Health and Wellbeing Practitioners': {
      'Trainee Mental Health and Wellbeing Practitioner': ['TRAINEE_MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER', 'staff'],
    },
    'Trainee Mental Health and Wellbeing Practitioners (Mental Health Practitioners)': {
      'Trainee Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Adult)': [
        'TRAINEE_MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER_MHP_ADULT',
        'staff',
      ],
    },
    'Trainee NHS Talking Therapies Therapists': { 'Trainee NHS Talking Therapies Therapist': ['TRAINEE_NHS_TALKING_THERAPIES_THERAPIST', 'staff'] },
    'Trainee Nursing Associates': { 'Trainee Nursing Associate': ['TRAINEE_NURSING_ASSOCIATE', 'both'] },
    'Trainee Pharmacy Technicians': { 'Trainee Pharmacy Technician': ['TRAINEE_PHARMACY_TECHNICIAN', 'staff'] },
  },
  'Other GPs': {
    'GP Locums': { 'GP Locum': ['GENERAL_PRACTITIONER', 'both'] },
    'Salaried GPs': {
      'Salaried By PCN': ['GENERAL_PRACTITIONER', 'both'],
      'Salaried By Practice': ['GENERAL_PRACTITIONER', 'staff'],
    },
  },
  'Other Nurses': {
    'Advanced Nurse Practitioners': { 'Advanced Nurse Practitioner': ['ADVANCED_NURSE_PRACTITIONER', 'both'] },
    'Community Mental Health Nurses': { 'Community Mental Health Nurse': ['COMMUNITY_MENTAL_HEALTH_NURSE', 'both'] },
    'Community Mental Health Nurses (Mental Health Practitioners)': {
      'Community Mental Health Nurse (Mental Health Practitioner - Adult)': ['COMMUNITY_MENTAL_HEALTH_NURSE_MHP_ADULT', 'both'],
      'Community Mental Health Nurse (Mental Health Practitioner - Children and Young People)': ['COMMUNITY_MENTAL_HEALTH_NURSE_MHP_CYP', 'both'],
    },
    'Enhanced Practice Nurses': { 'Enhanced Practice Nurse': ['ENHANCED_PRACTICE_NURSE', 'both'] },
    'Nurse Dispensers': { 'Nurse Dispenser': ['NURSE_DISPENSER', 'staff'] },
    'Nurse Specialists': { 'Nurse Specialist': ['NURSE_SPECIALIST', 'both'] },
    'Other Nurses': { Other: ['OTHER_NURSE', 'both'] },
    'Trainee Nurses': { 'Trainee Nurse': ['TRAINEE_NURSE', 'both'] },
  },
};

export interface NwrsRole {
  /** As NWRS spells it. */
  readonly detailed: string;
  readonly staffRole: string;
  readonly role: JobRole;
}

const ROLES: readonly NwrsRole[] = Object.values(NWRS_ROLES).flatMap((roles) =>
  Object.entries(roles).flatMap(([staffRole, detailed]) => Object.entries(detailed).map(([name, [role]]) => ({ detailed: name, staffRole, role }))),
);
const BY_DETAILED = Map.groupBy(ROLES, ({ detailed }) => foldWords(detailed));

/** The role of the list, or null. "Other" is in several groups: the staff role tells which. */
export function nwrsRole(detailed: string, staffRole: string): NwrsRole | null {
  const candidates = BY_DETAILED.get(foldWords(detailed)) ?? [];
  return candidates.find((candidate) => foldWords(candidate.staffRole) === foldWords(staffRole)) ?? (candidates.length === 1 ? (candidates[0] ?? null) : null);
}
