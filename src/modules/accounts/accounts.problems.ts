import { customerProblems } from '../../http/customer-problems.ts';
import { staffProblems } from '../../http/staff-problems.ts';

export const accountsProblems = Object.freeze({ ...staffProblems, ...customerProblems });
