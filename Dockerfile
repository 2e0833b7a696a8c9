# The runner's image: Node, one bundled program, nothing to log in to. The bundle is made first: `npm run build -- --image`.
#
# NODE gives the Node binary and the one library that it needs beyond the base; BASE has the C and C++ libraries and certificates.
ARG NODE=docker.io/library/node:26.10.0-bookworm-slim
ARG BASE=gcr.io/distroless/cc-debian12:nonroot

FROM ${NODE} AS node

FROM ${BASE}
ARG VERSION=unversioned
LABEL org.opencontainers.image.title="hybrid-ingestion-runner" \
      org.opencontainers.image.description="Runs Collate's ingestion in your own Kubernetes cluster." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=node /usr/local/bin/node /usr/local/bin/node
# Searched by the loader on every architecture.
COPY --from=node /usr/lib/*-linux-gnu/libatomic.so.1 /usr/lib/
COPY dist/image/ /
# Ids that need no entry in /etc/passwd: OpenShift gives others.
USER 65532:65532
WORKDIR /tmp
ENV NODE_ENV=production
# Also what `kubectl exec` finds on the path.
ENTRYPOINT ["/usr/local/bin/hybrid-runner"]
CMD ["--help"]
