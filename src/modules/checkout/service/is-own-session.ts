/**
 * Whether a session is the one that the shop opened for the order. One that is not recorded yet (a crash between Stripe's
 * answer and our commit) is the first that shows up.
 */
export function isOwnSession(
  payment: { sessionId: string | null },
  session: { id: string },
): boolean {
  return payment.sessionId === null || payment.sessionId === session.id;
}
