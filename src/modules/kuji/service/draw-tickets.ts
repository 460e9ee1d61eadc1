import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockSetsOfLines, type HeldLine, type KujiSet } from '../queries/lock-sets.ts';
import { loadBoards, writeDraws } from '../queries/write-draws.ts';
import { appendLog, chainEntries } from './append-log.ts';
import { giveLastOne } from './give-last-one.ts';
import { planDraws, type DrawLine } from './plan-draws.ts';

export type DrawResult =
  | {
      ok: true;
      ticketCount: number;
      /** Orders that this very draw gave a Last One, not always the one that was paid. */
      lastOneOrderIds: string[];
    }
  | { ok: false; reason: 'not_enough_numbers' };

/**
 * Step: gives each ticket of a paid order its number, inside the transaction that finalises the order. The result
 * follows from the payment intent's id and the state of the board alone, so it does not matter how often a crashed
 * attempt is repeated; lines that have their tickets keep them.
 *
 * Whoever sells the last number also awards the Last One. If a board has fewer free numbers than are wanted, or is no
 * longer on sale, nothing at all is changed.
 */
export async function drawTickets(
  tx: Tx,
  deps: Pick<App, 'newId'>,
  request: {
    orderId: string;
    paymentIntentId: string;
    lines: readonly { orderLineId: string; quantity: number }[];
    now: Date;
  },
): Promise<DrawResult> {
  const { lines } = request;
  const lineIds = lines.map((line) => line.orderLineId);
  // In one packet, although the rest is read under the lock: everybody of a drop waits for it. If a read ever came first, a
  // number could be drawn that is taken, which the statement that takes it refuses.
  const [held, { drawnBefore, free }] = await Promise.all([
    lockSetsOfLines(tx, lineIds),
    loadBoards(tx, request.orderId, lineIds),
  ]);
  if (held.length !== lines.length) {
    throw new Error(`Order ${request.orderId} has kuji lines that never held tickets.`);
  }
  if (drawnBefore > 0) return { ok: true, ticketCount: drawnBefore, lastOneOrderIds: [] };

  const boards = setUpBoards(held, free, lines);
  if (boards.some((board) => !hasEnough(board))) {
    return { ok: false, reason: 'not_enough_numbers' };
  }
  const lastOneOrderIds: string[] = [];
  for (const board of boards) {
    const winner = await drawFrom(tx, deps, board, request);
    if (winner !== null) lastOneOrderIds.push(winner);
  }
  const ticketCount = lines.reduce((sum, line) => sum + line.quantity, 0);
  return { ok: true, ticketCount, lastOneOrderIds };
}

/** One set with what is free in it, and the order's lines that draw from it. */
type Board = { set: KujiSet; free: number[]; lines: DrawLine[] };

function setUpBoards(
  held: readonly HeldLine[],
  free: Readonly<Record<string, number[]>>,
  lines: readonly { orderLineId: string; quantity: number }[],
): Board[] {
  const boards = new Map<string, Board>();
  for (const { set, orderLineId, holdSeq } of held) {
    const board = boards.get(set.id) ?? { set, free: free[set.id] ?? [], lines: [] };
    const quantity = lines.find((line) => line.orderLineId === orderLineId)?.quantity ?? 0;
    board.lines.push({ orderLineId, holdSeq, quantity });
    boards.set(set.id, board);
  }
  return [...boards.values()];
}

function hasEnough({ set, free, lines }: Board): boolean {
  const wanted = lines.reduce((sum, line) => sum + line.quantity, 0);
  return set.state === 'open' && free.length >= wanted;
}

/** Returns the order that won the Last One, if this draw took the last number. */
async function drawFrom(
  tx: Tx,
  deps: Pick<App, 'newId'>,
  board: Board,
  request: { orderId: string; paymentIntentId: string; now: Date },
): Promise<string | null> {
  const { set } = board;
  const { orderId, paymentIntentId, now } = request;
  const { entropy, tickets, entries } = planDraws(deps, { ...board, paymentIntentId });
  const drawCount = set.drawCount + tickets.length;
  const log = chainEntries(set, entries);
  await writeDraws(tx, { setId: set.id, orderId, entropy, tickets, drawCount, log, now });
  if (board.free.length > tickets.length) return null;

  const { logLength, logHead } = log;
  const soldOut = { ...set, drawCount, logLength, logHead };
  const lastOne = await giveLastOne(tx, deps, { set: soldOut, now });
  await appendLog(tx, {
    set: soldOut,
    entries: lastOne === null ? [] : [lastOne.entry],
    change: { state: 'sold_out', soldOutAt: now },
    now,
  });
  return lastOne?.orderId ?? null;
}
