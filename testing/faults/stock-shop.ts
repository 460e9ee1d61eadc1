import type { ChildWorld } from '../child/child-world.ts';
import { aKuji, anAdmin, aProduct, type CartItem, type SignedIn } from '../factories.ts';

export type Shelf = {
  /** Few units, wanted by many. */
  hot: CartItem[];
  plenty: CartItem[];
  boxes: CartItem[];
  /** Units of each row of stock before anybody came. */
  initial: Map<string, number>;
  admin: SignedIn;
};

/** A shop in which about half of those who want what is hot go away empty-handed. */
export async function stockShop(w: ChildWorld, histories: number): Promise<Shelf> {
  const few = Math.max(2, Math.round(histories / 20));
  const hot = [await aProduct(w, { onHand: few }), await aProduct(w, { onHand: few })];
  const plenty = await Promise.all(
    Array.from({ length: 8 }, () => aProduct(w, { onHand: histories * 4 })),
  );
  const boxes = [];
  for (let i = 0; i < 5; i += 1) boxes.push(await aKuji(w, { tickets: 10 + few }));
  const { rows } = await w.app.database.pool.query<{ id: string; on_hand: number }>(
    'SELECT id, on_hand FROM popbox.inventory',
  );
  const standard = ({ productId, variantId }: { productId: string; variantId: string }) => ({
    productId,
    productVariantId: variantId,
    quantity: 1,
  });
  return {
    hot: hot.map(standard),
    plenty: plenty.map(standard),
    boxes: boxes.map(({ productId }) => ({ productId, quantity: 1 })),
    initial: new Map(rows.map(({ id, on_hand: onHand }) => [id, onHand])),
    admin: await anAdmin(w),
  };
}
