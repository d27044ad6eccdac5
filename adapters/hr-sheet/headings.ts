/** What staff lists call their columns: those that mean a field here, and those that nobody needs to read. */
import { foldWords } from '../words.ts';

/** Of a heading: lower case, one blank between words, nothing but letters and digits. */
export function foldHeading(heading: string): string {
  return foldWords(heading)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Words that mark a column as nobody's concern here. */
const PRIVATE = [
  ...['date of birth', 'birth date', 'birthdate', 'dob', 'd o b', 'birthday', 'age'],
  ...['ni number', 'ni no', 'nino', 'national insurance', 'passport', 'tax code', 'pension'],
  ...['salary', 'pay', 'pay scale', 'pay rate', 'hourly rate', 'rate of pay', 'wage', 'fee', 'account number', 'sort code', 'bank account', 'bank details'],
  ...['ethnicity', 'ethnic', 'religion', 'disability', 'disabled', 'gender', 'sex', 'sexual orientation', 'marital status', 'nationality'],
  ...[
    'next of kin',
    'emergency contact',
    'address',
    'home address',
    'postcode',
    'post code',
    'home phone',
    'mobile',
    'personal email',
    'private email',
    'home email',
  ],
  ...['notes', 'note', 'comments', 'comment', 'remarks', 'reason', 'sickness', 'sick', 'medical', 'health', 'allergies', 'bradford'],
  ...['patient', 'nhs number', 'nhs no'],
];

/** Headings that hold such a word and mean something else. */
const NOT_PRIVATE = [/\b(?:e ?mail|work|office) address\b/, /\bpay ?roll\b/, /\bmedical (?:council|indemnity|defence|role)\b/, /\bpay (?:number|no|ref)\b/];

/** Whether a heading names what must not be read: no setting can name such a column. */
export function isPrivateHeading(heading: string): boolean {
  const folded = foldHeading(heading);
  if (/\b(?:personal|private|home)\b/.test(folded)) return true;
  if (NOT_PRIVATE.some((pattern) => pattern.test(folded))) return false;
  return PRIVATE.some((words) => ` ${folded} `.includes(` ${words} `));
}
