import type { LegalType } from '../../../db/schema/content.ts';
import type { FaqItem, LegalDocument } from '../content.contract.ts';
import type { FaqRow } from '../queries/keep-faq-items.ts';
import type { LegalRow } from '../queries/keep-legal-documents.ts';

const TITLES: Readonly<Record<LegalType, string>> = {
  shipping_returns: 'Shipping & Returns',
  terms: 'Terms of Service',
  privacy: 'Privacy Policy',
};

export function presentLegal(row: LegalRow): LegalDocument {
  const { id, type, content, version, isActive } = row;
  return { id, type, title: TITLES[type], content, version, isActive, ...presentTimes(row) };
}

export function presentFaqItem(row: FaqRow): FaqItem {
  const { id, question, answer, category, sortOrder, isPublished } = row;
  return { id, question, answer, category, sortOrder, isPublished, ...presentTimes(row) };
}

function presentTimes(row: { createdAt: Date; updatedAt: Date }) {
  return { createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}
