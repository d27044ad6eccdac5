/**
 * Cuts a calendar into its components, each read by itself, so that one that is broken spoils no other.
 *
 * Of an event only the lines that are read here go on: descriptions, comments, alarms and attachments are dropped at
 * the door, and a fault in one of them matters to nobody.
 */

export interface Component {
  /** `VEVENT`, `VTIMEZONE`, or another that is not read. */
  readonly kind: string;
  /** Of its BEGIN, as a text editor numbers it. */
  readonly line: number;
  /** Its lines without BEGIN and END, folded ones joined. Empty for a component that is not read. */
  readonly lines: readonly string[];
  /** False when the next event began, or the calendar ended, before it did. */
  readonly isWhole: boolean;
}

export interface Calendar {
  readonly components: readonly Component[];
  /** False when it breaks off before its END. */
  readonly isWhole: boolean;
}

const OF_AN_EVENT = /^(?:UID|DTSTART|DTEND|DURATION|RRULE|EXRULE|RDATE|EXDATE|RECURRENCE-ID|SUMMARY|LOCATION|ATTENDEE|STATUS|CLASS)[;:]/i;
const EDGE = /^(BEGIN|END):\s*([\w-]+)\s*$/i;

/** Null when the text is no calendar at all. */
export function splitCalendar(text: string): Calendar | null {
  const components: Component[] = [];
  const open: string[] = [];
  let at: { kind: string; line: number; lines: string[] } | null = null;
  let isCalendar = false;
  const close = (isWhole: boolean) => {
    if (at) components.push({ ...at, isWhole });
    at = null;
  };
  for (const { content, line } of contentLines(text)) {
    const [, edge = '', name = ''] = EDGE.exec(content) ?? [];
    const kind = name.toUpperCase();
    if (!isCalendar && !(edge.toUpperCase() === 'BEGIN' && kind === 'VCALENDAR')) return null;
    isCalendar = true;
    if (edge.toUpperCase() === 'BEGIN') {
      // Some exporters forget the END of an event: the next one shows it.
      if (kind === 'VEVENT' && open.at(-1) === 'VEVENT') {
        close(false);
        open.pop();
      }
      open.push(kind);
      if (open.length === 2) at = { kind, line, lines: [] };
      else if (at?.kind === 'VTIMEZONE') at.lines.push(content);
    } else if (edge.toUpperCase() === 'END') {
      if (kind === 'VCALENDAR' && open.length > 1) {
        close(false);
        open.length = 1;
      }
      if (open.at(-1) !== kind) continue;
      if (open.length === 2) close(true);
      else if (at?.kind === 'VTIMEZONE') at.lines.push(content);
      open.pop();
    } else if (at && (at.kind === 'VTIMEZONE' || (at.kind === 'VEVENT' && open.length === 2 && OF_AN_EVENT.test(content)))) at.lines.push(content);
  }
  if (!isCalendar) return null;
  close(false);
  return { components, isWhole: open.length === 0 };
}

/** Lines as they were before they were folded, without those that hold nothing. CRLF and a bare LF both end one. */
function* contentLines(text: string): Iterable<{ content: string; line: number }> {
  let content = '';
  let begin = 1;
  let line = 0;
  for (const physical of text.replace(/^\uFEFF/, '').split('\n')) {
    line += 1;
    const bare = physical.endsWith('\r') ? physical.slice(0, -1) : physical;
    if (/^[ \t]/.test(bare) && content !== '') {
      content += bare.slice(1);
      continue;
    }
    if (content.trim() !== '') yield { content, line: begin };
    content = bare;
    begin = line;
  }
  if (content.trim() !== '') yield { content, line: begin };
}
