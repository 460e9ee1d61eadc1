/**
 * What a spreadsheet takes for a formula, also behind apostrophes that were there before. The wide forms are for Japanese
 * programs.
 */
const LOOKS_LIKE_FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** A text that no spreadsheet runs: an apostrophe goes before what looks like a formula. */
export function escapeCell(text: string): string {
  return LOOKS_LIKE_FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `escapeCell` was given. */
export function unescapeCell(text: string): string {
  return text.startsWith("'") && LOOKS_LIKE_FORMULA.test(text) ? text.slice(1) : text;
}
