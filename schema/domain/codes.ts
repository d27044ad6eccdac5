/**
 * The code lists in use, each with its source and the day it was read.
 */

/**
 * Staff groups of the general practice workforce statistics (NWRS). Only networks have directors, of whatever profession.
 *
 * Source: NHS England, General Practice Workforce, and Primary Care Network Workforce, individual level, June 2026; Open
 * Government Licence v3.0; read 2026-11-23.
 */
export const STAFF_GROUPS = {
  GP: 'General practitioners',
  NURSE: 'Nurses',
  DIRECT_PATIENT_CARE: 'Direct patient care staff',
  ADMIN: 'Admin and non-clinical staff',
  DIRECTOR: 'Directors',
} as const;
export type StaffGroup = keyof typeof STAFF_GROUPS;

interface RoleEntry {
  readonly title: string;
  readonly staffGroup: StaffGroup;
  /** Other words for the same role: NWRS labels of its contract variants and plurals, and what rotas write. */
  readonly alsoCalled: readonly string[];
}

/**
 * Job roles in NWRS terms. A role that NWRS tells apart is told apart here.
 *
 * But for one thing: NWRS splits general practitioners by contract (partner, salaried, locum). Here the contract is the
 * engagement's kind, and the role is the profession, so that a shift can ask for "a GP" whoever pays.
 *
 * `_MHP_ADULT` and `_MHP_CYP` are held as a mental health practitioner for adults, or for children and young people: NWRS
 * counts them apart from others of the profession. "Other" and "Apprentice" alone name a role only beside a staff role
 * (adapters/nwrs-roles.ts), so they are nobody's words here.
 *
 * Source: NHS England, Primary Care Network Workforce, individual level, June 2026 (116 role combinations), and the
 * staff roles of General Practice Workforce (practice nurse, GP in training grade); Open Government Licence v3.0; read
 * 2026-11-23. Mental health practitioner, whatever the profession, is a role of the Network Contract DES of 2026/27: known
 * from a table made of it, not from the specification itself.
 */
