FROM node:24-bookworm-slim AS base
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches ./patches

FROM base AS build
RUN npx -y pnpm@12 install --frozen-lockfile
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npx -y pnpm@12 build

FROM base AS dependencies
RUN npx -y pnpm@12 install --frozen-lockfile --prod

# Not from `base`: the image that runs has no pnpm and no cache.
FROM node:24-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY drizzle ./drizzle
USER node
EXPOSE 3000
# A worker (PROCESS_ROLE=worker) serves no HTTP: start it with --no-healthcheck.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/main/server.js"]
