export { accountOpening } from './accounts.hooks.ts';
export { customersAdminRouter } from './accounts.customers-router.ts';
export { accountsProblems } from './accounts.problems.ts';
export { findAccountsByEmail } from './accounts.queries.ts';
export { accountsRouter } from './accounts.router.ts';
export { grantRole, type GrantedRole } from './service/grant-role.ts';
export { identifyCustomer } from './service/identify-customer.ts';
export { identifyShopper, type Shopper } from './service/identify-shopper.ts';
export { reconcileCustomers, type CustomerFacts } from './service/reconcile-customers.ts';
export { signInRouter } from './sign-in.router.ts';
export { identifyStaff } from './service/identify-staff.ts';
export { loadCustomerNames, type CustomerNames } from './service/load-customer-names.ts';
export {
  anonymiseCustomer,
  anonymiseGuests,
  claimOldGuests,
  findCustomer,
  type PersonalCustomer,
} from './service/erase-customer.ts';
