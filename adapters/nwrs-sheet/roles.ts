/**
 * Roles of the National Workforce Reporting Service for primary care networks, as it spells them.
 *
 * Staff group → staff role → detailed staff role → the modules in which it occurs: staff of the network, contracted
 * services, or both. Together the 116 combinations of June 2026, quirks of spelling included: a blank after a dash but not
 * before it, Dietician, an en dash for Clinical Director.
 *
 * Source: NHS England, Primary Care Network Workforce, individual level, June 2026; Open Government Licence v3.0; read
 * 2026-11-23.
 */
export type NwrsModule = 'staff' | 'contracted' | 'both';

export const NWRS_ROLES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, NwrsModule>>>>>> = {
  Directors: {
    'Clinical Director (DPC)': { 'Clinical Director – DPC': 'staff' },
    'Clinical Director (Nurse)': { 'Clinical Director – Nurse': 'staff' },
    'Medical Clinical Director (GP)': { 'Clinical Director – Medical': 'staff' },
    'Non-clinical Director': { 'Finance Director': 'staff', 'Other Director': 'staff' },
  },
  'Other Admin/Non-clinical staff': {
    Apprentices: { Apprentice: 'staff' },
    'Digital and Transformation Leads': { 'Digital and Transformation Lead': 'staff' },
    'Estates and Ancillary': { 'Estates and Ancillary': 'staff' },
    Managers: { Manager: 'staff', 'Senior Manager': 'staff' },
    'Medical Secretaries': { 'Medical Secretary': 'staff' },
    'Other Admin/Non-clinical': { Other: 'staff' },
    Receptionists: { Receptionist: 'staff' },
    Telephonists: { Telephonist: 'staff' },
  },
  'Other Direct Patient Care staff': {
    'Advanced Dietician Practitioners': { 'Advanced Dietician Practitioner': 'staff' },
    'Advanced Occupational Therapist Practitioners': { 'Advanced Occupational Therapist Practitioner': 'staff' },
    'Advanced Paramedic Practitioners': { 'Advanced Paramedic Practitioner': 'staff' },
    'Advanced Pharmacist Practitioners': { 'Advanced Pharmacist Practitioner': 'staff' },
    'Advanced Physiotherapist Practitioners': { 'Advanced Physiotherapist Practitioner': 'staff' },
    'Advanced Podiatrist Practitioners': { 'Advanced Podiatrist Practitioner': 'staff' },
    'Applied Psychologists – Clinical': { 'Applied Psychologist – Clinical': 'staff' },
    'Applied Psychologists – Clinical (Mental Health Practitioners)': { 'Applied Psychologist – Clinical (Mental Health Practitioner - Adult)': 'staff' },
    Apprentices: {
      'Apprentice - Healthcare Assistant': 'staff',
      'Apprentice - Other': 'staff',
      'Apprentice - Pharmacist': 'both',
      'Apprentice - Physician Associate': 'staff',
    },
    'Care Coordinators': { 'Care Coordinator': 'both' },
    'Clinical Associates in Psychology': { 'Clinical Associate in Psychology': 'staff' },
    'Clinical Associates in Psychology (Mental Health Practitioners)': { 'Clinical Associate in Psychology (Mental Health Practitioner - Adult)': 'staff' },
    Dieticians: { Dietician: 'both' },
    Dispensers: { Dispenser: 'both' },
    'General Practice Assistants': { 'General Practice Assistant': 'both' },
    'Health and Wellbeing Coaches': { 'Health and Wellbeing Coach': 'both' },
    'Healthcare Assistants': { 'Healthcare Assistant': 'both' },
    'Healthcare Support Workers': { 'Healthcare Support Worker': 'both' },
    'Mental Health and Wellbeing Practitioners': { 'Mental Health and Wellbeing Practitioner': 'both' },
    'Mental Health and Wellbeing Practitioners (Mental Health Practitioners)': {
      'Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Adult)': 'both',
      'Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Children and Young People)': 'both',
    },
    'NHS Talking Therapies Therapists': { 'NHS Talking Therapies Therapist': 'both' },
    'Nursing Associates': { 'Nursing Associate': 'both' },
    'Other Direct Patient Care': { Other: 'both' },
    Paramedics: { Paramedic: 'both' },
    'Peer Support Workers': { 'Peer Support Worker': 'staff' },
    Pharmacists: { Pharmacist: 'both' },
    'Pharmacy Technicians': { 'Pharmacy Technician': 'both' },
    Phlebotomists: { Phlebotomist: 'staff' },
    'Physician Associates': { 'Physician Associate': 'both' },
    Physiotherapists: { Physiotherapist: 'both' },
    Podiatrists: { Podiatrist: 'both' },
    'Social Prescribing Link Workers': { 'Social Prescribing Link Worker': 'both' },
    'Social Prescribing Link Workers (Mental Health Practitioners)': {
      'Social Prescribing Link Worker (Mental Health Practitioner - Adult)': 'both',
      'Social Prescribing Link Worker (Mental Health Practitioner - Children and Young People)': 'both',
    },
    'Social Workers': { 'Social Worker': 'staff' },
    Therapists: { 'Therapist- Occupational Therapist': 'both', 'Therapist- Other': 'both', 'Therapist- Counsellor': 'contracted' },
    'Therapists (Mental Health Practitioners)': {
      'Therapist- Counsellor (Mental Health Practitioner - Adult)': 'staff',
      'Therapist- Occupational Therapist (Mental Health Practitioner - Adult)': 'both',
      'Therapist- Occupational Therapist (Mental Health Practitioner - Children and Young People)': 'both',
      'Therapist- Counsellor (Mental Health Practitioner - Children and Young People)': 'contracted',
      'Therapist- Other (Mental Health Practitioner - Adult)': 'contracted',
    },
    'Trainee Mental Health and Wellbeing Practitioners': { 'Trainee Mental Health and Wellbeing Practitioner': 'staff' },
    'Trainee Mental Health and Wellbeing Practitioners (Mental Health Practitioners)': {
      'Trainee Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Adult)': 'staff',
    },
    'Trainee NHS Talking Therapies Therapists': { 'Trainee NHS Talking Therapies Therapist': 'staff' },
    'Trainee Nursing Associates': { 'Trainee Nursing Associate': 'both' },
    'Trainee Pharmacy Technicians': { 'Trainee Pharmacy Technician': 'staff' },
  },
  'Other GPs': {
    'GP Locums': { 'GP Locum': 'both' },
    'Salaried GPs': { 'Salaried By PCN': 'both', 'Salaried By Practice': 'staff' },
  },
  'Other Nurses': {
    'Advanced Nurse Practitioners': { 'Advanced Nurse Practitioner': 'both' },
    'Community Mental Health Nurses': { 'Community Mental Health Nurse': 'both' },
    'Community Mental Health Nurses (Mental Health Practitioners)': {
      'Community Mental Health Nurse (Mental Health Practitioner - Adult)': 'both',
      'Community Mental Health Nurse (Mental Health Practitioner - Children and Young People)': 'both',
    },
    'Enhanced Practice Nurses': { 'Enhanced Practice Nurse': 'both' },
    'Nurse Dispensers': { 'Nurse Dispenser': 'staff' },
    'Nurse Specialists': { 'Nurse Specialist': 'both' },
    'Other Nurses': { Other: 'both' },
    'Trainee Nurses': { 'Trainee Nurse': 'both' },
  },
};
