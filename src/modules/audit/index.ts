export { recordAudit } from './service/record-audit.ts';
export type { AuditEntry } from './service/record-audit.ts';
