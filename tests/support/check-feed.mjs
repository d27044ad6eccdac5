#!/usr/bin/env node
/**
 * Judges a published feed, independently of what wrote it: its own tokenizer and the time zone data of Intl, then
 * ical.js and node-ical, which must read the same events.
 *
 *     node tests/support/check-feed.mjs FILE [OLDER_FILE] [--json] [--strict] [--quiet]
 *
 * With OLDER_FILE also that nothing went back and that what changed says so. Exit 0: no errors; 1: errors, or with
 * --strict warnings; 2: cannot read, or a judge is missing.
 */
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
// biome-ignore-all lint/suspicious/noAssignInExpressions: a parser reads best so.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const argv = process.argv.slice(2),
  flags = new Set(argv.filter((a) => a.startsWith('--'))),
  files = argv.filter((a) => !a.startsWith('--'));
if (!files.length || files.length > 2) {
  console.error('usage: check-feed.mjs FILE [OLDER_FILE] [--json] [--strict] [--quiet]');
  process.exit(2);
}
const here = path.dirname(fileURLToPath(import.meta.url));
async function load(name) {
  for (const base of [process.env.ICAL_MODULES, process.cwd(), here].filter(Boolean)) {
    try {
      const p = createRequire(path.join(base, 'x.js')).resolve(name);
      return await import(pathToFileURL(p));
    } catch {
      /* next */
    }
  }
  return null;
}
const out = [];
const add = (level, code, msg, line) => out.push({ level, code, msg, ...(line ? { line } : {}) });
const E = (c, m, l) => add('error', c, m, l),
  W = (c, m, l) => add('warn', c, m, l),
  I = (c, m, l) => add('info', c, m, l);

// Octets.
function octets(buf) {
  if (buf[0] === 0xef && buf[1] === 0xbb && buf[2] === 0xbf) E('bom', 'file starts with a UTF-8 byte order mark');
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buf);
  } catch {
    E('utf8', 'not valid UTF-8');
    text = buf.toString('utf8');
  }
  let ln = 1,
    start = 0,
    long = 0,
    bare = 0,
    split = 0;
  const endLine = (end) => {
    const n = end - start;
    if (n > 75) {
      if (!long++) E('fold75', `line has ${n} octets (> 75)`, ln);
    }
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(buf.subarray(start, end));
    } catch {
      if (!split++) W('fold-utf8', 'a fold splits a UTF-8 sequence (legal, but breaks naive parsers)', ln);
    }
  };
  for (let i = 0; i < buf.length; i++) {
    if (buf[i] === 10) {
      if (i === 0 || buf[i - 1] !== 13) {
        if (!bare++) E('crlf', 'LF without CR', ln);
        endLine(i);
      } else endLine(i - 1);
      start = i + 1;
      ln++;
    } else if (buf[i] === 13 && buf[i + 1] !== 10) {
      if (!bare++) E('crlf', 'CR without LF', ln);
    }
  }
  if (start < buf.length) {
    endLine(buf.length);
    W('final-crlf', 'last content line is not ended by CRLF (RFC 5545 3.1)', ln);
  }
  if (long > 1) I('fold75', `${long} lines over 75 octets`);
  if (bare > 1) I('crlf', `${bare} bare line breaks`);
  const fe = text.match(/(?<!\\)(?:\\\\)*\\\r\n[ \t]/);
  if (fe)
    E(
      'fold-escape',
      'a fold cuts an escape (\\ CRLF SP n): legal, but Google Calendar drops the event (collective/icalendar#1501)',
      text.slice(0, fe.index).split('\r\n').length,
    );
  text.split(/\r\n/).forEach((l, i) => {
    const c = l.match(/[\x00-\x08\x0a-\x1f\x7f]/);
    if (c) E('ctl', `control character U+${c[0].codePointAt(0).toString(16).padStart(4, '0')}`, i + 1);
    const s = l.match(/[\x80-\x9f\u2028\u2029]/);
    if (s) E('ctl-unicode', `U+${s[0].codePointAt(0).toString(16).padStart(4, '0')} is a line break to some parsers (Python splitlines)`, i + 1);
    const b = l.match(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]/);
    if (b) W('bidi', `invisible/bidi control U+${b[0].codePointAt(0).toString(16)} can disguise text`, i + 1);
  });
  return text;
}
// Tokenizer.
const PARAM = /;([A-Za-z0-9-]+)=((?:"[^"\x00-\x08\x0a-\x1f]*"|[^",;:\x00-\x08\x0a-\x1f]*)(?:,(?:"[^"]*"|[^",;:]*))*)/y;
function tokenize(text) {
  const phys = text.split(/\r\n|\n|\r/);
  const logical = [];
  phys.forEach((l, i) => {
    if (/^[ \t]/.test(l)) {
      if (logical.length) logical.at(-1).raw += l.slice(1);
      else E('fold-first', 'file starts with a folded line', 1);
    } else if (l !== '' || i < phys.length - 1) logical.push({ raw: l, line: i + 1 });
  });
  const props = [];
  for (const { raw, line } of logical) {
    if (raw === '') {
      E('blank', 'blank line', line);
      continue;
    }
    const nm = raw.match(/^[A-Za-z0-9-]+/);
    if (!nm) {
      E('name', `line does not start with a property name: ${JSON.stringify(raw.slice(0, 40))}`, line);
      continue;
    }
    let pos = nm[0].length;
    const params = {};
    for (;;) {
      PARAM.lastIndex = pos;
      const m = PARAM.exec(raw);
      if (!m) break;
      (params[m[1].toUpperCase()] ??= []).push(m[2]);
      pos = PARAM.lastIndex;
    }
    if (raw[pos] !== ':') {
      E('param', `malformed parameters or no colon: ${JSON.stringify(raw.slice(0, 60))}`, line);
      continue;
    }
    props.push({ name: nm[0].toUpperCase(), params, value: raw.slice(pos + 1), line });
  }
  return props;
}
function tree(props) {
  const root = { name: 'ROOT', props: [], kids: [], line: 0 };
  const st = [root];
  for (const p of props) {
    if (p.name === 'BEGIN') {
      const c = { name: p.value.trim().toUpperCase(), props: [], kids: [], line: p.line };
      st.at(-1).kids.push(c);
      st.push(c);
    } else if (p.name === 'END') {
      if (st.length < 2 || st.at(-1).name !== p.value.trim().toUpperCase()) {
        E('nest', `END:${p.value} does not match ${st.at(-1).name}`, p.line);
        if (st.length < 2) continue;
      }
      st.pop();
    } else {
      if (st.length === 1) E('outside', `${p.name} outside any component`, p.line);
      st.at(-1).props.push(p);
    }
  }
  if (st.length !== 1) E('nest', `${st.at(-1).name} not closed`);
  return root;
}
const get = (c, n) => c.props.find((p) => p.name === n),
  all = (c, n) => c.props.filter((p) => p.name === n);
