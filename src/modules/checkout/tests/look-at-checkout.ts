import type { World } from '../../../../testing/world.ts';

export type Stock = { onHand: number; reserved: number };

/** The stock row of a product with one variant, or of a box. */
export async function stockOf(w: World, productId: string): Promise<Stock> {
  const { rows } = await w.app.database.pool.query<Stock>(
    'SELECT on_hand AS "onHand", reserved FROM popbox.inventory WHERE product_id = $1',
    [productId],
  );
  if (!rows[0]) throw new Error('There is no stock row.');
  return rows[0];
}

export async function statusOf(w: World, { orderId }: { orderId: string }): Promise<string> {
  const { rows } = await w.app.database.pool.query<{ status: string }>(
    'SELECT status FROM popbox.orders WHERE id = $1',
    [orderId],
  );
  return rows[0]?.status ?? 'gone';
}

/** Status and code of an answer; of a success, its status alone. */
export function tellAnswer(response: { status: number; body: unknown }): string {
  const { errors } = response.body as { errors?: { code?: string } };
  return errors?.code === undefined
    ? String(response.status)
    : `${String(response.status)} ${errors.code}`;
}

/** Beside the code: what a refusal says. */
export function detailsOf(response: { body: unknown }): Record<string, unknown> {
  return (response.body as { errors: Record<string, unknown> }).errors;
}
