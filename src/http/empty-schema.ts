import { z } from 'zod';

/** For the parts of a request that an operation does not read: anything is accepted, nothing is passed on. */
export const emptySchema = () => z.unknown().transform(() => ({}));
