#!/usr/bin/env bash
# try NUMBER SCRIPT
# Runs the script in a network namespace of its own; prints its number, how it ended, and its first line.
try() {
  local output
  output=$(unshare -n bash 2>&1 <<<"$2")
  echo "$1 $? $(head -1 <<<"$output")"
}
