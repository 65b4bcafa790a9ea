# Stands behind packages.Dockerfile.
COPY zkServer.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/zkServer.sh && mkdir -p /conf /data
