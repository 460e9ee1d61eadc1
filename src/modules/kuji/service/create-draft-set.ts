import { max, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { kujiSets } from '../../../db/schema/kuji.ts';
import type { App } from '../../../kernel/app.ts';
import type { Random } from '../../../kernel/random.ts';

/** Without 0, O, 1, I: people read ticket numbers aloud. */
const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CODE_LENGTH = 4;
const MAX_TRIES = 20;

/**
 * Step: a new, empty box for a kuji product, numbered after the ones before. Returns its id.
 * @throws Error (a unique violation) if the product already has a box in preparation or on sale
 */
export async function createDraftSet(
  tx: Tx,
  deps: Pick<App, 'newId' | 'random'>,
  request: { productId: string; now: Date },
): Promise<string> {
  const { productId, now } = request;
  const [before] = await tx
    .select({ last: max(kujiSets.setNumber) })
    .from(kujiSets)
    .where(eq(kujiSets.productId, productId));
  const id = deps.newId();
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const inserted = await tx
      .insert(kujiSets)
      .values({
        id,
        productId,
        setNumber: (before?.last ?? 0) + 1,
        setCode: randomSetCode(deps.random),
        createdAt: now,
      })
      // A violation would end the transaction; only this one is worth another try.
      .onConflictDoNothing({ target: kujiSets.setCode })
      .returning({ id: kujiSets.id });
    if (inserted.length === 1) return id;
  }
  throw new Error('No free code was found for a kuji set.');
}

function randomSetCode(random: Random): string {
  let code = '';
  for (let i = 0; i < CODE_LENGTH; i += 1) {
    code += CODE_ALPHABET.charAt(random.int(CODE_ALPHABET.length));
  }
  return code;
}
