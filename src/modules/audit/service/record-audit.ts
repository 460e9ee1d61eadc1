import type { Tx } from '../../../db/client.ts';
import { auditEntries } from '../../../db/schema/audit.ts';

export type AuditEntry = {
  id: string;
  /** `admin:<user id>`, `system:<job>`, `command:<name>`. */
  actor: string;
  /** `product.created`: the target's type, then what happened to it. */
  action: string;
  targetType: string;
  targetId: string;
  /** The changed values only, without personal data; null where there was or is nothing. */
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
  requestId: string | null;
};

/** Step: writes who changed what, in the transaction that changes it, so neither exists without the other. */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.insert(auditEntries).values(entry);
}
