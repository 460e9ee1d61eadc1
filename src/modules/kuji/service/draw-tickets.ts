import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockSetsOfLines, type HeldLine, type KujiSet } from '../queries/lock-sets.ts';
import { loadBoards, writeDraws } from '../queries/write-draws.ts';
import { appendLog, chainEntries } from './append-log.ts';
import { giveLastOne } from './give-last-one.ts';
import { planDraws, type Draw } from './plan-draws.ts';

export type DrawRequest = {
  orderId: string;
  paymentIntentId: string;
  lines: readonly { orderLineId: string; quantity: number }[];
};

/** A board had fewer free numbers than were wanted, or is no longer on sale: nothing at all was changed. */
export type DrawResult = { ok: true } | { ok: false; reason: 'not_enough_numbers' };

/**
 * Step: gives each ticket of paid orders its number, inside the transaction that finalises the orders. The result
 * follows from the payment intents' ids and the state of the board alone, so it does not matter how often a crashed
 * attempt is repeated; orders that have their tickets keep them. One after the other draws, in the order given.
 *
 * Whoever sells the last number also awards the Last One, not always to the order that was paid.
 */
export async function drawTickets(
  tx: Tx,
  deps: Pick<App, 'newId'>,
  { requests, now }: { requests: readonly DrawRequest[]; now: Date },
): Promise<DrawResult> {
  const orderIds = requests.map(({ orderId }) => orderId);
  const orderLineIds = requests.flatMap(({ lines }) => lines.map((line) => line.orderLineId));
  // In one packet, although the rest is read under the lock: everybody of a drop waits for it. If a read ever came first, a
  // number could be drawn that is taken, which the statement that takes it refuses.
  const [held, { drawnBefore, free }] = await Promise.all([
    lockSetsOfLines(tx, orderLineIds),
    loadBoards(tx, { orderIds, orderLineIds }),
  ]);
  if (held.length !== orderLineIds.length) {
    throw new Error(`Of orders ${orderIds.join()} some kuji lines never held tickets.`);
  }
  const open = requests.filter(({ lines }) =>
    lines.every(({ orderLineId }) => drawnBefore[orderLineId] === undefined),
  );
  const boards = setUpBoards(held, free, open);
  if (boards.some((board) => !hasEnough(board))) {
    return { ok: false, reason: 'not_enough_numbers' };
  }
  for (const board of boards) await drawFrom(tx, deps, board, now);
  return { ok: true };
}

/** One set with what is free in it, and what is drawn from it. */
type Board = { set: KujiSet; free: number[]; draws: Draw[] };

function setUpBoards(
  held: readonly HeldLine[],
  free: Readonly<Record<string, number[]>>,
  requests: readonly DrawRequest[],
): Board[] {
  const boards = new Map<string, Board>();
  for (const { orderId, paymentIntentId, lines } of requests) {
    // In the order of the sets' locks and the holds' places, as the rows were answered.
    for (const { set, orderLineId, holdSeq } of held) {
      const line = lines.find((wanted) => wanted.orderLineId === orderLineId);
      if (line === undefined) continue;
      const board = boards.get(set.id) ?? { set, free: free[set.id] ?? [], draws: [] };
      boards.set(set.id, board);
      let draw = board.draws.find((other) => other.orderId === orderId);
      if (draw === undefined) {
        draw = { orderId, paymentIntentId, lines: [] };
        board.draws.push(draw);
      }
      draw.lines.push({ orderLineId, holdSeq, quantity: line.quantity });
    }
  }
  return [...boards.values()];
}

function hasEnough({ set, free, draws }: Board): boolean {
  const wanted = draws
    .flatMap(({ lines }) => lines)
    .reduce((sum, { quantity }) => sum + quantity, 0);
  return set.state === 'open' && free.length >= wanted;
}

async function drawFrom(tx: Tx, deps: Pick<App, 'newId'>, board: Board, now: Date): Promise<void> {
  const { set } = board;
  const { tickets, entries } = planDraws(deps, board);
  const drawCount = set.drawCount + tickets.length;
  const log = chainEntries(set, entries);
  await writeDraws(tx, { setId: set.id, tickets, drawCount, log, now });
  if (board.free.length > tickets.length) return;

  const { logLength, logHead } = log;
  const soldOut = { ...set, drawCount, logLength, logHead };
  const lastOne = await giveLastOne(tx, deps, { set: soldOut, now });
  await appendLog(tx, {
    set: soldOut,
    entries: lastOne === null ? [] : [lastOne],
    change: { state: 'sold_out', soldOutAt: now },
    now,
  });
}
