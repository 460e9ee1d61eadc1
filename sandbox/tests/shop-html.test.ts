import { describe, expect, it } from 'vitest';
import { html, ownMarkup } from '../shop/html.ts';

const HOSTILE = `<script>alert("x")</script> & '`;

describe('html', () => {
  it('escapes every text, in elements and in attributes', () => {
    expect(html`<p title="${HOSTILE}">${HOSTILE}</p>`.markup).toBe(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;">' +
        '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;</p>',
    );
  });

  it('takes over what it made itself, once escaped and not twice', () => {
    const items = ['a&b', 'c'].map((text) => html`<li>${text}</li>`);
    expect(html`${items}`.markup).toBe('<li>a&amp;b</li><li>c</li>');
  });

  it('shows nothing for null, and zero as zero', () => {
    expect(html`${null}|${0}|${[]}`.markup).toBe('|0|');
  });

  it('leaves markup of its own folder as it is', () => {
    expect(html`${ownMarkup('<b>x</b>')}`.markup).toBe('<b>x</b>');
  });
});
