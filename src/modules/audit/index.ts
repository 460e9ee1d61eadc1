export { auditAdminRouter } from './audit.admin-router.ts';
export { recordAudit } from './service/record-audit.ts';
export type { AuditEntry } from './service/record-audit.ts';
