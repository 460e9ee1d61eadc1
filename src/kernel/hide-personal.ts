const EMAIL =
  /[^\s"'<>(),;:=/?&[\]@]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(?![\p{L}\p{N}])/giu;

/** A text without e-mail addresses: the one personal datum that errors of libraries quote and that has a form. */
export function hideEmails(text: string): string {
  return text.replace(EMAIL, '[e-mail]');
}
