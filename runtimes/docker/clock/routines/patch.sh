#!/usr/bin/env bash
# patch ARGUMENT...
# Runs patch.pl with these arguments.
patch() {
  perl - "$@" <<<"$patch_pl"
}
