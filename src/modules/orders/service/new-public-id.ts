import { randomCode } from '../../../kernel/ids.ts';
import type { Random } from '../../../kernel/random.ts';

/** The order number people see, `PBX-` and ten characters of `0-9A-Z`: 36^10 of them, so it cannot be guessed. */
export function newPublicId(random: Random): string {
  return `PBX-${randomCode(random, 10)}`;
}
