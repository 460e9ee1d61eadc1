import type { ChildWorld } from '../child/child-world.ts';
import type { SignedIn, TestKuji, TestProduct } from '../factories.ts';

export type Goods = 'figure' | 'ticket';

/**
 * - `unheard`: paid, and the event was lost
 * - `processing`: the bank has not answered yet
 */
export type OrderState =
  'open' | 'unheard' | 'processing' | 'paid' | 'refunded' | 'expired' | 'cancelled';

export type ModelOrder = {
  goods: Goods;
  quantity: number;
  /** Tickets that were opened. */
  opened: number;
  state: OrderState;
  body: { email: string };
  key: string;
  orderId: string;
  publicId: string;
  sessionId: string;
  /** What the shop gave the browser at checkout, if anything. */
  browser: string;
};

/** What a shop must be like that has one product of each kind, told as simply as possible. */
export type ShopModel = {
  orders: ModelOrder[];
  /** On the shelf or in the box, whether set aside or not. */
  onHand: Record<Goods, number>;
};

/** The shop itself. */
export type RealShop = {
  w: ChildWorld;
  figure: TestProduct;
  box: TestKuji;
  admin: SignedIn;
  /** Whether a shopper can give up a checkout. */
  canCancel: boolean;
};

const SETS_ASIDE: readonly OrderState[] = ['open', 'unheard', 'processing'];

export function reservedOf(model: ShopModel, goods: Goods): number {
  return model.orders
    .filter((order) => order.goods === goods && SETS_ASIDE.includes(order.state))
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

export function ordersIn(model: ShopModel, ...states: OrderState[]): ModelOrder[] {
  return model.orders.filter(({ state }) => states.includes(state));
}

/** The goods are the shopper's now. */
export function sell(model: ShopModel, order: ModelOrder): void {
  order.state = 'paid';
  model.onHand[order.goods] -= order.quantity;
}
