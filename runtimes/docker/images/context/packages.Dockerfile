ARG BASE
FROM ${BASE}
ARG APT_OPTIONS
ARG PACKAGES
ENV DEBIAN_FRONTEND=noninteractive
# One layer: lists that were fetched with an older layer could name packages that are gone.
RUN apt-get ${APT_OPTIONS} -o Acquire::Retries=3 update \
 && apt-get install -y --no-install-recommends ${PACKAGES} \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
