import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clean, cleanLine, foldLine, unfold } from './text.ts';

describe('text for a calendar', () => {
  it.each([
    ['a carriage return', 'Elm\rATTENDEE:x', 'Elm\nATTENDEE:x'],
    ['the line break of Windows', 'Elm\r\nOak', 'Elm\nOak'],
    ['NEL', 'Elm\u0085Oak', 'Elm\nOak'],
    ['a Unicode line separator', 'Elm\u2028Oak', 'Elm\nOak'],
  ])('takes %s for a line feed', (_name, text, cleaned) => {
    expect(clean(text, 100)).toBe(cleaned);
    expect(cleanLine(text, 100)).toBe(cleaned.replace('\n', ' '));
  });

  it.each([
    ['NUL, at which some readers end', 'Elm\u0000Oak', 'ElmOak'],
    ['an override of direction', 'Elm\u202eOak', 'ElmOak'],
    ['a byte order mark', '\ufeffElm', 'Elm'],
    ['a tab', 'Elm\tOak', 'ElmOak'],
  ])('leaves out %s', (_name, text, cleaned) => {
    expect(clean(text, 100)).toBe(cleaned);
  });

  it('is composed, well formed and no longer than asked for, counted in characters', () => {
    expect(clean('Cafe\u0301', 10)).toBe('Café');
    expect(clean('\ud83c Elm', 10)).toBe('\ufffd Elm');
    expect(clean('🏥🏥🏥', 2)).toBe('🏥🏥');
  });

  it('holds no control character but line feeds, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const controls = [...clean(text, 1000)].filter((character) => /\p{Cc}|\p{Zl}|\p{Zp}/u.test(character) && character !== '\n');
        expect(controls).toEqual([]);
      }),
    );
  });
});

describe('folding', () => {
  const line = fc.string({
    unit: fc.oneof(fc.constantFrom('\\n', '\\,', '\\\\', 'a', ' ', 'é', '🏥'), fc.string({ unit: 'grapheme', maxLength: 3 })),
    maxLength: 200,
  });

  it('keeps lines within 75 octets and gives them back unfolded', () => {
    fc.assert(
      fc.property(line, (text) => {
        const folded = foldLine(text.replace(/[\r\n]/g, ''));
        expect(Math.max(...folded.split('\r\n').map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(75);
        expect(unfold(folded)).toBe(text.replace(/[\r\n]/g, ''));
      }),
    );
  });

  it('does not cut an escape in two', () => {
    for (let length = 60; length < 80; length++) {
      const parts = foldLine(`${'x'.repeat(length)}\\n\\,\\\\rest`).split('\r\n');
      expect(parts.filter((part) => /(?<!\\)(?:\\\\)*\\$/.test(part))).toEqual([]);
    }
  });
});
