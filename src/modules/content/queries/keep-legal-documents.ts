import { and, asc, desc, eq } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { legalDocuments, type LegalType } from '../../../db/schema/content.ts';

export type LegalRow = typeof legalDocuments.$inferSelect;

export function loadLegalVersions(reader: Reader): Promise<LegalRow[]> {
  return reader
    .select()
    .from(legalDocuments)
    .orderBy(asc(legalDocuments.type), desc(legalDocuments.version));
}

export async function loadLegalVersion(reader: Reader, id: string): Promise<LegalRow | null> {
  const [row] = await reader.select().from(legalDocuments).where(eq(legalDocuments.id, id));
  return row ?? null;
}

export function loadActiveLegal(reader: Reader): Promise<LegalRow[]> {
  return reader
    .select()
    .from(legalDocuments)
    .where(eq(legalDocuments.isActive, true))
    .orderBy(asc(legalDocuments.type));
}

/** 0 before the first. */
export async function loadHighestVersion(tx: Tx, type: LegalType): Promise<number> {
  const [row] = await tx
    .select({ version: legalDocuments.version })
    .from(legalDocuments)
    .where(eq(legalDocuments.type, type))
    .orderBy(desc(legalDocuments.version))
    .limit(1);
  return row?.version ?? 0;
}

export async function deactivateLegal(tx: Tx, type: LegalType): Promise<LegalRow | null> {
  const [row] = await tx
    .update(legalDocuments)
    .set({ isActive: false })
    .where(and(eq(legalDocuments.type, type), eq(legalDocuments.isActive, true)))
    .returning();
  return row ?? null;
}

export async function insertLegal(tx: Tx, row: typeof legalDocuments.$inferInsert): Promise<void> {
  await tx.insert(legalDocuments).values(row);
}
