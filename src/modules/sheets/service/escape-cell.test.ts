import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeCell, unescapeCell } from './escape-cell.ts';

describe('cells', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', "'=1", "''-x"])(
    'of %j is no formula any more',
    (text) => {
      expect(escapeCell(text)).toBe(`'${text}`);
    },
  );

  it.each(['', 'Figure', "l'été", "'quoted'", ' =1', '1-2'])('of %j stays as it is', (text) => {
    expect(escapeCell(text)).toBe(text);
  });

  it('come back as they were', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom("'", '=', '-', '＠', 'a', '\t') }),
    );
    fc.assert(fc.property(texts, (text) => unescapeCell(escapeCell(text)) === text));
    fc.assert(fc.property(texts, (text) => !/^[=+\-@\t\r＝＋－＠]/.test(escapeCell(text))));
  });
});