const unq = (s) => s?.replace(/^"|"$/g, '');
const par = (p, n) => unq(p?.params[n]?.[0]);
const untext = (v) => v.replace(/\\([\\;,nN])/g, (_, c) => (c === 'n' || c === 'N' ? '\n' : c));

// What may appear.
const KNOWN = {
  VCALENDAR: 'CALSCALE METHOD PRODID VERSION UID LAST-MODIFIED URL REFRESH-INTERVAL SOURCE COLOR NAME DESCRIPTION CATEGORIES IMAGE'.split(' '),
  VEVENT:
    'DTSTAMP UID DTSTART CLASS CREATED DESCRIPTION GEO LAST-MODIFIED LOCATION ORGANIZER PRIORITY SEQUENCE STATUS SUMMARY TRANSP URL RECURRENCE-ID RRULE DTEND DURATION ATTACH ATTENDEE CATEGORIES COMMENT CONTACT EXDATE REQUEST-STATUS RELATED-TO RESOURCES RDATE COLOR CONFERENCE IMAGE STYLED-DESCRIPTION STRUCTURED-DATA LINK CONCEPT REFID'.split(
      ' ',
    ),
  VTIMEZONE: 'TZID LAST-MODIFIED TZURL TZUNTIL TZID-ALIAS-OF'.split(' '),
  STANDARD: 'DTSTART TZOFFSETTO TZOFFSETFROM RRULE COMMENT RDATE TZNAME'.split(' '),
  VALARM: 'ACTION TRIGGER DESCRIPTION SUMMARY ATTENDEE DURATION REPEAT ATTACH UID ACKNOWLEDGED RELATED-TO PROXIMITY'.split(' '),
};
KNOWN.DAYLIGHT = KNOWN.STANDARD;
const ONCE = {
  VCALENDAR: ['PRODID', 'VERSION', 'CALSCALE', 'METHOD', 'REFRESH-INTERVAL', 'COLOR', 'X-WR-CALNAME', 'X-PUBLISHED-TTL'],
  VEVENT:
    'DTSTAMP UID DTSTART CLASS CREATED GEO LAST-MODIFIED LOCATION ORGANIZER PRIORITY SEQUENCE STATUS SUMMARY TRANSP URL RECURRENCE-ID RRULE DTEND DURATION COLOR DESCRIPTION'.split(
      ' ',
    ),
  VTIMEZONE: ['TZID'],
  STANDARD: ['DTSTART', 'TZOFFSETTO', 'TZOFFSETFROM'],
  DAYLIGHT: ['DTSTART', 'TZOFFSETTO', 'TZOFFSETFROM'],
};
const TEXT1 = new Set('SUMMARY DESCRIPTION LOCATION COMMENT CONTACT UID TZID TZNAME NAME PRODID X-WR-CALNAME X-WR-CALDESC X-ALT-DESC'.split(' ')),
  TEXTN = new Set(['CATEGORIES', 'RESOURCES']);
