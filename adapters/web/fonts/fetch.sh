#!/bin/sh
# Fetches the pages' typefaces from the npm registry, pinned by version and checksum, each with its licence.
# Run it from anywhere; it writes beside itself. Needs npm, tar and sha256sum.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# package version archive file name sha256
while read -r package version archive file name sum; do
	[ -n "$package" ] || continue
	[ -f "$work/$archive-$version.tgz" ] || (cd "$work" && npm pack --silent "$package@$version" >/dev/null)
	tar -xzf "$work/$archive-$version.tgz" -C "$work" "package/files/$file" package/LICENSE
	echo "$sum  $work/package/files/$file" | sha256sum --check --quiet
	mv "$work/package/files/$file" "$here/$name.woff2"
	mv "$work/package/LICENSE" "$here/${package##*/}.LICENSE"
done <<'FACES'
@fontsource/young-serif 5.3.0 fontsource-young-serif young-serif-latin-400-normal.woff2 young-serif-latin 6ba68b9927ad2a640d32cbea050ffc2b5d0ae6cbaa785afe470da9d6bf0ef39f
@fontsource/young-serif 5.3.0 fontsource-young-serif young-serif-latin-ext-400-normal.woff2 young-serif-latin-ext 9e6eb8e5e38f9dcbab1ea58e2f30a4d6dfdb5b3bb602bfbff9305bca1d4060f6
@fontsource-variable/atkinson-hyperlegible-next 5.3.0 fontsource-variable-atkinson-hyperlegible-next atkinson-hyperlegible-next-latin-wght-normal.woff2 atkinson-latin 18b2a1a39a2fa298b0ba5390aca68462669826c90925656f1c1f6796e0e1bbaf
@fontsource-variable/atkinson-hyperlegible-next 5.3.0 fontsource-variable-atkinson-hyperlegible-next atkinson-hyperlegible-next-latin-ext-wght-normal.woff2 atkinson-latin-ext 7dae0c6c66af1aec82e096186aeb1f0e6fa36ab8061ed65422f2b7daf4dd93f3
FACES
