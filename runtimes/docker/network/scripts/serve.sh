#!/usr/bin/env bash
# serve.sh MAX_BYTES
# What the helper runs: requests as lines "ID BASE64(script)", answers as lines "ID EXITCODE BASE64(output)", of whose
# output no more than the first MAX_BYTES. Each script has a process of its own, so that none waits for another. The
# loop ends with its input, and so the container with its controller.
while read -r id script; do
  (
    output=$(base64 -d <<<"$script" | bash 2>&1)
    code=$?
    printf '%s %s %s\n' "$id" "$code" "$(head -c "$1" <<<"$output" | base64 -w0)"
  ) &
done
