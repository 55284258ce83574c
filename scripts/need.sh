#!/bin/sh
# need.sh PACKAGE... -- COMMAND...: if the check COMMAND fails, install Debian packages, then check again.
# For example: need.sh chromium -- sh -c 'command -v chromium || command -v google-chrome'
set -eu
packages=""
while [ "$1" != "--" ]; do packages="$packages $1"; shift; done
shift
"$@" >/dev/null 2>&1 && exit 0
as_root=""
if [ "$(id -u)" != 0 ]; then
  as_root="sudo"
  command -v sudo >/dev/null || { echo "needed:$packages. Install with: apt-get install$packages" >&2; exit 1; }
fi
command -v apt-get >/dev/null || { echo "needed:$packages; this machine has no apt-get: install them by its own means" >&2; exit 1; }
echo "installing$packages" >&2
$as_root apt-get update -qq >/dev/null 2>&1 || true
# shellcheck disable=SC2086  # several packages are several words
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null ||
  { echo "could not install$packages; install by hand, then run make again" >&2; exit 1; }
"$@" >/dev/null 2>&1 || { echo "installed$packages, and still fails: $*" >&2; exit 1; }
