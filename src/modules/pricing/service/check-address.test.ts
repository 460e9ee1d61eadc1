import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suggestedAddressSchema } from '../pricing.contract.ts';
import { PROVINCE_CODES } from '../provinces.ts';
import { checkAddress } from './check-address.ts';
import type { AddressAdvice, AddressProvider } from './check-address.ts';
import type { SubmittedAddress } from './clean-address.ts';

const office: SubmittedAddress = {
  line1: '800 Macleod Trail SE',
  line2: null,
  city: 'Calgary',
  province: 'AB',
  postalCode: 'T2G 2M3',
  countryCode: 'CA',
};

const checkLocally = (change: Partial<SubmittedAddress>, confirmed = false) =>
  checkAddress({ ...office, ...change }, { confirmed, provider: null });

describe('accepted without asking', () => {
  test.each([
    ['as it is', {}, {}],
    ['a postal code in lower case without space', { postalCode: 't2g2m3' }, {}],
    ['a postal code with a dash', { postalCode: 'T2G-2M3' }, {}],
    ['full-width characters', { line1: '８００　Ｍacleod Ｔrail SE' }, {}],
    ['spaces and line breaks', { line1: '  800 Macleod\r\n\tTrail  SE ' }, {}],
    ['invisible characters', { line1: '800 \u202eMacleod\u200b Trail SE' }, {}],
    ['a blank second line', { line2: '   ' }, {}],
    ['an absent second line', { line2: undefined }, {}],
    ['province and country in lower case', { province: ' ab ', countryCode: 'ca' }, {}],
    ['decomposed accents', { city: 'Montre\u0301al' }, { city: 'Montréal' }],
    ['a fraction in the house number', { line1: '123½ 9 Ave' }, { line1: '123½ 9 Ave' }],
    ['a unit', { line2: '#204, Buzzer № 3' }, { line2: '#204, Buzzer № 3' }],
  ])('%s', async (_name, change, expected) => {
    expect(await checkLocally(change)).toEqual({
      outcome: 'accepted',
      address: { ...office, ...expected },
    });
  });
});

describe('refused', () => {
  test.each([
    ['another country', { countryCode: 'US' }, 'ADDRESS_COUNTRY_UNSUPPORTED', 'countryCode'],
    ['no country', { countryCode: '' }, 'ADDRESS_COUNTRY_UNSUPPORTED', 'countryCode'],
    ['an unknown province', { province: 'XX' }, 'ADDRESS_INVALID', 'province'],
    ['an inherited property name', { province: 'constructor' }, 'ADDRESS_INVALID', 'province'],
    ['a malformed postal code', { postalCode: 'T2G 2M' }, 'ADDRESS_INVALID', 'postalCode'],
    ['a code of another province', { postalCode: 'V6B 1A1' }, 'ADDRESS_INVALID', 'postalCode'],
    ['a blank street', { line1: ' \t ' }, 'ADDRESS_INVALID', 'line1'],
    ['a street of signs', { line1: '---' }, 'ADDRESS_INVALID', 'line1'],
    ['a city without letters', { city: '123' }, 'ADDRESS_INVALID', 'city'],
    ['a NUL character', { line1: '800\u0000 Macleod' }, 'ADDRESS_INVALID', 'line1'],
    ['an escape character', { line2: '\u001b[2J' }, 'ADDRESS_INVALID', 'line2'],
    ['half a surrogate pair', { city: 'Calgary\ud83c' }, 'ADDRESS_INVALID', 'city'],
    ['emoji', { line1: '800 Macleod Trail 🎁' }, 'ADDRESS_INVALID', 'line1'],
    ['a flag', { city: 'Calgary 🇨🇦' }, 'ADDRESS_INVALID', 'city'],
  ])('%s, confirmed or not', async (_name, change, code, field) => {
    for (const confirmed of [false, true]) {
      expect(await checkLocally(change, confirmed)).toMatchObject({
        outcome: 'refused',
        code,
        field,
      });
    }
  });
});

describe('province and postal code agree', () => {
  const letters = {
    AB: 'T',
    BC: 'V',
    MB: 'R',
    NB: 'E',
    NL: 'A',
    NS: 'B',
    NT: 'X',
    NU: 'X',
    ON: 'KLMNP',
    PE: 'C',
    QC: 'GHJ',
    SK: 'S',
    YT: 'Y',
  } as const;

  test.each(PROVINCE_CODES)('%s takes its own letters and no other', async (province) => {
    const accepted: string[] = [];
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
      const check = await checkLocally({ province, postalCode: `${letter}2B 1A1` });
      if (check.outcome === 'accepted') accepted.push(letter);
    }
    expect(accepted.join('')).toBe(letters[province]);
  });

  test('federal offices on both banks of the Ottawa River share K1A', async () => {
    const outcomeOf = async (province: string, postalCode: string) =>
      (await checkLocally({ city: 'Gatineau', province, postalCode })).outcome;
    expect(await outcomeOf('QC', 'K1A 0M9')).toBe('accepted');
    expect(await outcomeOf('ON', 'K1A 0M9')).toBe('accepted');
    expect(await outcomeOf('QC', 'K1B 0M9')).toBe('refused');
  });
});

