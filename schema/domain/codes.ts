/**
 * The code lists in use, each with its source and the day it was read.
 */

/** Staff groups of the general practice workforce statistics (NWRS). */
export const STAFF_GROUPS = {
  GP: 'General practitioners',
  NURSE: 'Nurses',
  DIRECT_PATIENT_CARE: 'Direct patient care staff',
  ADMIN: 'Admin and non-clinical staff',
} as const;
export type StaffGroup = keyof typeof STAFF_GROUPS;

interface RoleEntry {
  readonly title: string;
  readonly staffGroup: StaffGroup;
  /** Other words for the same role: NWRS labels of its contract variants and plurals, and what rotas write. */
  readonly alsoCalled: readonly string[];
}

/**
 * Job roles in NWRS terms.
 *
 * NWRS splits general practitioners by contract (partner, salaried, locum). Here the contract is the engagement's kind,
 * and the role is the profession, so that a shift can ask for "a GP" whoever pays.
 *
 * Source: NHS England, Primary Care Network Workforce, individual level, June 2026 (116 role combinations), and the
 * staff roles of General Practice Workforce; Open Government Licence v3.0; read 2026-11-23.
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
      'Locum GP',
      'Doctor',
    ],
  },
  GP_REGISTRAR: { title: 'GP in training grade', staffGroup: 'GP', alsoCalled: ['GP Registrar', 'Registrar', 'GP Trainee'] },
  ADVANCED_NURSE_PRACTITIONER: { title: 'Advanced nurse practitioner', staffGroup: 'NURSE', alsoCalled: ['Advanced Nurse Practitioners', 'ANP'] },
  ENHANCED_PRACTICE_NURSE: { title: 'Enhanced practice nurse', staffGroup: 'NURSE', alsoCalled: ['Enhanced Practice Nurses'] },
  NURSE_SPECIALIST: { title: 'Nurse specialist', staffGroup: 'NURSE', alsoCalled: ['Nurse Specialists'] },
  PRACTICE_NURSE: { title: 'Practice nurse', staffGroup: 'NURSE', alsoCalled: ['Practice Nurses', 'General Practice Nurse', 'Nurse', 'GPN'] },
  TRAINEE_NURSE: { title: 'Trainee nurse', staffGroup: 'NURSE', alsoCalled: ['Trainee Nurses'] },
  PHARMACIST: { title: 'Pharmacist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Pharmacists', 'Clinical Pharmacist'] },
  ADVANCED_PHARMACIST_PRACTITIONER: {
    title: 'Advanced pharmacist practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Advanced Pharmacist Practitioners'],
  },
  PHARMACY_TECHNICIAN: { title: 'Pharmacy technician', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Pharmacy Technicians'] },
  PHYSICIAN_ASSOCIATE: { title: 'Physician associate', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Physician Associates', 'PA', 'Physician Assistant'] },
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
  CARE_COORDINATOR: { title: 'Care coordinator', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Care Coordinators'] },
  HEALTH_AND_WELLBEING_COACH: { title: 'Health and wellbeing coach', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Health and Wellbeing Coaches'] },
  MENTAL_HEALTH_PRACTITIONER: {
    title: 'Mental health and wellbeing practitioner',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Mental Health and Wellbeing Practitioners', 'Mental Health Practitioner'],
  },
  NURSING_ASSOCIATE: { title: 'Nursing associate', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Nursing Associates', 'Trainee Nursing Associate'] },
  HEALTHCARE_ASSISTANT: {
    title: 'Healthcare assistant',
    staffGroup: 'DIRECT_PATIENT_CARE',
    alsoCalled: ['Healthcare Assistants', 'HCA', 'Healthcare Support Worker'],
  },
  PHLEBOTOMIST: { title: 'Phlebotomist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Phlebotomists'] },
  OCCUPATIONAL_THERAPIST: { title: 'Occupational therapist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Therapist- Occupational Therapist'] },
  DIETICIAN: { title: 'Dietician', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Dieticians', 'Dietitian'] },
  PODIATRIST: { title: 'Podiatrist', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['Podiatrists'] },
  GENERAL_PRACTICE_ASSISTANT: { title: 'General practice assistant', staffGroup: 'DIRECT_PATIENT_CARE', alsoCalled: ['General Practice Assistants'] },
  RECEPTIONIST: { title: 'Receptionist', staffGroup: 'ADMIN', alsoCalled: ['Receptionists', 'Reception'] },
  MEDICAL_SECRETARY: { title: 'Medical secretary', staffGroup: 'ADMIN', alsoCalled: ['Medical Secretaries', 'Secretary'] },
  PRACTICE_MANAGER: { title: 'Manager', staffGroup: 'ADMIN', alsoCalled: ['Managers', 'Practice Manager', 'Senior Manager'] },
  DIGITAL_AND_TRANSFORMATION_LEAD: { title: 'Digital and transformation lead', staffGroup: 'ADMIN', alsoCalled: ['Digital and Transformation Leads'] },
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
