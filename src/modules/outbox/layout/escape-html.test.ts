import fc from 'fast-check';
import { expect, it } from 'vitest';
import { html, oneLine } from './escape-html.ts';

it('escapes values and keeps templates', () => {
  const name = `<b onclick="x('y')">A & B</b>`;
  expect(html`<p title="${name}">${html`<i>${1}</i>`}${null}</p>`.markup).toBe(
    '<p title="&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;A &amp; B&lt;/b&gt;"><i>1</i></p>',
  );
});

it('joins lists of templates', () => {
  const items = ['a', '<'].map((item) => html`<i>${item}</i>`);
  expect(html`<p>${items}</p>`.markup).toBe('<p><i>a</i><i>&lt;</i></p>');
});

it('lets no value open a tag, end an attribute or begin an entity of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const { markup } = html`${value}`;
      expect(markup).not.toMatch(/[<>"']/);
      expect(markup.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
    }),
  );
});

it('makes one line of many, without control and direction marks', () => {
  expect(oneLine(' Ann\r\n\tTotal: $0.00\u0000\u202E x ')).toBe('Ann Total: $0.00 x');
});