export const JOB_ROLES = {
  GENERAL_PRACTITIONER: {
    title: 'General practitioner',
    staffGroup: 'GP',
    alsoCalled: [
      'GP',
      'Salaried GP',
      'Salaried GPs',
      'Salaried By PCN',
      'Salaried By Practice',
      'GP Partner',
      'Partner/Provider',
      'Senior Partner',
      'GP Locum',
      'GP Locums',
      'Locum GP',
      'Doctor',
    ],
  },
  GP_REGISTRAR: { title: 'GP in training grade', staffGroup: 'GP', alsoCalled: ['GP Registrar', 'Registrar', 'GP Trainee'] },
  ADVANCED_NURSE_PRACTITIONER: { title: 'Advanced nurse practitioner', staffGroup: 'NURSE', alsoCalled: ['Advanced Nurse Practitioners', 'ANP'] },
  ENHANCED_PRACTICE_NURSE: { title: 'Enhanced practice nurse', staffGroup: 'NURSE', alsoCalled: ['Enhanced Practice Nurses'] },
  NURSE_SPECIALIST: { title: 'Nurse specialist', staffGroup: 'NURSE', alsoCalled: ['Nurse Specialists'] },
  PRACTICE_NURSE: { title: 'Practice nurse', staffGroup: 'NURSE', alsoCalled: ['Practice Nurses', 'General Practice Nurse', 'Nurse', 'GPN'] },
  COMMUNITY_MENTAL_HEALTH_NURSE: { title: 'Community mental health nurse', staffGroup: 'NURSE', alsoCalled: ['Community Mental Health Nurses'] },
  COMMUNITY_MENTAL_HEALTH_NURSE_MHP_ADULT: {
    title: 'Community mental health nurse (mental health practitioner, adult)',
    staffGroup: 'NURSE',
    alsoCalled: ['Community Mental Health Nurse (Mental Health Practitioner - Adult)'],
  },
  COMMUNITY_MENTAL_HEALTH_NURSE_MHP_CYP: {
    title: 'Community mental health nurse (mental health practitioner, children and young people)',
    staffGroup: 'NURSE',
    alsoCalled: ['Community Mental Health Nurse (Mental Health Practitioner - Children and Young People)'],
  },
  NURSE_DISPENSER: { title: 'Nurse dispenser', staffGroup: 'NURSE', alsoCalled: ['Nurse Dispensers'] },
  TRAINEE_NURSE: { title: 'Trainee nurse', staffGroup: 'NURSE', alsoCalled: ['Trainee Nurses'] },
  OTHER_NURSE: { title: 'Other nurse', staffGroup: 'NURSE', alsoCalled: ['Other Nurses'] },
  PHARMACIST: { title: 'Pharmacist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Pharmacists', 'Clinical Pharmacist'] },
  ADVANCED_PHARMACIST_PRACTITIONER: {
    title: 'Advanced pharmacist practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Advanced Pharmacist Practitioners'],
  },
  APPRENTICE_PHARMACIST: { title: 'Apprentice pharmacist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: [] },
  PHARMACY_TECHNICIAN: { title: 'Pharmacy technician', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Pharmacy Technicians'] },
  TRAINEE_PHARMACY_TECHNICIAN: { title: 'Trainee pharmacy technician', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Trainee Pharmacy Technicians'] },
  DISPENSER: { title: 'Dispenser', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Dispensers'] },
  PHYSICIAN_ASSOCIATE: { title: 'Physician associate', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Physician Associates', 'PA', 'Physician Assistant'] },
  APPRENTICE_PHYSICIAN_ASSOCIATE: { title: 'Apprentice physician associate', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: [] },
  PHYSIOTHERAPIST: { title: 'Physiotherapist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Physiotherapists', 'First Contact Physiotherapist', 'FCP'] },
  ADVANCED_PHYSIOTHERAPIST_PRACTITIONER: {
    title: 'Advanced physiotherapist practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Advanced Physiotherapist Practitioners'],
  },
  PARAMEDIC: { title: 'Paramedic', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Paramedics'] },
  ADVANCED_PARAMEDIC_PRACTITIONER: {
    title: 'Advanced paramedic practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Advanced Paramedic Practitioners'],
  },
  SOCIAL_PRESCRIBING_LINK_WORKER: {
    title: 'Social prescribing link worker',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Social Prescribing Link Workers', 'SPLW', 'Link Worker'],
  },
  SOCIAL_PRESCRIBING_LINK_WORKER_MHP_ADULT: {
    title: 'Social prescribing link worker (mental health practitioner, adult)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Social Prescribing Link Worker (Mental Health Practitioner - Adult)'],
  },
  SOCIAL_PRESCRIBING_LINK_WORKER_MHP_CYP: {
    title: 'Social prescribing link worker (mental health practitioner, children and young people)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Social Prescribing Link Worker (Mental Health Practitioner - Children and Young People)'],
  },
  CARE_COORDINATOR: { title: 'Care coordinator', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Care Coordinators'] },
  HEALTH_AND_WELLBEING_COACH: { title: 'Health and wellbeing coach', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Health and Wellbeing Coaches'] },
  PEER_SUPPORT_WORKER: { title: 'Peer support worker', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Peer Support Workers'] },
  SOCIAL_WORKER: { title: 'Social worker', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Social Workers'] },
  /** As rotas write it: the profession, of which most are of this group and some are nurses, is not told. */
  MENTAL_HEALTH_PRACTITIONER: { title: 'Mental health practitioner', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Mental Health Practitioners'] },
  MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER: {
    title: 'Mental health and wellbeing practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Mental Health and Wellbeing Practitioners'],
  },
  MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER_MHP_ADULT: {
    title: 'Mental health and wellbeing practitioner (mental health practitioner, adult)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Adult)'],
  },
  MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER_MHP_CYP: {
    title: 'Mental health and wellbeing practitioner (mental health practitioner, children and young people)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Children and Young People)'],
  },
  TRAINEE_MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER: {
    title: 'Trainee mental health and wellbeing practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Trainee Mental Health and Wellbeing Practitioners'],
  },
  TRAINEE_MENTAL_HEALTH_AND_WELLBEING_PRACTITIONER_MHP_ADULT: {
    title: 'Trainee mental health and wellbeing practitioner (mental health practitioner, adult)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Trainee Mental Health and Wellbeing Practitioner (Mental Health Practitioner - Adult)'],
  },
  NHS_TALKING_THERAPIES_THERAPIST: {
    title: 'NHS Talking Therapies therapist',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['NHS Talking Therapies Therapists'],
  },
  TRAINEE_NHS_TALKING_THERAPIES_THERAPIST: {
    title: 'Trainee NHS Talking Therapies therapist',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Trainee NHS Talking Therapies Therapists'],
  },
  APPLIED_PSYCHOLOGIST_CLINICAL: {
    title: 'Applied psychologist – clinical',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Applied Psychologists – Clinical'],
  },
  APPLIED_PSYCHOLOGIST_CLINICAL_MHP_ADULT: {
    title: 'Applied psychologist – clinical (mental health practitioner, adult)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Applied Psychologist – Clinical (Mental Health Practitioner - Adult)'],
  },
  CLINICAL_ASSOCIATE_IN_PSYCHOLOGY: {
    title: 'Clinical associate in psychology',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Clinical Associates in Psychology'],
  },
  CLINICAL_ASSOCIATE_IN_PSYCHOLOGY_MHP_ADULT: {
    title: 'Clinical associate in psychology (mental health practitioner, adult)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Clinical Associate in Psychology (Mental Health Practitioner - Adult)'],
  },
  NURSING_ASSOCIATE: { title: 'Nursing associate', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Nursing Associates'] },
  TRAINEE_NURSING_ASSOCIATE: { title: 'Trainee nursing associate', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Trainee Nursing Associates'] },
  HEALTHCARE_ASSISTANT: { title: 'Healthcare assistant', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Healthcare Assistants', 'HCA'] },
  APPRENTICE_HEALTHCARE_ASSISTANT: { title: 'Apprentice healthcare assistant', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: [] },
  HEALTHCARE_SUPPORT_WORKER: { title: 'Healthcare support worker', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Healthcare Support Workers'] },
  PHLEBOTOMIST: { title: 'Phlebotomist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Phlebotomists'] },
  OCCUPATIONAL_THERAPIST: {
    title: 'Occupational therapist',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Occupational Therapists', 'Therapist- Occupational Therapist'],
  },
  OCCUPATIONAL_THERAPIST_MHP_ADULT: {
    title: 'Occupational therapist (mental health practitioner, adult)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Therapist- Occupational Therapist (Mental Health Practitioner - Adult)'],
  },
  OCCUPATIONAL_THERAPIST_MHP_CYP: {
    title: 'Occupational therapist (mental health practitioner, children and young people)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Therapist- Occupational Therapist (Mental Health Practitioner - Children and Young People)'],
  },
  ADVANCED_OCCUPATIONAL_THERAPIST_PRACTITIONER: {
    title: 'Advanced occupational therapist practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Advanced Occupational Therapist Practitioners'],
  },
  COUNSELLOR: { title: 'Counsellor', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Counsellors', 'Therapist- Counsellor'] },
  COUNSELLOR_MHP_ADULT: {
    title: 'Counsellor (mental health practitioner, adult)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Therapist- Counsellor (Mental Health Practitioner - Adult)'],
  },
  COUNSELLOR_MHP_CYP: {
    title: 'Counsellor (mental health practitioner, children and young people)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Therapist- Counsellor (Mental Health Practitioner - Children and Young People)'],
  },
  OTHER_THERAPIST: { title: 'Other therapist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Therapist- Other'] },
  OTHER_THERAPIST_MHP_ADULT: {
    title: 'Other therapist (mental health practitioner, adult)',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Therapist- Other (Mental Health Practitioner - Adult)'],
  },
  DIETICIAN: { title: 'Dietician', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Dieticians', 'Dietitian'] },
  ADVANCED_DIETICIAN_PRACTITIONER: {
    title: 'Advanced dietician practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Advanced Dietician Practitioners', 'Advanced Dietitian Practitioner'],
  },
  PODIATRIST: { title: 'Podiatrist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Podiatrists'] },
  ADVANCED_PODIATRIST_PRACTITIONER: {
    title: 'Advanced podiatrist practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Advanced Podiatrist Practitioners'],
  },
  GENERAL_PRACTICE_ASSISTANT: { title: 'General practice assistant', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['General Practice Assistants'] },
  OTHER_DIRECT_PATIENT_CARE_APPRENTICE: {
    title: 'Other apprentice in direct patient care',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Apprentice - Other'],
  },
  OTHER_DIRECT_PATIENT_CARE: { title: 'Other direct patient care', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: [] },
  RECEPTIONIST: { title: 'Receptionist', staffGroup: 'ADMIN', alsoCalled: ['Receptionists', 'Reception'] },
  TELEPHONIST: { title: 'Telephonist', staffGroup: 'ADMIN', alsoCalled: ['Telephonists'] },
  MEDICAL_SECRETARY: { title: 'Medical secretary', staffGroup: 'ADMIN', alsoCalled: ['Medical Secretaries', 'Secretary'] },
  PRACTICE_MANAGER: { title: 'Manager', staffGroup: 'ADMIN', alsoCalled: ['Managers', 'Practice Manager'] },
  SENIOR_MANAGER: { title: 'Senior manager', staffGroup: 'ADMIN', alsoCalled: ['Senior Managers'] },
  DIGITAL_AND_TRANSFORMATION_LEAD: { title: 'Digital and transformation lead', staffGroup: 'ADMIN', alsoCalled: ['Digital and Transformation Leads'] },
  ESTATES_AND_ANCILLARY: { title: 'Estates and ancillary', staffGroup: 'ADMIN', alsoCalled: [] },
  ADMIN_APPRENTICE: { title: 'Admin or non-clinical apprentice', staffGroup: 'ADMIN', alsoCalled: [] },
  OTHER_ADMIN: { title: 'Other admin or non-clinical', staffGroup: 'ADMIN', alsoCalled: ['Other Admin/Non-clinical'] },
  CLINICAL_DIRECTOR_MEDICAL: { title: 'Clinical director – medical', staffGroup: 'DIRECTOR', alsoCalled: ['Medical Clinical Director (GP)'] },
  CLINICAL_DIRECTOR_NURSE: { title: 'Clinical director – nurse', staffGroup: 'DIRECTOR', alsoCalled: ['Clinical Director (Nurse)'] },
  CLINICAL_DIRECTOR_DIRECT_PATIENT_CARE: {
    title: 'Clinical director – direct patient care',
    staffGroup: 'DIRECTOR',
    alsoCalled: ['Clinical Director – DPC', 'Clinical Director (DPC)'],
  },
  FINANCE_DIRECTOR: { title: 'Finance director', staffGroup: 'DIRECTOR', alsoCalled: [] },
  OTHER_DIRECTOR: { title: 'Other director', staffGroup: 'DIRECTOR', alsoCalled: [] },
} as const satisfies Record<string, RoleEntry>;
export type JobRole = keyof typeof JOB_ROLES;
export const JOB_ROLE_CODES = Object.keys(JOB_ROLES) as readonly JobRole[];