const ENUM = {
  STATUS: ['CONFIRMED', 'TENTATIVE', 'CANCELLED'],
  TRANSP: ['OPAQUE', 'TRANSPARENT'],
  CLASS: ['PUBLIC', 'PRIVATE', 'CONFIDENTIAL'],
  METHOD: ['PUBLISH'],
  VERSION: ['2.0'],
  CALSCALE: ['GREGORIAN'],
};
const DUR = /^[+-]?P(?:\d+W|(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/;
function nhs(t) {
  for (const m of t.matchAll(/(?<!\d)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)/g)) {
    const d = (m[1] + m[2] + m[3]).split('').map(Number);
    const s = d.slice(0, 9).reduce((a, x, i) => a + x * (10 - i), 0);
    let k = 11 - (s % 11);
    if (k === 11) k = 0;
    if (k !== 10 && k === d[9] && new Set(d).size > 1) return m[0];
  }
  return null;
}
function walk(c, f, parent) {
  f(c, parent);
  for (const k of c.kids) walk(k, f, c);
}
function structure(root) {
  if (root.kids.length !== 1 || root.kids[0]?.name !== 'VCALENDAR')
    E('vcalendar', `expected exactly one VCALENDAR, found ${root.kids.map((k) => k.name).join(',') || 'none'}`);
  const cal = root.kids[0];
  if (!cal) return null;
  for (const n of ['PRODID', 'VERSION']) if (!get(cal, n)) E('required', `VCALENDAR lacks ${n}`);
  if (!cal.kids.some((k) => k.name !== 'VTIMEZONE'))
    W('empty', 'no VEVENT (RFC 5545 wants at least one component; Outlook and Google may refuse an empty calendar)');
  const ri = get(cal, 'REFRESH-INTERVAL');
  if (!ri) W('refresh', 'no REFRESH-INTERVAL (RFC 7986)');
  else {
    if (par(ri, 'VALUE')?.toUpperCase() !== 'DURATION') E('refresh', 'REFRESH-INTERVAL needs ;VALUE=DURATION', ri.line);
    if (!DUR.test(ri.value)) E('refresh', `bad duration ${ri.value}`, ri.line);
  }
  if (!get(cal, 'X-PUBLISHED-TTL')) W('ttl', 'no X-PUBLISHED-TTL (Outlook)');
  if (!get(cal, 'X-WR-CALNAME')) W('calname', 'no X-WR-CALNAME (Google, Apple, Outlook show the URL instead)');
  walk(cal, (c, parent) => {
    const known = KNOWN[c.name];
    if (!known) {
      W('component', `unexpected component ${c.name}`, c.line);
      return;
    }
    const okParent = {
      VCALENDAR: ['ROOT', undefined],
      VEVENT: ['VCALENDAR'],
      VTIMEZONE: ['VCALENDAR'],
      STANDARD: ['VTIMEZONE'],
      DAYLIGHT: ['VTIMEZONE'],
      VALARM: ['VEVENT'],
    }[c.name];
    if (!okParent.includes(parent?.name)) E('nest', `${c.name} inside ${parent?.name}`, c.line);
    for (const p of c.props) {
      if (!known.includes(p.name)) {
        if (p.name.startsWith('X-')) {
          if (!/^X-(WR-|PUBLISHED-TTL|MICROSOFT-|MS-|APPLE-|LIC-|ALT-DESC|GOOGLE-|ROTA-)/.test(p.name))
            W('x-prop', `unlisted ${p.name} in ${c.name} (injected?)`, p.line);
        } else if (c.name === 'VCALENDAR' && p.name === 'TIMEZONE-ID')
          W('timezone-id', 'TIMEZONE-ID is not a registered property (ical-generator emits it when the calendar has a timezone name)', p.line);
        else E('unknown-prop', `${p.name} is not a property of ${c.name} (injected?)`, p.line);
      }
      if (TEXT1.has(p.name) || TEXTN.has(p.name)) {
        const rest = p.value.replace(/\\[\\;,nN]/g, '');
        if (rest.includes('\\')) E('escape', `${p.name}: backslash not followed by one of \\ ; , n N`, p.line);
        if ((TEXTN.has(p.name) ? /;/ : /[;,]/).test(rest)) E('escape', `${p.name}: unescaped comma or semicolon`, p.line);
        const t = untext(p.value);
        if (nhs(t)) E('nhs-number', `${p.name} holds a string that checks as an NHS number`, p.line);
        if (/\\n|\\N/.test(t)) W('double-escape', `${p.name} looks escaped twice`, p.line);
        if (/[\w.+-]+@[\w-]+\.\w+/.test(t) && !['UID', 'PRODID'].includes(p.name)) W('email', `${p.name} holds an e-mail address`, p.line);
      }
      if (p.name === 'URL' && /\\[,;]/.test(p.value)) E('uri-escape', 'URL is a URI, not TEXT: backslash-escaped comma/semicolon corrupts it', p.line);
      if (ENUM[p.name] && !ENUM[p.name].includes(p.value.toUpperCase())) E('enum', `${p.name}:${p.value}`, p.line);
      for (const v of Object.values(p.params).flat()) if (/["\r\n]/.test(unq(v) ?? '')) E('param', `quote in a parameter of ${p.name}`, p.line);
    }
    for (const n of ONCE[c.name] ?? []) if (all(c, n).length > 1) E('dup-prop', `${n} occurs ${all(c, n).length} times in ${c.name}`, c.line);
  });
  return cal;
}
// Time.
const DT = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/;
function parseDT(p) {
  const m = p?.value.match(DT);
  if (!m) return null;
  const n = m.slice(1, 7).map((x) => (x === undefined ? 0 : +x));
  const wall = Date.UTC(n[0], n[1] - 1, n[2], n[3], n[4], n[5]);
  const d = new Date(wall);
  if (d.getUTCMonth() !== n[1] - 1 || d.getUTCDate() !== n[2] || n[3] > 23 || n[4] > 59 || n[5] > 60) return null;
  const tzid = par(p, 'TZID');
  const date = m[4] === undefined;
  return { wall, date, utc: m[7] === 'Z', tzid, floating: !date && !tzid && m[7] !== 'Z' };
}
let skipNodeIcal = false;
const fmtCache = {};
function intlOffset(tz, ms) {
  const f = (fmtCache[tz] ??= new Intl.DateTimeFormat('en-GB', {
    timeZone: tz,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }));
  const o = Object.fromEntries(f.formatToParts(ms).map((x) => [x.type, +x.value]));
  return (Date.UTC(o.year, o.month - 1, o.day, o.hour, o.minute, o.second) - ms) / 1000;
}
function intlTransitions(tz, y0, y1) {
  const r = [];
  let t = Date.UTC(y0, 0, 1),
    o = intlOffset(tz, t);
  const end = Date.UTC(y1 + 1, 0, 1);
  for (; t < end; t += 864e5) {
    const o2 = intlOffset(tz, t + 864e5);
    if (o2 !== o) {
      let lo = t,
        hi = t + 864e5;
      while (hi - lo > 1000) {
        const mid = Math.floor((lo + hi) / 2000) * 1000;
        if (intlOffset(tz, mid) === o) lo = mid;
        else hi = mid;
      }
      r.push([hi, o, o2]);
      o = o2;
    }
  }
  return r;
}
const off = (s) => {
  const m = s?.match(/^([+-])(\d\d)(\d\d)(\d\d)?$/);
  return m ? (m[1] === '-' ? -1 : 1) * (+m[2] * 3600 + +m[3] * 60 + +(m[4] ?? 0)) : NaN;
};
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
function nth(y, mo, n, dow, h) {
  const last = new Date(Date.UTC(y, mo, 0)).getUTCDate();
  if (n > 0) {
    const d1 = new Date(Date.UTC(y, mo - 1, 1)).getUTCDay();
    return Date.UTC(y, mo - 1, 1 + ((dow - d1 + 7) % 7) + (n - 1) * 7) + h;
  }
  const dl = new Date(Date.UTC(y, mo - 1, last)).getUTCDay();
  return Date.UTC(y, mo - 1, last - ((dl - dow + 7) % 7) + (n + 1) * 7) + h;
}
function vtzTransitions(vtz, y0, y1) {
  const r = [];
  for (const o of vtz.kids) {
    const st = parseDT(get(o, 'DTSTART')),
      from = off(get(o, 'TZOFFSETFROM')?.value),
      to = off(get(o, 'TZOFFSETTO')?.value);
    if (!st || Number.isNaN(from) || Number.isNaN(to)) {
      E('vtimezone', `${o.name}: bad DTSTART/TZOFFSETFROM/TZOFFSETTO`, o.line);
      continue;
    }
    if (st.utc || st.tzid) E('vtimezone', 'observance DTSTART must be local time', o.line);
    const walls = [st.wall];
    for (const p of all(o, 'RDATE'))
      for (const v of p.value.split(',')) {
        const d = parseDT({ value: v, params: {} });
        if (d) walls.push(d.wall);
      }
    const rr = get(o, 'RRULE');
    if (rr) {
      const k = Object.fromEntries(rr.value.split(';').map((x) => x.split('=')));
      const bd = k.BYDAY?.match(/^([+-]?\d+)(SU|MO|TU|WE|TH|FR|SA)$/);
      if (k.FREQ !== 'YEARLY' || !bd || !/^\d+$/.test(k.BYMONTH ?? '')) E('vtimezone', `rule not understood: ${rr.value}`, rr.line);
      else {
        const until = k.UNTIL ? parseDT({ value: k.UNTIL, params: {} })?.wall : Infinity;
        for (let y = Math.max(y0 - 1, new Date(st.wall).getUTCFullYear()); y <= y1; y++) {
          const w = nth(y, +k.BYMONTH, +bd[1], DAYS.indexOf(bd[2]), st.wall % 864e5);
          if (w > st.wall && w - from * 1000 <= until) walls.push(w);
        }
      }
    }
    for (const w of walls) r.push([w - from * 1000, from, to]);
  }
  return r.sort((a, b) => a[0] - b[0]);
}
const vtzOffset = (tr, ms) => {
  let o = tr.length ? tr[0][1] : 0;
  for (const [t, , to] of tr) {
    if (t <= ms) o = to;
    else break;
  }
  return o;
};
function wallToUtc(offAt, wall) {
  const c = new Set();
  for (const h of [-864e5, 864e5]) c.add(offAt(wall + h));
  const ok = [...c]
    .map((o) => wall - o * 1000)
    .filter((u) => offAt(u) * 1000 + u === wall)
    .sort((a, b) => a - b);
  return ok;
}
const WIN = { 'GMT Standard Time': 'Europe/London' };
const Y0 = 2025,
  Y1 = 2030;
function zones(cal) {
  const z = {};
  const used = new Set();
  walk(cal, (c) =>
    c.props.forEach((p) => {
      const t = par(p, 'TZID');
      if (t) used.add(t);
    }),
  );
  for (const v of cal.kids.filter((k) => k.name === 'VTIMEZONE')) {
    const id = get(v, 'TZID')?.value;
    if (!id) {
      E('vtimezone', 'VTIMEZONE without TZID', v.line);
      continue;
    }
    if (z[id]) E('vtimezone', `VTIMEZONE ${id} defined twice`, v.line);
    if (!v.kids.length) E('vtimezone', `VTIMEZONE ${id} has no STANDARD/DAYLIGHT`, v.line);
    const tr = vtzTransitions(v, Y0, Y1 + 1);
    let iana = WIN[id] ?? id;
    try {
      new Intl.DateTimeFormat('en', { timeZone: iana });
    } catch {
      iana = null;
      W('vtimezone', `${id} is not an IANA zone: cannot compare with tzdata`, v.line);
    }
    if (iana) {
      const want = intlTransitions(iana, Y0, Y1),
        got = tr.filter((t) => t[0] >= Date.UTC(Y0, 0, 1) && t[0] < Date.UTC(Y1 + 1, 0, 1)).filter((t) => t[1] !== t[2]);
      const s = (a) => a.map((x) => `${new Date(x[0]).toISOString()}:${x[1]}>${x[2]}`).join(' ');
      if (s(want) !== s(got)) E('dst', `VTIMEZONE ${id} transitions ${Y0}-${Y1} differ from tzdata:\n     want ${s(want)}\n     got  ${s(got)}`, v.line);
      if (intlOffset(iana, Date.UTC(Y0, 0, 1)) !== vtzOffset(tr, Date.UTC(Y0, 0, 1))) E('dst', `VTIMEZONE ${id} wrong offset on ${Y0}-01-01`, v.line);
      else I('dst', `VTIMEZONE ${id}: ${want.length} transitions ${Y0}-${Y1} equal tzdata ${process.versions.tz}`);
    }
    z[id] = { tr, iana, line: v.line };
    if (!used.has(id)) W('tz-unused', `VTIMEZONE ${id} is never referenced`, v.line);
  }
  for (const t of used) if (!z[t]) E('tz-undefined', `TZID=${t} has no VTIMEZONE (Outlook: floating time error)`);
  return z;
}
function instant(p, z, what) {
  if (!p) return null;
  const d = parseDT(p);
  if (!d) {
    E('datetime', `${what}: bad date-time ${p.value}`, p.line);
    return null;
  }
  if (d.date) {
    if (par(p, 'VALUE')?.toUpperCase() !== 'DATE') E('datetime', `${what}: DATE value needs VALUE=DATE`, p.line);
    return { ...d, key: `date:${p.value}` };
  }
  if (d.utc) {
    if (d.tzid) E('datetime', `${what}: TZID with a UTC value`, p.line);
    return { ...d, ms: d.wall, key: d.wall };
  }
  if (d.floating) {
    E('floating', `${what} is floating time (no TZID, no Z): every reader uses its own zone; Outlook rejects it`, p.line);
    return { ...d, key: `float:${p.value}` };
  }
  const zone = z[d.tzid];
  if (!zone) return { ...d, key: `tz?:${p.value}` };
  const a = wallToUtc((ms) => vtzOffset(zone.tr, ms), d.wall);
  if (!a.length) {
    E('dst-gap', `${what} ${p.value} does not exist in ${d.tzid} (spring gap)`, p.line);
    return { ...d, key: `gap:${p.value}` };
  }
  if (a.length > 1)
    W('dst-overlap', `${what} ${p.value} is ambiguous in ${d.tzid} (autumn overlap); RFC 5545: first (DST) reading; use UTC to say the second`, p.line);
  if (zone.iana) {
    const b = wallToUtc((ms) => intlOffset(zone.iana, ms), d.wall);
    if (b[0] !== a[0]) E('dst', `${what}: VTIMEZONE says ${new Date(a[0]).toISOString()}, tzdata ${new Date(b[0]).toISOString()}`, p.line);
  }
  return { ...d, ms: a[0], key: a[0] };
}
// Events.
function durMs(v) {
  const m = v?.match(/^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/);
  return m ? (m[1] === '-' ? -1 : 1) * (+(m[2] ?? 0) * 6048e5 + +(m[3] ?? 0) * 864e5 + +(m[4] ?? 0) * 36e5 + +(m[5] ?? 0) * 6e4 + +(m[6] ?? 0) * 1e3) : NaN;
}
function events(cal, z) {
  const seen = new Map(),
    list = [];
  const method = get(cal, 'METHOD')?.value;
  let alarms = 0,
    orgless = 0;
  for (const e of cal.kids.filter((k) => k.name === 'VEVENT')) {
    const uid = get(e, 'UID')?.value;
    for (const n of ['UID', 'DTSTAMP', 'DTSTART']) if (!get(e, n)) E('required', `VEVENT lacks ${n}`, e.line);
    if (!get(e, 'SUMMARY')?.value) W('summary', 'VEVENT has no SUMMARY', e.line);
    for (const n of ['DTSTAMP', 'CREATED', 'LAST-MODIFIED']) {
      const p = get(e, n);
      if (p && !/^\d{8}T\d{6}Z$/.test(p.value)) E('utc', `${n}:${p.value} must be UTC (…Z)`, p.line);
      if (p && par(p, 'TZID')) E('utc', `${n} has TZID`, p.line);
    }
    const seq = get(e, 'SEQUENCE');
    if (seq && !/^\d{1,9}$/.test(seq.value)) E('sequence', `SEQUENCE:${seq.value} (0…2147483647)`, seq.line);
    const sP = get(e, 'DTSTART'),
      eP = get(e, 'DTEND'),
      dP = get(e, 'DURATION');
    const s = instant(sP, z, 'DTSTART');
    let en = instant(eP, z, 'DTEND');
    if (eP && dP) E('dtend', 'both DTEND and DURATION', e.line);
    if (!eP && !dP && s && !s.date) W('dtend', 'no DTEND or DURATION: zero-length event', e.line);
    if (s && en) {
      if (s.date !== en.date) E('dtend', 'DTSTART and DTEND differ in type', eP.line);
      const a = s.ms ?? s.wall,
        b = en.ms ?? en.wall;
      if (!(b > a)) E('dtend', `DTEND not after DTSTART (${uid})`, eP.line);
      else if (b - a > 36e5 * 36 && !s.date) W('long', `event longer than 36 h (${uid})`, eP.line);
      if ((s.tzid ?? '') !== (en.tzid ?? '') && !(s.utc && en.utc)) W('dtend', 'DTSTART and DTEND in different zones', eP.line);
    }
    if (!en && dP && s?.ms !== undefined) {
      const d = durMs(dP.value);
      if (!(d > 0)) E('dtend', `DURATION ${dP.value}`, dP.line);
      en = { ms: s.ms + d, key: s.ms + d };
    }
    const rid = get(e, 'RECURRENCE-ID');
    const id = `${uid} ${rid ? instant(rid, z, 'RECURRENCE-ID')?.key : ''}`;
    if (seen.has(id)) E('dup-uid', `UID ${uid} already used at line ${seen.get(id)}`, e.line);
    seen.set(id, e.line);
    if (uid && uid.length > 202) W('uid', 'UID longer than 202 octets (Outlook cannot tell them apart, MS-STANOICAL 2.1.10)', e.line);
    if (uid && ['__proto__', 'constructor', 'prototype'].includes(uid)) {
      E('uid-proto', `UID ${uid} (node-ical 0.26 pollutes Object.prototype)`, e.line);
      skipNodeIcal = true;
    }
    const rr = get(e, 'RRULE');
    if (rr) {
      I('rrule', `recurring master ${uid}`, rr.line);
      const u = rr.value.match(/UNTIL=([^;]+)/)?.[1];
      if (u && s && !s.date && !s.floating && !/Z$/.test(u)) E('until', `UNTIL=${u} must be UTC when DTSTART has a zone`, rr.line);
    }
    if (method && !get(e, 'ORGANIZER')) orgless++;
    if (get(e, 'ATTENDEE')) W('attendee', 'ATTENDEE in a published feed (RFC 5546 3.2.1: MUST NOT; and a privacy leak)', get(e, 'ATTENDEE').line);
    for (const a of e.kids.filter((k) => k.name === 'VALARM')) {
      alarms++;
      const ac = get(a, 'ACTION')?.value?.toUpperCase();
      if (!ac || !get(a, 'TRIGGER')) E('alarm', 'VALARM lacks ACTION or TRIGGER', a.line);
      if (ac === 'DISPLAY' && !get(a, 'DESCRIPTION')) E('alarm', 'DISPLAY alarm lacks DESCRIPTION', a.line);
      if (['EMAIL', 'PROCEDURE'].includes(ac)) E('alarm', `ACTION:${ac} in a feed`, a.line);
    }
    list.push({
      uid,
      rid: rid ? String(instant(rid, z, 'RECURRENCE-ID')?.key) : '',
      start: s?.key,
      end: en?.key,
      seq: +(seq?.value ?? 0),
      lm: get(e, 'LAST-MODIFIED')?.value,
      stamp: get(e, 'DTSTAMP')?.value,
      status: get(e, 'STATUS')?.value?.toUpperCase(),
      summary: untext(get(e, 'SUMMARY')?.value ?? ''),
      line: e.line,
      rr: !!rr,
      ms: s?.ms,
      body: JSON.stringify(
        flat(e)
          .filter((x) => !/^(DTSTAMP|LAST-MODIFIED|SEQUENCE)\b/.test(x))
          .sort(),
      ),
    });
  }
  if (orgless) I('organizer', `METHOD:${method} and ${orgless} event(s) without ORGANIZER: RFC 5546 3.2.1 asks one; leaving METHOD out removes the question`);
  if (alarms) W('alarm', `${alarms} VALARM (most subscribers strip or double them)`);
  return list;
}
const flat = (c) => [...c.props.map((p) => `${p.name}${JSON.stringify(p.params)}:${p.value}`), ...c.kids.flatMap((k) => flat(k).map((x) => `${k.name}/${x}`))];
// Older fetch.
function compare(old, now) {
  const O = new Map(old.map((e) => [`${e.uid}|${e.rid}`, e])),
    N = new Map(now.map((e) => [`${e.uid}|${e.rid}`, e]));
  let same = 0,
    changed = 0,
    added = 0,
    gone = 0;
  const lost = [];
  for (const [k, o] of O)
    if (!N.has(k)) {
      gone++;
      lost.push(o);
    }
  const fresh = [];
  for (const [k, n] of N) {
    const o = O.get(k);
    if (!o) {
      added++;
      fresh.push(n);
      continue;
    }
    if (n.seq < o.seq) E('seq-back', `SEQUENCE of ${n.uid} fell ${o.seq} -> ${n.seq}`, n.line);
    if (n.lm && o.lm && n.lm < o.lm) E('lm-back', `LAST-MODIFIED of ${n.uid} went back`, n.line);
    if (n.body === o.body) {
      same++;
      if (n.stamp !== o.stamp)
        W('stamp-churn', `DTSTAMP of unchanged ${n.uid} moved ${o.stamp} -> ${n.stamp}: the body hash (ETag) changes on every fetch`, n.line);
      if (n.seq !== o.seq) W('seq-churn', `SEQUENCE of unchanged ${n.uid} moved`, n.line);
      if (n.lm !== o.lm) W('lm-churn', `LAST-MODIFIED of unchanged ${n.uid} moved`, n.line);
      continue;
    }
    changed++;
    if (n.lm && n.lm === o.lm) E('lm-stale', `${n.uid} changed but LAST-MODIFIED did not: ICSx5 keeps the old copy`, n.line);
    if (!n.lm && n.seq === o.seq) W('no-revision', `${n.uid} changed with the same SEQUENCE and no LAST-MODIFIED`, n.line);
    if ((n.start !== o.start || n.end !== o.end || n.status !== o.status) && n.seq <= o.seq)
      E('seq-same', `${n.uid}: time or status changed, SEQUENCE stayed ${n.seq}`, n.line);
    if (o.status === 'CANCELLED' && n.status !== 'CANCELLED') W('uncancel', `${n.uid} came back from CANCELLED`, n.line);
  }
  for (const f of fresh) {
    const t = lost.find((o) => o.start === f.start && o.end === f.end && o.summary === f.summary);
    if (t) E('uid-churn', `same event, new UID: ${t.uid} -> ${f.uid}`, f.line);
  }
  const t = Date.now();
  const fut = lost.filter((o) => o.ms > t && o.status !== 'CANCELLED');
  if (fut.length)
    W(
      'vanished',
      `${fut.length} future event(s) vanished without a CANCELLED tombstone (fine for subscribers that replace, not for importers), e.g. ${fut[0].uid}`,
    );
  I('compare', `same ${same}, changed ${changed}, added ${added}, gone ${gone}`);
}
// Other parsers.
const keyOf = (d) =>
  d instanceof Date
    ? d.dateOnly
      ? `date:${d.getFullYear()}${String(d.getMonth() + 1).padStart(2, '0')}${String(d.getDate()).padStart(2, '0')}`
      : d.getTime()
    : undefined;
async function judges(text, list) {
  const want = new Map(list.map((e) => [`${e.uid}|${e.rid}`, e]));
  const missing = [];
  const check = (who, rows) => {
    const seen = new Set();
    let bad = 0;
    for (const r of rows) {
      const k = `${r.uid}|${r.rid ?? ''}`;
      seen.add(k);
      const w = want.get(k);
      if (!w) {
        bad++;
        E('parser', `${who}: event ${k} unknown to us`);
        continue;
      }
      for (const f of ['start', 'end'])
        if (w[f] !== undefined && r[f] !== undefined && String(w[f]) !== String(r[f])) {
          bad++;
          E('parser', `${who}: ${f} of ${r.uid}: ${show(r[f])}, we read ${show(w[f])}`, w.line);
        }
      if (r.summary !== undefined && r.summary !== null && r.summary.trim() !== w.summary.trim()) {
        bad++;
        E('parser', `${who}: SUMMARY of ${r.uid} reads ${JSON.stringify(r.summary)}, we read ${JSON.stringify(w.summary)}`, w.line);
      }
    }
    for (const k of want.keys())
      if (!seen.has(k)) {
        bad++;
        E('parser', `${who}: event ${k} not found`);
      }
    if (!bad) I('parser', `${who}: ${rows.length} events, same instants and titles`);
  };
  const show = (v) => (typeof v === 'number' ? new Date(v).toISOString() : v);
  const mi = await load('ical.js');
  if (!mi) missing.push('ical.js');
  else
    try {
      const ICAL = mi.default;
      const jcal = ICAL.parse(text),
        vz = jcal[2].filter((c) => c[0] === 'vtimezone'),
        ve = jcal[2].filter((c) => c[0] === 'vevent');
      const parts = [];
      for (let i = 0; i < ve.length; i += 300)
        parts.push(
          new ICAL.Component(['vcalendar', jcal[1], [...vz, ...ve.slice(i, i + 300)]]),
        ); /* ical.js looks the zone up by scanning all siblings: quadratic */
      const k = (t) =>
        t
          ? t.isDate
            ? `date:${t.toICALString()}`
            : t.zone === ICAL.Timezone.localTimezone || t.zone?.tzid === 'floating'
              ? `float:${t.toICALString()}`
              : t.toJSDate().getTime()
          : undefined;
      check(
        'ical.js',
        parts
          .flatMap((r) => r.getAllSubcomponents('vevent'))
          .map((v) => {
            const e = new ICAL.Event(v);
            return {
              uid: e.uid,
              rid: e.recurrenceId ? k(e.recurrenceId) : '',
              start: k(e.startDate),
              end: v.hasProperty('dtend') || v.hasProperty('duration') ? k(e.endDate) : undefined,
              summary: e.summary,
            };
          }),
      );
    } catch (x) {
      E('parser', `ical.js refuses: ${x.message}`);
    }
  const mn = await load('node-ical');
  if (!mn) missing.push('node-ical');
  else if (!skipNodeIcal)
    try {
      const o = (mn.default ?? mn).sync.parseICS(text);
      const rows = [];
      const push = (e, rid) =>
        rows.push({
          uid: e.uid,
          rid,
          start: keyOf(e.start),
          end: e.end ? keyOf(e.end) : undefined,
          summary: typeof e.summary === 'object' ? e.summary?.val : e.summary,
        });
      for (const e of Object.values(o))
        if (e?.type === 'VEVENT') {
          if (!e.recurrenceid) push(e, '');
          else push(e, String(keyOf(e.recurrenceid)));
          const rs = new Set(Object.values(e.recurrences ?? {}));
          for (const r of rs) push(r, String(keyOf(r.recurrenceid)));
        }
      const byKey = new Map(rows.map((r) => [`${r.uid}|${r.rid}`, r]));
      const hasFloat = list.some((e) => String(e.start).startsWith('float'));
      if (!hasFloat && !skipNodeIcal)
        check(
          'node-ical',
          [...byKey.values()].map((r) => {
            const w = want.get(`${r.uid}|${r.rid}`);
            if (w && w.end === undefined) delete r.end;
            return r;
          }),
        );
    } catch (x) {
      E('parser', `node-ical refuses: ${x.message}`);
    }
  return missing;
}
// Run.
function read(file) {
  let buf;
  try {
    buf = fs.readFileSync(file);
  } catch (x) {
    console.error(x.message);
    process.exit(2);
  }
  const text = octets(buf);
  const cal = structure(tree(tokenize(text)));
  const list = cal ? events(cal, zones(cal)) : [];
  return { buf, text, cal, list };
}
let oldList = null;
if (files[1]) {
  const keep = out.length;
  oldList = read(files[1]).list;
  out.length = keep;
}
const cur = read(files[0]);
if (cur.buf.length > 1e6) E('size', `${cur.buf.length} octets: above Google's reported 1 MB limit`);
else if (cur.buf.length > 5e5) W('size', `${cur.buf.length} octets`);
if (cur.list.length > 1000) W('count', `${cur.list.length} events: Google is reported to drop events past ~1,100`);
if (oldList) compare(oldList, cur.list);
const missing = cur.cal ? await judges(cur.text, cur.list) : [];
for (const m of missing) add('error', 'judge-missing', `${m} not installed`);
const n = (l) => out.filter((o) => o.level === l).length;
if (flags.has('--json'))
  console.log(
    JSON.stringify({ file: files[0], octets: cur.buf.length, events: cur.list.length, errors: n('error'), warnings: n('warn'), findings: out }, null, 1),
  );
else {
  const cap = {};
  for (const o of out) {
    if (flags.has('--quiet') && o.level !== 'error') continue;
    const c = (cap[o.level + o.code] = (cap[o.level + o.code] ?? 0) + 1);
    if (c > 5) {
      if (c === 6) console.log(`${o.level.toUpperCase().padEnd(5)} ${o.code}: … more`);
      continue;
    }
    console.log(`${o.level.toUpperCase().padEnd(5)} ${o.code}${o.line ? ` (line ${o.line})` : ''}: ${o.msg}`);
  }
  console.log(`${files[0]}: ${cur.buf.length} octets, ${cur.list.length} events, ${n('error')} errors, ${n('warn')} warnings`);
}
process.exit(missing.length ? 2 : n('error') || (flags.has('--strict') && n('warn')) ? 1 : 0);
