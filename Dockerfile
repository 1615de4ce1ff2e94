# syntax=docker/dockerfile:1

# Builds with the system's C library, so that the image below only needs the same one.
FROM rust:1.95-bookworm AS build
WORKDIR /src
# SQLite and aws-lc, the cryptography behind TLS, are C; the image's compiler builds both.
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY migrations migrations
COPY checklist-templates checklist-templates
COPY app-manifest.yml rollcall.example.toml ./
# Cargo.toml names the tests and benchmarks, so Cargo wants to see their files; they are not built.
COPY benches benches
RUN mkdir -p tests/it && touch tests/it/main.rs
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin rollcall && cp target/release/rollcall /rollcall
# The folder of the database, owned by the user below.
RUN mkdir /data && chown 65532:65532 /data

# No shell and no package manager: the program, the C library and the certificate authorities.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /rollcall /usr/local/bin/rollcall
COPY --from=build --chown=65532:65532 /data /data
WORKDIR /data
VOLUME /data
ENV ROLLCALL_LISTEN=0.0.0.0:8787
EXPOSE 8787
USER nonroot
ENTRYPOINT ["/usr/local/bin/rollcall"]
CMD ["serve"]
