import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  deleteImageRoute,
  reorderImagesRoute,
  uploadProductImagesRoute,
} from './catalog.images-contract.ts';
import { deleteImage } from './service/delete-image.ts';
import { reorderImages } from './service/reorder-images.ts';
import { uploadProductImages } from './service/upload-product-images.ts';

export function catalogImagesRouter(app: App): Mounted[] {
  return [
    handleStaff(app, uploadProductImagesRoute, async (input, { requestId }, { actor }) => {
      const { params, body, files } = input;
      const request = { productId: params.id, files, altTexts: body.altTexts, actor, requestId };
      const images = await uploadProductImages(app, request);
      const [only, ...others] = images;
      return { data: only !== undefined && others.length === 0 ? only : images };
    }),
    handleStaff(app, reorderImagesRoute, async ({ params, body }, { requestId }, { actor }) => {
      const request = { productId: params.id, imageIds: body.imageIds, actor, requestId };
      return { data: await reorderImages(app, request) };
    }),
    handleStaff(app, deleteImageRoute, async ({ params }, { requestId }, { actor }) => {
      const request = { productId: params.id, imageId: params.imageId, actor, requestId };
      return { data: await deleteImage(app, request) };
    }),
  ];
}
