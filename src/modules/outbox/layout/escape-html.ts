/** Text that may stand in HTML as it is, because `html` made it. */
export class SafeHtml {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Value = string | number | SafeHtml | readonly SafeHtml[] | null;

/** A template whose values are escaped, in text and in quoted attributes, unless they are templates themselves. */
export function html(strings: TemplateStringsArray, ...values: Value[]): SafeHtml {
  const parts = strings.map((text, index) => text + render(values[index] ?? null));
  return new SafeHtml(parts.join(''));
}

function render(value: Value): string {
  if (value === null) return '';
  if (value instanceof SafeHtml) return value.markup;
  if (typeof value === 'object') return value.map((part) => part.markup).join('');
  return escapeHtml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * One line of plain text. Line breaks would let a name write lines of its own into a mail, and the direction marks of
 * bidirectional text can turn the rest of a line around.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}
