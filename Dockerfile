# syntax=docker/dockerfile:1
# One static binary on an empty system: certificates and time zones are all that it needs from one.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /convoke ./bootstrap/convoke \
    && mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /convoke /convoke
COPY --from=build --chown=nonroot:nonroot /data /data
ENV DATA_DIR=/data
VOLUME /data
EXPOSE 3001
ENTRYPOINT ["/convoke"]
CMD ["serve"]
