import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { uploadPrizeImageRoute } from './kuji.images-contract.ts';
import { uploadPrizeImage } from './service/upload-prize-image.ts';

export function kujiImagesRouter(app: App): Mounted[] {
  return [
    handleStaff(app, uploadPrizeImageRoute, async (input, { requestId }, { actor }) => {
      const { params, files } = input;
      const request = { productId: params.id, files, actor, requestId };
      return { data: await uploadPrizeImage(app, request) };
    }),
  ];
}