/** The roles of a staff group. */
export function rolesOf(staffGroup: StaffGroup): readonly JobRole[] {
  return JOB_ROLE_CODES.filter((role) => JOB_ROLES[role].staffGroup === staffGroup);
}

const folded = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_–—-]+/g, ' ')
    .trim();

const ROLE_BY_WORD: ReadonlyMap<string, JobRole> = new Map(
  (Object.entries(JOB_ROLES) as [JobRole, RoleEntry][]).flatMap(([code, { title, alsoCalled }]) =>
    [code, title, ...alsoCalled].map((word) => [folded(word), code] as const),
  ),
);

/** The job role that an upstream's words name, or null. Case, dashes and white space do not matter. Never guesses. */
export function jobRoleFromWords(words: string): JobRole | null {
  return ROLE_BY_WORD.get(folded(words)) ?? null;
}

/**
 * Regulators and the form of their numbers. Only the form can be checked: no check digit is published.
 *
 * Source: UK Core `Practitioner.identifier` and NHS England identifier pages, read 2026-11-23. The HCPC pads to two
 * letters and six digits in some files, so up to six are taken.
 */
export const REGULATORS = {
  GMC: { title: 'General Medical Council', form: /^([0-9]{7}|[A-Z][0-9]{6})$/, formInWords: '7 digits, or a letter and 6 digits' },
  NMC: { title: 'Nursing and Midwifery Council', form: /^[0-9]{2}[A-Z][0-9]{4}[A-Z]$/, formInWords: '2 digits, a letter, 4 digits and a letter' },
  HCPC: { title: 'Health and Care Professions Council', form: /^[A-Z]{2,3}[0-9]{1,6}$/, formInWords: '2 or 3 letters and up to 6 digits' },
  GPHC: { title: 'General Pharmaceutical Council', form: /^2[0-9]{6}$/, formInWords: '7 digits of which the first is 2' },
} as const;
export type Regulator = keyof typeof REGULATORS;
export const REGULATOR_CODES = Object.keys(REGULATORS) as readonly Regulator[];

/** Whether a number has its regulator's form. A number of the right form may still not be on the register. */
export function hasRegistrationForm(regulator: Regulator, number: string): boolean {
  return REGULATORS[regulator].form.test(number);
}