describe('a misread digit in the postal code', () => {
  test('is corrected in a complete suggestion', async () => {
    const check = await checkLocally({ line2: ' Unit 4 ', postalCode: 't2g 2mO' });
    expect(check).toEqual({
      outcome: 'needs_confirmation',
      suggestedAddress: { ...office, line2: 'Unit 4', postalCode: 'T2G 2M0' },
    });
  });

  test('a suggestion without a second line has no such key', async () => {
    const check = await checkLocally({ postalCode: 'T2G 2MO' });
    if (check.outcome !== 'needs_confirmation') throw new Error(check.outcome);
    expect(check.suggestedAddress).not.toHaveProperty('line2');
    expect(suggestedAddressSchema.safeParse(check.suggestedAddress).success).toBe(true);
  });

  test('accepting the suggestion ends the conversation', async () => {
    const check = await checkLocally({ postalCode: 'T2G 2MO' });
    if (check.outcome !== 'needs_confirmation') throw new Error(check.outcome);
    expect(await checkLocally(check.suggestedAddress, true)).toMatchObject({ outcome: 'accepted' });
  });

  test('confirming without overwriting stores the corrected address', async () => {
    expect(await checkLocally({ postalCode: 'T2G 2MO' }, true)).toMatchObject({
      outcome: 'accepted',
      address: { postalCode: 'T2G 2M0' },
    });
  });

  test('is not guessed into another province', async () => {
    expect(await checkLocally({ postalCode: 'V6B OA1' })).toMatchObject({ outcome: 'refused' });
  });
});

describe('with a provider', () => {
  function providerThatSays(advice: AddressAdvice): AddressProvider {
    return { suggest: () => Promise.resolve(advice) };
  }
  const checkWith = (advice: AddressAdvice, confirmed = false) =>
    checkAddress(office, { confirmed, provider: providerThatSays(advice) });
  const suggest = (change: Partial<SubmittedAddress>): AddressAdvice => ({
    advice: 'suggestion',
    address: { ...office, ...change },
  });

  test('an address it leaves alone is accepted', async () => {
    expect(await checkWith({ advice: 'as_given' })).toMatchObject({ outcome: 'accepted' });
  });

  test.each([
    ['upper case', { line1: '800 MACLEOD TRAIL SE', city: 'CALGARY' }],
    ['punctuation', { line1: '800, Macleod Trail S.E.' }],
    ['the space of the postal code', { postalCode: 't2g2m3' }],
  ])('a suggestion that differs only in %s is not worth a question', async (name, change) => {
    const submitted =
      name === 'punctuation' ? { ...office, line1: '800 Macleod Trail S E' } : office;
    const check = await checkAddress(submitted, {
      confirmed: false,
      provider: providerThatSays(suggest(change)),
    });
    expect(check).toEqual({ outcome: 'accepted', address: submitted });
  });

  test('another street has to be confirmed, once', async () => {
    const advice = suggest({ line1: '800 Macleod Trail SW', line2: 'Floor 2' });
    expect(await checkWith(advice)).toEqual({
      outcome: 'needs_confirmation',
      suggestedAddress: { ...office, line1: '800 Macleod Trail SW', line2: 'Floor 2' },
    });
    expect(await checkWith(advice, true)).toEqual({ outcome: 'accepted', address: office });
  });

  test('it is not asked about an address that is refused anyway, nor about a confirmed one', async () => {
    const provider: AddressProvider = {
      suggest: () => Promise.reject(new Error('must not be asked')),
    };
    const refused = { ...office, postalCode: 'nowhere' };
    await checkAddress(refused, { confirmed: false, provider });
    await checkAddress(office, { confirmed: true, provider });
    await expect(checkAddress(office, { confirmed: false, provider })).rejects.toThrow();
  });

  test.each([
    [{ advice: 'undeliverable' }, 'ADDRESS_INVALID'],
    [{ advice: 'unavailable' }, 'ADDRESS_VALIDATION_UNAVAILABLE'],
    [{ advice: 'misconfigured' }, 'ADDRESS_CONFIGURATION_ERROR'],
    [suggest({ city: '' }), 'ADDRESS_VALIDATION_UNAVAILABLE'],
    [suggest({ countryCode: 'US' }), 'ADDRESS_VALIDATION_UNAVAILABLE'],
  ] as const)('%j ends in %s', async (advice, code) => {
    expect(await checkWith(advice)).toMatchObject({ code });
  });
});

describe('any text whatever', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const nearly = fc.record({
    line1: fc.oneof(text, fc.constant('1 Main St')),
    line2: fc.option(text),
    city: fc.oneof(text, fc.constant('Calgary')),
    province: fc.constantFrom(...PROVINCE_CODES, 'ab', ''),
    postalCode: fc.oneof(text, fc.constantFrom('T2G 2M3', 't2g2m3', 'T2G 2MO')),
    countryCode: fc.constantFrom('CA', 'ca', 'US'),
  });

  test('is never asked about twice, and cleaning a clean address changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(nearly, async (address) => {
        const first = await checkAddress(address, { confirmed: false, provider: null });
        if (first.outcome === 'accepted') {
          const again = await checkAddress(first.address, { confirmed: false, provider: null });
          expect(again).toEqual(first);
        }
        const confirmed = await checkAddress(address, { confirmed: true, provider: null });
        expect(confirmed.outcome).not.toBe('needs_confirmation');
      }),
    );
  });
});
