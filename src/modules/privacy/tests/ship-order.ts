import type { World } from '../../../../testing/world.ts';

/** Takes a paid order to `shipped` past the use cases, which would open its tickets and write mails. */
export async function shipOrder(w: World, order: { orderId: string }): Promise<void> {
  await w.app.database.pool.query(
    `WITH told AS (
       INSERT INTO popbox.order_events (order_id, kind, from_status, to_status, actor)
       VALUES ($1, 'packed', 'paid', 'packed', 'test'), ($1, 'shipped', 'packed', 'shipped', 'test')
     )
     UPDATE popbox.orders SET fulfilment_state = 'shipped' WHERE id = $1`,
    [order.orderId],
  );
}
