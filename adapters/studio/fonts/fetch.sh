#!/bin/sh
# Fetches the studio's typefaces from the npm registry, pinned by version and checksum, each with its licence.
# Run it from anywhere; it writes beside itself. Needs npm, tar and sha256sum.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# package version directory file sha256
while read -r package version directory file sum; do
	[ -n "$package" ] || continue
	archive="$work/expo-google-fonts-$package-$version.tgz"
	[ -f "$archive" ] || (cd "$work" && npm pack --silent "@expo-google-fonts/$package@$version" >/dev/null)
	tar -xzf "$archive" -C "$work" "package/$directory/$file" package/LICENSE_FONT
	echo "$sum  $work/package/$directory/$file" | sha256sum --check --quiet
	mv "$work/package/$directory/$file" "$here/$file"
	mv "$work/package/LICENSE_FONT" "$here/$package.LICENSE"
done <<'FACES'
bodoni-moda 0.4.2 400Regular BodoniModa_400Regular.ttf dbaeda699ab78fd9f1012b0ed4ecf9a223432a7baf359489525b083c44c512e7
bodoni-moda 0.4.2 400Regular_Italic BodoniModa_400Regular_Italic.ttf 2593329ba8033b1ec0ec49e6135c0d1b478f6e97e4af6e6efe8cc5341eb312a0
instrument-serif 0.4.1 400Regular InstrumentSerif_400Regular.ttf 56ac3be03ac3ba283196b3e77850ab2ffcf56cfb6fd3212c5620109a972f8c99
instrument-serif 0.4.1 400Regular_Italic InstrumentSerif_400Regular_Italic.ttf 9c86e4d5a47b50224a2463a9eca8535835257c8e85c470c2c6b454b1af6f046e
cinzel 0.4.2 400Regular Cinzel_400Regular.ttf 6e67a440d19a22e7a14631e7fb8efb71cdf43fde8adf040b7935ac2b38519ab0
italiana 0.4.1 400Regular Italiana_400Regular.ttf 15c4dd6ab8cf4a29ba8826f65edcbe2f6c266c557d34d081f25072dfd5605fd2
pinyon-script 0.4.1 400Regular PinyonScript_400Regular.ttf 0f816f50c0a25ed5e687570f2b43c16c1954969db6121095dcec2ad0745cdb0e
sacramento 0.4.1 400Regular Sacramento_400Regular.ttf a5b9de67be454a826b46d858512e32eec8c30312beb4c4f864aee2390414e9c5
crimson-pro 0.4.2 400Regular CrimsonPro_400Regular.ttf 48fad08cb1917a7b2f2c6fe5135d6c07743a6663cf7631ec4481108aaf081422
crimson-pro 0.4.2 400Regular_Italic CrimsonPro_400Regular_Italic.ttf 52318db3526b644e6efa60be0b3ca5a50e40fbe8bd026c261e0aa206f0772267
sorts-mill-goudy 0.4.1 400Regular SortsMillGoudy_400Regular.ttf 6271b738aa9840161093dce55c9cfd65ad1bdf5cd84ba76523dcde00629363c8
besley 0.4.1 700Bold Besley_700Bold.ttf a7d37aa43d0fcbfaec132245dbf3589f1e727fb46e091671bce918f57649037c
jost 0.4.2 400Regular Jost_400Regular.ttf 5a2728ff94598c006a0f262d367216598076dc269fe20f78044843ef08b3842f
jost 0.4.2 500Medium Jost_500Medium.ttf 07aebfbb345c3e5faca53cdc2cdb09bfae3cd696358a79d153060625129ef580
josefin-sans 0.4.2 400Regular JosefinSans_400Regular.ttf 956c929122a248f2e69bd4faf73ec18714f2146dd8e08c7f972a72b9c81daa7f
syne 0.4.2 700Bold Syne_700Bold.ttf d7563b96fd9fc25a2b9efc4a11a112922edc986c6763c09f8699f45b4030950d
abril-fatface 0.4.1 400Regular AbrilFatface_400Regular.ttf 583d89b4dee24140d8c2228b55a5b71668c172c06ee2a7c71e1d1892b2eb01d7
righteous 0.4.1 400Regular Righteous_400Regular.ttf d8127a961758fcec3fa59de792a3d4b457b6d62c7007300daee3bdd9ca74b8ef
poiret-one 0.4.1 400Regular PoiretOne_400Regular.ttf 9cf265b139648b36b6c0afdfeb0bf27f7e66db9a16094bc40f644d8da05bc318
fredoka 0.4.1 600SemiBold Fredoka_600SemiBold.ttf 021e30b2bb317fa3618bad84289179f93c9607220cbf9a77ff3f83d7688e43a8
fredoka 0.4.1 400Regular Fredoka_400Regular.ttf 9f146128c709160d76662a275d8363a5da6cdca2490341d133f0802397e9b641
FACES
