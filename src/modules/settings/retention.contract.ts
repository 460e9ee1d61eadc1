import { defineRoute } from '../../http/route.ts';
import { retentionPolicySchema } from './settings.contract.ts';

export const showRetentionRoute = defineRoute({
  operationId: 'showRetentionPolicy',
  method: 'get',
  path: '/api/v1/admin/settings/retention',
  summary: 'How long personal data is kept',
  tag: 'Admin settings',
  access: 'admin',
  replies: { 200: retentionPolicySchema },
});

export const saveRetentionRoute = defineRoute({
  operationId: 'saveRetentionPolicy',
  method: 'put',
  path: '/api/v1/admin/settings/retention',
  summary: 'Change how long personal data is kept',
  description:
    'All five fields. They hold from the next night on; what is forgotten then does not come back. Tax law wants a sale ' +
    'to be traceable for six years after its year.',
  tag: 'Admin settings',
  access: 'admin',
  body: retentionPolicySchema,
  replies: { 200: retentionPolicySchema },
});
