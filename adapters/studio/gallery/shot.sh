#!/bin/sh
# Draws the contact sheet's page as a PNG with a headless Chromium: shot.sh FOLDER writes FOLDER/sheet.png.
set -eu
folder=$(cd "$1" && pwd)
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update \
	--disable-sync --hide-scrollbars --user-data-dir="$profile" --window-size=1800,3700 \
	--screenshot="$folder/sheet.png" "file://$folder/index.html" 2>/dev/null
