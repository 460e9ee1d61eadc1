import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKuji, anOpenCheckout, aPaidOrder } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { newId } from '../../../kernel/ids.ts';
import { writeDraws } from '../queries/write-draws.ts';
import { logOf, setOf, ticketsOf } from './look-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

// Red if only the numbers that are free are looked at: the others would get a ticket, or none, and the set would be counted on.
it.each([
  ['drawn before', (drawn: number) => [drawn]],
  ['not in the box', () => [99]],
  ['drawn before, beside one that is free', (drawn: number) => [drawn === 1 ? 2 : 1, drawn]],
])('a number that was %s is refused, and nothing is written', async (_, choose) => {
  const { productId } = await aKuji(w, { tickets: 5, lastOne: false });
  await aPaidOrder(w, [{ productId, quantity: 1 }]);
  const { orderId } = await anOpenCheckout(w, [{ productId, quantity: 2 }]);
  const set = await setOf(w, productId);
  const tickets = await ticketsOf(w, set.id);
  const log = await logOf(w, set.id);
  const { rows } = await w.app.database.pool.query<{ orderLineId: string; holdSeq: number }>(
    `SELECT order_line_id AS "orderLineId", hold_seq AS "holdSeq" FROM popbox.kuji_holds
     WHERE order_line_id IN (SELECT id FROM popbox.order_lines WHERE order_id = $1)`,
    [orderId],
  );
  const [hold] = rows;
  if (!hold || !tickets[0] || set.logHead === null)
    throw new Error('The box is not as it should be.');
  const { logHead } = set;
  const drawn = choose(tickets[0].number).map((number, index) => ({
    ...hold,
    orderId,
    entropy: 'ab'.repeat(32),
    id: newId(),
    number,
    ticketNumber: `K${set.setCode}-X${String(index)}`,
    seq: set.drawCount + index + 1,
    freeCount: 4 - index,
  }));
  const writing = inTx(w.app, 'test.draw', (tx, now) =>
    writeDraws(tx, {
      setId: set.id,
      tickets: drawn,
      drawCount: set.drawCount + drawn.length,
      log: { rows: [], logLength: set.logLength, logHead },
      now,
    }),
  );
  await expect(writing).rejects.toThrow();
  expect(await setOf(w, productId)).toEqual(set);
  expect(await ticketsOf(w, set.id)).toEqual(tickets);
  expect(await logOf(w, set.id)).toEqual(log);
});
