/** iCalendar as text: what may stand in it, and how its lines are broken. */

/**
 * Text that every reader takes as text.
 *
 * Some readers take a bare carriage return, NEL or a Unicode line separator as the end of a line, so that what follows
 * would be a property of its own; some end at NUL; overrides of direction can make a text read as another. All line
 * breaks become line feeds, the rest goes. Escaping is left to the writer.
 */
export function clean(text: string, maxLength: number): string {
  const cleaned = text.toWellFormed().normalize('NFC').replace(LINE_BREAKS, '\n').replace(UNSEEN, '').trim();
  return [...cleaned].slice(0, maxLength).join('');
}

/** Clean text on one line. */
export function cleanLine(text: string, maxLength: number): string {
  return clean(text.replace(LINE_BREAKS, ' '), maxLength).replace(/\s+/g, ' ');
}

const LINE_BREAKS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds.
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Octets of a line, its line break left out (RFC 5545, 3.1). */
const MAX_OCTETS = 75;

/**
 * Breaks lines after at most 75 octets, between characters and never within an escape: Google Calendar drops an event
 * whose `\n` is cut in two (collective/icalendar#1501). Lines come unbroken.
 */
export function foldLine(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const [unit] of line.matchAll(/\\[\s\S]|[\s\S]/gu)) {
    const size = Buffer.byteLength(unit);
    if (octets + size > MAX_OCTETS) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += unit;
    octets += size;
  }
  return [...parts, part].join('\r\n');
}

/** Takes the line breaks of folding out again. */
export function unfold(text: string): string {
  return text.replace(/\r\n[ \t]/g, '');
}
