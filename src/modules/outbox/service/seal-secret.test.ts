import { expect, it } from 'vitest';
import { systemRandom } from '../../../kernel/random.ts';
import { openSecret, sealSecret } from './seal-secret.ts';

const pepper = 'a pepper with some variety 0123456789';
const seal = (secret: string) =>
  sealSecret({ pepper, random: systemRandom, mailId: 'mail-1' }, secret);

it('opens what was sealed for the same mail', () => {
  expect(openSecret({ pepper, mailId: 'mail-1' }, seal('gömlek'))).toBe('gömlek');
});

it('does not show the secret, nor the same bytes twice', () => {
  const sealed = seal('gk_secret_token');
  expect(sealed.includes('secret')).toBe(false);
  expect(sealed.equals(seal('gk_secret_token'))).toBe(false);
});

it('does not open for another mail, with another pepper, changed or cut', () => {
  const sealed = seal('token');
  const changed = Buffer.from(sealed);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(openSecret({ pepper, mailId: 'mail-2' }, sealed)).toBeNull();
  expect(openSecret({ pepper: `${pepper}!`, mailId: 'mail-1' }, sealed)).toBeNull();
  expect(openSecret({ pepper, mailId: 'mail-1' }, changed)).toBeNull();
  expect(openSecret({ pepper, mailId: 'mail-1' }, sealed.subarray(0, 20))).toBeNull();
});
