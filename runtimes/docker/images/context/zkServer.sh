#!/bin/sh
# zkServer.sh start-foreground [FILE]
# The vendor's start command, over Debian's packages: theirs logs nowhere but to a file, and 3.9's has no logging
# backend at all. `exec`, so that the server itself gets the signals.
[ "$1" = start-foreground ] || { echo "usage: zkServer.sh start-foreground [FILE]" >&2; exit 64; }
configuration="${2:-${ZOOCFGDIR:-/conf}/zoo.cfg}"
classes="${ZOOCFGDIR:-/conf}"
# 3.4's manifest names none of what it needs; what a release lacks is passed over.
for jar in zookeeper slf4j-api slf4j-simple log4j-1.2 netty; do
  classes="$classes:/usr/share/java/$jar.jar"
done
exec java -Dorg.slf4j.simpleLogger.showDateTime=true \
  -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS -Dzookeeper.jmx.log4j.disable=true \
  $SERVER_JVMFLAGS $JVMFLAGS -cp "$classes" \
  org.apache.zookeeper.server.quorum.QuorumPeerMain "$configuration"
