import {
  ALSO_SERVED_BY_AREA,
  isProvinceCode,
  PROVINCE_NAMES,
  PROVINCES_BY_POSTAL_LETTER,
} from '../provinces.ts';
import type { ProvinceCode } from '../provinces.ts';
import { readPostalCode } from './read-postal-code.ts';

/** As it came; lengths are checked by the request's schema. */
export type SubmittedAddress = {
  line1: string;
  line2?: string | null | undefined;
  city: string;
  province: string;
  postalCode: string;
  countryCode: string;
};

/** Fit for an order and a label. */
export type PostalAddress = {
  line1: string;
  line2: string | null;
  city: string;
  province: ProvinceCode;
  /** `A1A 1A1`. */
  postalCode: string;
  countryCode: 'CA';
};

export type AddressField = keyof PostalAddress;

export type AddressRefusal = {
  outcome: 'refused';
  code: 'ADDRESS_INVALID' | 'ADDRESS_COUNTRY_UNSUPPORTED';
  field: AddressField;
  /** Presentable to the shopper. */
  message: string;
};

export type CleanedAddress = {
  outcome: 'clean';
  address: PostalAddress;
  /** More than spelling changed: the shopper has to agree. */
  isGuess: boolean;
};

/** Everything that can be told about an address without asking anybody. */
export function cleanAddress(submitted: SubmittedAddress): CleanedAddress | AddressRefusal {
  if (submitted.countryCode.trim().toUpperCase() !== 'CA') {
    return {
      outcome: 'refused',
      code: 'ADDRESS_COUNTRY_UNSUPPORTED',
      field: 'countryCode',
      message: 'We deliver within Canada only.',
    };
  }
  const province = submitted.province.trim().toUpperCase();
  if (!isProvinceCode(province)) return refuse('province', 'Choose a province or territory.');

  const line1 = cleanText(submitted.line1);
  const line2 = cleanText(submitted.line2 ?? '');
  const city = cleanText(submitted.city);
  if (line1 === null) return refuse('line1', UNPRINTABLE);
  if (line2 === null) return refuse('line2', UNPRINTABLE);
  if (city === null) return refuse('city', UNPRINTABLE);
  if (!/[\p{L}\p{N}]/u.test(line1)) return refuse('line1', 'Enter the street and number.');
  if (!/\p{L}/u.test(city)) return refuse('city', 'Enter the city.');

  const reading = readPostalCode(submitted.postalCode);
  if (reading === null) return refuse('postalCode', 'Enter a postal code such as T2P 1J9.');
  if (!servesProvince(reading.postalCode, province)) {
    return refuse('postalCode', `This postal code is not in ${PROVINCE_NAMES[province]}.`);
  }
  return {
    outcome: 'clean',
    address: {
      line1,
      line2: line2 === '' ? null : line2,
      city,
      province,
      postalCode: reading.postalCode,
      countryCode: 'CA',
    },
    isGuess: reading.isGuess,
  };
}

const UNPRINTABLE = 'Remove the characters that cannot be printed on a label.';

function refuse(field: AddressField, message: string): AddressRefusal {
  return { outcome: 'refused', code: 'ADDRESS_INVALID', field, message };
}

/**
 * Single spaces, composed letters, plain Latin in place of full-width. Null when something is left
 * that no label shows (control characters, broken Unicode, emoji).
 *
 * Not NFKC: it would turn `123½ Main St` into `1231⁄2 Main St`, another house.
 */
function cleanText(text: string): string | null {
  const cleaned = text
    .normalize('NFC')
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  return /[\p{Cc}\p{Co}\p{Cs}\p{Extended_Pictographic}\p{RI}]/u.test(cleaned) ? null : cleaned;
}

/** The province decides the tax, so a wrong one must not slip through with a right postal code. */
function servesProvince(postalCode: string, province: ProvinceCode): boolean {
  const byLetter = PROVINCES_BY_POSTAL_LETTER[postalCode.charAt(0)] ?? [];
  const byArea = ALSO_SERVED_BY_AREA[postalCode.slice(0, 3)] ?? [];
  return byLetter.includes(province) || byArea.includes(province);
}
