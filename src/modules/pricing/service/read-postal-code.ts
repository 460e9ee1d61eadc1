/** Letters D F I O Q U are never used, W and Z never come first. */
const POSTAL_CODE = /^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d$/;

/** What people type in the place of a digit. None of them is guessed in the place of a letter. */
const MISREAD_DIGITS: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

export type PostalCodeReading = {
  /** `A1A 1A1`. */
  postalCode: string;
  /** A character was replaced (`K1A OB1` → `K1A 0B1`), so its owner should look at it. */
  isGuess: boolean;
};

/**
 * Reads a Canadian postal code as people write it: any case, with or without a space or a dash,
 * full-width letters. Null when it is none.
 */
export function readPostalCode(text: string): PostalCodeReading | null {
  const compact = compactPostalCode(text);
  const corrected = Array.from(compact, (character, position) =>
    position % 2 === 1 ? (MISREAD_DIGITS[character] ?? character) : character,
  ).join('');
  if (!POSTAL_CODE.test(corrected)) return null;
  return {
    postalCode: `${corrected.slice(0, 3)} ${corrected.slice(3)}`,
    isGuess: corrected !== compact,
  };
}

/** Upper case, without spaces, dashes and invisible characters; not yet checked. */
export function compactPostalCode(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Cf}]/gu, '')
    .toUpperCase();
}
