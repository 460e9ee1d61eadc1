import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { OrderNote } from '../orders.admin-contract.ts';
import { ordersProblems } from '../orders.problems.ts';
import { insertNote, loadNotes, type NoteRow } from '../queries/load-order-facts.ts';
import { loadOrder, lockOrder } from './keep-order.ts';
import type { StaffRequest } from './pack-order.ts';
import { requireNotErased } from './require-not-erased.ts';

/** The order's page shows all of them at once. */
const MAX_NOTES = 200;

export function presentNote({ id, text, actor, createdAt }: NoteRow): OrderNote {
  return { id, text, actor, createdAt: createdAt.toISOString() };
}

/** @throws Problem ORDER_NOT_FOUND */
export async function listNotes(app: App, orderId: string): Promise<OrderNote[]> {
  const { db } = app.database;
  if (!(await loadOrder(db, orderId))) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
  return (await loadNotes(db, orderId)).map(presentNote);
}

/**
 * Use case: writes a note for colleagues. Its text stays out of the audit log, which nobody can erase.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_ERASED, TOO_MANY_NOTES
 */
export function addNote(app: App, request: StaffRequest & { text: string }): Promise<OrderNote> {
  const { orderId, text, actor, requestId } = request;
  return inTx(app, 'orders.add-note', async (tx, now) => {
    // The lock makes notes of two people at once come one after the other, so that the limit holds.
    const order = await lockOrder(tx, orderId);
    if (!order) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
    requireNotErased(order, [text]);
    const known = await loadNotes(tx, orderId);
    if (known.length >= MAX_NOTES) throw new Problem(ordersProblems.TOO_MANY_NOTES);
    const note = { id: app.newId(), orderId, actor, text, createdAt: now };
    await insertNote(tx, note);
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'order.note_added',
      targetType: 'order',
      targetId: orderId,
      before: null,
      after: { noteId: note.id },
      requestId,
    });
    return presentNote(note);
  });
}
