import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { recordAudit } from '../../audit/index.ts';
import { addKujiStock, lockKujiInventories } from '../../inventory/index.ts';
import type { LogEntry } from '../proof/chain-log.ts';
import { lockSets, type KujiSet } from '../queries/lock-sets.ts';
import { markRevealed } from '../queries/write-reveals.ts';
import {
  hasLaterSet,
  loadBoxesOfTickets,
  loadClosedLastOne,
  markVoided,
  moveNumbers,
  voidLastOne,
  type VoidedTicket,
} from '../queries/write-voids.ts';
import { appendLog } from './append-log.ts';
import { publishWhenOpened, toRevealEntries } from './publish-when-opened.ts';

export type VoidResult = {
  /** Tickets whose number is free again. */
  returnedIds: string[];
  /** Tickets whose prize was seen: their number stays off the board for ever. */
  burnedIds: string[];
};

type VoidRequest = {
  ticketIds: readonly string[];
  /** Shown to the owner of the tickets; at most 300 characters. */
  reason: string;
  now: Date;
  actor: string;
};

const LEFT_BEHIND = 'a ticket came back after the next box was made';
const LAST_ONE_WITHDRAWN = 'A ticket came back into the box. The Last One is won anew.';

/**
 * Step: takes sold tickets back, for a refund. The number of a closed ticket returns to its box; that of an opened one
 * never does, so looking and giving back cannot change the odds. Tickets that were taken back before, and Last Ones, are
 * left out: a Last One has no number of its own and follows what happens to its box.
 *
 * A sold-out box goes back on sale, and its Last One is withdrawn unless it was opened. If the shop has gone on to
 * another box by then, it is closed instead and the number stays unsold; the winner keeps the Last One.
 *
 * The caller has locked the order. Locks stock rows, then sets.
 */
export async function voidTickets(
  tx: Tx,
  deps: Pick<App, 'newId'>,
  request: VoidRequest,
): Promise<VoidResult> {
  const boxes = await loadBoxesOfTickets(tx, request.ticketIds);
  if (boxes.length === 0) return { returnedIds: [], burnedIds: [] };
  await lockKujiInventories(
    tx,
    boxes.map((box) => box.productId),
  );
  const sets = await lockSets(
    tx,
    boxes.map((box) => box.setId),
  );
  const voided = await markVoided(tx, request);
  for (const set of sets) {
    const tickets = voided.filter((ticket) => ticket.setId === set.id);
    if (tickets.length > 0) await takeBack(tx, deps, { ...request, set, tickets });
  }
  return {
    returnedIds: voided.filter((ticket) => !ticket.isOpened).map(({ id }) => id),
    burnedIds: voided.filter((ticket) => ticket.isOpened).map(({ id }) => id),
  };
}

type BoxRequest = VoidRequest & { set: KujiSet; tickets: readonly VoidedTicket[] };

/** What the tickets of one box do to its numbers, its log, its state and its stock. */
async function takeBack(tx: Tx, deps: Pick<App, 'newId'>, request: BoxRequest): Promise<void> {
  const { set, tickets, now, actor } = request;
  const returned = tickets.filter((ticket) => !ticket.isOpened).length;
  await moveNumbers(tx, set.id, tickets);
  const next = returned === 0 ? set.state : await findNextState(tx, set);
  const entries: LogEntry[] = tickets.map(({ number, isOpened }) => ({
    type: 'void',
    number,
    returned: !isOpened,
  }));
  if (returned > 0) entries.unshift(...(await settleLastOne(tx, request, next)));
  const isClosing = next === 'closed' && set.state !== 'closed';
  if (isClosing) entries.push({ type: 'closed', reason: LEFT_BEHIND });
  await appendLog(tx, {
    set,
    entries,
    change: {
      state: next,
      ...(next === 'open' ? { soldOutAt: null } : {}),
      ...(isClosing ? { closedAt: now, closeReason: LEFT_BEHIND } : {}),
      ...(next === 'closed' ? await publishWhenOpened(tx, set, now) : {}),
    },
    now,
  });
  if (next === 'open' && returned > 0) {
    const note = `set ${String(set.setNumber)}: tickets taken back`;
    const { productId } = set;
    await addKujiStock(tx, { productId, delta: returned, reason: 'restocked', now, actor, note });
  }
  if (next !== set.state) await recordChange(tx, deps, request, next);
}

/** Where returned numbers leave the box. The lock of the stock row keeps a later box from being made meanwhile. */
async function findNextState(tx: Tx, set: KujiSet): Promise<KujiSet['state']> {
  if (set.state !== 'sold_out') return set.state;
  return (await hasLaterSet(tx, set)) ? 'closed' : 'open';
}

/**
 * A returned number withdraws a Last One that nobody has opened: the log knows no other meaning. A box that is not sold
 * any further could never award it again, so there it is opened first, unless its own ticket is the one taken back.
 *
 * @returns Entries that belong before those of the voids.
 */
async function settleLastOne(
  tx: Tx,
  { set, tickets, now }: BoxRequest,
  next: KujiSet['state'],
): Promise<LogEntry[]> {
  const lastOne = await loadClosedLastOne(tx, set.id);
  if (lastOne === null) return [];
  const { id: ticketId, orderId, number } = lastOne;
  if (next === 'closed' && !tickets.some((ticket) => ticket.number === number)) {
    return toRevealEntries(await markRevealed(tx, { orderId, ticketId, setIds: [set.id], now }));
  }
  await voidLastOne(tx, { ticketId, reason: LAST_ONE_WITHDRAWN, now });
  return [];
}

async function recordChange(
  tx: Tx,
  deps: Pick<App, 'newId'>,
  { set, actor }: BoxRequest,
  next: KujiSet['state'],
): Promise<void> {
  await recordAudit(tx, {
    id: deps.newId(),
    actor,
    action: next === 'open' ? 'kuji_set.reopened' : 'kuji_set.closed',
    targetType: 'kuji_set',
    targetId: set.id,
    before: { state: set.state },
    after: { state: next },
    requestId: null,
  });
}
