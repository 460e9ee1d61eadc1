export { accountsProblems } from './accounts.problems.ts';
export { identifyShopper, type Shopper } from './service/identify-shopper.ts';
export { reconcileCustomer, type CustomerFacts } from './service/reconcile-customer.ts';
export { identifyStaff } from './service/identify-staff.ts';
export {
  anonymiseCustomer,
  anonymiseGuests,
  claimOldGuests,
  findCustomer,
  type PersonalCustomer,
} from './service/erase-customer.ts';
