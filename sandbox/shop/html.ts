import { escapeHtml } from '../mailbox/escape-html.ts';

/** Markup that may be sent as it is. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Null shows nothing; a list shows its parts one after the other. */
export type Part = Html | string | number | null | readonly Part[];

/**
 * A template whose texts are escaped, so that a product's name can never become markup: what has to be
 * remembered is the exception, not the rule. Attributes have to stand in double quotes.
 */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    markup.reduce((before, next, index) => before + render(parts[index - 1] ?? null) + next),
  );
}

/** Says of a constant of this folder that it is markup. Nothing that came from outside may get here. */
export function ownMarkup(markup: string): Html {
  return new Html(markup);
}

function render(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part));
}
