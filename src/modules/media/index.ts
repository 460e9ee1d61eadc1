export { imageUpload } from './image-upload.ts';
export { mediaProblems } from './media.problems.ts';
export { objectDeletionQueue } from './media.queue.ts';
export { awaitClaim, claimObject } from './service/claim-object.ts';
export { condemnObjects } from './service/condemn-objects.ts';
export { deleteObject } from './service/delete-object.ts';
export { requeueStrandedDeletions } from './service/requeue-stranded-deletions.ts';
export { storeImages } from './service/store-images.ts';
